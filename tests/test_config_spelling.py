from __future__ import annotations

from typing import Any

import pytest

from edgeware.config.loading import yaml
from edgeware.config.loading.cloudformation.spelling import respelled, spelling
from edgeware.config.place import LinedMapping, Place, Words

TEXT = """
OriginCustomHeaders:
  - HeaderName: a
IPV6Enabled: true
Restrictions: {GeoRestriction: {Locations: [DE]}}
Origins:
  - Id: app
    OriginPath: /x
  - 5
OriginGroups:
  Items:
    - Id: both
      Members: []
CacheBehaviors:
  - PathPattern: /a
CustomErrorResponses:
  - ErrorCode: 404
    ResponsePagePath: /e
"""


def config() -> Any:
    return respelled(yaml.parse(TEXT, "t.yaml"))


def test_keys_have_the_apis_words_and_remember_their_own() -> None:
    values = config()
    assert isinstance(values, LinedMapping)
    assert values["CustomHeaders"] == [{"HeaderName": "a"}]
    assert values["IsIPV6Enabled"] is True
    assert values["Restrictions"] == {"GeoRestriction": {"Items": ["DE"]}}
    place = Place(source="t.yaml", separator="/").into(values, "CustomHeaders")
    assert str(place.into(values["CustomHeaders"], 0)) == "t.yaml:3 OriginCustomHeaders/0"


def test_a_structure_without_lines_is_respelled_too() -> None:
    assert respelled({"Aliases": ["a"]}) == {"Aliases": ["a"]}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("behaviors", 0, "path_pattern"), "t.yaml:15 CacheBehaviors/0/PathPattern"),
        (("behaviors", 9, "path_pattern"), "t.yaml:14 CacheBehaviors/9/PathPattern"),
        (("origins", "app", "origin_path"), "t.yaml:8 Origins/app/OriginPath"),
        (("origins", "none"), "t.yaml:6 Origins/none"),
        (("origin_groups", "both", "members"), "t.yaml:13 OriginGroups/both/Members"),
        (("custom_error_responses", 404, "response_page_path"), "t.yaml:18 CustomErrorResponses/404/ResponsePagePath"),
        (("aliases", 0), "t.yaml:1 Aliases/0"),
        (("functions", "f", "runtime"), "u.yaml:9 Fn/Runtime"),
        (("functions", "f"), "u.yaml:9 Fn"),
    ],
)
def test_places_of_the_model_are_spelled_with_their_line(words: Words, expected: str) -> None:
    start = Place(source="t.yaml", line=1, separator="/")
    elsewhere: dict[Words, Place] = {("functions", "f"): Place(source="u.yaml", line=9, words=("Fn",), separator="/")}
    assert spelling(config(), start, elsewhere)(words) == expected
