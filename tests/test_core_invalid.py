from __future__ import annotations

from edgeware.core.invalid import Invalid


def test_a_refused_result_has_one_sentence_for_the_viewer_and_all_findings_for_the_developer() -> None:
    refused = Invalid("The value is invalid.", ("headers: not an object", "status: 99"))
    assert refused.message == "The value is invalid."
    assert refused.findings == ("headers: not an object", "status: 99")
