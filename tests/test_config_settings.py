from __future__ import annotations

from dataclasses import replace

import pytest

from edgeware.config.loading import load
from edgeware.config.model import Distribution, GeoRestriction, ViewerDefaults, ViewerRange
from tests.fixtures.config.builders import DISTRIBUTION, FOLDER, breaches, native, refused, said

VIEWER = {
    "ip": "198.51.100.7",
    "country": "DE",
    "country_name": "Germany",
    "region": "BE",
    "region_name": "Berlin",
    "city": "Berlin",
    "postal_code": "10115",
    "time_zone": "Europe/Berlin",
    "latitude": "52.52",
    "longitude": "13.40",
    "metro_code": "",
    "asn": 64496,
    "device": "mobile",
    "tls": "TLSv1.3:TLS_AES_128_GCM_SHA256:sessionResumed",
    "http_version": "2.0",
    "scheme": "http",
    "ja3_fingerprint": "e7d705a3286e19ea42f587b344ee6865",
    "ja4_fingerprint": "t13d1516h2_8daaf6152771_e5627efa2ab1",
    "check_host": True,
}


def test_the_viewer_is_what_the_file_says_it_is() -> None:
    assert load(native(viewer=VIEWER)).viewer == ViewerDefaults(**VIEWER)  # type: ignore[arg-type]
    assert load(native()).viewer == ViewerDefaults()


def test_what_an_overlay_does_not_say_of_the_viewer_stays() -> None:
    loaded = load(native(viewer=VIEWER), overlay={"viewer": {"country": "NO", "asn": 5}})
    assert loaded.viewer == ViewerDefaults(**{**VIEWER, "country": "NO", "asn": 5})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("viewer", "words"),
    [
        ({"ip": "localhost"}, "viewer.ip: 'localhost' is no IP address"),
        ({"device": "tv"}, "cannot be 'tv'"),
        ({"contry": "DE"}, "Did you mean 'country'?"),
        ({"geography": [{"country": "DE"}]}, "viewer.geography[0].cidr: is missing"),
        ({"geography": [{"cidr": "203.0.113.7/24"}]}, "'203.0.113.7/24' is no range of addresses"),
        ({"geography": [{"cidr": "here"}]}, "'here' is no range of addresses"),
        ({"geography": [{"cidr": "::/0"}, {"cidr": "::/0"}]}, "viewer.geography[1].cidr: ::/0 is there twice"),
        ({"geography": [{"cidr": "::/0", "device": "ios"}]}, "'device' is not known here"),
        ({"geography": {"cidr": "::/0"}}, "viewer.geography: must be a list"),
    ],
)
def test_a_wrong_viewer_is_refused(viewer: object, words: str) -> None:
    errors = refused(native(viewer=viewer))
    assert any(words in error for error in errors), errors


def test_a_request_may_say_who_its_viewer_is_where_that_is_asked_for() -> None:
    assert not load(native()).viewer.override_headers
    assert load(native(viewer={"override_headers": True})).viewer.override_headers


def test_ranges_of_addresses_have_places() -> None:
    ranges = [{"cidr": "203.0.113.7", "country": "DE", "asn": 64496}, {"cidr": "2001:db8::/32", "city": "Oslo"}]
    expected = (
        ViewerRange(cidr="203.0.113.7/32", country="DE", asn=64496),
        ViewerRange(cidr="2001:db8::/32", city="Oslo"),
    )
    loaded = load(native(viewer={"geography": ranges, "country": "NO"}))
    assert (loaded.viewer.country, loaded.viewer.geography) == ("NO", expected)
    kept = load(native(viewer={"geography": ranges}), overlay={"viewer": {"country": "SE"}}).viewer
    assert (kept.country, kept.geography) == ("SE", expected)
    assert load(native(viewer={"geography": ranges}), overlay={"viewer": {"geography": []}}).viewer.geography == ()


STRICT = native(
    default_behavior={
        "origin": "app",
        "viewer_protocol_policy": "https-only",
        "cache_policy": "CachingOptimized",
        "trusted_key_groups": ["g"],
    },
    key_groups={"g": []},
    geo_restriction={"type": "blacklist", "locations": ["NO"]},
)


@pytest.mark.parametrize("switch", ["geo_restriction", "viewer_protocol_policy", "trusted_key_groups", "cache"])
def test_single_checks_can_be_switched_off(switch: str) -> None:
    def state(of: Distribution) -> dict[str, object]:
        first = of.default_behavior
        return {
            "geo_restriction": of.geo_restriction.type,
            "viewer_protocol_policy": first.viewer_protocol_policy,
            "trusted_key_groups": first.trusted_key_groups,
            "cache": first.cache_policy.caching_disabled,
        }

    off = {
        "geo_restriction": "none",
        "viewer_protocol_policy": "allow-all",
        "trusted_key_groups": (),
        "cache": True,
    }
    before = state(load(STRICT))
    assert {key for key in off if before[key] == off[key]} == set()
    assert state(load({**STRICT, "disable": [switch]})) == {**before, switch: off[switch]}
    assert state(load(STRICT, overlay={"disable": [switch]})) == {**before, switch: off[switch]}


def test_what_cannot_be_switched_off_is_refused() -> None:
    (error,) = refused(native(disable=["geo"]))
    assert "'geo' cannot be switched off. Did you mean 'geo_restriction'?" in error or "Known here" in error


# --- rules ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "index.html", "a/b.html", "A_-.*$/~\"'&9", "x" * 255])
def test_v32_a_root_object_may_be_any_such_name(name: str) -> None:
    assert breaches(replace(DISTRIBUTION, default_root_object=name), "V32") == []


@pytest.mark.parametrize("name", ["/index.html", "a b", "é", "a?b", "x" * 256])
def test_v32_a_root_object_cannot_be_any_name(name: str) -> None:
    assert breaches(replace(DISTRIBUTION, default_root_object=name), "V32") == [("error", "default_root_object")]


@pytest.mark.parametrize(
    ("restriction", "found"),
    [
        (GeoRestriction(), []),
        (GeoRestriction(type="whitelist", locations=frozenset({"NO", "GB"})), []),
        (GeoRestriction(type="whitelist"), [("error", "geo_restriction.locations")]),
        (GeoRestriction(locations=frozenset({"NO"})), [("error", "geo_restriction.locations")]),
        (GeoRestriction(type="blacklist", locations=frozenset({"UK"})), [("warn", "geo_restriction.locations")]),
        (GeoRestriction(type="blacklist", locations=frozenset({"no"})), [("warn", "geo_restriction.locations")]),
    ],
)
def test_v33_a_restriction_names_countries(restriction: GeoRestriction, found: list[tuple[str, str]]) -> None:
    assert breaches(replace(DISTRIBUTION, geo_restriction=restriction), "V33") == found


@pytest.mark.parametrize(
    ("viewer", "found"),
    [
        (ViewerDefaults(), []),
        (ViewerDefaults(country="DE", geography=(ViewerRange(cidr="::/0", country="NO"),)), []),
        (ViewerDefaults(country="Germany"), [("warn", "viewer")]),
        (ViewerDefaults(country="UK", geography=(ViewerRange(cidr="::/0", country="no"),)), [("warn", "viewer")] * 2),
    ],
)
def test_a_viewers_country_is_a_country(viewer: ViewerDefaults, found: list[tuple[str, str]]) -> None:
    assert breaches(replace(DISTRIBUTION, viewer=viewer), "N-country") == found


@pytest.mark.parametrize(
    ("viewer", "noted"),
    [
        (ViewerDefaults(), True),
        (ViewerDefaults(country="DE"), False),
        (ViewerDefaults(geography=(ViewerRange(cidr="::/0", country="NO"),)), False),
    ],
)
def test_a_restriction_without_any_known_country_is_noted(viewer: ViewerDefaults, noted: bool) -> None:
    restricted = replace(
        DISTRIBUTION, viewer=viewer, geo_restriction=GeoRestriction(type="whitelist", locations=frozenset({"NO"}))
    )
    assert breaches(restricted, "N-geo-restriction") == [("note", "geo_restriction")] * noted
    assert breaches(replace(DISTRIBUTION, viewer=viewer), "N-geo-restriction") == []


@pytest.mark.parametrize(
    ("alias", "right"),
    [
        ("www.example.com", True),
        ("*.example.com", True),
        ("a.*.example.com", False),
        ("*", False),
        ("https://example.com", False),
        ("localhost", False),
    ],
)
def test_v38_an_alias_is_a_domain_name(alias: str, right: bool) -> None:
    assert breaches(replace(DISTRIBUTION, aliases=(alias,)), "V38") == ([] if right else [("warn", "aliases")])


def test_v37_there_are_a_hundred_aliases() -> None:
    hundred = tuple(f"a{number}.test" for number in range(100))
    assert breaches(replace(DISTRIBUTION, aliases=hundred), "V37") == []
    assert breaches(replace(DISTRIBUTION, aliases=(*hundred, "b.test")), "V37") == [("warn", "aliases")]


def test_a_disabled_distribution_is_served_with_a_note() -> None:
    assert [notice.where for notice in said(native(enabled=False), "N-disabled")] == ["enabled"]
    assert said(native(), "N-disabled") == []


# --- the store and the tag header -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("memory:1GB", "memory:1GB"),
        ("redis://:${EDGEWARE_TEST_SECRET}@host/0", "redis://:geheim@host/0"),
        ("disk:/var/cache/edge", "disk:/var/cache/edge"),
        ("disk:cache?max=2GB", f"disk:{FOLDER / 'native' / 'cache?max=2GB'}"),
        ("disk:", "disk:"),
        ("disk", "disk"),
    ],
)
def test_the_store_is_a_name_with_variables_and_a_directory_is_relative_to_the_file(
    name: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDGEWARE_TEST_SECRET", "geheim")
    loaded = load(native(store=name), base=FOLDER / "native")
    assert loaded.store == found
    assert "geheim" not in repr(loaded)


def test_an_overlay_has_the_last_word_on_the_store() -> None:
    assert load(native()).store is None
    assert load(native(store="memory"), overlay={"store": "redis://host"}).store == "redis://host"
    assert load(native(store="memory"), overlay={}).store == "memory"


def test_a_variable_of_the_store_that_is_not_set_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EDGEWARE_TEST_SECRET", raising=False)
    (problem,) = refused(native(store="redis://:${EDGEWARE_TEST_SECRET}@host"))
    assert "the environment variable EDGEWARE_TEST_SECRET is not set" in problem


def test_the_header_of_cache_tags_is_read() -> None:
    assert load(native(cache_tag_header="X-Tags")).cache_tag_header == "X-Tags"
    assert load(native()).cache_tag_header is None
