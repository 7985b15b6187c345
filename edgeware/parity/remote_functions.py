"""CloudFront Functions on the same events, here and by AWS's TestFunction [test-function]."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from edgeware.config.model import CloudFrontFunction, Distribution
from edgeware.edge import Exchange
from edgeware.functions.trial import FunctionResult, Trial
from edgeware.parity.comparing import Pair
from edgeware.parity.differences import Difference
from edgeware.parity.saved import saved

PAGE = "test-function"


class RemoteFunctions:
    """Gathers the events that functions ran on, and runs each kind of event once more on both sides."""

    def __init__(self, client: Any, distribution: Distribution) -> None:
        self._client = client
        self._functions = {
            one.name: one for one in distribution.functions.values() if isinstance(one, CloudFrontFunction)
        }
        self._events: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._etags: dict[str, str] = {}

    def gather(self, exchange: Exchange) -> None:
        """Note the events of an exchange; those that differ only by their request id are one."""
        for run in exchange.trace.functions:
            if run.name in self._functions:
                event = dict(run.event)
                event["context"] = {**event.get("context", {}), "requestId": "edgeware"}
                self._events[run.name, json.dumps(event, sort_keys=True)] = event

    def pairs(self) -> Iterator[Pair]:
        """Each event's outcome, here and there. What AWS refuses comes as botocore's exception."""
        for (name, _), event in self._events.items():
            function = self._functions[name]
            with Trial(function) as trial:
                here = trial.run(event)
            there = self._tested(function, event)
            event_type = event["context"]["eventType"]
            request = saved("GET", event["request"]["uri"], [], f"{name} at {event_type}")
            yield Pair(request=request, phase="function", differences=list(_differences(name, here, there)))

    def _tested(self, function: CloudFrontFunction, event: Mapping[str, Any]) -> Mapping[str, Any]:
        name, stage = function.name, "DEVELOPMENT" if function.stage == "DEVELOPMENT" else "LIVE"
        if name not in self._etags:
            self._etags[name] = self._client.describe_function(Name=name, Stage=stage)["ETag"]
        answer = self._client.test_function(
            Name=name, IfMatch=self._etags[name], Stage=stage, EventObject=json.dumps(event).encode()
        )
        result: Mapping[str, Any] = answer["TestResult"]
        return result


def _differences(name: str, here: FunctionResult, there: Mapping[str, Any]) -> Iterator[Difference]:
    """Two errors count as the same; two outputs by their value."""
    error = there.get("FunctionErrorMessage") or ""
    if here.error or error:
        if bool(here.error) != bool(error):
            yield _of(name, here.error or "ran", error or "ran")
        return
    output = json.loads(there.get("FunctionOutput") or "null")
    if here.output != output:
        yield _of(name, _text(here.output), _text(output))


def _of(name: str, here: str, there: str) -> Difference:
    return Difference(kind="function", name=name, local=here, production=there, rule=f"function {name}", page=PAGE)


def _text(output: object) -> str:
    return json.dumps(output, sort_keys=True, ensure_ascii=False)
