from __future__ import annotations

from edgeware.functions.njs.findings import PAGES, Finding, warning


def test_a_finding_reads_as_cloudfront_writes_it() -> None:
    finding = Finding("SyntaxError", "Illegal return statement", 3, 5, "error", "return", PAGES["cloudfront-js-2.0"])
    assert str(finding) == "SyntaxError: Illegal return statement in 3"


def test_a_text_that_the_engine_gives_no_line_has_none() -> None:
    finding = Finding("SyntaxError", "missing initializer", 3, 5, "error", "const", "page", located=False)
    assert str(finding) == "SyntaxError: missing initializer"


def test_a_warning_is_no_error_of_the_language() -> None:
    refusal = warning(4, "a doubt", "astral")
    assert (refusal.severity, refusal.name) == ("warn", "Warning")
