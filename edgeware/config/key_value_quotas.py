"""CloudFront's quotas for key value stores [cloudfront-limits]."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from edgeware.config.place import shown

KEY_BYTES = 512
VALUE_BYTES = 1024
STORE_BYTES = 5 * 1024 * 1024
"""Of all keys and values together."""


def complaints(pairs: Mapping[str, str]) -> Iterator[str]:
    """Everything about a store's pairs that CloudFront refuses. Values are never shown: they may be secrets."""
    total = 0
    for key, value in pairs.items():
        key_size, value_size = _size(key), _size(value)
        total += key_size + value_size
        if not 1 <= key_size <= KEY_BYTES:
            yield f"the key '{shown(key)}' has {key_size} bytes; 1 to {KEY_BYTES} are allowed"
        if value_size > VALUE_BYTES:
            yield f"the value of '{shown(key)}' has {value_size} bytes; {VALUE_BYTES} are allowed"
    if total > STORE_BYTES:
        yield f"keys and values have {total} bytes together; {STORE_BYTES} are allowed"


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
