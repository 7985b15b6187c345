"""Whether a request carries a signature that its behavior trusts [private-content-*].

The order of the checks, and what each failure is called, come from public captures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from edgeware.config.model import KeyGroup
from edgeware.config.public_keys import INSTALL, PublicKey, can_load, public_key
from edgeware.core.signed_policy import SignedPolicy, parsed
from edgeware.core.signed_text import Signed, canned_policy, decoded, signed, signed_url
from edgeware.exceptions import MissingDependencyError
from edgeware.messages import Request

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

HASHES = ("SHA1", "SHA256")


class Denied(NamedTuple):
    """Why a request does not pass: the code and the message that the viewer gets, the reason that the trace gets."""

    code: str
    message: str
    reason: str


def trusted_keys(groups: Iterable[KeyGroup | None]) -> Mapping[str, PublicKey]:
    """The keys of trusted key groups by id, out of their PEM texts.

    A group that is not there has none, and a text that is no key lets nobody in: `edgeware check` names both.

    Raises MissingDependencyError without the library that signatures need.
    """
    if not can_load():
        text = "the behavior trusts key groups, and signatures need the library cryptography."
        raise MissingDependencyError(f"trusted_key_groups: {text} {INSTALL}")
    found: dict[str, PublicKey] = {}
    for group in filter(None, groups):
        for id, pem in group.public_keys.items():
            with suppress(ValueError):
                found[id] = public_key(pem)
    return found


def denied(keys: Mapping[str, PublicKey], request: Request, now: float) -> Denied | None:
    """Why a viewer's request may not pass, or None where its signature is good. ``now``: seconds since the epoch."""
    found = signed(request)
    if found.key_pair_id is None:
        reason = "neither the URL nor the cookies are signed" if found == _UNSIGNED else "the key's id is missing"
        return Denied("MissingKey", "Missing Key-Pair-Id query parameter or cookie value", reason)
    if found.key_pair_id not in keys:
        reason = f"the key {found.key_pair_id} is in none of the trusted key groups"
        return Denied("InvalidKey", "Unknown Key", reason)
    try:
        signature = decoded(found.signature or "")
    except ValueError as error:
        return Denied("MalformedSignature", "Could not unencode Signature", f"Base64: {error}")
    if not signature:
        return Denied("MalformedSignature", "Could not unencode Signature", "there is no signature")
    url = signed_url(request)
    try:
        text, policy = _policy(found, url)
    except ValueError as error:
        return Denied("MalformedPolicy", "Malformed Policy", str(error))
    objection = _forged(keys[found.key_pair_id], signature, text, found)
    objection = objection or policy.objection(url, request.client_ip, now)
    return None if objection is None else Denied("AccessDenied", "Access denied", objection)


_UNSIGNED = Signed(None, None, None, None, None, "cookies")


def _policy(found: Signed, url: str) -> tuple[bytes, SignedPolicy]:
    """The text that was signed, and what it says."""
    if found.policy is not None:
        text = decoded(found.policy)
        return text, parsed(text)
    expires = found.expires or ""
    if not (expires.isascii() and expires.isdigit() and len(expires) < 20):
        raise ValueError("there is neither a policy nor a time of expiry in seconds since the epoch")
    before = int(expires)
    return canned_policy(url, before), SignedPolicy(resource=None, before=before)


def _forged(key: PublicKey, signature: bytes, text: bytes, found: Signed) -> str | None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, padding
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

    name = found.hash_algorithm or "SHA1"
    if name not in HASHES:
        return f"the hash algorithm is {name}, not SHA1 or SHA256"
    try:
        if isinstance(key, EllipticCurvePublicKey):
            key.verify(signature, text, ec.ECDSA(hash_algorithm(name)))
        else:
            key.verify(signature, text, padding.PKCS1v15(), hash_algorithm(name))
    except InvalidSignature:
        return f"the signature ({name}) is not one of the key {found.key_pair_id} for {text.decode('latin-1')}"
    return None


def hash_algorithm(name: str) -> HashAlgorithm:
    """SHA1 or SHA256."""
    from cryptography.hazmat.primitives.hashes import SHA1, SHA256

    return SHA1() if name == "SHA1" else SHA256()  # noqa: S303 - what CloudFront verifies by default
