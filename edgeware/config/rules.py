"""What a rule is: a row with an id, the AWS page, one sentence, and the check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from edgeware.config.model import Distribution, Notice
from edgeware.config.place import Words

Severity: TypeAlias = Literal["error", "warn", "note"]


class Finding(NamedTuple):
    """A place in the model, in the model's own words, and what is wrong there."""

    words: Words
    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of CloudFront's, or of ours where it names no error.

    ``relaxable`` rules become warnings when the caller asks for that (`strict=False`). ``check`` is None where only the
    reader of a format can see the matter, because the model cannot hold it.
    """

    id: str
    severity: Severity = "error"
    page: str = ""
    error: str = ""
    sentence: str
    relaxable: bool = False
    check: Callable[[Distribution], Iterable[Finding]] | None = None

    def notice(self, where: str, text: str, hint: str = "", *, strict: bool = True) -> Notice:
        """A breach of this rule at a place."""
        severity: Severity = "warn" if self.relaxable and not strict else self.severity
        page = f" [{self.page}]" if self.page else ""
        refusal = f"CloudFront: {self.error}{page}." if self.error else page.strip()
        parts = (self.sentence, refusal, hint)
        return Notice(
            code=self.id, severity=severity, where=where, text=text, hint=" ".join(part for part in parts if part)
        )
