"""What the origin gets of a viewer's request, for every pair of policies, as the application sees it.

[understanding-how-origin-request-policies-and-cache-policies-work-together]
"""

from __future__ import annotations

from typing import Any

import pytest

from edgeware.config.model import CachePolicy, Origin, OriginRequestPolicy, Selection
from tests.worlds.apps import Asked, constant, page
from tests.worlds.conftest import NewViewer, Viewer
from tests.worlds.sites import site

# Of the names a to d: L and C are a and b, M and B are a and c.
CACHE = {"none": ("none", ""), "all": ("all", ""), "allow L": ("whitelist", "ab"), "block C": ("allExcept", "ab")}
ORIGIN = {"none": ("none", ""), "all": ("all", ""), "allow M": ("whitelist", "ac"), "block B": ("allExcept", "ac")}
TABLE = {
    "none": {"none": "", "all": "abcd", "allow M": "ac", "block B": "bd"},
    "all": {"none": "abcd", "all": "abcd", "allow M": "abcd", "block B": "abcd"},
    "allow L": {"none": "ab", "all": "abcd", "allow M": "abc", "block B": "abd"},
    "block C": {"none": "cd", "all": "abcd", "allow M": "acd", "block B": "d"},
}
KEYED = {"none": "", "all": "abcd", "allow L": "ab", "block C": "cd"}
PAIRS = [pytest.param(cache, origin, id=f"{cache} - {origin}") for cache in TABLE for origin in TABLE[cache]]
HEADERS_TOO = [pair for pair in PAIRS if pair.values[0] in ("none", "allow L")]


def selection(row: tuple[str, str], prefix: str = "") -> Selection:
    mode: Any = row[0]
    return Selection(mode=mode, names=tuple(prefix + name for name in row[1]))


def viewer_with(viewer_of: NewViewer, field: str, cache: Selection, origin: Selection) -> Viewer:
    policies: dict[str, Any] = {
        "cache_policy": CachePolicy(name="c", **{field: cache}),  # type: ignore[arg-type]
        "origin_request_policy": OriginRequestPolicy(name="o", **{field: origin}),  # type: ignore[arg-type]
    }
    return viewer_of(constant(page()), site(**policies))


def keyed(viewer: Viewer, vary: Any) -> str:
    """The names of which another value is another object."""
    found = ""
    for name in "abcd":
        viewer(*vary(""))
        if viewer(*vary(name)).x_cache == "Miss":
            found += name
    return found


@pytest.mark.parametrize(("cache", "origin"), PAIRS)
def test_query_strings(cache: str, origin: str, viewer_of: NewViewer) -> None:
    viewer = viewer_with(viewer_of, "query_strings", selection(CACHE[cache]), selection(ORIGIN[origin]))
    viewer.get("/?d=4&c=3&b=2&a=1&a=0&b")
    sent = [part for part in "d=4 c=3 b=2 a=1 a=0 b".split() if part[0] in TABLE[cache][origin]]
    assert viewer.app.asked[0].query == "&".join(sent)

    def vary(name: str) -> tuple[str, str]:
        return "GET", "/?" + "&".join(f"{one}={int(one == name)}" for one in "abcd")

    assert keyed(viewer, vary) == KEYED[cache]


@pytest.mark.parametrize(("cache", "origin"), PAIRS)
def test_cookies(cache: str, origin: str, viewer_of: NewViewer) -> None:
    viewer = viewer_with(viewer_of, "cookies", selection(CACHE[cache]), selection(ORIGIN[origin]))
    viewer.get("/", Cookie="d=4; c=3; $Path=/; b=2; nothing; a=1")
    sent = "; ".join(part for part in "a=1 b=2 c=3 d=4".split() if part[0] in TABLE[cache][origin])
    assert viewer.app.asked[0].headers.get("cookie") == (sent or None)

    def vary(name: str) -> tuple[str, str, list[tuple[str, str]]]:
        return "GET", "/", [("Cookie", "; ".join(f"{one}={int(one == name)}" for one in "abcd"))]

    assert keyed(viewer, vary) == KEYED[cache]


@pytest.mark.parametrize(("cache", "origin"), HEADERS_TOO)
def test_headers(cache: str, origin: str, viewer_of: NewViewer) -> None:
    wanted = selection(ORIGIN[origin], "X-")
    wanted = Selection(mode="allViewer") if wanted.mode == "all" else wanted
    viewer = viewer_with(viewer_of, "headers", selection(CACHE[cache], "x-"), wanted)
    lines = [(f"X-{name}", name * 2) for name in "abcd"]
    viewer("GET", "/", lines)
    got = viewer.app.asked[0].headers
    assert [name for name in "abcd" if got.get(f"x-{name}") == name * 2] == list(TABLE[cache][origin])

    def vary(name: str) -> tuple[str, str, list[tuple[str, str]]]:
        return "GET", "/", [(f"X-{one}", str(int(one == name))) for one in "abcd"]

    assert keyed(viewer, vary) == KEYED[cache]


def asked_with(viewer_of: NewViewer, **settings: Any) -> Asked:
    viewer = viewer_of(constant(page()), site(**settings))
    viewer.get("/?b=2&a=1", Cookie="b=2; a=1", User_Agent="curl/8", X_Other="yes", Accept="*/*", Via="1.0 proxy")
    return viewer.app.asked[0]


def test_a_cache_policy_alone_sends_nothing_of_the_viewer(viewer_of: NewViewer) -> None:
    asked = asked_with(viewer_of)
    assert asked.query == ""
    assert asked.headers["host"] == "app.example.com"
    assert asked.headers["user-agent"] == "Amazon CloudFront"
    assert asked.headers["x-forwarded-for"] == "198.51.100.7"
    assert asked.headers["via"].startswith("1.0 proxy, 1.1 ")
    assert {"cookie", "x-other", "accept"}.isdisjoint(asked.headers)


def test_all_viewer_sends_what_the_viewer_sent(viewer_of: NewViewer) -> None:
    policy = OriginRequestPolicy(
        name="o",
        headers=Selection(mode="allViewer"),
        cookies=Selection(mode="all"),
        query_strings=Selection(mode="all"),
    )
    asked = asked_with(viewer_of, origin_request_policy=policy)
    assert (asked.query, asked.headers["cookie"]) == ("b=2&a=1", "a=1; b=2")
    assert asked.headers["host"] == "www.example.com"
    assert asked.headers["user-agent"] == "curl/8"
    assert (asked.headers["x-other"], asked.headers["accept"]) == ("yes", "*/*")


@pytest.mark.parametrize("listed", [(), ("a",)], ids=["all", "keys"])
def test_legacy_forwarded_values_send_the_whole_query_string_and_other_headers(
    listed: tuple[str, ...], viewer_of: NewViewer
) -> None:
    queries = Selection(mode="whitelist", names=listed) if listed else Selection(mode="all")
    asked = asked_with(viewer_of, cache_policy=CachePolicy(name="l", legacy=True, query_strings=queries))
    assert asked.query == "b=2&a=1"
    assert asked.headers["x-other"] == "yes"
    assert asked.headers["user-agent"] == "Amazon CloudFront"
    assert {"cookie", "accept"}.isdisjoint(asked.headers)


def test_the_origins_own_headers_and_path_come_last(viewer_of: NewViewer) -> None:
    origin = Origin(
        id="app",
        domain_name="app.example.com",
        origin_path="/site",
        custom_headers=(("X-Other", "ours"), ("X-Key", "k")),
    )
    policy = OriginRequestPolicy(name="o", headers=Selection(mode="allViewer"))
    asked = asked_with(viewer_of, origin=origin, origin_request_policy=policy)
    assert asked.path == "/site/"
    assert (asked.headers["x-other"], asked.headers["x-key"]) == ("ours", "k")
