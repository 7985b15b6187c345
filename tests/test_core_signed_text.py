from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgeware.core.signed_text import Signed, canned_policy, decoded, encoded, signed, signed_url
from edgeware.messages import Headers, Request


def asked(query: str = "", cookie: str = "", **more: str) -> Request:
    lines = [("Host", "cdn.example.com:8443"), *([("Cookie", cookie)] if cookie else [])]
    return Request(method="GET", path="/a%20b.jpg", query=query, headers=Headers(lines), **more)  # type: ignore[arg-type]


@given(st.binary(max_size=200))
def test_what_was_encoded_is_decoded(data: bytes) -> None:
    text = encoded(data)
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~")
    assert decoded(text) == data


@pytest.mark.parametrize("text", ["a", "ab", "a+__", "ab==", "ab/_", "a b_", "é___", "ab_c", "\x00"])
def test_what_is_not_in_the_alphabet_of_urls_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of whatever kind
        decoded(text)


def test_the_canned_policy_is_this_text_to_the_letter() -> None:
    assert canned_policy("https://d1.cloudfront.net/a?b=c", 1767225600) == (
        b'{"Statement":[{"Resource":"https://d1.cloudfront.net/a?b=c",'
        b'"Condition":{"DateLessThan":{"AWS:EpochTime":1767225600}}}]}'
    )


URL = "Expires=1&Signature=s&Key-Pair-Id=k"
COOKIES = "CloudFront-Policy=p; CloudFront-Signature=s2; CloudFront-Key-Pair-Id=k2"


@pytest.mark.parametrize(
    ("query", "cookie", "expected"),
    [
        ("", "", Signed(None, None, None, None, None, "cookies")),
        ("a=b", "c=d", Signed(None, None, None, None, None, "cookies")),
        (URL, "", Signed("k", "s", None, "1", None, "URL")),
        (URL, COOKIES, Signed("k", "s", None, "1", None, "URL")),
        ("Policy=p&a=b", COOKIES, Signed(None, None, "p", None, None, "URL")),
        ("Hash-Algorithm=SHA256", COOKIES, Signed(None, None, None, None, "SHA256", "URL")),
        ("", COOKIES + "; CloudFront-Hash-Algorithm=SHA256", Signed("k2", "s2", "p", None, "SHA256", "cookies")),
        ("expires=1&signature=s", COOKIES, Signed("k2", "s2", "p", None, None, "cookies")),
        ("Signature=a&Signature=b&Key-Pair-Id=&Policy=%7Ex%2B", "", Signed(None, "a", "~x+", None, None, "URL")),
        ("", "CloudFront-Signature=a; CloudFront-Signature=b", Signed(None, "a", None, None, None, "cookies")),
    ],
    ids=[
        "nothing",
        "others",
        "a signed URL",
        "the URL goes before the cookies",
        "one parameter makes a signed URL",
        "even the hash alone",
        "cookies",
        "case counts",
        "the first counts, escapes are decoded, empty is missing",
        "the first cookie counts",
    ],
)
def test_where_the_signature_stands(query: str, cookie: str, expected: Signed) -> None:
    assert signed(asked(query, cookie)) == expected


@pytest.mark.parametrize(
    ("query", "url"),
    [
        ("", "https://cdn.example.com:8443/a%20b.jpg"),
        (URL, "https://cdn.example.com:8443/a%20b.jpg"),
        (f"b=2&{URL}&a=1", "https://cdn.example.com:8443/a%20b.jpg?b=2&a=1"),
        ("Hash-Algorithm=SHA256&Policy=x&a", "https://cdn.example.com:8443/a%20b.jpg?a"),
    ],
)
def test_the_signed_url_is_the_viewers_own_without_the_signature(query: str, url: str) -> None:
    assert signed_url(asked(query)) == url
    assert signed_url(asked(query, scheme="http")) == url.replace("https", "http")


def test_a_request_without_a_host_has_a_url_too() -> None:
    assert signed_url(Request(method="GET", path="/a")) == "https:///a"
