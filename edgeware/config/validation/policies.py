"""Rules about cache policies, origin request policies and legacy forwarded values."""

from __future__ import annotations

from collections.abc import Iterator

from edgeware.config.model import CachePolicy, Distribution, Selection
from edgeware.config.place import Words, shown
from edgeware.config.rules import Finding, Rule
from edgeware.config.validation import places, quotas

_CACHE_HEADER_MODES = ("none", "whitelist")
_NAME_MODES = ("none", "whitelist", "allExcept", "all")


def _lifetimes(distribution: Distribution) -> Iterator[Finding]:
    for words, policy in places.cache_policies(distribution):
        if not 0 <= policy.min_ttl <= policy.default_ttl <= policy.max_ttl:
            text = f"{policy.min_ttl}, {policy.default_ttl} and {policy.max_ttl} seconds are not in order."
            yield Finding((*words, "min_ttl"), text)


def _caching_disabled(distribution: Distribution) -> Iterator[Finding]:
    for words, policy in places.cache_policies(distribution):
        if policy.max_ttl == 0 and not policy.legacy:
            for field, used in _key_parts(policy):
                if used:
                    yield Finding((*words, field), f"{field} is set, but max_ttl is 0.")


def _key_parts(policy: CachePolicy) -> tuple[tuple[str, bool], ...]:
    return (
        ("gzip", policy.gzip),
        ("brotli", policy.brotli),
        ("headers", policy.headers.mode != "none"),
        ("cookies", policy.cookies.mode != "none"),
        ("query_strings", policy.query_strings.mode != "none"),
    )


def _accept_encoding(distribution: Distribution) -> Iterator[Finding]:
    for words, policy in places.cache_policies(distribution):
        flagged = (policy.gzip or policy.brotli) and not policy.legacy
        if flagged and "accept-encoding" in _lower(policy.headers):
            yield Finding((*words, "headers"), "Accept-Encoding is listed, and gzip or brotli is on.")


def _lower(selection: Selection) -> set[str]:
    return {name.lower() for name in selection.names}


def _origin_request_headers(distribution: Distribution) -> Iterator[Finding]:
    for words, policy in places.origin_request_policies(distribution):
        mode, names = policy.headers.mode, policy.headers.names
        for name in names:
            if mode == "whitelist" and name.lower() in ("authorization", "accept-encoding"):
                hint = "Put it into the cache policy, or take all viewer headers."
                yield Finding((*words, "headers"), f"'{name}' cannot be listed.", hint)
            if mode == "allViewerAndWhitelistCloudFront" and not name.lower().startswith("cloudfront-"):
                yield Finding((*words, "headers"), f"'{name}' is none of CloudFront's headers.")


def _selections(distribution: Distribution) -> Iterator[tuple[Words, Selection, tuple[str, ...]]]:
    """Every selection with the modes it may have."""
    for words, cache in places.cache_policies(distribution):
        # The headers of forwarded values are rule V22's.
        if not cache.legacy:
            yield (*words, "headers"), cache.headers, _CACHE_HEADER_MODES
        yield (*words, "cookies"), cache.cookies, _NAME_MODES
        yield (*words, "query_strings"), cache.query_strings, _NAME_MODES
    for words, request in places.origin_request_policies(distribution):
        headers = ("none", "whitelist", "allExcept", "allViewer", "allViewerAndWhitelistCloudFront")
        yield (*words, "headers"), request.headers, headers
        yield (*words, "cookies"), request.cookies, _NAME_MODES
        yield (*words, "query_strings"), request.query_strings, _NAME_MODES


def _modes(distribution: Distribution) -> Iterator[Finding]:
    for words, selection, modes in _selections(distribution):
        takes_names = selection.mode in ("whitelist", "allExcept", "allViewerAndWhitelistCloudFront")
        if selection.mode not in modes:
            yield Finding(words, f"the mode '{selection.mode}' is none of {', '.join(modes)}.")
        elif takes_names and not selection.names:
            yield Finding(words, f"the mode '{selection.mode}' needs a name.")
        elif not takes_names and selection.names:
            yield Finding(words, f"the mode '{selection.mode}' takes no names.")


def _blocked_twice(distribution: Distribution) -> Iterator[Finding]:
    for words, behavior in places.behaviors(distribution):
        cache, request = behavior.cache_policy, behavior.origin_request_policy
        for field in ("cookies", "query_strings") if request is not None else ():
            keyed, sent = getattr(cache, field), getattr(request, field)
            lost = sorted(set(sent.names) - set(keyed.names))
            if keyed.mode == sent.mode == "allExcept" and lost:
                text = f"{field.replace('_', ' ')} {', '.join(map(shown, lost))}: in the cache key, but not sent on."
                yield Finding((*words, "origin_request_policy"), text)


def _forwarded_headers(distribution: Distribution) -> Iterator[Finding]:
    for words, behavior in places.behaviors(distribution):
        policy = behavior.cache_policy
        if not policy.legacy:
            continue
        where: Words = (*words, "forwarded_values", "headers")
        if policy.headers.mode == "all" and policy.headers.names:
            yield Finding(where, "other names stand beside '*'.")
        if policy.headers.mode == "all" and policy.min_ttl != 0:
            yield Finding((*words, "min_ttl"), f"min_ttl is {policy.min_ttl} where all headers are forwarded.")
        origin = distribution.origins.get(behavior.target_origin_id)
        if origin is not None and origin.type == "s3" and "host" in _lower(policy.headers):
            yield Finding(where, "Host is forwarded to an S3 origin.")


def _names(distribution: Distribution) -> Iterator[Finding]:
    for words, selection, _ in _selections(distribution):
        if len(selection.names) > quotas.POLICY_NAMES:
            yield Finding(words, f"there are {len(selection.names)} names.")
        characters = sum(len(name) for name in selection.names)
        if characters > quotas.POLICY_NAMES_CHARACTERS:
            yield Finding(words, f"the names have {characters} characters together.")


RULES = (
    Rule(
        id="V17",
        page="Expiration",
        error="InvalidTTLOrder",
        sentence="The minimum TTL is 0 or more, the default not below it, the maximum not below the default.",
        check=_lifetimes,
    ),
    Rule(
        id="V18",
        page="cache-key-understand-cache-policy",
        error="InvalidArgument",
        sentence="A policy that caches nothing has nothing in its cache key.",
        relaxable=True,
        check=_caching_disabled,
    ),
    Rule(
        id="V19",
        page="cache-key-understand-cache-policy",
        error="InvalidArgument",
        sentence="With gzip or brotli on, CloudFront handles Accept-Encoding by itself.",
        relaxable=True,
        check=_accept_encoding,
    ),
    Rule(
        id="V20",
        page="controlling-origin-requests",
        error="InvalidArgument",
        sentence="A policy lists neither Authorization nor Accept-Encoding, and adds only CloudFront-*.",
        relaxable=True,
        check=_origin_request_headers,
    ),
    Rule(
        id="V21",
        page="cache-key-understand-cache-policy",
        error="InvalidArgument",
        sentence="A selection by name has a name; the others have none.",
        relaxable=True,
        check=_modes,
    ),
    Rule(
        id="V22",
        page="header-caching",
        error="InvalidHeadersForS3Origin or InvalidArgument",
        sentence="Forwarding all headers means no caching, and S3 needs its own Host.",
        relaxable=True,
        check=_forwarded_headers,
    ),
    Rule(
        id="N-blocked",
        severity="warn",
        page="understanding-how-origin-request-policies-and-cache-policies-work-together",
        sentence="Where both policies take all but some names, the origin gets what neither names.",
        check=_blocked_twice,
    ),
    Rule(
        id="V37",
        severity="warn",
        page="cloudfront-limits",
        error="TooManyHeadersInCachePolicy and the like",
        sentence=(
            f"A policy lists {quotas.POLICY_NAMES} names of a kind, with {quotas.POLICY_NAMES_CHARACTERS} characters "
            "together, unless AWS has raised the quota."
        ),
        check=_names,
    ),
)
