"""A comparison told: lines for a terminal, JSON and JUnit for programs, a page with the pairs side by side."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any
from xml.etree import ElementTree

from edgeware.parity.comparing import Pair
from edgeware.parity.differences import Difference
from edgeware.parity.masking import unsigned
from edgeware.parity.normalising import headers_of
from edgeware.parity.reports import page
from edgeware.parity.sending import Received

# What XML 1.0 has no way to write.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def lines(pair: Pair) -> Iterator[str]:
    """A pair that differs, for people."""
    yield title(pair)
    for one in pair.differences:
        yield f"  {sentence(one)}"
        if one.rule:
            yield f"    decided here by {one.rule} [{one.page}]"


def title(pair: Pair) -> str:
    """What was asked, and when."""
    return f"{pair.request.method} {unsigned(pair.request.target)} ({pair.phase})"


def sentence(one: Difference) -> str:
    """A difference in a line."""
    what = f"{one.kind} {one.name}".strip()
    return f"{what}: here {one.local or 'nothing'}; in production {one.production or 'nothing'}"


# --- for programs ---------------------------------------------------------------------------------------------------


def as_json(pairs: Sequence[Pair]) -> str:
    """All pairs."""
    return json.dumps({"differences": count(pairs), "pairs": [_told(pair) for pair in pairs]}, indent=2)


def count(pairs: Sequence[Pair]) -> int:
    """How many differences no rule allows."""
    return sum(len(pair.differences) for pair in pairs)


def _told(pair: Pair) -> Mapping[str, Any]:
    return {
        "where": pair.request.where,
        "method": pair.request.method,
        "target": unsigned(pair.request.target),
        "phase": pair.phase,
        "local": _side(pair.local),
        "production": _side(pair.production),
        "differences": [_difference(one) for one in pair.differences],
        "allowed": [_difference(one) for one in pair.allowed],
    }


def _side(received: Received) -> Mapping[str, Any]:
    milliseconds = round(received.seconds * 1000, 3)
    x_cache = received.headers.get("x-cache")
    return {"status": received.status, "xCache": x_cache, "milliseconds": milliseconds, "failure": received.failure}


def _difference(one: Difference) -> Mapping[str, str]:
    return {
        "kind": one.kind,
        "name": one.name,
        "local": one.local,
        "production": one.production,
        "rule": one.rule,
        "page": one.page,
    }


def as_junit(pairs: Sequence[Pair]) -> str:
    """A test case for each pair, with the attributes that JUnit's readers ask for. Times are in seconds."""
    failures = str(sum(bool(pair.differences) for pair in pairs))
    counts = {"name": "edgeware compare", "tests": str(len(pairs)), "failures": failures, "errors": "0", "skipped": "0"}
    suite = ElementTree.Element("testsuite", {**counts, "time": _took(pairs)})
    for pair in pairs:
        named = {"classname": f"edgeware.{pair.phase}", "name": _xml(title(pair)), "time": _took([pair])}
        case = ElementTree.SubElement(suite, "testcase", named)
        if pair.differences:
            kinds = ", ".join(dict.fromkeys(one.kind for one in pair.differences))
            failure = ElementTree.SubElement(case, "failure", type="difference", message=kinds)
            failure.text = _xml("\n".join(lines(pair)))
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)


def _took(pairs: Sequence[Pair]) -> str:
    return f"{sum(pair.local.seconds + pair.production.seconds for pair in pairs):.3f}"


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


# --- for people -----------------------------------------------------------------------------------------------------


def as_html(pairs: Sequence[Pair], local_base: str, production_base: str) -> str:
    """A page with each pair's two answers side by side."""
    return page("edgeware compare", _page(pairs, local_base, production_base))


def _page(pairs: Sequence[Pair], local_base: str, production_base: str) -> Iterator[str]:
    allowed = sum(len(pair.allowed) for pair in pairs)
    yield f"<p>{len(pairs)} pairs, {count(pairs)} differences, {allowed} allowed</p>\n"
    for pair in sorted(pairs, key=lambda pair: not pair.differences):
        mark = "bad" if pair.differences else "fine"
        yield f'<h2 class="{mark}">{escape(title(pair))}</h2>\n'
        yield from _list(pair)
        yield f"<table><tr><th></th><th>{escape(local_base)}</th><th>{escape(production_base)}</th></tr>\n"
        yield _row("status", _answer(pair.local), _answer(pair.production))
        here, there = headers_of(pair.local, local_base), headers_of(pair.production, production_base)
        for name in ("x-cache", "age"):
            yield _row(name, *(side.headers.get(name) or "" for side in (pair.local, pair.production)))
        for name in sorted(here.keys() | there.keys()):
            yield _row(name, "\n".join(here.get(name, ())), "\n".join(there.get(name, ())))
        yield "</table>\n"


def _answer(received: Received) -> str:
    return received.failure or str(received.status)


def _list(pair: Pair) -> Iterator[str]:
    yield "<ul>"
    for one in pair.differences:
        why = f" — decided here by {one.rule} [{one.page}]" if one.rule else ""
        yield f"<li>{escape(sentence(one) + why)}</li>"
    for one in pair.allowed:
        yield f"<li>allowed: {escape(sentence(one))}</li>"
    yield "</ul>\n"


def _row(name: str, here: str, there: str) -> str:
    mark = "" if here == there else ' class="bad"'
    cells = "".join(f"<td><pre>{escape(value)}</pre></td>" for value in (here, there))
    return f"<tr{mark}><th>{escape(name)}</th>{cells}</tr>\n"
