"""How long the edge may answer without the origin [Expiration, HTTPStatusCodes, custom-error-pages-expiration].

Times are seconds; points in time are seconds since the epoch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from edgeware.config.model import CachePolicy
from edgeware.config.switches import StaleCap, Switches
from edgeware.core.cache_control import cache_control, http_date
from edgeware.core.cached_object import CachedObject
from edgeware.core.compression import varying
from edgeware.messages import Headers

ALWAYS_CACHED_ERRORS = frozenset({404, 410, 414, 500, 501, 502, 503, 504})
"""Error codes that are cached with or without a lifetime [HTTPStatusCodes]; 410 by what the guide implies."""
ASKED_CACHED_ERRORS = frozenset({400, 403, 405, 412, 415})
"""Error codes that are cached only with max-age or s-maxage [HTTPStatusCodes]."""
REFUSABLE_ERRORS = frozenset({404, 410, 414, 501})
"""Error codes that no-store, no-cache and private keep out of the cache [custom-error-pages-expiration]."""

LONGEST = 100 * 366 * 86400
"""Seconds beyond which a lifetime is not counted: a hundred years."""

_BLOCKING = ("no-store", "private", "no-cache")
_AS_USUAL = Switches()
_STRICT = frozenset({"must-revalidate", "proxy-revalidate"})
_SECONDS = re.compile(r"[0-9]+")
_NOT_FROM_304 = frozenset({"content-encoding", "content-length", "content-range", "transfer-encoding"})


# --- reading what the origin says -----------------------------------------------------------------------------------


def _seconds(directives: Mapping[str, str | None], name: str) -> int | None:
    text = directives.get(name)
    if text is None or not _SECONDS.fullmatch(text):
        return None
    return int(min(float(text), LONGEST))


def _blocking_directive(directives: Mapping[str, str | None]) -> str | None:
    # no-cache="Set-Cookie" and private="..." speak of those headers only, and so do not block.
    for name in _BLOCKING:
        if name in directives and (name == "no-store" or directives[name] is None):
            return name
    return None


class _Declared(NamedTuple):
    """The lifetime that a response names for itself."""

    seconds: float
    letter: str
    source: str


def _declared(directives: Mapping[str, str | None], headers: Headers, now: float) -> _Declared | None:
    for name, letter in (("s-maxage", "S"), ("max-age", "A")):
        seconds = _seconds(directives, name)
        if seconds is not None:
            return _Declared(seconds, letter, f"{name}={seconds}")
    expires = headers.get("expires")
    if expires is None:
        return None
    date = http_date(expires)  # what is no date, such as 0, has expired
    return _Declared(max(0.0, date - now) if date is not None else 0.0, "X", "Expires")


# --- the decision ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """How long a response is good for, and why."""

    rule: str
    """The rule's id, as in the vectors: a letter for where the lifetime comes from, 1 for a minimum TTL above 0."""
    why: str
    """The decision in words."""
    fresh_seconds: float = 0.0
    """How long the edge answers without the origin."""
    stored: bool = False
    """Whether a copy is kept at all."""
    fallback: bool = False
    """Whether the copy is there for an origin that fails, and for nothing else."""
    error: bool = False
    """Whether it is an error response."""
    revalidates: bool = False
    """Whether the origin may be asked with If-None-Match and If-Modified-Since.

    A behavior that forwards cookies rules that out, whatever stands here [Cookies].
    """
    stale_while_revalidate: int = 0
    """Seconds, as the origin sent them."""
    stale_if_error: int | None = 0
    """Seconds, as the origin sent them; None if it did not, which lets the copy stand in until the maximum TTL."""
    withheld: tuple[str, ...] = ()
    """Headers, in lower case, that are not stored: those of ``no-cache="..."`` and ``private="..."``."""


def lifetime(
    policy: CachePolicy,
    behavior_caches_method: bool,
    status: int,
    headers: Headers,
    now: float,
    *,
    error_caching_min_ttl: int = 10,
    s3: bool = False,
    switches: Switches = _AS_USUAL,
) -> Lifetime:
    """How long a response to be stored at ``now`` is good for.

    ``error_caching_min_ttl`` is that of the status code; with an S3 origin 0 counts as 1.
    """
    if policy.caching_disabled:
        return Lifetime(rule="D0", why="the cache policy disables caching")
    if not behavior_caches_method:
        return Lifetime(rule="M1", why="responses to this method are not cached")
    if status < 200 or status == 304:
        return Lifetime(rule="", why=f"a {status} is never stored as such")
    if status >= 400:
        asks = status in ASKED_CACHED_ERRORS and not switches.cache_403_family
        return _of_error(policy, status, headers, now, max(error_caching_min_ttl, 1 if s3 else 0), asks)
    return _of_success(policy, status, headers, now, switches)


def _of_success(policy: CachePolicy, status: int, headers: Headers, now: float, switches: Switches) -> Lifetime:
    if status in (307, 308) and "cache-control" not in headers:
        return Lifetime(rule="R1", why=f"a {status} is cached only with a Cache-Control header")
    directives = cache_control(headers)
    strict = switches.honor_must_revalidate and not _STRICT.isdisjoint(directives)
    stale_if_error = 0 if strict else _seconds(directives, "stale-if-error")
    if policy.min_ttl == 0 and _varies_by_everything(headers):
        why = "Vary: * and minimum TTL 0: every request goes to the origin, unconditionally"
        return Lifetime(rule="V1", why=why, stored=True, stale_if_error=stale_if_error)
    if blocking := _blocking_directive(directives):
        return _blocked(policy, blocking, stale_if_error, switches)
    declared = _declared(directives, headers, now)
    rule, fresh_seconds, why = _defaulted(policy) if declared is None else _clamped(policy, declared)
    return Lifetime(
        rule=rule,
        why=why,
        fresh_seconds=fresh_seconds,
        stored=True,
        revalidates=True,
        stale_while_revalidate=0 if strict else _seconds(directives, "stale-while-revalidate") or 0,
        stale_if_error=stale_if_error,
        withheld=_withheld(directives),
    )


def _varies_by_everything(headers: Headers) -> bool:
    vary = headers.joined("vary")
    return vary is not None and "*" in (name.strip() for name in vary.split(","))


def _blocked(policy: CachePolicy, directive: str, stale_if_error: int | None, switches: Switches) -> Lifetime:
    if not switches.serve_private_fallback:
        stale_if_error = 0
    if policy.min_ttl > 0:
        return Lifetime(
            rule="N1",
            why=f"{directive}, but the minimum TTL is {policy.min_ttl}",
            fresh_seconds=policy.min_ttl,
            stored=True,
            revalidates=True,
            stale_if_error=stale_if_error,
        )
    revalidates = directive == "no-cache" or switches.no_store_revalidates
    return Lifetime(
        rule="N0",
        why=f"{directive} and minimum TTL 0: kept only for an origin that fails",
        stored=policy.max_ttl > 0 and (revalidates or switches.serve_private_fallback),
        fallback=True,
        revalidates=revalidates,
        stale_if_error=stale_if_error,
    )


def _defaulted(policy: CachePolicy) -> tuple[str, float, str]:
    if policy.min_ttl == 0:
        return "F0", policy.default_ttl, f"no lifetime from the origin: default TTL {policy.default_ttl}"
    seconds = max(policy.min_ttl, policy.default_ttl)
    why = f"no lifetime from the origin: the greater of minimum TTL {policy.min_ttl} and default {policy.default_ttl}"
    return "F1", seconds, why


def _clamped(policy: CachePolicy, declared: _Declared) -> tuple[str, float, str]:
    seconds = max(policy.min_ttl, min(declared.seconds, policy.max_ttl))
    rule = declared.letter + ("1" if policy.min_ttl > 0 else "0")
    return rule, seconds, f"{declared.source} between minimum TTL {policy.min_ttl} and maximum {policy.max_ttl}"


def _withheld(directives: Mapping[str, str | None]) -> tuple[str, ...]:
    fields = ",".join(directives.get(name) or "" for name in ("no-cache", "private"))
    return tuple(field.strip().lower() for field in fields.split(",") if field.strip())


def _of_error(policy: CachePolicy, status: int, headers: Headers, now: float, floor: int, asks: bool) -> Lifetime:
    if status == 416:
        return Lifetime(rule="E6", why="a 416 is never cached", error=True)
    directives = cache_control(headers)
    blocking = _blocking_directive(directives)
    if blocking and status in REFUSABLE_ERRORS:
        return Lifetime(rule="E4", why=f"{blocking} keeps a {status} out of the cache", error=True)
    declared = _declared(directives, headers, now)
    if asks and (declared is None or declared.letter == "X"):
        return Lifetime(rule="E3n", why=f"a {status} is cached only with max-age or s-maxage", error=True)
    if status not in ALWAYS_CACHED_ERRORS | ASKED_CACHED_ERRORS:
        return Lifetime(rule="E7", why=f"a {status} is not among the errors that are cached", error=True)
    if blocking:
        return _kept_error("E5", floor, f"{blocking} is ignored for a {status}: error caching minimum TTL {floor}")
    if declared is None:
        return _kept_error("E1", floor, f"error caching minimum TTL {floor}")
    seconds = max(floor, min(declared.seconds, policy.max_ttl))
    why = f"{declared.source} up to maximum TTL {policy.max_ttl}, at least error caching minimum TTL {floor}"
    return _kept_error("E3" if status in ASKED_CACHED_ERRORS else "E2", seconds, why)


def _kept_error(rule: str, seconds: float, why: str) -> Lifetime:
    return Lifetime(rule=rule, why=why, fresh_seconds=seconds, stored=seconds > 0, error=True)


# --- the object's times ---------------------------------------------------------------------------------------------


class Times(NamedTuple):
    """The points in time of a CachedObject, under its names."""

    stored_at: float
    fresh_until: float
    stale_while_revalidate_until: float
    stale_if_error_until: float


def until(lifetime: Lifetime, policy: CachePolicy, now: float, cap: StaleCap = "both") -> Times:
    """The times of an object stored, or refreshed, at ``now``.

    Stale times count from expiry and end with the maximum TTL, whatever the origin says: counted from now, or with
    the cap ``window`` from expiry too.
    """
    fresh_until = now + lifetime.fresh_seconds
    last = fresh_until + policy.max_ttl if cap == "window" else max(fresh_until, now + policy.max_ttl)
    allowed = lifetime.stale_if_error
    return Times(
        stored_at=now,
        fresh_until=fresh_until,
        stale_while_revalidate_until=min(fresh_until + lifetime.stale_while_revalidate, last),
        stale_if_error_until=last if allowed is None else min(fresh_until + allowed, last),
    )


def is_fresh(copy: CachedObject, now: float) -> bool:
    """Whether it answers without the origin."""
    return now < copy.fresh_until


def revalidates_in_background(copy: CachedObject, now: float) -> bool:
    """Whether it answers, though stale, while the origin is asked in the background (``stale-while-revalidate``)."""
    return copy.fresh_until <= now < copy.stale_while_revalidate_until


def may_stand_in(copy: CachedObject, now: float) -> bool:
    """Whether it answers for an origin that is unreachable or sent a 5xx [Expiration]."""
    return now < copy.stale_if_error_until


def is_held(copy: CachedObject, now: float) -> bool:
    """Whether it stood in a moment ago and so answers once more before the origin is asked again."""
    return now < copy.retry_after and may_stand_in(copy, now)


def merged(copy: CachedObject, headers: Headers) -> Headers:
    """The headers of an object that a 304 has confirmed: the 304's replace the stored ones (RFC 9111 section 3.2).

    Those that describe the stored bytes stay, and so does an ETag that says the same weakly: the edge weakened it when
    it compressed the body.
    """
    replaced = headers.names() - _NOT_FROM_304
    stored, sent = copy.headers.get("etag"), headers.get("etag")
    if stored is not None and sent is not None and stored == f"W/{sent}":
        replaced -= {"etag"}
    result = Headers((*copy.headers.without(*replaced), *(line for line in headers if line[0].lower() in replaced)))
    # The 304 knows nothing of the edge's compression.
    return varying(result) if "accept-encoding" in (copy.headers.joined("vary") or "").lower() else result
