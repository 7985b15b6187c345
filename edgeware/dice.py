"""What comes out otherwise each time: request ids, and whether something that happens to some happens to this one."""

from __future__ import annotations

import os
from binascii import b2a_base64
from random import Random  # noqa: TID251 - the default of Edge(ids=...)

_URL_SAFE = bytes.maketrans(b"+/", b"-_")

# Nothing here is a secret, and to ask the system for each request takes four times as long. A generator of our own, as
# an application may well seed the one that everybody shares; a forked process must not go on with its parent's.
_random = Random()  # noqa: S311
os.register_at_fork(after_in_child=_random.seed)


def request_id() -> str:
    """40 random bytes: the 56 characters of X-Amz-Cf-Id."""
    return b2a_base64(_random.getrandbits(320).to_bytes(40, "big"), newline=False).translate(_URL_SAFE).decode("ascii")


def draw() -> float:
    """A number from 0 up to, not including, 100."""
    return _random.random() * 100
