"""What comes out otherwise each time: request ids, and whether something that happens to some happens to this one."""

from __future__ import annotations

import secrets
from binascii import b2a_base64
from os import urandom

_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def request_id() -> str:
    """40 random bytes: the 56 characters of X-Amz-Cf-Id."""
    return b2a_base64(urandom(40), newline=False).translate(_URL_SAFE).decode("ascii")


def draw() -> float:
    """A number from 0 up to, not including, 100."""
    return secrets.randbelow(1_000_000) / 10_000
