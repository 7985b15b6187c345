"""What HTTP can carry as a header (RFC 9110 section 5)."""

from __future__ import annotations

import re

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


def is_header_name(name: str) -> bool:
    """Whether a text is a token, as a header's name must be."""
    return _NAME.fullmatch(name) is not None


def is_header_value(value: str) -> bool:
    """Whether a text has no control characters, such as the end of a line, and is Latin-1."""
    return _VALUE.fullmatch(value) is not None
