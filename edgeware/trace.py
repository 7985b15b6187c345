"""The trace of an exchange: each step, what it asked and was told, how long it took, and why the edge went that way."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from edgeware.core.access_log import LogFacts, Record
from edgeware.core.decision import Decision
from edgeware.core.effects import (
    Board,
    Drain,
    Effect,
    Fetch,
    Invoke,
    Invoked,
    Land,
    Lookup,
    ReadBody,
    Resolve,
    Respond,
    Revalidate,
    Store,
)
from edgeware.core.lambda_report import log_lines
from edgeware.messages import Request, Response, value


@value()
class Step:
    """Something the flow asked of the world."""

    effect: Effect[Any]
    answer: Any
    seconds: float


@dataclass(frozen=True, slots=True)
class FunctionRun:
    """A function that ran: where, on what, and what came of it."""

    event_type: str
    name: str
    event: Mapping[str, Any]
    invoked: Invoked
    seconds: float

    def header_changes(self) -> tuple[tuple[str, Any, Any], ...]:
        """``(name, before, after)`` of every header that the function changed; None where there was or is none."""
        before, after = _headers(_subject(self.event, self.event_type)), _headers(self.invoked.output)
        names = sorted(before.keys() | after.keys())
        return tuple((name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name))


class Trace:
    """Steps and decisions in the order they came, and the log's record when the viewer has its answer.

    What follows from them is worked out when somebody asks.
    """

    __slots__ = ("steps",)

    def __init__(self) -> None:
        self.steps: list[Step | Decision | Record] = []

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The lines that say why."""
        return tuple(step for step in self.steps if isinstance(step, Decision))

    @property
    def functions(self) -> tuple[FunctionRun, ...]:
        """The functions that ran, in order."""
        return tuple(
            FunctionRun(step.effect.event_type, step.effect.function.name, step.effect.event, step.answer, step.seconds)
            for step in self._steps()
            if isinstance(step.effect, Invoke)
        )

    @property
    def response(self) -> Response | None:
        """The head that went to the viewer, or None while there is none."""
        for step in self._steps():
            if isinstance(step.effect, Respond):
                return step.effect.response
        return None

    @property
    def seconds(self) -> float:
        """The time of all steps together; what the flow itself took between them is not in it."""
        return sum(step.seconds for step in self._steps())

    @property
    def facts(self) -> LogFacts | None:
        """What the access log tells, or None while it has not been written."""
        for step in self.steps:
            if isinstance(step, Record):
                return step.facts()
        return None

    def server_timing(self) -> str:
        """The steps so far as a Server-Timing header (W3C Server Timing): durations in milliseconds."""
        return ", ".join(f"{_name(step)};dur={step.seconds * 1000:.3f}" for step in self._steps())

    def lines(self) -> Iterator[str]:
        """The whole trace as text, a line a step."""
        for step in self.steps:
            if isinstance(step, Decision):
                yield f"{step.step}: {step.text}"
            elif isinstance(step, Step):
                yield f"{_name(step)} {step.seconds * 1000:.3f} ms: {_summary(step)}"
                if isinstance(step.effect, Invoke):
                    yield from _log(step.answer)
            else:
                yield f"record: {step.facts().result_type}"

    def log(self, request: Request, logger: logging.Logger, first: int = 0) -> None:
        """One line for the request, and the trace's warnings.

        With a ``first`` step these are only those of what went on in the background from there.
        """
        for step in self.steps[first:] if first else self.steps:
            if type(step) is Decision and step.warning:
                logger.warning("%s %s: %s: %s", request.method, request.path, step.step, step.text)
        if not logger.isEnabledFor(logging.INFO):
            return
        if first:
            if any(isinstance(step, Step) and isinstance(step.effect, Fetch) for step in self.steps[first:]):
                logger.info("%s %s revalidated in the background", request.method, request.path)
            return
        response = self.response
        status, x_cache = (response.status, response.headers.get("x-cache")) if response else (0, "no answer")
        ran = ", ".join(f"{run.event_type}={run.name}" for run in self.functions) or "-"
        milliseconds = self.seconds * 1000
        logger.info("%s %s %s %s [%s] %.1f ms", request.method, request.path, status, x_cache, ran, milliseconds)
        if logger.isEnabledFor(logging.DEBUG):
            for line in self.lines():
                logger.debug("  %s", line)

    def _steps(self) -> Iterator[Step]:
        return (step for step in self.steps if isinstance(step, Step))


def _name(step: Step) -> str:
    effect = step.effect
    return effect.event_type if isinstance(effect, Invoke) else type(effect).__name__.lower()


def _log(invoked: Invoked) -> Iterator[str]:
    if invoked.report is not None:
        return (f"  log: {line}" for line in log_lines(invoked.report, invoked.logs))
    return (f"  console.log: {line}" for line in invoked.logs)


def _summary(step: Step) -> str:
    effect, answer = step.effect, step.answer
    if isinstance(effect, Invoke):
        if answer.failure:
            return f"{effect.function.name} failed: {answer.failure.message}"
        return f"{effect.function.name} {'did as it does whenever it reads the same' if answer.reused else 'ran'}"
    if isinstance(effect, Lookup):
        return "an object" if answer.object is not None else "nothing under this key"
    if isinstance(effect, Fetch):
        outcome = answer.error or answer.response.status
        return f"{effect.request.method} {effect.request.path} at {effect.origin.id}: {outcome}"
    if isinstance(effect, (Respond, Drain)):
        return f"{answer.size} bytes{'' if answer.complete else ', cut short'}"
    if isinstance(effect, Store):
        return "kept" if answer else "not kept"
    if isinstance(effect, Board):
        return str(answer.value)
    if isinstance(effect, Land):
        return "stored" if effect.stored else "nothing stored"
    if isinstance(effect, Revalidate):
        return "in the background, once the viewer has everything"
    if isinstance(effect, Resolve):
        return f"{effect.url}: {'found' if answer else 'does not resolve'}"
    assert isinstance(effect, ReadBody), effect
    return f"{len(answer.data)} bytes"


def _subject(event: Mapping[str, Any], event_type: str) -> Any:
    """The part of an event that its function gives back."""
    cf = event["Records"][0]["cf"] if "Records" in event else event
    return cf["response" if event_type.endswith("-response") else "request"]


def _headers(message: Any) -> Mapping[str, Any]:
    headers = message.get("headers") if isinstance(message, Mapping) else None
    return headers if isinstance(headers, Mapping) else {}
