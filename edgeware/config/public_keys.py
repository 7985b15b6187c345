"""Public keys as CloudFront takes them: RSA with 2048 bits, or ECDSA with P-256 [private-content-trusted-signers]."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

PublicKey: TypeAlias = "RSAPublicKey | EllipticCurvePublicKey"

INSTALL = "Install it: pip install 'edgeware[sign]'. Or switch the check off: disable: [trusted_key_groups]."


def can_load() -> bool:
    """Whether the library that signatures need is there."""
    return find_spec("cryptography") is not None


def public_key(pem: str) -> PublicKey:
    """The key of a PEM text. Raises ValueError, with a reason for people, for one that CloudFront would not take."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(pem.encode("ascii", "replace"))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("is no public key in PEM form") from error
    if isinstance(key, RSAPublicKey) and key.key_size == 2048:
        return key
    if isinstance(key, EllipticCurvePublicKey) and key.curve.name == "secp256r1":
        return key
    raise ValueError("is neither an RSA key of 2048 bits nor an ECDSA key on the curve P-256")
