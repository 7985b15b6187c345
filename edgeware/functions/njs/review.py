"""Everything that a source shows to be wrong, or doubtful, without being run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from edgeware.config.validation.quotas import FUNCTION_BYTES
from edgeware.functions.njs.findings import PAGES, Finding, Refusal, Runtime
from edgeware.functions.njs.names import Names
from edgeware.functions.njs.script import Script
from edgeware.functions.njs.syntax import check
from edgeware.functions.njs.usage import Usage

_PAGES: Mapping[str, str] = {
    "await": "functions-custom-methods",
    "code-size": "cloudfront-limits",
    "disallowed-header": "edge-function-restrictions-all",
    "event": "functions-event-structure",
    "handler": "functions-event-structure",
    "header-name": "functions-event-structure",
    "header-value": "functions-event-structure",
    "read-only-header": "edge-function-restrictions-all",
    "restricted": "cloudfront-function-restrictions",
}


def review(source: str, runtime: Runtime) -> tuple[Finding, ...]:
    """What production refuses of a source, then what is doubtful; ``check`` says the first part of it.

    Beyond syntax these are names that are not there, headers that are refused, promises that nobody awaits, a missing
    handler and too many bytes. Where it is not certain that the code comes to grief, it is a warning. Any text may be
    given; nothing is raised.
    """
    known = (*_size(source, runtime), *check(source, runtime))
    if any(finding.feature != "code-size" and finding.severity == "error" for finding in known):
        return known
    script = Script(source, runtime)
    found = (_finding(script, refusal) for refusal in (*Names(script).findings(), *Usage(script).findings()))
    return tuple(sorted((*known, *found), key=lambda one: (one.severity == "warn", one.line, one.column)))


def _size(source: str, runtime: Runtime) -> Iterator[Finding]:
    size = len(source.encode("utf-8", "replace"))
    if size > FUNCTION_BYTES:
        message = f"the code has {size} bytes, and a function {FUNCTION_BYTES} at most"
        refusal = Refusal(0, message, "code-size", "FunctionSizeLimitExceeded", located=False)
        yield _finding(Script("", runtime), refusal)


def _finding(script: Script, refusal: Refusal) -> Finding:
    line, column = script.place(refusal.offset)
    return Finding(
        name=refusal.name,
        message=refusal.message,
        line=line,
        column=column,
        severity=refusal.severity,
        feature=refusal.feature,
        page=_PAGES.get(refusal.feature, PAGES[script.runtime]),
        located=refusal.located,
    )
