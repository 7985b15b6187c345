"""What a check has to say, for people, for programs and for GitHub."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

from edgeware.config.model import Notice
from edgeware.functions.njs.findings import Finding

Format: TypeAlias = Literal["text", "json", "github"]
FORMATS: tuple[Format, ...] = ("text", "json", "github")

_PLACE = re.compile(r"(?P<file>[^\s:]+)(?::(?P<line>\d+))?(?::(?P<column>\d+))?")
_PAGE = re.compile(r"\[(?P<page>[\w-]+)\]")
_RULE = re.compile(r" \((?P<rule>[A-Z][\w-]*)\)\Z")
_LEVELS = {"error": "error", "warn": "warning", "note": "notice"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing that is wrong, or doubtful."""

    severity: Literal["error", "warn", "note"]
    rule: str
    file: str
    line: int | None = None
    column: int | None = None
    message: str
    page: str = ""
    """The AWS page, by its slug."""
    text: str
    """The whole of it, for people."""


def of_finding(file: str, finding: Finding) -> Remark:
    """A finding in a function's source."""
    place = f"{file}:{finding.line}:{finding.column}"
    return Remark(
        severity=finding.severity,
        rule=finding.feature,
        file=file,
        line=finding.line,
        column=finding.column,
        message=str(finding),
        page=finding.page,
        text=f"{place}: {_LEVELS[finding.severity]}: {finding} ({finding.feature}) [{finding.page}]",
    )


def of_notice(source: str, notice: Notice) -> Remark:
    """A notice about a distribution."""
    message = " ".join(part for part in (f"{notice.where}: {notice.text}", notice.hint) if part)
    return _placed(source, notice.severity, notice.code, notice.where, message, str(notice))


def of_problem(source: str, problem: str) -> Remark:
    """A line of a ConfigurationError."""
    rule = _RULE.search(problem)
    return _placed(source, "error", rule["rule"] if rule else "", problem, problem, problem)


def _placed(
    source: str, severity: Literal["error", "warn", "note"], rule: str, where: str, message: str, text: str
) -> Remark:
    place, page = _PLACE.match(where), _PAGE.search(message)
    at = place if place is not None and place["line"] else None
    return Remark(
        severity=severity,
        rule=rule,
        file=at["file"] if at else source,
        line=int(at["line"]) if at else None,
        column=int(at["column"]) if at and at["column"] else None,
        message=message,
        page=page["page"] if page else "",
        text=text,
    )


def written(remarks: Iterable[Remark], form: Format) -> str:
    """All remarks in one of the formats: lines, a JSON list, or GitHub's workflow commands."""
    if form == "json":
        rows = [{key: value for key, value in asdict(one).items() if key != "text"} for one in remarks]
        return json.dumps(rows, indent=2, ensure_ascii=False)
    return "\n".join(one.text if form == "text" else _command(one) for one in remarks)


def _command(remark: Remark) -> str:
    found = {"file": remark.file, "line": remark.line, "col": remark.column, "title": remark.rule}
    properties = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in found.items() if value)
    page = f" [{remark.page}]" if remark.page and f"[{remark.page}]" not in remark.message else ""
    return f"::{_LEVELS[remark.severity]} {properties}::{_escaped(remark.message + page)}"


def _escaped(text: str, more: str = "") -> str:
    """As a workflow command wants it: what could end a property or the line is percent-encoded."""
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text
