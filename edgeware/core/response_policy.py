"""What a response headers policy does to a response [understanding-response-headers-policies].

It works on the viewer's copy only: nothing of this is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from edgeware.config.model import Cors, PolicyHeader, ResponseHeadersPolicy
from edgeware.messages import Headers, Request

ALL_CORS_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
"""What the method `ALL` of a policy stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerTiming:
    """What the edge knows of one response for the Server-Timing header. Durations are whole milliseconds."""

    outcome: Literal["hit", "refresh", "miss"]
    pop: str
    request_id: str
    layer: Literal["EDGE", "REC", "Origin Shield"] = "EDGE"
    """Which layer had the object, or asked the origin for it."""
    upstream_dns: int = 0
    upstream_connect: int = 0
    upstream_fbl: int = 0
    """First byte latency of the origin."""
    downstream_fbl: int = 0
    """First byte latency toward the viewer."""

    def value(self) -> str:
        """The metrics, in the order of the guide's two examples."""
        place = f'cdn-cache-{self.outcome},cdn-pop;desc="{self.pop}",cdn-rid;desc="{self.request_id}"'
        downstream = f"cdn-downstream-fbl;dur={self.downstream_fbl}"
        if self.outcome == "hit":
            return f'{place},cdn-hit-layer;desc="{self.layer}",{downstream}'
        upstream = (
            f"cdn-upstream-dns;dur={self.upstream_dns},cdn-upstream-connect;dur={self.upstream_connect},"
            f"cdn-upstream-fbl;dur={self.upstream_fbl}"
        )
        if self.outcome == "miss":  # The layer is told only where the full object came from the origin.
            upstream = f'cdn-upstream-layer;desc="{self.layer}",{upstream}'
        return f"{upstream},{place},{downstream}"


def apply(
    policy: ResponseHeadersPolicy,
    request: Request,
    headers: Headers,
    timing: ServerTiming | None = None,
    draw: float = 100.0,
) -> Headers:
    """The headers of a response as a policy leaves them: remove, then CORS, security, custom and Server-Timing.

    ``draw`` is a random number, 0 <= draw < 100: Server-Timing is added where it lies below the sampling rate, or where
    the viewer asks for it with ``Pragma: server-timing``. Without ``timing`` there is nothing to add.
    """
    return _compiled(policy).apply(request, headers, timing, draw)


class _Policy:
    """A response headers policy, compiled."""

    __slots__ = ("_added", "_cors", "_removed", "_server_timing")

    def __init__(self, policy: ResponseHeadersPolicy) -> None:
        self._removed = policy.remove_headers
        self._cors = None if policy.cors is None else _Cors(policy.cors)
        self._added = policy.security_headers + policy.custom_headers
        self._server_timing = policy.server_timing

    def apply(self, request: Request, headers: Headers, timing: ServerTiming | None, draw: float) -> Headers:
        headers = headers.without(*self._removed)
        if self._cors is not None:
            headers = self._cors.apply(request, headers)
        headers = _with(headers, self._added)
        if timing is not None and self._sampled(request, draw):
            headers = _with_timing(headers, timing)
        return headers

    def _sampled(self, request: Request, draw: float) -> bool:
        if self._server_timing is None:
            return False
        return draw < self._server_timing or "server-timing" in (request.headers.joined("pragma") or "").lower()


@lru_cache(maxsize=256)
def _compiled(policy: ResponseHeadersPolicy) -> _Policy:
    return _Policy(policy)


def _with(headers: Headers, added: Iterable[PolicyHeader]) -> Headers:
    """Headers with those of a policy: one that is there already wins, unless the policy's overrides."""
    present = headers.names()
    taken = [header for header in added if header.override or header.name.lower() not in present]
    headers = headers.without(*(header.name for header in taken))
    return Headers((*headers.lines, *((header.name, header.value) for header in taken)))


def _with_timing(headers: Headers, timing: ServerTiming) -> Headers:
    value = timing.value()
    # Only a miss has metrics of the origin's that belong to this response.
    origin = headers.joined("server-timing") if timing.outcome == "miss" else None
    return headers.set("Server-Timing", f"{value},{origin}" if origin else value)


# --- CORS -----------------------------------------------------------------------------------------------------------


class _Cors:
    """The CORS section of a policy, compiled."""

    __slots__ = ("_actual", "_allowed", "_any", "_override", "_preflight")

    def __init__(self, cors: Cors) -> None:
        self._override = cors.origin_override
        self._any = "*" in cors.allow_origins
        self._allowed = tuple(_origin_pattern(setting) for setting in cors.allow_origins)
        credentials = (("Access-Control-Allow-Credentials", "true" if cors.allow_credentials else ""),)
        expose = (("Access-Control-Expose-Headers", ", ".join(cors.expose_headers)),)
        methods = ALL_CORS_METHODS if "ALL" in cors.allow_methods else cors.allow_methods
        preflight = (
            ("Access-Control-Allow-Headers", ", ".join(cors.allow_headers)),
            ("Access-Control-Allow-Methods", ", ".join(methods)),
            ("Access-Control-Max-Age", "" if cors.max_age is None else str(cors.max_age)),
        )
        self._actual = _policy_headers(*credentials, *expose)
        self._preflight = _policy_headers(*credentials, *preflight, *expose)

    def apply(self, request: Request, headers: Headers) -> Headers:
        """Headers with those of the section, where the request is a CORS request from an origin that it allows."""
        origin = request.headers.get("origin")
        if origin is None or not (self._any or any(pattern.fullmatch(origin) for pattern in self._allowed)):
            return headers
        if not self._override and any(name.startswith("access-control-") for name in headers.names()):
            return headers  # One CORS header of the origin's keeps all of the policy's away.
        allow = PolicyHeader(name="Access-Control-Allow-Origin", value="*" if self._any else origin, override=True)
        headers = _with(headers, (allow, *(self._preflight if request.method == "OPTIONS" else self._actual)))
        return headers if self._any else _varied_by_origin(headers)


def _policy_headers(*lines: tuple[str, str]) -> tuple[PolicyHeader, ...]:
    return tuple(PolicyHeader(name=name, value=value, override=True) for name, value in lines if value)


def _varied_by_origin(headers: Headers) -> Headers:
    vary = headers.joined("vary")
    if vary is None:
        return headers.add("Vary", "Origin")
    named = {field.strip().lower() for field in vary.split(",")}
    return headers if named & {"*", "origin"} else headers.set("Vary", f"{vary}, Origin")


def _origin_pattern(setting: str) -> re.Pattern[str]:
    """What a value of Access-Control-Allow-Origin matches.

    A setting without a scheme takes any scheme and, unless it names one, any port; with a scheme and no port, it takes
    no other port than the scheme's own. ``*`` is the leftmost part of the host, or part of the port.
    """
    scheme, _, rest = setting.rpartition("://")
    host, colon, port = rest.rpartition(":")
    if not colon or port.strip("0123456789*"):  # No port; an IPv6 address has colons of its own.
        host, port = rest, ""
    before = f"{re.escape(scheme)}://" if scheme else "(?:[A-Za-z][A-Za-z0-9+.-]*://)?"
    name = re.escape(host).replace(r"\*", "[A-Za-z0-9._-]*", 1)
    return re.compile(f"{before}{name}{_port_pattern(port, bool(scheme))}")


def _port_pattern(port: str, has_scheme: bool) -> str:
    if port == "*" or not (port or has_scheme):
        return r"(?::\d+)?"
    return ":" + port.replace("*", r"\d*") if port else ""
