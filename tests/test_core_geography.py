from __future__ import annotations

import pytest

from edgeware.config.model import ViewerDefaults, ViewerRange
from edgeware.core.geography import Geography

VIEWER = ViewerDefaults(
    country="NO",
    city="Oslo",
    http_version="3",
    geography=(
        ViewerRange(cidr="203.0.113.0/24", country="DE", city="Berlin"),
        ViewerRange(cidr="203.0.113.128/25", country="FR", asn=64496),
        ViewerRange(cidr="203.0.113.7/32", country="GB"),
        ViewerRange(cidr="2001:db8::/32", country="SE"),
        ViewerRange(cidr="10.0.0.0/8"),
    ),
)


@pytest.mark.parametrize(
    ("address", "country", "city", "asn"),
    [
        ("203.0.113.1", "DE", "Berlin", None),
        ("203.0.113.200", "FR", None, 64496),
        ("203.0.113.7", "GB", None, None),
        ("::ffff:203.0.113.1", "DE", "Berlin", None),
        ("2001:db8::9", "SE", None, None),
        ("10.1.2.3", None, None, None),
        ("198.51.100.1", "NO", "Oslo", None),
        ("2001:db9::9", "NO", "Oslo", None),
        ("unix:", "NO", "Oslo", None),
        ("", "NO", "Oslo", None),
    ],
    ids=[
        "in a range",
        "in the narrower of two",
        "an address of its own",
        "IPv4 in IPv6",
        "IPv6",
        "in a range of which nothing is known",
        "in none",
        "in none of IPv6",
        "no address",
        "nothing",
    ],
)
def test_the_narrowest_range_says_all_of_the_place(
    address: str, country: str | None, city: str | None, asn: int | None
) -> None:
    found = Geography(VIEWER).of(address)
    assert (found.country, found.city, found.asn) == (country, city, asn)
    assert found.http_version == "3"


def test_without_ranges_one_place_holds_for_all() -> None:
    viewer = ViewerDefaults(country="NO")
    assert Geography(viewer).of("203.0.113.1") is viewer


def test_a_range_of_everything_holds_everybody_of_its_version() -> None:
    geography = Geography(ViewerDefaults(geography=(ViewerRange(cidr="0.0.0.0/0", country="DE"),)))
    assert geography.of("8.8.8.8").country == "DE"
    assert geography.of("::1").country is None
