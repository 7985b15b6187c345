"""Rules about public keys, and the library that they need."""

from __future__ import annotations

from collections.abc import Iterator

from edgeware.config.model import Distribution
from edgeware.config.place import shown
from edgeware.config.public_keys import INSTALL, can_load, public_key
from edgeware.config.rules import Finding, Rule
from edgeware.config.validation import places

_HINT = "Nobody can sign with it here."


def _library(distribution: Distribution) -> Iterator[Finding]:
    for words, behavior in places.behaviors(distribution):
        if behavior.trusted_key_groups and not can_load():
            text = "signatures need the library cryptography, and it is not installed."
            yield Finding((*words, "trusted_key_groups"), text, INSTALL)


def _keys(distribution: Distribution) -> Iterator[Finding]:
    for group in distribution.key_groups.values() if can_load() else ():
        for id, pem in group.public_keys.items():
            if not pem:
                continue  # not to be found, as its reader has said
            try:
                public_key(pem)
            except ValueError as error:
                yield Finding(("key_groups", group.name), f"the public key '{shown(id)}' {error}.", _HINT)


RULES = (
    Rule(
        id="N-sign",
        severity="warn",
        sentence="An edge with trusted key groups does not start without it.",
        check=_library,
    ),
    Rule(
        id="N-public-key",
        severity="warn",  # templates that are published have something else in its place
        page="private-content-trusted-signers",
        error="InvalidArgument",
        sentence="A public key is an RSA key of 2048 bits, or an ECDSA key on the curve P-256, in PEM form.",
        check=_keys,
    ),
)
