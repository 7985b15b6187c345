from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

import pytest

from edgeware.config.model import Directory, Layer
from edgeware.messages import Headers, Request
from edgeware.origins.bucket import Answer, Bucket
from edgeware.origins.unreachable import OriginUnreachable

DATA = b"0123456789"
ETAG = f'"{hashlib.md5(DATA).hexdigest()}"'
MODIFIED = "Sat, 04 Jul 2026 12:00:00 GMT"
BEFORE = "Sat, 04 Jul 2026 11:59:59 GMT"
SECONDS = 1783166400


@pytest.fixture
def root(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    (site / "img").mkdir(parents=True)
    (site / "a.txt").write_bytes(DATA)
    os.utime(site / "a.txt", (SECONDS + 0.5, SECONDS + 0.5))
    (site / "img" / "a b.png").write_bytes(b"png")
    (site / "index.html").write_bytes(b"<p>")
    (site / "empty").touch()
    (tmp_path / "secret.txt").write_bytes(b"secret")
    return site


def ask(
    root: Path,
    path: str,
    method: str = "GET",
    not_found: Literal[403, 404] = 403,
    headers: dict[str, str] | None = None,
) -> tuple[Answer, bytes]:
    lines = Headers((headers or {}).items())
    bucket = Bucket(Directory(path=root, not_found=not_found))
    answer = bucket.answer(Request(method=method, path=path, headers=lines))
    return answer, (answer.response.body or b"") if answer.file is None else b"".join(answer.file)


def code(body: bytes) -> str | None:
    return ElementTree.fromstring(body).findtext("Code")


def test_an_object_comes_with_what_s3_says_of_it(root: Path) -> None:
    answer, body = ask(root, "/a.txt")
    assert (answer.response.status, body) == (200, DATA)
    assert dict(answer.response.headers) == {
        "Last-Modified": MODIFIED,
        "ETag": ETAG,
        "Accept-Ranges": "bytes",
        "Content-Type": "text/plain",
        "Server": "AmazonS3",
        "Content-Length": "10",
    }


def test_the_root_may_be_relative(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root.parent)
    assert ask(Path("site"), "/a.txt")[1] == DATA


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        pytest.param("a.css", "text/css", id="css"),
        pytest.param("a.js", "text/javascript", id="js"),
        pytest.param("a.woff2", "font/woff2", id="woff2"),
        pytest.param("a.webp", "image/webp", id="webp"),
        pytest.param("a.svg", "image/svg+xml", id="svg"),
        pytest.param("a.unheard-of", "binary/octet-stream", id="unknown suffix"),
        pytest.param("LICENSE", "binary/octet-stream", id="no suffix"),
    ],
)
def test_the_content_type_follows_the_suffix(root: Path, name: str, content_type: str) -> None:
    (root / name).touch()
    assert ask(root, f"/{name}")[0].response.headers.get("content-type") == content_type


@pytest.mark.parametrize("path", ["/img/a%20b.png", "/img/a+b.png", "/img%2Fa%20b.png", "/%69mg/a%20b.png"])
def test_a_key_is_the_decoded_path_with_plus_as_a_space(root: Path, path: str) -> None:
    assert ask(root, path)[1] == b"png"


def test_a_plus_in_a_name_is_reached_by_its_code_only(root: Path) -> None:
    (root / "c++.txt").write_bytes(b"plus")
    assert ask(root, "/c%2B%2B.txt")[1] == b"plus"
    assert ask(root, "/c++.txt")[0].response.status == 403


HOSTILE = [
    pytest.param("/missing", id="no such file"),
    pytest.param("/A.txt", id="another case"),
    pytest.param("/IMG/a%20b.png", id="a directory in another case"),
    pytest.param("/img", id="a directory"),
    pytest.param("/img/", id="a directory with a slash"),
    pytest.param("/a.txt/", id="a file with a slash"),
    pytest.param("//a.txt", id="an empty part first"),
    pytest.param("/img//a%20b.png", id="an empty part"),
    pytest.param("/./a.txt", id="a dot"),
    pytest.param("/img/../a.txt", id="dots that stay inside"),
    pytest.param("/../secret.txt", id="dots"),
    pytest.param("/..%2Fsecret.txt", id="dots and a coded slash"),
    pytest.param("/%2e%2e/secret.txt", id="coded dots"),
    pytest.param("/img/%2e%2e/%2e%2e/secret.txt", id="coded dots further down"),
    pytest.param("//etc/passwd", id="absolute"),
    pytest.param("/%2Fetc%2Fpasswd", id="absolute and coded"),
    pytest.param("/..%5Csecret.txt", id="a backslash"),
    pytest.param("/a.txt%00", id="a NUL at the end"),
    pytest.param("/%00", id="a NUL"),
    pytest.param("/%ff%fe", id="not UTF-8"),
    pytest.param("/" + "x" * 5000, id="too long for the file system"),
    pytest.param("/a.txt/b", id="below a file"),
    pytest.param("/out.txt", id="a link out"),
    pytest.param("/outside/secret.txt", id="below a link out"),
    pytest.param("/loop", id="a link to itself"),
    pytest.param("/pipe", id="a pipe"),
    pytest.param("/%3Cscript%3E%26%01%0A", id="what XML cannot hold"),
]


@pytest.mark.parametrize("path", HOSTILE)
@pytest.mark.parametrize(("not_found", "error"), [(403, "AccessDenied"), (404, "NoSuchKey")])
def test_whatever_is_no_object_inside_is_missing(
    root: Path, path: str, not_found: Literal[403, 404], error: str
) -> None:
    (root / "out.txt").symlink_to(root.parent / "secret.txt")
    (root / "outside").symlink_to(root.parent)
    (root / "loop").symlink_to("loop")
    os.mkfifo(root / "pipe")
    answer, body = ask(root, path, not_found=not_found)
    assert (answer.response.status, code(body)) == (not_found, error)
    assert answer.response.headers.get("content-type") == "application/xml"
    assert answer.response.headers.get("content-length") == str(len(body))


def test_a_link_that_stays_inside_is_an_object(root: Path) -> None:
    (root / "again.txt").symlink_to("a.txt")
    assert ask(root, "/again.txt")[1] == DATA


def test_the_names_of_objects_may_be_hostile(root: Path) -> None:
    (root / "<b>\r\nX: 1").write_bytes(b"odd")
    answer, body = ask(root, "/%3Cb%3E%0D%0AX:%201")
    assert body == b"odd"
    assert "X" not in answer.response.headers


@pytest.mark.parametrize("not_found", [403, 404])
def test_the_root_is_neither_an_index_nor_a_listing(root: Path, not_found: Literal[403, 404]) -> None:
    answer, body = ask(root, "/", not_found=not_found)
    assert (answer.response.status, code(body)) == (403, "AccessDenied")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_refused(root: Path, method: str) -> None:
    answer, body = ask(root, "/a.txt", method)
    assert (answer.response.status, code(body)) == (405, "MethodNotAllowed")
    assert answer.response.headers.get("allow") == "GET, HEAD"


@pytest.mark.parametrize("path", ["/a.txt", "/missing"])
def test_head_has_the_headers_of_get_and_no_body(root: Path, path: str) -> None:
    head, body = ask(root, path, "HEAD")
    assert body == b""
    assert head.response.headers == ask(root, path)[0].response.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"If-None-Match": ETAG}, 304, id="same etag"),
        pytest.param({"If-None-Match": f"W/{ETAG}"}, 304, id="same etag, weak"),
        pytest.param({"If-None-Match": f'"x", {ETAG}'}, 304, id="etag in a list"),
        pytest.param({"If-None-Match": "*"}, 304, id="any etag"),
        pytest.param({"If-None-Match": '"x"'}, 200, id="another etag"),
        pytest.param({"If-None-Match": '"x"', "If-Modified-Since": MODIFIED}, 200, id="the etag decides over the date"),
        pytest.param({"If-Modified-Since": MODIFIED}, 304, id="not modified since"),
        pytest.param({"If-Modified-Since": BEFORE}, 200, id="modified since"),
        pytest.param({"If-Modified-Since": "yesterday"}, 200, id="no date"),
        pytest.param({"If-Match": ETAG}, 200, id="if-match holds"),
        pytest.param({"If-Match": "*"}, 200, id="if-match any"),
        pytest.param({"If-Match": '"x"'}, 412, id="if-match fails"),
        pytest.param({"If-Match": f"W/{ETAG}"}, 412, id="if-match needs a strong etag"),
        pytest.param({"If-Match": ETAG, "If-Unmodified-Since": BEFORE}, 200, id="if-match decides over the date"),
        pytest.param({"If-Unmodified-Since": MODIFIED}, 200, id="unmodified since"),
        pytest.param({"If-Unmodified-Since": BEFORE}, 412, id="modified after all"),
    ],
)
def test_conditions_are_kept(root: Path, headers: dict[str, str], status: int) -> None:
    answer, body = ask(root, "/a.txt", headers=headers)
    assert answer.response.status == status
    assert body == (DATA if status == 200 else b"") or code(body) == "PreconditionFailed"


def test_not_modified_still_says_what_the_cache_needs(root: Path) -> None:
    headers = ask(root, "/a.txt", headers={"If-None-Match": ETAG})[0].response.headers
    assert (headers.get("etag"), headers.get("last-modified")) == (ETAG, MODIFIED)
    assert headers.names().isdisjoint({"content-type", "content-length"})


@pytest.mark.parametrize(
    ("headers", "status", "body", "content_range"),
    [
        pytest.param({"Range": "bytes=2-4"}, 206, b"234", "bytes 2-4/10", id="from, to"),
        pytest.param({"Range": "bytes=7-"}, 206, b"789", "bytes 7-9/10", id="from"),
        pytest.param({"Range": "bytes=-3"}, 206, b"789", "bytes 7-9/10", id="the last"),
        pytest.param({"Range": "bytes=-99"}, 206, DATA, "bytes 0-9/10", id="more than there is, from the end"),
        pytest.param({"Range": "bytes=5-99"}, 206, b"56789", "bytes 5-9/10", id="beyond the end"),
        pytest.param({"Range": "bytes=10-"}, 416, None, "bytes */10", id="after the end"),
        pytest.param({"Range": "bytes=0-1,3-4"}, 200, DATA, None, id="two ranges"),
        pytest.param({"Range": "bytes=4-2"}, 200, DATA, None, id="backwards"),
        pytest.param({"Range": "bytes=some"}, 200, DATA, None, id="no range"),
        pytest.param({"Range": "lines=0-1"}, 200, DATA, None, id="another unit"),
        pytest.param({"Range": "bytes=0-0", "If-Range": ETAG}, 206, b"0", "bytes 0-0/10", id="if-range by etag"),
        pytest.param({"Range": "bytes=0-0", "If-Range": MODIFIED}, 206, b"0", "bytes 0-0/10", id="if-range by date"),
        pytest.param({"Range": "bytes=0-0", "If-Range": '"x"'}, 200, DATA, None, id="if-range fails"),
        pytest.param({"Range": "bytes=0-0", "If-Range": BEFORE}, 200, DATA, None, id="if-range fails by date"),
        pytest.param({"If-Range": ETAG}, 200, DATA, None, id="if-range without a range"),
    ],
)
def test_a_single_range_is_answered_in_part(
    root: Path, headers: dict[str, str], status: int, body: bytes | None, content_range: str | None
) -> None:
    answer, heard = ask(root, "/a.txt", headers=headers)
    assert (answer.response.status, answer.response.headers.get("content-range")) == (status, content_range)
    assert answer.response.headers.get("content-length") == str(len(heard))
    assert heard == body or code(heard) == "InvalidRange"


def test_an_empty_object_is_whole(root: Path) -> None:
    answer, body = ask(root, "/empty")
    assert (answer.response.status, answer.response.headers.get("content-length"), body) == (200, "0", b"")


def test_a_changed_file_has_a_new_etag(root: Path) -> None:
    ask(root, "/a.txt")
    (root / "a.txt").write_bytes(b"other")
    answer, _ = ask(root, "/a.txt")
    assert answer.response.headers.get("etag") == f'"{hashlib.md5(b"other").hexdigest()}"'


def test_a_large_object_comes_in_pieces(root: Path) -> None:
    data = bytes(range(256)) * 1024
    (root / "large").write_bytes(data)
    answer = Bucket(Directory(path=root)).answer(Request(method="GET", path="/large"))
    assert answer.file is not None
    pieces = list(answer.file)
    assert b"".join(pieces) == data
    assert max(map(len, pieces)) <= 65536


def test_a_file_that_becomes_shorter_breaks_off(root: Path) -> None:
    (root / "large").write_bytes(b"x" * 200_000)
    answer = Bucket(Directory(path=root)).answer(Request(method="GET", path="/large"))
    assert answer.file is not None
    next(answer.file)
    os.truncate(root / "large", 1000)
    with pytest.raises(OriginUnreachable, match="became shorter"):
        list(answer.file)
    answer.file.close()


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/docs/a.txt", 200, DATA),
        ("/a.txt", 200, b"other"),
        ("/docs/", 200, b"<p>"),
        ("/", 403, None),
        ("/docs/docs/a.txt", 403, None),
        ("/index.html", 403, None),
    ],
)
def test_directories_lie_in_a_bucket_under_their_prefixes(
    root: Path, tmp_path: Path, path: str, status: int, body: bytes | None
) -> None:
    other = tmp_path / "other"
    (other / "docs").mkdir(parents=True)
    (other / "a.txt").write_bytes(b"other")
    (other / "docs" / "a.txt").write_bytes(b"hidden")
    directory = Directory(path=root, prefix="docs/", beneath=(Layer(path=other),), index="index.html")
    answer = Bucket(directory).answer(Request(method="GET", path=path))
    found = None if answer.file is None else b"".join(answer.file)
    assert (answer.response.status, found) == (status, body)
