"""Rules about the distribution as a whole: its root object, aliases and countries."""

from __future__ import annotations

import re
from collections.abc import Iterator

from edgeware.config.model import Distribution
from edgeware.config.place import shown
from edgeware.config.rules import Finding, Rule
from edgeware.config.validation import quotas

ROOT_OBJECT = re.compile(r"[A-Za-z0-9_\-.*$/~\"'&]*")
ALIAS = re.compile(r"(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{1,63}", re.IGNORECASE)
COUNTRIES = frozenset(
    (
        "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY "
        "BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK "
        "FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR "
        "IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK "
        "ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
        "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF "
        "TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
    ).split()
)
"""ISO 3166-1 alpha-2."""


def _root_object(distribution: Distribution) -> Iterator[Finding]:
    name = distribution.default_root_object
    if name.startswith("/"):
        yield Finding(("default_root_object",), f"'{shown(name)}' starts with a slash.")
    if len(name) > quotas.ROOT_OBJECT_CHARACTERS:
        yield Finding(("default_root_object",), f"it has {len(name)} characters.")
    if not ROOT_OBJECT.fullmatch(name):
        yield Finding(("default_root_object",), f"'{shown(name)}' holds a character that it cannot.")


def _locations(distribution: Distribution) -> Iterator[Finding]:
    restriction = distribution.geo_restriction
    if restriction.type == "none" and restriction.locations:
        yield Finding(("geo_restriction", "locations"), "there are locations, but the type is none.")
    if restriction.type != "none" and not restriction.locations:
        yield Finding(("geo_restriction", "locations"), f"the type is {restriction.type}, but there are no locations.")


def _countries(distribution: Distribution) -> Iterator[Finding]:
    for code in sorted(distribution.geo_restriction.locations - COUNTRIES):
        hint = "The United Kingdom is GB." if code == "UK" else ""
        yield Finding(("geo_restriction", "locations"), f"'{shown(code)}' is no country code.", hint)


def _viewer_countries(distribution: Distribution) -> Iterator[Finding]:
    viewer = distribution.viewer
    for place in (viewer, *viewer.geography):
        if place.country and place.country not in COUNTRIES:
            yield Finding(("viewer",), f"'{shown(place.country)}' is no country code.")


def _unknown_countries(distribution: Distribution) -> Iterator[Finding]:
    viewer = distribution.viewer
    if distribution.geo_restriction.type != "none" and not viewer.country and not viewer.geography:
        text = "nobody's country is known, and who comes from nowhere is let in."
        yield Finding(("geo_restriction",), text, "Set viewer.country, or viewer.geography with ranges of addresses.")


def _aliases(distribution: Distribution) -> Iterator[Finding]:
    for alias in distribution.aliases:
        if not ALIAS.fullmatch(alias):
            yield Finding(("aliases",), f"'{shown(alias)}' is no domain name, nor one with *. in front.")


def _alias_count(distribution: Distribution) -> Iterator[Finding]:
    if len(distribution.aliases) > quotas.ALIASES:
        yield Finding(("aliases",), f"there are {len(distribution.aliases)} alternate domain names.")


def _disabled(distribution: Distribution) -> Iterator[Finding]:
    if not distribution.enabled:
        yield Finding(("enabled",), "the distribution is disabled; it is served here all the same.")


RULES = (
    Rule(
        id="V32",
        page="DefaultRootObject",
        error="InvalidDefaultRootObject",
        sentence="A default root object has no leading slash, and 255 characters at most, of A-Z a-z 0-9 _-.*$/~\"'&.",
        relaxable=True,
        check=_root_object,
    ),
    Rule(
        id="V33",
        page="georestrictions",
        error="InvalidGeoRestrictionParameter",
        sentence="A restriction has countries, and no restriction has none.",
        relaxable=True,
        check=_locations,
    ),
    Rule(
        id="V33",
        severity="warn",
        page="georestrictions",
        error="InvalidLocationCode",
        sentence="Countries are ISO 3166-1 codes of two upper-case letters.",
        check=_countries,
    ),
    Rule(
        id="N-country",
        severity="warn",
        sentence="Countries are ISO 3166-1 codes of two upper-case letters.",
        check=_viewer_countries,
    ),
    Rule(
        id="N-geo-restriction",
        severity="note",
        page="georestrictions",
        sentence="A restriction goes by the viewer's country.",
        check=_unknown_countries,
    ),
    Rule(
        id="V37",
        severity="warn",
        page="cloudfront-limits",
        error="TooManyDistributionCNAMEs",
        sentence=f"A distribution has {quotas.ALIASES} alternate domain names, unless AWS has raised the quota.",
        check=_alias_count,
    ),
    Rule(
        id="V38",
        severity="warn",
        page="CNAMEs",
        error="InvalidArgument",
        sentence="An alternate domain name may start with *. and has no other wild card.",
        check=_aliases,
    ),
    Rule(
        id="N-disabled",
        severity="note",
        sentence="What viewers of a disabled distribution get is not documented.",
        check=_disabled,
    ),
)
