from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from edgeware.exceptions import UsageError
from edgeware.parity import requests
from edgeware.parity.requests import read_requests

HAR = json.dumps({"log": {"entries": [{"request": {"method": "GET", "url": "http://a.example/har"}}]}})
LOG = "#Version: 1.0\n#Fields: cs-method cs-uri-stem\nGET\t/log\n"
COMPRESSED = gzip.compress(LOG.encode(), mtime=0)


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (HAR.encode(), "/har"),
        (b"\xef\xbb\xbf" + HAR.encode(), "/har"),
        (LOG.encode(), "/log"),
        (COMPRESSED, "/log"),
        (b"# a comment\ncurl http://a.example/curl\n", "/curl"),
    ],
)
def test_the_text_tells_what_kind_of_file_it_is(content: bytes, path: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    assert [request.target for request in read_requests(file)] == [path]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no request"),
        (b"# nothing\n", "holds no request"),
        (b"\xff\xfe\x00", "cannot be read"),
        (COMPRESSED[:-9], "cannot be read"),
        (b"\x1f\x8b but no gzip", "cannot be read"),
        (b"x" * 2000, "is longer than"),
        (gzip.compress(b"x" * 2000, mtime=0), "is longer than"),
    ],
)
def test_a_file_without_requests_is_refused(
    content: bytes, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "MAX_FILE_BYTES", 1000)
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=message):
        read_requests(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere cannot be read"):
        read_requests(tmp_path / "nowhere")
