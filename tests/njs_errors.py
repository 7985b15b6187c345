"""What CloudFront would say of a source, for the tests of the syntax check."""

from __future__ import annotations

from edgeware.functions.njs.findings import Finding, Runtime
from edgeware.functions.njs.syntax import check

FIRST: Runtime = "cloudfront-js-1.0"
SECOND: Runtime = "cloudfront-js-2.0"


def errors(source: str, runtime: Runtime = SECOND) -> list[Finding]:
    """What production refuses, in the order in which it would come to it."""
    return [finding for finding in check(source, runtime) if finding.severity == "error"]


def warnings(source: str, runtime: Runtime = SECOND) -> list[str]:
    """The features that a source is warned of."""
    return [finding.feature for finding in check(source, runtime) if finding.severity == "warn"]


def reported(source: str, runtime: Runtime = SECOND) -> str | None:
    """The one error that CloudFront reports, or None of a source that runs."""
    found = errors(source, runtime)
    return str(found[0]) if found else None
