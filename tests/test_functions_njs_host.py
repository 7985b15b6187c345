from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from edgeware.functions.njs import host


def digest(*fields: bytes) -> object:
    return json.loads(host.answer(b"h" + b"\x01".join(fields)))


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256"])
def test_a_digest_is_of_all_parts(algorithm: str) -> None:
    data = "a\u20acb".encode() + b"\xff\x00"
    parts = (b"ta", "t\u20ac".encode(), b"tb", b"xff00")
    expected = hashlib.new(algorithm, data).digest()
    assert digest(algorithm.encode(), b"", b"hex", *parts) == expected.hex()
    assert digest(algorithm.encode(), b"", b"base64", *parts) == base64.b64encode(expected).decode()
    url = base64.urlsafe_b64encode(expected).decode().rstrip("=")
    assert digest(algorithm.encode(), b"", b"base64url", *parts) == url


def test_a_key_makes_it_a_message_authentication_code() -> None:
    assert digest(b"md5", b"tkey", b"hex", b"tdata") == hmac.digest(b"key", b"data", "md5").hex()
    assert digest(b"md5", b"xff", b"hex", b"tdata") == hmac.digest(b"\xff", b"data", "md5").hex()
    assert digest(b"md5", b"t", b"hex") == hmac.digest(b"", b"", "md5").hex()
    assert digest(b"md5", b"", b"hex") == hashlib.md5(b"").hexdigest()


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", b""),
        ("aGk=", b"hi"),
        ("aGk", b"hi"),
        ("aGkx", b"hi1"),
        ("/+8", b"\xff\xef"),
        ("_-8", b"\xff\xef"),
        ("aGkxa", b"hi1"),
    ],
)
def test_base64_of_either_alphabet_becomes_bytes(text: str, data: bytes) -> None:
    assert json.loads(host.answer(b"b" + text.encode())) == list(data)


@pytest.mark.parametrize("data", [b"", b"\x00", b"hi", bytes(range(256))])
def test_bytes_become_base64(data: bytes) -> None:
    numbers = ",".join(map(str, data)).encode()
    assert json.loads(host.answer(b"B" + numbers)) == base64.b64encode(data).decode()


@pytest.mark.parametrize(
    "data", [b"", b"a\xffb", b'"\\\x00\x1f', b"\xed\xa0\x80", "\U0001f600".encode(), b"\xf0\x9f\x98"]
)
def test_bytes_become_text_whatever_they_are(data: bytes) -> None:
    numbers = ",".join(map(str, data)).encode()
    assert json.loads(host.answer(b"U" + numbers)) == data.decode("utf-8", "replace")


def test_a_part_of_many_inputs_is_kept_until_others_take_its_place() -> None:
    it = host.Host()
    it.hear(b'f1 ["a b"]')
    it.hear(b"f12 [2]")
    assert (it.answer(b"f1"), it.answer(b"f12")) == (b'["a b"]', b"[2]")
    it.hear(b"F13 [3]")
    assert it.answer(b"f13") == b"[3]"
    with pytest.raises(KeyError):
        it.answer(b"f1")
