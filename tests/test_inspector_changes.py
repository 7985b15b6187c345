from __future__ import annotations

from edgeware.config.loading import load
from edgeware.core.effects import Failure, Invoked
from edgeware.inspector.changes import Change, between, by
from edgeware.inspector.masking import Secrets
from edgeware.messages import Headers
from edgeware.trace import FunctionRun
from tests.inspecting import distribution

SECRETS = Secrets(load(distribution()))


def test_two_heads_differ_by_name() -> None:
    before = Headers([("A", "1"), ("B", "1"), ("B", "2"), ("Same", "1")])
    after = Headers([("b", "3"), ("C", "4"), ("same", "1"), ("X-Key", "anything")])
    assert between(before, after, SECRETS) == (
        Change("a", "1", None),
        Change("b", "1, 2", "3"),
        Change("c", None, "4"),
        Change("x-key", None, "***"),
    )


def run(event: object, output: object, failure: Failure | None = None) -> FunctionRun:
    assert isinstance(event, dict)
    invoked = Invoked(output=output, failure=failure)
    return FunctionRun(event_type="viewer-request", name="f", event=event, invoked=invoked, seconds=0)


def test_what_a_function_changed_is_read_in_both_forms() -> None:
    event = {"request": {"headers": {"a": {"value": "1"}}}}
    many = {"headers": {"a": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]}}}
    assert by(run(event, many), SECRETS) == (Change("a", "1", "1, 2"),)
    records = {"Records": [{"cf": {"request": {"headers": {"a": [{"key": "A", "value": "1"}]}}}}]}
    assert by(run(records, {"headers": {}}), SECRETS) == (Change("a", "1", None),)


def test_a_function_that_failed_changed_nothing() -> None:
    event = {"request": {"headers": {"a": {"value": "1"}}}}
    assert by(run(event, None, Failure("execution", "no")), SECRETS) == ()
