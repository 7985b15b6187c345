"""The trace of an exchange as JSON: what the edge decided, which functions ran, what was looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from edgeware.core.effects import Fetch, Lookup
from edgeware.edge import Exchange
from edgeware.parity.masking import Masking
from edgeware.trace import FunctionRun, Step


def trace_of(exchange: Exchange, masking: Masking) -> Mapping[str, Any]:
    """What is known of an exchange, its secrets masked."""
    trace = exchange.trace
    steps = [step for step in trace.steps if isinstance(step, Step)]
    return {
        "requestId": exchange.request_id,
        "cacheKeys": [list(_key(step.effect.key, masking)) for step in steps if isinstance(step.effect, Lookup)],
        "fetches": [_fetch(step, masking) for step in steps if isinstance(step.effect, Fetch)],
        "functions": [_function(run, masking) for run in trace.functions],
        "decisions": [{"step": one.step, "text": masking.text(one.text)} for one in trace.decisions],
        "lines": [masking.text(line) for line in trace.lines()],
    }


def _key(key: str, masking: Masking) -> Iterator[str]:
    """The lines of a key; of headers and cookies, whose values may be secrets, only the names."""
    for line in key.split("\n"):
        kind, _, rest = line.partition(":")
        if masking.enabled and kind == "c":
            yield f"c:{rest.partition('=')[0]}"
        elif masking.enabled and kind == "h":
            yield f"h:{rest.partition(':')[0]}"
        else:
            yield masking.text(f"q:{masking.query(rest)}" if kind == "q" else line)


def _fetch(step: Step, masking: Masking) -> Mapping[str, Any]:
    effect = step.effect
    assert isinstance(effect, Fetch)
    return {
        "origin": effect.origin.id,
        "method": effect.request.method,
        "path": effect.request.path,
        "query": masking.query(effect.request.query),
        "headers": _lines(masking.headers(effect.request.headers)),
        "status": step.answer.response.status,
        "error": step.answer.error,
    }


def _function(run: FunctionRun, masking: Masking) -> Mapping[str, Any]:
    failure = run.invoked.failure
    return {
        "eventType": run.event_type,
        "name": run.name,
        "changed": [name for name, _, _ in run.header_changes()],
        "failure": None if failure is None else masking.text(failure.message),
        "logs": [masking.text(line) for line in run.invoked.logs],
    }


def _lines(lines: list[tuple[str, str]]) -> list[Mapping[str, str]]:
    return [{"name": name, "value": value} for name, value in lines]
