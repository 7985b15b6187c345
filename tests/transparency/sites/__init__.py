"""One site, told in four frameworks: each answers the same paths in its own way."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from tests.transparency.edges import REQUEST_HEADERS

FILE = Path(__file__).resolve().parents[3] / "examples" / "shared" / "images" / "product.png"
PIECES = (b"one ", b"two ", b"", b"three")
COOKIE = "sp=a b; semi"
LATIN = "caf\xe9"


def seen(headers: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The request headers that an application sees, as far as the edge has no say in them."""
    return sorted([name.lower(), value] for name, value in headers if name.lower() not in REQUEST_HEADERS)


def digest(data: bytes) -> str:
    return f"{len(data)} {sha256(data).hexdigest()}"


def uploaded(content_type: str, body: bytes) -> list[tuple[str, str]]:
    """What a form sends: for the frameworks that leave reading it to a library of its own."""
    mimetype, options = parse_options_header(content_type)
    _, form, files = FormDataParser().parse(BytesIO(body), mimetype, len(body), options)
    told = list(form.items(multi=True))
    for file in files.values():
        with file.stream:
            told.append((file.filename or "", digest(file.read())))
    return told
