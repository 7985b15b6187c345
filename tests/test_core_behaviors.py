from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgeware.config.model import ALL_METHODS, READ_AND_OPTIONS, CacheBehavior, CachePolicy, ViewerProtocolPolicy
from edgeware.core.behaviors import (
    Behaviors,
    cached_methods,
    https_redirect_status,
    matches,
    normalized,
    refuses_protocol,
)
from edgeware.messages import Request
from tests.vectors_path import load

VECTORS: dict[str, Any] = load("path_pattern_vectors.json")


def behavior(pattern: str | None = None, **settings: Any) -> CacheBehavior:
    return CacheBehavior(path_pattern=pattern, target_origin_id="app", cache_policy=CachePolicy(name="any"), **settings)


@pytest.mark.parametrize("vector", [pytest.param(row, id=row["id"]) for row in VECTORS["vectors"]])
def test_a_pattern_takes_a_path_as_the_vectors_say(vector: dict[str, Any]) -> None:
    path = vector["path"].partition("?")[0]
    assert matches(vector["pattern"], path) is vector["match"]
    if "path_used_for_matching" in vector:
        assert normalized(path) == vector["path_used_for_matching"]


@pytest.mark.parametrize("vector", [pytest.param(row, id=row["id"]) for row in VECTORS["behavior_selection"]])
def test_the_first_behavior_that_matches_is_chosen_as_the_vectors_say(vector: dict[str, Any]) -> None:
    behaviors = Behaviors((*map(behavior, vector["patterns"]), behavior()))
    chosen = behaviors.match(vector["path"].partition("?")[0])
    assert (chosen.path_pattern or "*") == vector["chosen"]


@pytest.mark.parametrize(
    ("path", "clean"),
    [
        ("/a/b.html", "/a/b.html"),
        ("/", "/"),
        ("", "/"),
        ("a", "/a"),
        ("/..", "/"),
        ("/../../a", "/a"),
        ("/a/.", "/a/"),
        ("/a/./", "/a/"),
        ("/a/../b/", "/b/"),
        ("//a///b//", "/a/b/"),
        ("/a//../b", "/b"),
        ("/.hidden", "/.hidden"),
        ("/a...b/...", "/a...b/..."),
        ("/%2e%2E/a", "/a"),
        ("/%7eu/%c3%a9", "/~u/%C3%A9"),
        ("/%zz/%4", "/%zz/%4"),
        ("/a%2fb", "/a%2Fb"),
    ],
)
def test_a_path_is_normalized_for_matching(path: str, clean: str) -> None:
    assert normalized(path) == clean


@given(st.text(alphabet="/.%2eEfF7a~"))
def test_a_normalized_path_has_nothing_left_to_normalize(path: str) -> None:
    clean = normalized(path)
    assert clean.startswith("/")
    assert "//" not in clean
    assert {".", ".."}.isdisjoint(clean.split("/"))


@pytest.mark.parametrize(
    ("policy", "scheme", "method", "version", "redirect", "refused"),
    [
        ("allow-all", "http", "GET", "1.1", None, False),
        ("redirect-to-https", "https", "GET", "1.1", None, False),
        ("redirect-to-https", "http", "GET", "1.0", 301, False),
        ("redirect-to-https", "http", "HEAD", "2", 301, False),
        ("redirect-to-https", "http", "POST", "1.1", 307, False),
        ("redirect-to-https", "http", "OPTIONS", "2", 307, False),
        ("redirect-to-https", "http", "DELETE", "1.0", None, True),
        ("redirect-to-https", "http", "TRACE", "1.1", None, False),
        ("https-only", "http", "GET", "1.1", None, True),
        ("https-only", "https", "GET", "1.1", None, False),
    ],
)
def test_the_viewer_protocol_policy_redirects_or_refuses(
    policy: ViewerProtocolPolicy, scheme: str, method: str, version: str, redirect: int | None, refused: bool
) -> None:
    chosen = behavior(viewer_protocol_policy=policy)
    request = Request(method=method, path="/", scheme=scheme, http_version=version)
    assert https_redirect_status(chosen, request) == redirect
    assert refuses_protocol(chosen, request) is refused


@pytest.mark.parametrize(
    ("chosen", "cached"),
    [
        (behavior(), {"GET", "HEAD"}),
        (behavior(cached_methods=READ_AND_OPTIONS), {"GET", "HEAD", "OPTIONS"}),
        (behavior(cached_methods=ALL_METHODS), {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_only_get_head_and_perhaps_options_are_cached(chosen: CacheBehavior, cached: set[str]) -> None:
    assert cached_methods(chosen) == cached


def test_a_path_may_be_matched_as_it_came() -> None:
    behaviors = tuple(
        CacheBehavior(path_pattern=pattern, target_origin_id="app", cache_policy=CachePolicy(name="p"))
        for pattern in ("/a/b*", "/a*", None)
    )
    assert Behaviors(behaviors).match("/a/b/..").path_pattern == "/a*"
    assert Behaviors(behaviors, normalize=False).match("/a/b/..").path_pattern == "/a/b*"
