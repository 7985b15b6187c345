"""Objects as bytes, and what is no such thing."""

from __future__ import annotations

import json
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgeware.cache.record import FORMAT, CorruptRecordError, head_of, key_and_object, object_of
from edgeware.messages import Headers
from tests.stores import stored

OBJECT = stored(body=b"hello", tags=("a",), generation=1_800_000_000_000_001)
HEAD = head_of("k", OBJECT)


def resealed(text: bytes) -> bytes:
    return b"%08x" % crc32(text) + text


TEXT = st.text(st.characters(max_codepoint=255))


@settings(deadline=None)
@given(st.text(), TEXT, TEXT, TEXT, st.binary(max_size=100), st.floats(allow_nan=False), st.integers(0, 1 << 60))
def test_what_is_written_is_read(
    key: str, name: str, value: str, path: str, body: bytes, time: float, generation: int
) -> None:
    headers = Headers([(name, value), (name, path)])
    object = stored(path, value, generation, body, headers=headers, fresh_until=time, tags=(name, value))
    assert object_of(key, head_of(key, object), body) == object


def test_the_head_alone_tells_everything_else() -> None:
    key, object, length = key_and_object(HEAD, None)
    assert (key, object.body, length, object.tags) == ("k", b"", 5, ("a",))


@settings(deadline=None)
@given(st.integers(0, len(HEAD) - 1), st.integers(0, 255))
def test_no_changed_byte_of_the_head_is_believed(place: int, byte: int) -> None:
    changed = HEAD[:place] + bytes([byte]) + HEAD[place + 1 :]
    if changed != HEAD:
        with pytest.raises(CorruptRecordError):
            object_of("k", changed, b"hello")


@pytest.mark.parametrize("length", range(0, len(HEAD), 7))
def test_half_a_head_is_not_believed(length: int) -> None:
    with pytest.raises(CorruptRecordError):
        object_of("k", HEAD[:length], b"hello")


@pytest.mark.parametrize("body", [b"hell", b"hello!", b"hellp", b""])
def test_another_body_is_not_believed(body: bytes) -> None:
    with pytest.raises(CorruptRecordError, match="the body"):
        object_of("k", HEAD, body)


def test_an_object_of_another_key_is_not_believed() -> None:
    with pytest.raises(CorruptRecordError, match="another key"):
        object_of("other", HEAD, b"hello")


@pytest.mark.parametrize(
    "change",
    [
        lambda record: [FORMAT + 1, *record[1:]],
        lambda record: [*record[:4], {**record[4], "a field of tomorrow": 1}],
        lambda record: [*record[:4], {name: value for name, value in record[4].items() if name != "path"}],
        lambda record: record[:3],
        lambda record: {"not": "a list"},
    ],
    ids=["format", "more", "less", "short", "no list"],
)
def test_what_another_version_has_written_is_not_believed(change: object) -> None:
    assert callable(change)
    text = json.dumps(change(json.loads(HEAD[8:]))).encode()
    with pytest.raises(CorruptRecordError, match="another version"):
        object_of("k", resealed(text), b"hello")


def test_a_head_is_read_once_and_each_body_is_looked_at() -> None:
    first, again = object_of("k", HEAD, b"hello"), object_of("k", bytes(HEAD), b"hello")
    assert again == first
    assert again.headers is first.headers
    with pytest.raises(CorruptRecordError):
        object_of("k", HEAD, b"hallo")
