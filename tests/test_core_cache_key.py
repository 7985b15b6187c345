from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgeware.config.model import CacheBehavior, CachePolicy, Selection, ViewerDefaults
from edgeware.core import viewer_headers
from edgeware.core.cache_key import AcceptEncoding, CacheKey, normalized_accept_encoding
from edgeware.messages import Headers, Request
from tests.vectors_path import load

VECTORS: dict[str, Any] = load("cache_key_vectors.json")
DOMAIN_NAME = "d111111abcdef8.cloudfront.net"
EVERYTHING = Selection(mode="all")


def selection(words: dict[str, Any]) -> Selection:
    return Selection(mode=words["behavior"], names=tuple(words.get("items", ())))


def policy_of(words: dict[str, Any]) -> CachePolicy:
    return CachePolicy(
        name="vector",
        gzip=words["gzip"],
        brotli=words["brotli"],
        headers=selection(words["headers"]),
        cookies=selection(words["cookies"]),
        query_strings=selection(words["query_strings"]),
    )


def request_of(words: dict[str, Any]) -> Request:
    headers = Headers((name, value) for name, value in words["headers"])
    return Request(
        method=words["method"],
        path=words["path"],
        query=words["query"],
        headers=headers if "host" in headers else headers.add("Host", words["host"]),
        scheme=words["scheme"],
        http_version=words.get("http", "1.1"),
    )


def key_of(vector: dict[str, Any], words: dict[str, Any]) -> str:
    policy = policy_of(vector["policy"])
    behavior = CacheBehavior(path_pattern=None, target_origin_id="app", cache_policy=policy)
    request = viewer_headers.added(request_of(words), viewer_headers.wanted(behavior), ViewerDefaults())
    signed = vector["policy"].get("trusted_signers", False)
    return CacheKey(DOMAIN_NAME, policy, trusted_signers=signed).of(request)


@pytest.mark.parametrize("vector", [pytest.param(row, id=row["id"]) for row in VECTORS["vectors"]])
def test_two_requests_share_an_object_or_not_as_the_vectors_say(vector: dict[str, Any]) -> None:
    assert (key_of(vector, vector["a"]) == key_of(vector, vector["b"])) is vector["same_object"], vector["rule"]


@pytest.mark.parametrize("vector", VECTORS["accept_encoding"], ids=str)
def test_accept_encoding_is_normalized_as_the_vectors_say(vector: dict[str, Any]) -> None:
    policy = CachePolicy(name="vector", gzip=vector["gzip"], brotli=vector["brotli"])
    value = vector["accept_encoding"]
    request = Request(method="GET", path="/", headers=Headers([] if value is None else [("Accept-Encoding", value)]))
    assert normalized_accept_encoding(policy, request) == (vector["in_key"], vector["to_origin"])


LISTED = Selection(mode="whitelist", names=("accept-ENCODING",))


@pytest.mark.parametrize(
    ("policy", "version", "expected"),
    [
        pytest.param(CachePolicy(name="p"), "1.1", AcceptEncoding(None, None), id="both flags off"),
        pytest.param(
            CachePolicy(name="p", headers=LISTED),
            "1.1",
            AcceptEncoding("GZIP, gzip;q=1, x", "GZIP, gzip;q=1, x"),
            id="both off and listed: as it came",
        ),
        pytest.param(CachePolicy(name="p", headers=LISTED), "1.0", AcceptEncoding(None, None), id="listed, HTTP/1.0"),
        pytest.param(CachePolicy(name="p", gzip=True), "1.0", AcceptEncoding(None, None), id="flag on, HTTP/1.0"),
        pytest.param(CachePolicy(name="p", gzip=True), "2", AcceptEncoding("gzip", "gzip"), id="flag on, HTTP/2"),
        pytest.param(
            CachePolicy(name="p", gzip=True, headers=LISTED),
            "2",
            AcceptEncoding("gzip", "gzip"),
            id="flag on and listed: normalized",
        ),
        pytest.param(CachePolicy(name="p", headers=EVERYTHING), "2", AcceptEncoding(None, None), id="legacy star"),
    ],
)
def test_accept_encoding_depends_on_flags_list_and_version(
    policy: CachePolicy, version: str, expected: AcceptEncoding
) -> None:
    headers = Headers([("Accept-Encoding", "GZIP, gzip;q=1"), ("Accept-Encoding", "x")])
    request = Request(method="GET", path="/", http_version=version, headers=headers)
    assert normalized_accept_encoding(policy, request) == expected
    assert CacheKey("d", policy).parts(request)["accept-encoding"] == expected.in_key


def test_a_key_reads_well() -> None:
    policy = CachePolicy(
        name="p",
        gzip=True,
        headers=Selection(mode="whitelist", names=("X-B", "X-A", "x-b", "Absent")),
        cookies=Selection(mode="whitelist", names=("b", "a")),
        query_strings=Selection(mode="allExcept", names=("utm",)),
    )
    headers = [("Cookie", "b=2; c=3; a=1"), ("x-a", "1"), ("X-B", "2"), ("Accept-Encoding", "gzip"), ("X-A", "3")]
    request = Request(method="OPTIONS", path="/x%20y", query="z=1&utm=2&a=3", headers=Headers(headers))
    key = CacheKey(DOMAIN_NAME, policy)
    assert key.of(request).split("\n") == [
        DOMAIN_NAME,
        "/x%20y",
        "m:OPTIONS",
        "q:z=1&a=3",
        "h:x-a:1, 3",
        "h:x-b:2",
        "c:a=1",
        "c:b=2",
        "e:gzip",
    ]
    assert key.parts(request) == {
        "method": "OPTIONS",
        "distribution": DOMAIN_NAME,
        "path": "/x%20y",
        "query": "z=1&a=3",
        "headers": {"x-a": "1, 3", "x-b": "2"},
        "cookies": ("a=1", "b=2"),
        "accept-encoding": "gzip",
    }


def test_a_plain_policy_keys_on_distribution_and_path_alone() -> None:
    key = CacheKey(DOMAIN_NAME, CachePolicy(name="p"))
    request = Request(method="HEAD", path="/x", query="a=1", headers=Headers([("Cookie", "a=1")]))
    assert key.of(request) == f"{DOMAIN_NAME}\n/x"
    assert "method" not in key.parts(request)


def test_legacy_cookie_lists_have_wildcards() -> None:
    cookies = Selection(mode="whitelist", names=("user_*",))
    request = Request(method="GET", path="/", headers=Headers([("Cookie", "user_1=a")]))
    legacy = CacheKey(DOMAIN_NAME, CachePolicy(name="p", cookies=cookies, legacy=True))
    assert legacy.parts(request)["cookies"] == ("user_1=a",)
    assert CacheKey(DOMAIN_NAME, CachePolicy(name="p", cookies=cookies)).parts(request)["cookies"] == ()


HOSTILE = st.text(alphabet='ab\n\\nqch:=&; "/', max_size=12)


@given(st.lists(st.tuples(HOSTILE, HOSTILE, HOSTILE), min_size=2, max_size=2))
def test_no_value_passes_for_another_part_of_the_key(asked: list[tuple[str, str, str]]) -> None:
    policy = CachePolicy(
        name="p", headers=Selection(mode="whitelist", names=("a", "b")), query_strings=EVERYTHING, cookies=EVERYTHING
    )
    key = CacheKey(DOMAIN_NAME, policy)
    requests = [
        Request(method="GET", path="/" + path, query=query, headers=Headers([("a", value), ("cookie", value)]))
        for path, query, value in asked
    ]
    first, second = requests
    assert (key.of(first) == key.of(second)) is (key.parts(first) == key.parts(second))


def test_a_newline_in_a_path_is_no_query_string() -> None:
    key = CacheKey(DOMAIN_NAME, CachePolicy(name="p", query_strings=EVERYTHING))
    paths = [("/x\nq:a", ""), ("/x", "a"), ("/x\\nq:a", ""), ("/x\\\nq:a", "")]
    assert len({key.of(Request(method="GET", path=path, query=query)) for path, query in paths}) == 4


@given(st.text())
def test_no_accept_encoding_is_too_strange(value: str) -> None:
    request = Request(method="GET", path="/", headers=Headers([("Accept-Encoding", value)]))
    policy = CachePolicy(name="p", gzip=True, brotli=True)
    assert normalized_accept_encoding(policy, request).in_key in (None, "br", "gzip", "br,gzip")


def test_the_path_in_the_key_is_raw_or_normalised() -> None:
    def keys(normalize_path: bool) -> set[str]:
        key = CacheKey("d1.cloudfront.net", CachePolicy(name="p"), normalize_path=normalize_path)
        requests = [Request(method="GET", path=path) for path in ("/a/b", "/a//b", "/a/./b", "/%61/b")]
        assert key.parts(requests[1])["path"] == ("/a/b" if normalize_path else "/a//b")
        return {key.of(request) for request in requests}

    assert len(keys(False)) == 4
    assert len(keys(True)) == 1
