"""What the library asks of the host process: digests, base64, text of bytes that are not UTF-8, and key value stores.

A message is a kind and what it is about; the answer is JSON. The library has checked all of it: nonsense may raise.
"""

from __future__ import annotations

import hashlib
import hmac
from binascii import a2b_base64, b2a_base64, hexlify, unhexlify


class Host:
    """Answers, and holds what is in the key value store, and the parts of inputs that runs have in common."""

    def __init__(self) -> None:
        self._meta = b"{}"
        self._pairs: dict[bytes, bytes] = {}
        self._parts: dict[bytes, bytes] = {}

    def hear(self, news: bytes) -> None:
        """Take what the parent tells: ``k`` and a store, ``f`` and a part's number and text, ``F`` to keep no other."""
        if news[:1] == b"k":
            self.take(news[1:])
            return
        if news[:1] == b"F":
            self._parts.clear()
        number, text = news[1:].split(b" ", 1)
        self._parts[number] = text

    def take(self, store: bytes) -> None:
        """What the store holds from now on: lines of JSON, what ``meta()`` gives, then each key and its value."""
        self._meta, *lines = store.split(b"\n")
        self._pairs = dict(zip(lines[::2], lines[1::2]))  # noqa: B905 - the parent wrote it

    def answer(self, message: bytes) -> bytes:
        """The host's answer to ``k`` and a key as JSON: the value, or 0. To ``K``: what ``meta()`` gives.

        To ``f`` and a number: that part.
        """
        kind = message[:1]
        if kind == b"f":
            return self._parts[message[1:]]
        if kind == b"k":
            return self._pairs.get(message[1:], b"0")
        return self._meta if kind == b"K" else answer(message)


def answer(message: bytes) -> bytes:
    """The host's answer to a message of one of these kinds.

    ``h`` algorithm, key or nothing, encoding, part, part..., separated by U+0001: the digest. Key and parts are ``t``
    and text, or ``x`` and hex. ``b`` and base64: the bytes, as an array. ``B`` and numbers: base64. ``U`` and numbers:
    text.
    """
    kind, data = message[:1], message[1:]
    if kind == b"h":
        return b'"' + _digest(*data.split(b"\x01")) + b'"'
    if kind == b"b":
        return _list(a2b_base64(_padded(data)))
    if kind == b"B":
        return b'"' + b2a_base64(_bytes(data), newline=False) + b'"'
    return _json(_bytes(data).decode("utf-8", "replace"))


def _digest(algorithm: bytes, key: bytes, encoding: bytes, *parts: bytes) -> bytes:
    name, data = algorithm.decode(), b"".join(map(_part, parts))
    digest = hmac.digest(_part(key), data, name) if key else hashlib.new(name, data).digest()
    if encoding == b"hex":
        return hexlify(digest)
    text = b2a_base64(digest, newline=False)
    return text if encoding == b"base64" else text.rstrip(b"=").replace(b"+", b"-").replace(b"/", b"_")


def _part(part: bytes) -> bytes:
    return part[1:] if part[:1] == b"t" else unhexlify(part[1:])


def _padded(text: bytes) -> bytes:
    """Base64 of either alphabet as the one with padding; a single character at the end stands for nothing."""
    plain = text.replace(b"-", b"+").replace(b"_", b"/")
    if len(plain) % 4 == 1:
        plain = plain[:-1]
    return plain + b"=" * (-len(plain) % 4)


def _bytes(numbers: bytes) -> bytes:
    return bytes(map(int, numbers.split(b","))) if numbers else b""


def _list(data: bytes) -> bytes:
    return str(list(data)).encode()


def _json(text: str) -> bytes:
    return ('"' + "".join(map(_escaped, text)) + '"').encode()


def _escaped(character: str) -> str:
    return f"\\u{ord(character):04x}" if character in '"\\' or character < " " else character
