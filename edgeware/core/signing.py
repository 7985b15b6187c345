"""Making signed URLs and signed cookies, as a site's own back end does [private-content-creating-signed-url-*]."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from edgeware.core.signature import hash_algorithm
from edgeware.core.signed_text import canned_policy, encoded

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

PrivateKey: TypeAlias = "RSAPrivateKey | EllipticCurvePrivateKey"


def private_key(pem: bytes) -> PrivateKey:
    """The key of a PEM text without a password. Raises ValueError, with a reason for people, for what is none."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError("is no private key in PEM form, or has a password") from error
    if isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        return key
    raise ValueError("is neither an RSA nor an ECDSA key")


def signature(key: PrivateKey, text: bytes, algorithm: str = "SHA1") -> str:
    """The signature of a policy's text, in the alphabet of URLs."""
    from cryptography.hazmat.primitives.asymmetric import ec, padding
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    if isinstance(key, EllipticCurvePrivateKey):
        return encoded(key.sign(text, ec.ECDSA(hash_algorithm(algorithm))))
    return encoded(key.sign(text, padding.PKCS1v15(), hash_algorithm(algorithm)))


def signing_values(
    url: str, key: PrivateKey, key_pair_id: str, *, expires: int, policy: bytes | None = None, algorithm: str = "SHA1"
) -> Mapping[str, str]:
    """What a signed URL has behind its question mark, and signed cookies have behind ``CloudFront-``.

    With a ``policy`` a custom one; else the canned one, that ``expires`` (seconds since the epoch) is all of.
    """
    text = canned_policy(url, expires) if policy is None else policy
    values = {"Expires": str(expires)} if policy is None else {"Policy": encoded(policy)}
    values |= {"Signature": signature(key, text, algorithm), "Key-Pair-Id": key_pair_id}
    return values if algorithm == "SHA1" else {**values, "Hash-Algorithm": algorithm}


def signed_url(url: str, values: Mapping[str, str]) -> str:
    """The URL with those values."""
    return f"{url}{'&' if '?' in url else '?'}{'&'.join(f'{name}={value}' for name, value in values.items())}"


def signed_cookies(values: Mapping[str, str]) -> Mapping[str, str]:
    """The cookies with those values."""
    return {f"CloudFront-{name}": value for name, value in values.items()}
