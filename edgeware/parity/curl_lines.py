"""Requests from curl's command lines, as browsers copy them. They are read, never executed."""

from __future__ import annotations

import argparse
import shlex
from base64 import b64encode
from collections.abc import Iterator
from typing import NoReturn

from edgeware.exceptions import UsageError
from edgeware.parity.saved import SavedRequest, saved, split_url

FORM = "application/x-www-form-urlencoded"
# Options that change what curl prints, or how it connects, and not what it asks for.
_FLAGS = (
    "-i --include -s --silent -S --show-error -v --verbose -k --insecure -L --location -f --fail -g --globoff "
    "-N --no-buffer -O --remote-name --http1.0 --http1.1 --http2 --http3 --path-as-is --tlsv1.2"
)
_WITH_VALUE = "-o --output -w --write-out -m --max-time --connect-timeout --retry --resolve -D --dump-header --cacert"


class _RefusedError(Exception):
    """Not a command line that can be read."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _RefusedError(message)


def _parser() -> _Parser:
    parser = _Parser(prog="curl", add_help=False, allow_abbrev=False)
    parser.add_argument("urls", nargs="*")
    parser.add_argument("--url", dest="more", action="append", default=[])
    parser.add_argument("-X", "--request")
    parser.add_argument("-H", "--header", action="append", default=[])
    data = ("-d", "--data", "--data-ascii", "--data-binary", "--data-raw")
    parser.add_argument(*data, action="append", default=[], dest="data")
    parser.add_argument("-I", "--head", action="store_true")
    parser.add_argument("-G", "--get", action="store_true")
    parser.add_argument("-A", "--user-agent")
    parser.add_argument("-b", "--cookie")
    parser.add_argument("-e", "--referer")
    parser.add_argument("-u", "--user")
    parser.add_argument("-r", "--range")
    parser.add_argument("--compressed", action="store_true")
    for option in _FLAGS.split():
        parser.add_argument(option, action="store_true", dest="_flags")
    for option in _WITH_VALUE.split():
        parser.add_argument(option, dest="_ignored")
    return parser


_PARSER = _parser()


def requests(text: str, name: str) -> Iterator[SavedRequest]:
    """The requests of lines that begin ``curl``; ``#`` begins a comment, a backslash at the end goes on.

    UsageError, with the line, for what cannot be read.
    """
    for number, line in _lines(text):
        where = f"{name}:{number}"
        try:
            words = shlex.split(line)
            if words[0] != "curl":
                raise _RefusedError("a line begins with `curl`")
            yield _request(_PARSER.parse_args(words[1:]), words, where)
        except (_RefusedError, ValueError) as error:
            raise UsageError(f"{where}: this is no curl line that can be read: {error}.") from error


def _lines(text: str) -> Iterator[tuple[int, str]]:
    gathered, begun = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        begun = begun if gathered else number
        if line.endswith("\\"):
            gathered += f"{line[:-1]} "
        else:
            whole, gathered = f"{gathered}{line}".strip(), ""
            if whole and not whole.startswith("#"):
                yield begun, whole
    if gathered.strip():
        yield begun, gathered.strip()


def _request(given: argparse.Namespace, words: list[str], where: str) -> SavedRequest:
    urls = [*given.urls, *given.more]
    if len(urls) != 1:
        raise _RefusedError(f"one URL is wanted, and here are {len(urls)} ({', '.join(urls) or 'none'})")
    if any(word.startswith("$") for word in words[1:]):
        raise _RefusedError("$ is the shell's, and no shell runs here: write the text itself")
    url = urls[0] if "://" in urls[0] else f"http://{urls[0]}"
    host, target = split_url(url, where)
    body = _body(given)
    if given.get and body:
        target, body = f"{target}{'&' if '?' in target else '?'}{body.decode()}", b""
    lines = _headers(given, body)
    named = next((value for name, value in lines if name.lower() == "host"), host)
    return saved(_method(given, body), target, lines, where, host=named, body=body)


def _method(given: argparse.Namespace, body: bytes) -> str:
    if given.request:
        method: str = given.request
        return method
    if given.head:
        return "HEAD"
    return "POST" if body or (given.data and not given.get) else "GET"


def _body(given: argparse.Namespace) -> bytes:
    if any(part.startswith("@") for part in given.data):
        raise _RefusedError("a body from a file (@) is not read")
    return "&".join(given.data).encode()


def _headers(given: argparse.Namespace, body: bytes) -> list[tuple[str, str]]:
    """The headers that are given, then what curl adds unless they say otherwise; ``Name:`` takes one away."""
    lines: list[tuple[str, str]] = []
    taken = set()
    for text in given.header:
        name, _, value = text.partition(":")
        if text.endswith(";") and ":" not in text:
            lines.append((text[:-1].strip(), ""))
        elif value.strip():
            lines.append((name.strip(), value.strip()))
        taken.add(name.rstrip(";").strip().lower())
    return [*lines, *(line for line in _implied(given, body) if line[0].lower() not in taken)]


def _implied(given: argparse.Namespace, body: bytes) -> Iterator[tuple[str, str]]:
    if given.user_agent:
        yield "User-Agent", given.user_agent
    if given.cookie:
        if "=" not in given.cookie:
            raise _RefusedError("cookies from a file are not read")
        yield "Cookie", given.cookie
    if given.referer:
        yield "Referer", given.referer
    if given.range:
        yield "Range", f"bytes={given.range}"
    if given.user:
        yield "Authorization", f"Basic {b64encode(given.user.encode()).decode()}"
    if given.compressed:
        yield "Accept-Encoding", "deflate, gzip, br, zstd"
    yield "Accept", "*/*"
    if body:
        yield "Content-Type", FORM
