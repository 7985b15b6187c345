from __future__ import annotations

from edgeware.core.invalid import Invalid
from edgeware.core.lambda_findings import BODY, URI, finding, refused


def test_the_first_finding_is_the_viewers_and_the_developer_gets_all() -> None:
    findings = [finding(URI, "uri", "must be a path", "page-a"), finding(BODY, "body", "must be a string", "page-b")]
    expected = ("uri: must be a path [page-a]", "body: must be a string [page-b]")
    assert refused(findings) == Invalid(URI, expected)
