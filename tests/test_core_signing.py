from __future__ import annotations

import pytest

from edgeware.core.signed_text import decoded
from edgeware.core.signing import private_key, signature, signed_cookies, signed_url, signing_values
from tests.fixtures.keys import pair

URL = "https://cdn.example.com/a.jpg"


def test_a_canned_url_has_its_expiry_and_a_custom_one_its_policy() -> None:
    key = private_key(pair().private.encode())
    canned = signing_values(URL, key, "K1", expires=2000)
    custom = signing_values(URL, key, "K1", expires=2000, policy=b"{}", algorithm="SHA256")
    assert list(canned) == ["Expires", "Signature", "Key-Pair-Id"]
    assert list(custom) == ["Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"]
    assert (decoded(custom["Policy"]), custom["Hash-Algorithm"]) == (b"{}", "SHA256")


def test_the_values_go_behind_the_query_string_and_into_cookies() -> None:
    values = {"Expires": "1", "Key-Pair-Id": "K1"}
    assert signed_url(URL, values) == f"{URL}?Expires=1&Key-Pair-Id=K1"
    assert signed_url(f"{URL}?a=b", values) == f"{URL}?a=b&Expires=1&Key-Pair-Id=K1"
    assert signed_cookies(values) == {"CloudFront-Expires": "1", "CloudFront-Key-Pair-Id": "K1"}


def test_a_signature_has_the_size_of_its_key() -> None:
    assert len(decoded(signature(private_key(pair("rsa").private.encode()), b"x"))) == 256
    assert 60 < len(decoded(signature(private_key(pair("ec").private.encode()), b"x"))) < 80


@pytest.mark.parametrize("text", [b"", b"hello", pair().public.encode()])
def test_what_is_no_private_key_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match="is no private key in PEM form"):
        private_key(text)


def test_a_key_that_signs_otherwise_is_refused() -> None:
    with pytest.raises(ValueError, match="is neither an RSA nor an ECDSA key"):
        private_key(pair("ed25519").private.encode())
