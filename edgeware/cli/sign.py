"""``edgeware sign``: a signed URL, or signed cookies, made with a private key."""

from __future__ import annotations

import argparse
import json
import re
from datetime import datetime, timezone
from pathlib import Path
from time import time  # noqa: TID251 - what a duration counts from

from edgeware.config.public_keys import INSTALL, can_load
from edgeware.core.signature import HASHES
from edgeware.core.signed_policy import parsed
from edgeware.core.signing import PrivateKey, private_key, signed_cookies, signed_url, signing_values
from edgeware.exceptions import MissingDependencyError, UsageError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"([0-9]{1,9})([smhd])")
_URL = re.compile(r"(https?|\*)://[!#-~]+", re.ASCII)


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    parser = commands.add_parser("sign", help="sign a URL, or make signed cookies, with a private key")
    parser.add_argument("url", metavar="URL", help="as the viewer will ask for it, with its protocol and query string")
    parser.add_argument("--key", required=True, type=Path, metavar="FILE", help="the private key, in PEM form")
    parser.add_argument("--key-pair-id", required=True, metavar="ID", help="the id of its public key in the key group")
    until = parser.add_mutually_exclusive_group()
    until.add_argument(
        "--expires", default="1h", metavar="WHEN", help="90s, 30m, 12h, 7d, seconds since the epoch or a date (1h)"
    )
    until.add_argument("--policy", type=Path, metavar="FILE", help="a custom policy, as JSON")
    parser.add_argument("--hash-algorithm", choices=HASHES, default="SHA1", help="SHA1, as AWS takes it, or SHA256")
    parser.add_argument("--cookies", action="store_true", help="print the cookies, a line each, in place of the URL")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Print the URL, or the cookies. Raises UsageError for what cannot be signed."""
    if not _URL.fullmatch(arguments.url):
        raise UsageError(f"{arguments.url!r} is no URL: give protocol and host, and percent-encode the rest.")
    values = signing_values(
        arguments.url,
        _key(arguments.key),
        arguments.key_pair_id,
        expires=_expires(arguments.expires, time()),
        policy=None if arguments.policy is None else _policy(arguments.policy),
        algorithm=arguments.hash_algorithm,
    )
    if arguments.cookies:
        print(*(f"{name}={value}" for name, value in signed_cookies(values).items()), sep="\n")
    else:
        print(signed_url(arguments.url, values))
    return 0


def _key(path: Path) -> PrivateKey:
    if not can_load():
        raise MissingDependencyError(f"signing needs the library cryptography. {INSTALL.partition('. ')[0]}.")
    try:
        return private_key(_read(path))
    except ValueError as error:
        raise UsageError(f"{path} {error}.") from None


def _policy(path: Path) -> bytes:
    """The policy without the white space that a URL has no place for."""
    text = _read(path)
    try:
        parsed(text)
    except ValueError as error:
        raise UsageError(f"{path} is no policy: {error}.") from None
    return json.dumps(json.loads(text), separators=(",", ":")).encode("ascii")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None


def _expires(when: str, now: float) -> int:
    duration = _DURATION.fullmatch(when)
    if duration is not None:
        return int(now) + int(duration[1]) * _UNITS[duration[2]]
    if when.isascii() and when.isdigit() and len(when) < 12:
        return int(when)
    try:
        date = datetime.fromisoformat(when.replace("Z", "+00:00"))
        return int((date if date.tzinfo else date.replace(tzinfo=timezone.utc)).timestamp())
    except (ValueError, OverflowError):
        raise UsageError(f"--expires {when!r} is no time: 30m, 12h, 1767225600 or 2026-01-01T00:00:00Z.") from None
