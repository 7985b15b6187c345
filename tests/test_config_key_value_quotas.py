from __future__ import annotations

import pytest

from edgeware.config.key_value_quotas import STORE_BYTES, complaints
from tests.fixtures.config.builders import native, refused


def test_what_fits_is_no_complaint() -> None:
    assert list(complaints({})) == []
    assert list(complaints({"k" * 512: "v" * 1024, "é" * 256: "é" * 512, "e": ""})) == []


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ({"": "v"}, "the key '' has 0 bytes; 1 to 512 are allowed"),
        ({"é" * 257: "v"}, "has 514 bytes; 1 to 512 are allowed"),
        ({"k": "s" * 1025}, "the value of 'k' has 1025 bytes; 1024 are allowed"),
        (
            {f"{n:04}": "s" * 1021 for n in range(5120)},
            f"keys and values have 5248000 bytes together; {STORE_BYTES} are",
        ),
    ],
    ids=["an empty key", "a long key", "a long value", "a large store"],
)
def test_what_does_not_fit_is_told_without_its_value(pairs: dict[str, str], words: str) -> None:
    (complaint,) = complaints(pairs)
    assert words in complaint
    assert "sss" not in complaint


def test_a_distribution_with_too_long_a_value_is_refused() -> None:
    errors = refused(native(key_value_stores={"s": {"data": {"k": "v" * 1025}}}))
    assert any("N-kvs-quota" in error and "key_value_stores.s" in error for error in errors), errors
