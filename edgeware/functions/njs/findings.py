"""What is wrong, or doubtful, in a function's source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Runtime = Literal["cloudfront-js-1.0", "cloudfront-js-2.0"]
Severity = Literal["error", "warn"]

PAGES: dict[Runtime, str] = {
    "cloudfront-js-1.0": "functions-javascript-runtime-10",
    "cloudfront-js-2.0": "functions-javascript-runtime-20",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that production refuses (an error), or that may not do there what it does here (a warning)."""

    name: str
    """The class of the JavaScript error: SyntaxError or ReferenceError, of ``require`` Error. Else Warning."""
    message: str
    """An error in njs's own words, without the location; a warning in ours."""
    line: int
    """From 1, as CloudFront counts: the line of the token at which the engine gives up."""
    column: int
    """From 1, in characters."""
    severity: Severity
    feature: str
    """What of the language it is about, such as ``for-of``."""
    page: str
    """The AWS page that lists what the runtime has, by its slug."""
    located: bool = True
    """False for the few texts to which njs adds no line."""

    def __str__(self) -> str:
        place = f" in {self.line}" if self.located else ""
        return f"{self.name}: {self.message}{place}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A finding whose place is still a byte of the source."""

    offset: int
    """Where the engine stands when it gives up: of several refusals the first is the one it reports."""
    message: str
    feature: str
    name: str = "SyntaxError"
    located: bool = True
    late: bool = False
    """Found only after the whole source has been parsed, so any other refusal comes first."""
    severity: Severity = "error"


def warning(offset: int, message: str, feature: str, name: str = "Warning") -> Refusal:
    """Something that production takes, and that may not do there what it does here."""
    return Refusal(offset, message, feature, name, severity="warn")
