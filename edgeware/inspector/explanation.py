"""What happens to a request, and why, told in lines: the edge itself runs, the origin's answer is made up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import Any, get_args
from urllib.parse import SplitResult, quote, urlsplit

from edgeware.config.canonical import MASK
from edgeware.config.model import CacheBehavior, Distribution, EventType
from edgeware.core.effects import (
    Delivery,
    Drain,
    Fetch,
    Fetched,
    Lookup,
    ReadBody,
    RequestBody,
    Resolve,
    Respond,
    Store,
)
from edgeware.edge import Edge, Exchange
from edgeware.exceptions import UsageError
from edgeware.messages import Headers, Request, Response
from edgeware.trace import Step

ORDER: tuple[EventType, ...] = get_args(EventType)
IN_URLS = "".join(map(chr, range(0x21, 0x7F)))
_METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""RFC 9110 section 5.6.2, token."""
_LETTERS = {"m": "method", "q": "query string", "h": "header", "c": "cookie", "e": "accept-encoding"}
"""What a line of a cache key is, by its first letter."""


def request_for(distribution: Distribution, method: str, url: str, headers: Headers) -> Request:
    """A viewer's request for a path, or a whole URL, from what the distribution takes for a viewer's place.

    What cannot stand in a URL is percent-encoded, as browsers do it. UsageError for what is no URL or no method.
    """
    parts = _split(quote(url, safe=IN_URLS, errors="surrogateescape"))
    if not _METHOD.fullmatch(method):
        raise UsageError(f"{method!r} is no method, such as GET")
    if "host" not in headers:
        headers = headers.add("Host", parts.netloc or next(iter(distribution.aliases), distribution.domain_name))
    return Request(
        method=method.upper(),
        path=parts.path if parts.path.startswith("/") else f"/{parts.path}",
        query=parts.query,
        headers=headers,
        scheme=distribution.viewer.protocol(parts.scheme or "https"),
        client_ip=distribution.viewer.address("127.0.0.1"),
    )


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(f"//{url}" if url.startswith("/") else url)  # a path may begin with two slashes
    except ValueError as error:
        raise UsageError(f"{url!r} is neither a path nor a URL: {error}") from error


def driven(edge: Edge, request: Request, answer: Fetched) -> Exchange:
    """The exchange, at its end; the origin is never asked."""
    exchange = edge.exchange(request)
    try:
        ask = exchange.start()
        while ask is not None:
            ask = exchange.resume(_answer(ask, answer))
    finally:
        exchange.close()
    return exchange


def _answer(ask: object, fetched: Fetched) -> Any:
    if isinstance(ask, Future):
        return ask.result()
    if isinstance(ask, ReadBody):
        return RequestBody(b"", truncated=False)
    if isinstance(ask, Resolve):
        return True
    if isinstance(ask, Fetch):
        return fetched
    assert isinstance(ask, Respond | Drain)
    return Delivery(complete=True, size=0)


def explained(distribution: Distribution, exchange: Exchange) -> Iterator[str]:
    """The explanation of an exchange that ``driven`` gave."""
    steps = [step for step in exchange.trace.steps if isinstance(step, Step)]
    said = {decision.step: decision.text for decision in exchange.trace.decisions}
    behavior = _behavior(distribution, said["behavior"])
    yield from _section("behavior", _about(distribution, behavior))
    yield from _section("functions", _functions(distribution, behavior, exchange))
    keys = [step.effect.key for step in steps if isinstance(step.effect, Lookup)]
    yield from _section("cache key", key_parts(keys[0]) if keys else [said.get("cache", "no object is looked up")])
    yield from _section("the origin receives", _sent(steps))
    stored = [step.effect for step in steps if isinstance(step.effect, Store)]
    yield from _section("lifetime", _lifetime(said.get("store"), stored))
    others = [f"{step}: {text}" for step, text in said.items() if step not in ("behavior", "cache", "store")]
    if others:
        yield from _section("and", others)
    yield from _section("the viewer gets", _received(exchange.trace.response))


def _section(title: str, lines: Sequence[str] | Iterator[str]) -> Iterator[str]:
    yield title
    yield from (f"  {line}" for line in lines)


def _behavior(distribution: Distribution, pattern: str) -> CacheBehavior:
    listed = (one for one in distribution.behaviors if one.path_pattern == pattern)
    return next(listed, distribution.default_behavior)


def _about(distribution: Distribution, behavior: CacheBehavior) -> Iterator[str]:
    patterns = [one.path_pattern or "" for one in distribution.behaviors[:-1]]
    if behavior.path_pattern is None:
        yield f"default: {'no pattern takes the path' if patterns else 'there is no other'}"
    else:
        before = patterns[: patterns.index(behavior.path_pattern)]
        passed = f"; before it {', '.join(before)} did not" if before else ""
        yield f"{behavior.path_pattern}: the first pattern in order that takes the path{passed}"
    request, response = behavior.origin_request_policy, behavior.response_headers_policy
    yield f"origin: {behavior.target_origin_id}"
    yield f"viewer protocol policy: {behavior.viewer_protocol_policy}"
    yield f"cache policy: {behavior.cache_policy.name}"
    yield f"origin request policy: {request.name if request else 'none'}"
    yield f"response headers policy: {response.name if response else 'none'}"


def _functions(distribution: Distribution, behavior: CacheBehavior, exchange: Exchange) -> Iterator[str]:
    ran = {run.event_type: run for run in exchange.trace.functions}
    attached = [event for event in ORDER if event in behavior.associations]
    for event in attached:
        name = distribution.functions[behavior.associations[event].function].name
        run = ran.get(event)
        yield f"{event}: {name} {'did not run' if run is None else 'ran'}"
    if not attached:
        yield "none"


def key_parts(key: str) -> Iterator[str]:
    """The lines of a key: the distribution, the path, and what the cache policy adds."""
    domain_name, path, *added = key.split("\n")
    yield f"distribution: {domain_name}"
    yield f"path: {path}"
    for line in added:
        letter, _, value = line.partition(":")
        yield f"{_LETTERS[letter]}: {value}"


def _sent(steps: Sequence[Step]) -> Iterator[str]:
    fetches = [step.effect for step in steps if isinstance(step.effect, Fetch)]
    for fetch in fetches:
        request, secrets = fetch.request, {name.lower() for name, _ in fetch.origin.custom_headers}
        query = f"?{request.query}" if request.query else ""
        yield f"{request.method} {request.path}{query} at {fetch.origin.id} ({fetch.origin.domain_name})"
        for name, value in request.headers:
            yield f"{name}: {MASK if name.lower() in secrets else value}"
    if not fetches:
        yield "nothing: it is not asked"


def _lifetime(why: str | None, stored: Sequence[Store]) -> Iterator[str]:
    yield why or "nothing is stored"
    for store in stored:
        copy = store.object
        fresh = copy.fresh_until - copy.stored_at
        yield f"fresh for {fresh:.0f} seconds"
        yield f"stands in for a failing origin for {copy.stale_if_error_until - copy.fresh_until:.0f} seconds more"


def _received(response: Response | None) -> Iterator[str]:
    assert response is not None
    yield str(response.status)
    yield from (f"{name}: {value}" for name, value in response.headers)
