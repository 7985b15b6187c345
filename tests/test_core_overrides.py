"""What one request says of its viewer."""

from __future__ import annotations

import pytest

from edgeware.config.model import ViewerDefaults, ViewerRange
from edgeware.core.geography import Geography
from edgeware.core.overrides import overridden
from edgeware.messages import Headers, Request


def said(**headers: str) -> Request:
    lines = [("Accept", "*/*"), *((f"X-Edgeware-{name.replace('_', '-')}", value) for name, value in headers.items())]
    return overridden(Request(method="GET", path="/", headers=Headers(lines)))


def test_what_is_said_counts_and_goes_no_further() -> None:
    request = said(Ip="203.0.113.9", Scheme="http", Http_Version="2.0", Country="DE", Asn="64496", Device="tablet")
    assert request.headers.lines == (("Accept", "*/*"),)
    assert (request.client_ip, request.scheme, request.http_version) == ("203.0.113.9", "http", "2.0")
    assert dict(request.told) == {"country": "DE", "asn": 64496, "device": "tablet"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("Ip", "here"), ("Scheme", "ftp"), ("Asn", "-1"), ("Device", "fridge"), ("Country", ""), ("Shoe_Size", "43")],
)
def test_what_cannot_be_is_as_if_it_were_not_there(name: str, value: str) -> None:
    assert said(**{name: value}) == Request(method="GET", path="/", headers=Headers([("Accept", "*/*")]))


def test_a_request_that_says_nothing_stays_as_it_is() -> None:
    request = Request(method="GET", path="/")
    assert overridden(request) is request


def test_it_comes_before_what_the_address_tells() -> None:
    known = Geography(ViewerDefaults(city="Ulm", geography=(ViewerRange(cidr="203.0.113.0/24", country="FR"),)))
    found = known.viewer(said(Ip="203.0.113.9", Country="DE", Device="mobile"))
    assert (found.country, found.city, found.device) == ("DE", None, "mobile")
    assert known.viewer(said(Ip="203.0.113.9")).country == "FR"
