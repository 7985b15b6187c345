from __future__ import annotations

from typing import Any

import pytest

from edgeware.core.lambda_findings import QUERY_STRING, URI
from edgeware.core.lambda_url import URL_LIMIT, check_url

SENT = {"uri": "/a b", "querystring": "x#y"}


@pytest.mark.parametrize(
    "returned", [SENT, {"uri": "/caf\xe9/%20", "querystring": "a=%20&b"}, {"uri": "/", "querystring": ""}, {"uri": "/"}]
)
def test_what_was_left_alone_or_is_a_url_passes(returned: dict[str, Any]) -> None:
    assert check_url(SENT, returned) == []


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        ({"uri": "a"}, URI),
        ({"uri": "/a?b"}, URI),
        ({"uri": None}, URI),
        ({"uri": "/", "querystring": "a b"}, QUERY_STRING),
        ({"uri": "/", "querystring": 5}, QUERY_STRING),
        ({"uri": "/" * (URL_LIMIT - 1), "querystring": "a"}, URI),
    ],
)
def test_anything_else_is_a_finding(returned: dict[str, Any], message: str) -> None:
    assert [found.message for found in check_url(SENT, returned)] == [message]
