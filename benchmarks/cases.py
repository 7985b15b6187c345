"""The table: what is measured side by side, and what each is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.servers import NJS_MODULE, program
from benchmarks.sites import Site

PATH = "/api/products"
MEGABYTE = "/bytes/1048576"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A server, and what is asked of it."""

    name: str
    site: Site
    path: str = PATH
    front: str = ""
    against: str = "Starlette"
    """The case whose requests a second are 1.00."""
    target: str = ""
    """What is wanted of the ratio."""
    headers: Mapping[str, str] = field(default_factory=dict)

    def lacks(self) -> str:
        """The program that this case needs and that is not installed, or nothing."""
        needed = {"varnish": "varnishd", "nginx": "nginx", "nginx + njs": "nginx"}.get(self.front)
        needed = needed or {"redis": "redis-server"}.get(self.site.store)
        if "node" in (self.site.viewer_request, self.site.viewer_response):
            needed = "node"
        if needed and program(needed) is None:
            return needed
        return "the njs module of nginx" if self.front == "nginx + njs" and not NJS_MODULE.exists() else ""


BARE = Site(edge="none")
FLASK = Site(edge="none", world="wsgi")
VIEWER_RESPONSE = Site(viewer_response="security_headers")
BOTH = Site(viewer_request="default_page", viewer_response="security_headers")
MISS = "Managed-CachingDisabled"

CASES = (
    Case(name="Starlette", site=BARE),
    Case(name="hit", site=Site(), target="≥ 1.2"),
    Case(name="hit + viewer-response", site=VIEWER_RESPONSE, target="≥ 0.9"),
    Case(
        name="hit + viewer-response, each run",
        site=Site(viewer_response="security_headers", reuse=False),
        target="≥ 0.45",
    ),
    Case(name="hit + both viewer events", site=BOTH),
    Case(
        name="hit + both viewer events, each run",
        site=Site(viewer_request="default_page", viewer_response="security_headers", reuse=False),
        target="≥ 0.3",
    ),
    Case(name="hit + Lambda@Edge in Python", site=Site(viewer_response="python")),
    Case(name="hit + Lambda@Edge in Node.js", site=Site(viewer_response="node")),
    Case(name="hit, 304", site=Site(), headers={"If-None-Match": '"products"'}),
    Case(name="miss", site=Site(policy=MISS), target="< 150 µs more"),
    Case(name="hit on disk", site=Site(store="disk")),
    Case(name="hit in Redis", site=Site(store="redis")),
    Case(name="Starlette, 1 MB", site=BARE, path=MEGABYTE),
    Case(name="hit, 1 MB", site=Site(), path=MEGABYTE, against="Starlette, 1 MB", target="≥ 1.0"),
    Case(name="Starlette, 5 ms", site=BARE, path="/slow/{burst}"),
    Case(name="misses, collapsed", site=Site(), path="/slow/{burst}", against="Starlette, 5 ms"),
    Case(name="hishel 2", site=Site(edge="hishel"), target="hit ≥ 5 ×"),
    Case(name="nginx", site=BARE, front="nginx"),
    Case(name="nginx + njs", site=BARE, front="nginx + njs"),
    Case(name="varnish", site=BARE, front="varnish"),
    Case(name="Flask", site=FLASK),
    Case(name="WSGI hit", site=Site(world="wsgi"), against="Flask"),
    Case(
        name="WSGI hit + viewer-response",
        site=Site(world="wsgi", viewer_response="security_headers"),
        against="Flask",
        target="≥ 0.7",
    ),
    Case(
        name="WSGI hit + viewer-response, each run",
        site=Site(world="wsgi", viewer_response="security_headers", reuse=False),
        against="Flask",
    ),
    Case(name="WSGI miss", site=Site(world="wsgi", policy=MISS), against="Flask"),
)
