from __future__ import annotations

from edgeware.config.loading.rules import READING, refuse, relaxed
from edgeware.config.model import Notice
from edgeware.config.place import NATIVE, Place
from edgeware.config.reading import Section
from edgeware.config.rules import Rule

RULE = Rule(id="V0", page="a-page", error="AnError", sentence="This is so.", relaxable=True)


def test_a_breach_says_what_where_what_cloudfront_says_and_what_to_do() -> None:
    assert RULE.notice("f.yaml:1 a", "it is not.", "Mend it.") == Notice(
        code="V0",
        severity="error",
        where="f.yaml:1 a",
        text="it is not.",
        hint="This is so. CloudFront: AnError [a-page]. Mend it.",
    )


def test_a_relaxable_rule_becomes_a_warning_when_asked() -> None:
    assert RULE.notice("a", "b", strict=False).severity == "warn"
    assert Rule(id="V0", sentence="So.").notice("a", "b", strict=False).severity == "error"


def test_a_rule_without_an_error_names_its_page_only() -> None:
    assert Rule(id="V0", page="p", sentence="So.").notice("a", "b").hint == "So. [p]"
    assert Rule(id="V0", sentence="So.").notice("a", "b").hint == "So."


def test_a_reader_refuses_by_the_rule_s_id() -> None:
    section = Section(values={}, place=Place(), notices=[], dialect=NATIVE)
    refuse(section, None, "V3", "it has two.")
    refuse(section, "k", "V24", "it has layers.")
    assert [(notice.code, notice.severity, notice.where) for notice in section.notices] == [
        ("V3", "error", "the distribution"),
        ("V24", "warn", "k"),
    ]


def test_rules_of_readers_have_no_check_and_some_can_be_relaxed() -> None:
    assert all(rule.check is None for rule in READING.values())
    assert (relaxed("V23d"), relaxed("V3"), relaxed("N-key")) == (True, False, False)
