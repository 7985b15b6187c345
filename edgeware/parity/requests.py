"""The requests of a file: a HAR, a W3C access log, or a list of curl lines. Which one it is, its text tells."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

from edgeware.exceptions import UsageError
from edgeware.parity import curl_lines, har, log_lines
from edgeware.parity.saved import SavedRequest

MAX_FILE_BYTES = 256 * 1024 * 1024


def read_requests(path: Path) -> Sequence[SavedRequest]:
    """All requests of a file, in order; a log that is compressed by gzip, as AWS keeps it, is opened too.

    UsageError, with the line or the entry, for what is no request, and for a file that holds none.
    """
    text = _text(path)
    start = text.lstrip()[:1]
    if start == "{":
        found = list(har.requests(text, str(path)))
    elif log_lines.is_log(text):
        found = list(log_lines.requests(text, str(path)))
    else:
        found = list(curl_lines.requests(text, str(path)))
    if not found:
        raise UsageError(f"{path} holds no request: a HAR, an access log with its #Fields, or lines that begin `curl`.")
    return found


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
        if content.startswith(b"\x1f\x8b"):
            with gzip.open(path) as file:
                content = file.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise UsageError(f"{path} is longer than {MAX_FILE_BYTES >> 20} MB: split it.")
        return content.decode("utf-8-sig")
    except (EOFError, zlib.error, OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}.") from error
