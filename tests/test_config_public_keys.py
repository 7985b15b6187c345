from __future__ import annotations

import pytest

from edgeware.config.public_keys import can_load, public_key
from tests.fixtures.keys import pair


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_the_two_kinds_of_key_that_cloudfront_takes(kind: str) -> None:
    assert can_load()
    assert public_key(pair(kind).public) == public_key(pair(kind).public)


@pytest.mark.parametrize("kind", ["rsa-1024", "p-384", "ed25519"])
def test_no_other_kind(kind: str) -> None:
    with pytest.raises(ValueError, match="neither an RSA key of 2048 bits nor an ECDSA key on the curve P-256"):
        public_key(pair(kind).public)


@pytest.mark.parametrize(
    "text", ["", "hello", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "é", pair().private]
)
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match="is no public key in PEM form"):
        public_key(text)
