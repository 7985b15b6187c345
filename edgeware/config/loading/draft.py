"""A distribution while it is being read, and the places its parts came from."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from edgeware.config.model import Distribution, Notice, Unmapped, Website
from edgeware.config.place import Words

Spelling: TypeAlias = Callable[[Words], str]
"""Turns a place of the model into the source's own words, with file and line."""

NOT_GIVEN = Unmapped(why="nothing local is named for it")
"""The target of an origin until the overlay or the default rules give it one."""


@dataclass(slots=True, kw_only=True)
class Draft:
    """What a reader hands over: a distribution, complaints, and what an overlay needs to find its parts again."""

    distribution: Distribution
    notices: list[Notice]
    spelling: Spelling
    native: bool
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Other names of a function, a store or a public key, such as its ARN, under its key in the distribution."""
    websites: dict[str, Website] = field(default_factory=dict)
    """How the buckets behind some origins answer as websites: for directories that an overlay names."""
    disable: tuple[str, ...] = ()
    strict: bool = False
    remote: bool = False
    """Whether what nothing local stands for is asked for where it really is."""
    skip_missing: bool = False
    """Whether a function without code is left out instead of refused."""


def made_up_ids(seed: str) -> tuple[str, str]:
    """A distribution id and a domain name for a source that has none; the same for the same seed."""
    number = int.from_bytes(hashlib.sha256(seed.encode("utf-8", "replace")).digest(), "big")
    alphabet = string.digits + string.ascii_lowercase
    letters = ""
    while len(letters) < 26:
        number, digit = divmod(number, 36)
        letters += alphabet[digit]
    return f"E{letters[:13].upper()}", f"d{letters[13:]}.cloudfront.net"
