from __future__ import annotations

import pytest

from edgeware.config.loading import load
from edgeware.messages import Headers
from edgeware.parity.masking import Masking

DISTRIBUTION = load(
    {
        "version": 1,
        "default_behavior": {"origin": "app"},
        "origins": {"app": {"headers": {"X-Origin-Secret": "between-us", "X-Short": "1"}}},
    }
)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (("Authorization", "Bearer abc"), "***"),
        (("X-Api-Key", "abc"), "***"),
        (("x-origin-secret", "anything"), "***"),
        (("Cookie", "a=b; c=d=e"), "a=***; c=***"),
        (("Set-Cookie", "a=b; Path=/; HttpOnly"), "a=***; Path=/; HttpOnly"),
        (("Location", "/x?Signature=s&a=b&Key-Pair-Id=K"), "/x?Signature=***&a=b&Key-Pair-Id=***"),
        (("Accept", "*/*"), "*/*"),
        (("X-Echo", "it was between-us"), "it was ***"),
    ],
)
def test_secrets_go_by_the_names_of_headers(line: tuple[str, str], shown: str) -> None:
    assert Masking(DISTRIBUTION).headers([line]) == [(line[0], shown)]
    assert Masking(DISTRIBUTION, enabled=False).headers([line]) == [line]


def test_signatures_go_from_query_strings() -> None:
    query = "a=b&Expires=1&Signature=s~&Policy=p&Hash-Algorithm=SHA256&X-Amz-Signature=x&flag"
    shown = "a=b&Expires=***&Signature=***&Policy=***&Hash-Algorithm=***&X-Amz-Signature=***&flag"
    assert Masking(DISTRIBUTION).query(query) == shown
    assert Masking(DISTRIBUTION, enabled=False).query(query) == query


def test_a_secret_of_the_exchange_is_found_in_other_texts() -> None:
    request = Headers([("Authorization", "Bearer token-123"), ("Cookie", "k=cookie-123; l=1"), ("Accept", "*/*")])
    response = Headers([("Set-Cookie", "m=set-123; Path=/some-path")])
    masking = Masking(DISTRIBUTION)
    masking.learn(request, "a=plain-123&Signature=sig%20-123", response)
    text = "token-123 cookie-123 set-123 sig%20-123 sig -123 between-us plain-123 /some-path 1"
    assert masking.text(text) == "*** *** *** *** *** *** plain-123 /some-path 1"
    open_ = Masking(DISTRIBUTION, enabled=False)
    open_.learn(request, "", response)
    assert open_.text(text) == text
