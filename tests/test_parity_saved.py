from __future__ import annotations

import pytest

from edgeware.exceptions import UsageError
from edgeware.parity.saved import saved, split_url


@pytest.mark.parametrize(
    ("target", "sent"),
    [
        ("/a?b=c", "/a?b=c"),
        ("a", "/a"),
        ("*", "*"),
        ("/ä b", "/%C3%A4%20b"),
        ("/%20", "/%20"),
        ("/a\r\nX: y", "/a%0D%0AX:%20y"),
        ("/\udcff", "/%FF"),
    ],
)
def test_what_no_wire_takes_is_percent_encoded(target: str, sent: str) -> None:
    assert saved("GET", target, [], "f:1").target == sent


def test_the_path_is_the_target_without_its_query_string() -> None:
    assert saved("GET", "/a?b", [], "f:1").path == "/a"


def test_what_belongs_to_a_connection_or_was_masked_does_not_go_out_again() -> None:
    lines = [
        (":authority", "a.example"),
        ("Host", "a.example"),
        ("Content-Length", "3"),
        ("Transfer-Encoding", "chunked"),
        ("Authorization", "***"),
        ("Cookie", "a=***"),
        ("X-Kept", "grüß"),
        ("X-Wide", "€"),
    ]
    headers = saved("GET", "/", lines, "f:1").headers
    assert list(headers) == [("X-Kept", "grüß"), ("X-Wide", "€".encode().decode("latin-1"))]


@pytest.mark.parametrize(("name", "value"), [("a b", "c"), ("a", "b\r\nc: d"), ("", "x"), ("a", "\0")])
def test_a_header_that_cannot_be_sent_is_refused(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=r"f:1: the header .* cannot be sent"):
        saved("GET", "/", [(name, value)], "f:1")


def test_a_method_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="f:1: 'G T' is no method"):
        saved("G T", "/", [], "f:1")


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://a.example/b?c=d#e", ("a.example", "/b?c=d")),
        ("http://u:p@a.example:81", ("a.example:81", "/")),
        ("http://[::1]:8/x", ("[::1]:8", "/x")),
    ],
)
def test_a_url_is_a_host_and_a_target(url: str, found: tuple[str, str]) -> None:
    assert split_url(url, "f:1") == found


@pytest.mark.parametrize("url", ["/a", "ftp://a/b", "http:///a", "http://a:x/", "http://[::1", "file:///etc/passwd"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match=r"f:1: .* is no URL"):
        split_url(url, "f:1")
