"""Rules about origins and origin groups."""

from __future__ import annotations

from collections.abc import Iterator

from edgeware.config.headers import is_header_name, is_header_value
from edgeware.config.model import Distribution, Origin, OriginGroup, Unmapped
from edgeware.config.place import guess
from edgeware.config.rules import Finding, Rule
from edgeware.config.validation import places, quotas

FAILOVER_CODES = frozenset({400, 403, 404, 416, 429, 500, 502, 503, 504})
DENIED_HEADERS = frozenset(
    (
        "cache-control connection content-length cookie host if-match if-modified-since if-none-match if-range "
        "if-unmodified-since max-forwards pragma proxy-authenticate proxy-authorization proxy-connection range "
        "request-range te trailer transfer-encoding upgrade via x-real-ip"
    ).split()
)
DENIED_PREFIXES = ("x-amz-", "x-edge-")


def _targets_exist(distribution: Distribution) -> Iterator[Finding]:
    known = [*distribution.origins, *distribution.origin_groups]
    for words, behavior in places.behaviors(distribution):
        target = behavior.target_origin_id
        if target and target not in known:
            yield Finding((*words, "target_origin_id"), f"there is no origin '{target}'.", guess(target, known))
    for group in distribution.origin_groups.values():
        for member in filter(None, group.members):
            if member not in distribution.origins:
                hint = guess(member, tuple(distribution.origins))
                yield Finding(("origin_groups", group.id, "members"), f"there is no origin '{member}'.", hint)


def _ids_differ(distribution: Distribution) -> Iterator[Finding]:
    for name in distribution.origin_groups:
        if name in distribution.origins:
            yield Finding(("origin_groups", name), f"'{name}' is the id of an origin too.")


def _domain_names(distribution: Distribution) -> Iterator[Finding]:
    for origin in distribution.origins.values():
        if any(character in origin.domain_name for character in ":/ "):
            text = "the domain name holds a scheme, a port or a path."
            yield Finding(("origins", origin.id, "domain_name"), text, "Use http_port, https_port and origin_path.")


def _origin_paths(distribution: Distribution) -> Iterator[Finding]:
    for origin in distribution.origins.values():
        path = origin.origin_path
        if path and (not path.startswith("/") or path.endswith("/")):
            yield Finding(("origins", origin.id, "origin_path"), f"'{path}' is not of the form /path.")


def _ports(distribution: Distribution) -> Iterator[Finding]:
    for origin in distribution.origins.values():
        for field, port in (("http_port", origin.http_port), ("https_port", origin.https_port)):
            if port not in (80, 443) and not 1024 <= port <= 65535:
                yield Finding(("origins", origin.id, field), f"{port} is none of them.")


def _timeouts(distribution: Distribution) -> Iterator[Finding]:
    for origin in distribution.origins.values():
        for field, value, highest in _limits(origin):
            if not 1 <= value <= highest:
                yield Finding(("origins", origin.id, field), f"{value} is not between 1 and {highest}.")
        completion = origin.response_completion_timeout
        if completion is not None and completion < origin.read_timeout:
            text = f"{completion} is less than the read timeout of {origin.read_timeout}."
            yield Finding(("origins", origin.id, "response_completion_timeout"), text)


def _limits(origin: Origin) -> tuple[tuple[str, int, int], ...]:
    return (
        ("read_timeout", origin.read_timeout, 120),
        ("keepalive_timeout", origin.keepalive_timeout, 120),
        ("connection_attempts", origin.connection_attempts, 3),
        ("connection_timeout", origin.connection_timeout, 10),
    )


def _custom_headers(distribution: Distribution) -> Iterator[Finding]:
    for origin in distribution.origins.values():
        for name, value in origin.custom_headers:
            if name.lower() in DENIED_HEADERS or name.lower().startswith(DENIED_PREFIXES):
                yield Finding(("origins", origin.id, "custom_headers", name), f"'{name}' cannot be set.")
            elif not is_header_name(name) or not is_header_value(value):
                text = f"'{name}' is no header that HTTP could carry."
                yield Finding(("origins", origin.id, "custom_headers", name), text)


def _custom_headers_not_forwarded(distribution: Distribution) -> Iterator[Finding]:
    for words, behavior in places.behaviors(distribution):
        origin = distribution.origins.get(behavior.target_origin_id)
        policy = behavior.origin_request_policy
        if origin is None or policy is None or policy.headers.mode != "whitelist":
            continue
        forwarded = {name.lower() for name in policy.headers.names}
        for name, _ in origin.custom_headers:
            if name.lower() in forwarded:
                text = f"'{name}' is a custom header of origin '{origin.id}' as well; the origin's value wins."
                yield Finding((*words, "origin_request_policy"), text)


def _groups(distribution: Distribution) -> Iterator[Finding]:
    for group in distribution.origin_groups.values():
        for field, text in _group_faults(group):
            yield Finding(("origin_groups", group.id, field), text)


def _group_faults(group: OriginGroup) -> Iterator[tuple[str, str]]:
    if group.members[0] and group.members[0] == group.members[1]:
        yield "members", f"'{group.members[0]}' stands for both."
    if not group.status_codes:
        yield "status_codes", "no status code is given."
    for code in sorted(group.status_codes - FAILOVER_CODES):
        yield "status_codes", f"{code} is none of {', '.join(map(str, sorted(FAILOVER_CODES)))}."


def _unused(distribution: Distribution) -> Iterator[Finding]:
    used = {behavior.target_origin_id for behavior in distribution.behaviors}
    for group in distribution.origin_groups.values():
        used.update(group.members)
    for name in distribution.origins:
        if name not in used:
            yield Finding(("origins", name), "no behavior and no group uses this origin.")


def _unmapped(distribution: Distribution) -> Iterator[Finding]:
    for name, origin in distribution.origins.items():
        if isinstance(origin.target, Unmapped):
            hint = f"Overlay: origins: {{{name}: app}}, or an http:// address, or {{directory: ...}}."
            yield Finding(("origins", name), f"{origin.target.why}; requests to it are answered 502.", hint)


def _quotas(distribution: Distribution) -> Iterator[Finding]:
    if len(distribution.origins) > quotas.ORIGINS:
        yield Finding(("origins",), f"there are {len(distribution.origins)} origins.")
    if len(distribution.origin_groups) > quotas.ORIGIN_GROUPS:
        yield Finding(("origin_groups",), f"there are {len(distribution.origin_groups)} origin groups.")
    for origin in distribution.origins.values():
        for text in _header_excess(origin.custom_headers):
            yield Finding(("origins", origin.id, "custom_headers"), text)


def _header_excess(headers: tuple[tuple[str, str], ...]) -> Iterator[str]:
    if len(headers) > quotas.ORIGIN_CUSTOM_HEADERS:
        yield f"there are {len(headers)} custom headers."
    for name, value in headers:
        if len(name) > quotas.CUSTOM_HEADER_NAME_CHARACTERS:
            yield f"the name '{name[:40]}...' has {len(name)} characters."
        if len(value) > quotas.CUSTOM_HEADER_VALUE_CHARACTERS:
            yield f"the value of '{name[:40]}' has {len(value)} characters."
    total = sum(len(name) + len(value) for name, value in headers)
    if total > quotas.CUSTOM_HEADERS_CHARACTERS:
        yield f"the custom headers have {total} characters together."


RULES = (
    Rule(
        id="V1",
        page="DownloadDistValuesCacheBehavior",
        error="NoSuchOrigin",
        sentence="A behavior's target is an origin or an origin group; a group's members are origins.",
        check=_targets_exist,
    ),
    Rule(
        id="V2",
        page="DownloadDistValuesOrigin",
        error="InvalidArgument",
        sentence="The ids of origins and origin groups are unique within a distribution.",
        check=_ids_differ,
    ),
    Rule(
        id="V3a",
        page="DownloadDistValuesOrigin",
        error="InvalidArgument",
        sentence="An origin's domain name is a domain name and nothing else.",
        check=_domain_names,
    ),
    Rule(
        id="V5",
        page="DownloadDistValuesOrigin",
        error="InvalidArgument",
        sentence="An origin path starts with a slash and does not end with one.",
        check=_origin_paths,
    ),
    Rule(
        id="V6",
        page="DownloadDistValuesOrigin",
        error="InvalidArgument",
        sentence="An origin's ports are 80, 443 or 1024 to 65535.",
        relaxable=True,
        check=_ports,
    ),
    Rule(
        id="V7",
        page="DownloadDistValuesOrigin",
        error="InvalidOriginReadTimeout, InvalidOriginKeepaliveTimeout or InvalidArgument",
        sentence="Timeouts and attempts have limits, and a response completes no sooner than it may be read.",
        relaxable=True,
        check=_timeouts,
    ),
    Rule(
        id="V8",
        page="add-origin-custom-headers",
        error="InvalidArgument",
        sentence="Some headers are CloudFront's own and cannot be custom headers.",
        relaxable=True,
        check=_custom_headers,
    ),
    Rule(
        id="V8",
        severity="warn",
        page="controlling-origin-requests",
        sentence="A custom header is not forwarded from the viewer as well.",
        check=_custom_headers_not_forwarded,
    ),
    Rule(
        id="V9",
        page="high_availability_origin_failover",
        error="InvalidArgument",
        sentence="An origin group has two different members, and at least one status code that can fail over.",
        relaxable=True,
        check=_groups,
    ),
    Rule(
        id="V37",
        severity="warn",
        page="cloudfront-limits",
        error="TooManyOrigins, TooManyOriginCustomHeaders or TooManyOriginGroupsPerDistribution",
        sentence=(
            f"A distribution has {quotas.ORIGINS} origins and {quotas.ORIGIN_GROUPS} groups, an origin "
            f"{quotas.ORIGIN_CUSTOM_HEADERS} custom headers, unless AWS has raised the quota."
        ),
        check=_quotas,
    ),
    Rule(
        id="V40",
        severity="note",
        page="DownloadDistValuesCacheBehavior",
        sentence="An origin that nothing targets is never asked.",
        check=_unused,
    ),
    Rule(
        id="N-unmapped",
        severity="warn",
        sentence="Real origins are never contacted from here.",
        check=_unmapped,
    ),
)
