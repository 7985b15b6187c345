"""How a bucket answers as a website."""

from __future__ import annotations

import pytest

from edgeware.config.loading.websites import configured
from edgeware.config.model import RoutingRule, Website
from edgeware.config.reading import Unresolved, mapping


@pytest.mark.parametrize(
    ("values", "website"),
    [
        ({}, None),
        ({"ErrorDocument": "404.html"}, None),
        ({"IndexDocument": "index.html", "ErrorDocument": ""}, Website()),
        ({"IndexDocument": "index.html", "RoutingRules": 5}, Website()),
        ({"IndexDocument": Unresolved(why="?", stand_in="home.html")}, Website(index="home.html")),
        (
            {"RedirectAllRequestsTo": {"HostName": "www.example.com"}},
            Website(routing_rules=(RoutingRule(host_name="www.example.com"),)),
        ),
        (
            {"IndexDocument": "home.html", "RoutingRules": [{"RedirectRule": {"HttpRedirectCode": 308}}]},
            Website(index="home.html", routing_rules=(RoutingRule(http_redirect_code=308),)),
        ),
    ],
)
def test_a_website_is_what_its_configuration_says(values: dict[str, object], website: Website | None) -> None:
    assert configured(values) == website


def test_what_is_no_mapping_is_an_empty_one() -> None:
    assert (mapping({"a": 1}), mapping(5)) == ({"a": 1}, {})
