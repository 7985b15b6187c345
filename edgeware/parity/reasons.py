"""Which local rule decided what differs, and the AWS page that tells of it: read from the trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from edgeware.config.model import CacheBehavior, Distribution, ResponseHeadersPolicy
from edgeware.core.decision import PAGES
from edgeware.core.effects import Fetch
from edgeware.edge import Exchange
from edgeware.parity.differences import Difference
from edgeware.trace import Step

# What decides who answers and with which status, the last word first.
_ANSWERED = (
    "custom error response",
    "request",
    "viewer protocol policy",
    "signature",
    "viewer-request",
    "origin-request",
    "origin-response",
    "origin",
    "origin group",
)
_OF_THE_EDGE = frozenset("age date server via x-amz-cf-id x-amz-cf-pop".split())


class Reason(NamedTuple):
    """A rule in words, and the page."""

    rule: str
    page: str


def explained(difference: Difference, exchange: Exchange, distribution: Distribution) -> Difference:
    """The difference with what decided it here."""
    told = _Told(exchange, distribution)
    reason = next(_REASONS.get(difference.kind, _of_headers)(told, difference))
    return replace(difference, rule=reason.rule, page=reason.page)


class _Told:
    """What an exchange's trace tells."""

    def __init__(self, exchange: Exchange, distribution: Distribution) -> None:
        self.trace = exchange.trace
        self.said = {decision.step: decision.text for decision in exchange.trace.decisions}
        pattern = self.said.get("behavior")
        named = (one for one in distribution.behaviors if one.path_pattern == pattern)
        self.behavior: CacheBehavior = next(named, distribution.default_behavior)

    def decided(self, *steps: str) -> Iterator[Reason]:
        """The decisions of these steps, in this order."""
        for step in steps:
            if step in self.said:
                yield Reason(f"{step}: {self.said[step]}", PAGES[step])

    def origin(self) -> Reason:
        """The origin's own word, or the object that rests in the cache in its place."""
        for step in reversed(self.trace.steps):
            if isinstance(step, Step) and isinstance(step.effect, Fetch):
                status = step.answer.response.status
                return Reason(f"origin {step.effect.origin.id} answered {status}", "HTTPStatusCodes")
        stored = next(self.decided("cache"), None)
        return stored or Reason(f"behavior {self.behavior.path_pattern or 'Default (*)'}", PAGES["behavior"])


def _of_answers(told: _Told, _: Difference) -> Iterator[Reason]:
    yield from told.decided(*_ANSWERED)
    yield told.origin()


def _of_bodies(told: _Told, _: Difference) -> Iterator[Reason]:
    yield from told.decided("custom error response", "viewer-request", "origin-request", "origin-response")
    yield told.origin()


def _of_states(told: _Told, _: Difference) -> Iterator[Reason]:
    both = list(told.decided("cache", "store"))
    if both:
        yield Reason("; ".join(reason.rule for reason in both), both[0].page)
    yield from _of_answers(told, _)


def _of_headers(told: _Told, difference: Difference) -> Iterator[Reason]:
    """Who set a header last, or would have."""
    name = difference.name
    for run in reversed(told.trace.functions):
        if any(changed == name for changed, _, _ in run.header_changes()):
            yield Reason(f"{run.event_type}: {run.name} changed it", PAGES[run.event_type])
    policy = told.behavior.response_headers_policy
    if policy is not None and _has_a_say(policy, name):
        page = "understanding-response-headers-policies"
        yield Reason(f"response headers policy {policy.name}", page)
    if name in _OF_THE_EDGE and difference.kind != "header-different":
        yield Reason("the edge's own header", "RequestAndResponseBehaviorCustomOrigin")
    if name in ("content-encoding", "vary", "etag"):
        yield from told.decided("compression")
    if name == "location":
        yield from told.decided("viewer protocol policy")
    yield told.origin()


def _has_a_say(policy: ResponseHeadersPolicy, name: str) -> bool:
    set_or_removed = [one.name for one in (*policy.security_headers, *policy.custom_headers)]
    of_cors = policy.cors is not None and name.startswith("access-control-")
    return of_cors or name in {one.lower() for one in (*set_or_removed, *policy.remove_headers)}


_REASONS: Mapping[str, Callable[[_Told, Difference], Iterator[Reason]]] = {
    "unanswered": _of_answers,
    "status": _of_answers,
    "made-by": _of_answers,
    "cache-state": _of_states,
    "body": _of_bodies,
}
