"""A replay told: rows for a terminal, JSON for programs, a page for people. Every value in the page is escaped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from edgeware.parity.saved import SavedRequest
from edgeware.parity.sending import Received

STYLE = """
:root { color-scheme: light dark; --line: #ccc; --head: #f3f3f3; --bad: #fdd; --fine: #dfd }
@media (prefers-color-scheme: dark) { :root { --line: #555; --head: #2a2a2a; --bad: #5a2226; --fine: #1d4a2b } }
body { font: 14px/1.5 system-ui, sans-serif; margin: 1rem }
h2 { font-size: 1.1rem; padding: .25rem .5rem } h2, th, td, li { overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100%; margin-bottom: 1.5rem }
th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top }
th { background: var(--head) } .bad { background: var(--bad) } .fine { background: var(--fine) }
pre { margin: 0; white-space: pre-wrap }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A request that went out again, what came back, and the trace's lines."""

    request: SavedRequest
    received: Received
    trace: Mapping[str, Any]

    @property
    def changed(self) -> bool:
        """Whether another status came back than when the request was written down."""
        was = self.request.answer
        return was is not None and was.status != self.received.status


HEAD = ("method", "path", "status", "was", "X-Cache", "ms")


def row(replayed: Replayed) -> tuple[str, ...]:
    """What a table tells of one request, in the order of HEAD."""
    request, received = replayed.request, replayed.received
    was = "-" if request.answer is None else str(request.answer.status)
    x_cache = received.headers.get("x-cache") or received.failure or "-"
    shown = _shown(request.target)
    return request.method, shown, str(received.status), was, x_cache, f"{received.seconds * 1000:.1f}"


def _shown(target: str) -> str:
    return target if len(target) <= 60 else f"{target[:57]}..."


def as_json(results: Sequence[Replayed]) -> str:
    """All results, for programs."""
    return json.dumps({"requests": [_told(one) for one in results]}, indent=2)


def _told(one: Replayed) -> Mapping[str, Any]:
    answer = one.request.answer
    return {
        "where": one.request.where,
        "method": one.request.method,
        "target": one.request.target,
        "status": one.received.status,
        "was": None if answer is None else {"status": answer.status, "xCache": answer.x_cache},
        "xCache": one.received.headers.get("x-cache"),
        "headers": [{"name": name, "value": value} for name, value in one.received.headers],
        "bodySize": len(one.received.body),
        "milliseconds": round(one.received.seconds * 1000, 3),
        "failure": one.received.failure or None,
        "trace": one.trace,
    }


def page(title: str, body: Iterator[str]) -> str:
    """A page that needs nothing from anywhere, and runs nothing."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>"
    )
    main = f"<main><h1>{escape(title)}</h1>\n{''.join(body)}</main>"
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body>{main}</body></html>\n'


def as_html(results: Sequence[Replayed]) -> str:
    """All results, for people."""
    return page("edgeware replay", _page(results))


def _page(results: Sequence[Replayed]) -> Iterator[str]:
    yield f"<table><tr>{_cells('th', HEAD)}<th>why</th></tr>\n"
    for one in results:
        lines = "\n".join(f"{each['step']}: {each['text']}" for each in one.trace.get("decisions", ()))
        mark = ' class="bad"' if one.changed or one.received.failure else ""
        yield f"<tr{mark}>{_cells('td', row(one))}<td><pre>{escape(lines)}</pre></td></tr>\n"
    yield "</table>\n"


def _cells(tag: str, values: Sequence[str]) -> str:
    return "".join(f"<{tag}>{escape(value)}</{tag}>" for value in values)
