from __future__ import annotations

from typing import get_args

import pytest

from edgeware.config.model import EventType
from edgeware.core.function_headers import (
    CLOUDFRONT_FUNCTION_READ_ONLY,
    LAMBDA_READ_ONLY,
    NEWLY_DISALLOWED,
    is_disallowed,
)
from tests.vectors_path import load

LAMBDA = load("lambda_edge_headers.json")
FUNCTIONS = load("cff_headers.json")
EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)


@pytest.mark.parametrize(
    "name", [*LAMBDA["disallowed"]["exact"], *FUNCTIONS["disallowed"]["exact"], *sorted(NEWLY_DISALLOWED)]
)
def test_a_disallowed_name_is_hidden(name: str) -> None:
    assert is_disallowed(name.lower())


@pytest.mark.parametrize("prefix", [*LAMBDA["disallowed"]["prefix"], *FUNCTIONS["disallowed"]["prefixes"]])
def test_every_name_that_begins_like_one_of_the_edges_own_is_hidden(prefix: str) -> None:
    assert is_disallowed(prefix.lower() + "anything")


@pytest.mark.parametrize("name", ["host", "authorization", "te", "x-forwarded-for", "x-amz-meta-a", "x-amzn-trace-id"])
def test_other_names_are_seen(name: str) -> None:
    assert not is_disallowed(name)


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_a_lambda_function_may_not_touch_these(event_type: EventType) -> None:
    assert LAMBDA_READ_ONLY[event_type] == {name.lower() for name in LAMBDA["read_only"][event_type]}


@pytest.mark.parametrize("event_type", list(CLOUDFRONT_FUNCTION_READ_ONLY))
def test_a_cloudfront_function_may_not_touch_these(event_type: EventType) -> None:
    assert CLOUDFRONT_FUNCTION_READ_ONLY[event_type] == set(FUNCTIONS["read_only"][event_type])
