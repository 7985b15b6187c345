from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import given
from hypothesis import strategies as st

from edgeware.config.model import KeyGroup
from edgeware.core import signature
from edgeware.core.signature import Denied, denied, trusted_keys
from edgeware.core.signed_text import encoded, signed
from edgeware.core.signing import private_key, signed_cookies, signed_url, signing_values
from edgeware.exceptions import MissingDependencyError
from edgeware.messages import Headers, Request
from tests.fixtures.keys import pair

KEYS = trusted_keys(
    [KeyGroup(name="g", public_keys={"K1": pair("rsa").public, "K2": pair("ec").public, "K3": ""}), None]
)
URL = "https://cdn.example.com/a%20b.jpg"
NOW = 1000.0
POLICY = json.dumps(
    {"Statement": [{"Resource": "https://cdn.example.com/*", "Condition": {"DateLessThan": {"AWS:EpochTime": 2000}}}]}
).encode()


def asked(url: str, cookies: dict[str, str] | None = None, client_ip: str = "203.0.113.1") -> Request:
    """A viewer's request for a URL."""
    scheme, _, rest = url.partition("://")
    host, slash, tail = rest.partition("/")
    path, _, query = (slash + tail).partition("?")
    lines = [("Host", host)]
    if cookies:
        lines.append(("Cookie", "; ".join(f"{name}={value}" for name, value in cookies.items())))
    return Request(method="GET", path=path, query=query, scheme=scheme, headers=Headers(lines), client_ip=client_ip)


def values(url: str = URL, kind: str = "rsa", **more: Any) -> dict[str, str]:
    """Signing parameters that expire at 2000."""
    key = private_key(pair(kind).private.encode())
    usual: dict[str, Any] = {"expires": 2000, "key_pair_id": "K2" if kind == "ec" else "K1"}
    return dict(signing_values(url, key, **{**usual, **more}))


def code(request: Request, now: float = NOW) -> str | None:
    found = denied(KEYS, request, now)
    return found and found.code


@pytest.mark.parametrize("kind", ["rsa", "ec"])
@pytest.mark.parametrize("algorithm", ["SHA1", "SHA256"])
@pytest.mark.parametrize("policy", [None, POLICY], ids=["canned", "custom"])
@pytest.mark.parametrize("url", [URL, f"{URL}?size=big&a"])
def test_what_was_signed_passes_as_url_and_by_cookies(
    kind: str, algorithm: str, policy: bytes | None, url: str
) -> None:
    made = values(url, kind, algorithm=algorithm, policy=policy)
    assert ("Policy" in made, "Expires" in made) == (policy is not None, policy is None)
    assert denied(KEYS, asked(signed_url(url, made)), NOW) is None
    assert denied(KEYS, asked(url, dict(signed_cookies(made))), NOW) is None
    assert code(asked(signed_url(url, made)), 2000.0) == "AccessDenied"


def test_the_parameters_may_stand_anywhere() -> None:
    made = "&".join(f"{name}={value}" for name, value in reversed(values(f"{URL}?a=1&b=2").items()))
    assert code(asked(f"{URL}?a=1&{made}&b=2")) is None


def test_a_custom_policy_holds_for_all_that_its_resource_takes() -> None:
    cookies = dict(signed_cookies(values(policy=POLICY)))
    assert code(asked("https://cdn.example.com/other/file?x=y", cookies)) is None
    assert code(asked("https://www.example.com/other", cookies)) == "AccessDenied"
    assert code(asked("http://cdn.example.com/other", cookies)) == "AccessDenied"


MADE = values()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"Key-Pair-Id": None}, ("MissingKey", "Missing Key-Pair-Id query parameter or cookie value")),
        ({"Key-Pair-Id": "K9"}, ("InvalidKey", "Unknown Key")),
        ({"Key-Pair-Id": "K3"}, ("InvalidKey", "Unknown Key")),
        ({"Signature": None}, ("MalformedSignature", "Could not unencode Signature")),
        ({"Signature": "!"}, ("MalformedSignature", "Could not unencode Signature")),
        ({"Signature": "abc"}, ("MalformedSignature", "Could not unencode Signature")),
        ({"Expires": None}, ("MalformedPolicy", "Malformed Policy")),
        ({"Expires": "soon"}, ("MalformedPolicy", "Malformed Policy")),
        ({"Expires": "-1"}, ("MalformedPolicy", "Malformed Policy")),
        ({"Expires": "9" * 5000}, ("MalformedPolicy", "Malformed Policy")),
        ({"Policy": "!"}, ("MalformedPolicy", "Malformed Policy")),
        ({"Policy": encoded(b"{}")}, ("MalformedPolicy", "Malformed Policy")),
        ({"Expires": "2001"}, ("AccessDenied", "Access denied")),
        ({"Policy": encoded(POLICY)}, ("AccessDenied", "Access denied")),
        ({"Signature": encoded(b"x" * 256)}, ("AccessDenied", "Access denied")),
        ({"Signature": encoded(b"x")}, ("AccessDenied", "Access denied")),
        ({"Key-Pair-Id": "K2"}, ("AccessDenied", "Access denied")),
        ({"Hash-Algorithm": "SHA256"}, ("AccessDenied", "Access denied")),
        ({"Hash-Algorithm": "MD5"}, ("AccessDenied", "Access denied")),
        ({"extra": "1"}, ("AccessDenied", "Access denied")),
    ],
)
def test_each_failure_has_its_name(changes: dict[str, str | None], expected: tuple[str, str]) -> None:
    made = {name: value for name, value in {**MADE, **changes}.items() if value is not None}
    found = denied(KEYS, asked(signed_url(URL, made)), NOW)
    assert found is not None
    assert (found.code, found.message) == expected
    assert found.reason


def test_the_failures_come_in_their_order() -> None:
    wrong = {"Policy": "!", "Signature": "!", "Key-Pair-Id": "K9"}
    right = {"Key-Pair-Id": "K1", "Signature": MADE["Signature"], "Policy": encoded(POLICY)}
    seen = [code(asked(f"{URL}?Policy=!&Signature=!"))]
    for name in ("", *right):
        wrong = {**wrong, **({name: right[name]} if name else {})}
        seen.append(code(asked(signed_url(URL, wrong))))
    assert seen == ["MissingKey", "InvalidKey", "MalformedSignature", "MalformedPolicy", "AccessDenied"]


def test_one_signing_parameter_in_the_url_keeps_the_cookies_from_counting() -> None:
    cookies = dict(signed_cookies(values(policy=POLICY)))
    assert code(asked(f"{URL}?a=b", cookies)) is None
    assert code(asked(f"{URL}?Expires=1", cookies)) == "MissingKey"


def test_the_reason_for_the_trace_tells_an_unsigned_request_from_a_key_that_is_missing() -> None:
    unsigned = denied(KEYS, asked(URL), NOW)
    assert unsigned == Denied(
        "MissingKey",
        "Missing Key-Pair-Id query parameter or cookie value",
        "neither the URL nor the cookies are signed",
    )
    halved = denied(KEYS, asked(f"{URL}?Expires=1"), NOW)
    assert halved is not None
    assert halved.reason == "the key's id is missing"


def test_another_key_of_the_same_kind_does_not_do() -> None:
    assert code(asked(signed_url(URL, values(kind="other")))) == "AccessDenied"


def sha1(message: bytes) -> bytes:
    key: Any = serialization.load_pem_private_key(pair().private.encode(), None)
    signed: bytes = key.sign(message, padding.PKCS1v15(), hashes.SHA1())
    return signed


@pytest.mark.parametrize("url", [URL, f"{URL}?size=big"])
def test_what_botocore_signs_passes_and_is_what_we_sign(url: str) -> None:
    signer = CloudFrontSigner("K1", sha1)
    until = datetime.fromtimestamp(2000, timezone.utc)
    canned = signer.generate_presigned_url(url, date_less_than=until)
    assert canned == signed_url(url, values(url))
    policy = signer.build_policy(
        url, until, date_greater_than=datetime.fromtimestamp(1, timezone.utc), ip_address="203.0.113.1"
    )
    custom = signer.generate_presigned_url(url, policy=policy)
    assert custom == signed_url(url, values(url, policy=policy.encode()))
    for made in (canned, custom):
        assert code(asked(made)) is None
    assert code(asked(custom, client_ip="203.0.113.2")) == "AccessDenied"


@given(st.dictionaries(st.sampled_from([*MADE, "Policy", "Hash-Algorithm"]), st.text(max_size=40)), st.booleans())
def test_nothing_but_what_was_signed_passes_and_nothing_makes_the_check_fail(
    changes: dict[str, str], by_cookies: bool
) -> None:
    made = {**MADE, **changes}
    request = asked(URL, dict(signed_cookies(made))) if by_cookies else asked(signed_url(URL, made))

    def said(request: Request) -> object:
        return signed(request)._replace(hash_algorithm=None, where="")

    if denied(KEYS, request, NOW) is None:
        assert said(request) == said(asked(signed_url(URL, MADE)))


def test_keys_need_a_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signature, "can_load", lambda: False)
    with pytest.raises(MissingDependencyError, match=r"pip install 'edgeware\[sign\]'"):
        trusted_keys([])


def test_a_key_that_is_none_lets_nobody_in() -> None:
    assert trusted_keys([KeyGroup(name="g", public_keys={"K1": "nonsense", "K2": pair("p-384").public})]) == {}
