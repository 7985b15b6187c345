from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.exceptions import UsageError
from edgeware.parity.curl_lines import requests
from edgeware.parity.saved import SavedRequest


def one(line: str) -> SavedRequest:
    (found,) = requests(line, "f.txt")
    return found


def test_a_line_as_a_browser_copies_it() -> None:
    text = (
        "# the home page\n\ncurl 'https://a.example/b?c=d' \\\n  -H 'Accept: text/html' \\\n"
        "  -H 'Cookie: k=v' --compressed\ncurl http://a.example:81/e\n"
    )
    first, second = requests(text, "f.txt")
    assert (first.method, first.target, first.host, first.where) == ("GET", "/b?c=d", "a.example", "f.txt:3")
    assert list(first.headers) == [
        ("Accept", "text/html"),
        ("Cookie", "k=v"),
        ("Accept-Encoding", "deflate, gzip, br, zstd"),
    ]
    assert (second.host, second.where) == ("a.example:81", "f.txt:6")


@pytest.mark.parametrize(
    ("line", "method", "target", "body"),
    [
        ("curl a.example", "GET", "/", b""),
        ("curl -sSLi -o x.html a.example/b", "GET", "/b", b""),
        ("curl -XPUT --url http://a/b -d 'x y'", "PUT", "/b", b"x y"),
        ("curl -I http://a/b", "HEAD", "/b", b""),
        ("curl http://a/b -d a=1 --data-raw b=2", "POST", "/b", b"a=1&b=2"),
        ("curl http://a/b -d ''", "POST", "/b", b""),
        ("curl -G http://a/b -d a=1", "GET", "/b?a=1", b""),
        ("curl -G 'http://a/b?c' -d a=1", "GET", "/b?c&a=1", b""),
        ("curl http://a/b \\", "GET", "/b", b""),
        ("curl 'http://a/$x'", "GET", "/$x", b""),
    ],
)
def test_options_say_what_is_asked(line: str, method: str, target: str, body: bytes) -> None:
    found = one(line)
    assert (found.method, found.target, found.body) == (method, target, body)


@pytest.mark.parametrize(
    ("line", "headers"),
    [
        ("curl -A x http://a/", [("User-Agent", "x"), ("Accept", "*/*")]),
        ("curl -b k=v -e http://r/ http://a/", [("Cookie", "k=v"), ("Referer", "http://r/"), ("Accept", "*/*")]),
        ("curl -r 0-9 http://a/", [("Range", "bytes=0-9"), ("Accept", "*/*")]),
        ("curl -u me:you http://a/", [("Authorization", "Basic bWU6eW91"), ("Accept", "*/*")]),
        ("curl -H Accept: -H 'X-Empty;' http://a/", [("X-Empty", "")]),
        ("curl -d a http://a/", [("Accept", "*/*"), ("Content-Type", "application/x-www-form-urlencoded")]),
    ],
)
def test_options_that_are_headers(line: str, headers: list[tuple[str, str]]) -> None:
    assert list(one(line).headers) == headers


def test_the_host_header_names_the_host() -> None:
    assert one("curl -H 'Host: b.example' http://a/").host == "b.example"


@pytest.mark.parametrize(
    "line",
    [
        "wget http://a/",
        "curl",
        "curl http://a/ http://b/",
        "curl http://a/ ; rm -rf /",
        "curl http://a/ | sh",
        "curl http://a/ > file",
        "curl $(id)",
        "curl -H $'X: y' http://a/",
        "curl -d @/etc/passwd http://a/",
        "curl -b cookies.txt http://a/",
        "curl -x http://proxy/ http://a/",
        "curl -K config http://a/",
        "curl 'http://a/",
        "curl ftp://a/b",
        "curl file:///etc/passwd",
        "curl -H 'a b: c' http://a/",
    ],
)
def test_what_is_no_request_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(UsageError, match=r"f\.txt:2: "):
        list(requests(f"curl http://a/\n{line}", "f.txt"))


def test_nothing_is_executed(tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    found = one(f"curl 'http://a/`touch {witness}`'")
    assert found.target.startswith("/`touch%20")
    assert not witness.exists()
