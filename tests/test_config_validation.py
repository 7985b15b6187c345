from __future__ import annotations

from dataclasses import replace

import pytest

from edgeware.config.loading.rules import READING
from edgeware.config.model import Origin
from edgeware.config.place import Words
from edgeware.config.rules import Rule
from edgeware.config.validation import RULES, problems
from tests.fixtures.config.builders import DISTRIBUTION, ORIGIN


def with_origin(**changes: object) -> Origin:
    return replace(ORIGIN, **changes)  # type: ignore[arg-type]


WRONG = replace(DISTRIBUTION, origins={"app": with_origin(http_port=81, origin_path="v1")})


def test_a_sound_distribution_has_no_problems() -> None:
    assert problems(DISTRIBUTION) == ()


def test_all_problems_come_at_once_in_the_order_of_the_rules() -> None:
    assert [(notice.code, notice.severity) for notice in problems(WRONG)] == [("V5", "error"), ("V6", "error")]


def test_rules_that_cloudfront_may_bend_can_be_relaxed() -> None:
    assert [(found.code, found.severity) for found in problems(WRONG, strict=False)] == [
        ("V5", "error"),
        ("V6", "warn"),
    ]


def test_places_are_spelled_as_the_source_does() -> None:
    def spell(words: Words) -> str:
        return "edge.yaml:3 " + "/".join(map(str, words))

    assert [notice.where for notice in problems(WRONG, spell)] == [
        "edge.yaml:3 origins/app/origin_path",
        "edge.yaml:3 origins/app/http_port",
    ]


@pytest.mark.parametrize("rule", [*RULES, *READING.values()], ids=lambda rule: rule.id)
def test_a_rule_has_an_id_a_sentence_and_a_page_where_it_is_cloudfront_s(rule: Rule) -> None:
    assert rule.id[0] in "VN"
    assert rule.sentence.endswith(".")
    assert rule.page or rule.id.startswith("N-")
    assert not rule.relaxable or rule.severity == "error"


def test_every_rule_of_the_manual_that_applies_has_a_row() -> None:
    # V35 and V36 are the readers' own, at every list and every structure.
    expected = {f"V{number}" for number in range(1, 41)} - {"V35", "V36"}
    assert expected <= {rule.id for rule in (*RULES, *READING.values())}
