from __future__ import annotations

import json

from edgeware.config.loading import load
from edgeware.inspector.masking import LONGEST, Secrets
from edgeware.messages import Headers
from tests.inspecting import SECRET, distribution

ORIGINS = {"app": {"local": "app", "headers": {"X-Key": SECRET, "X-Short": "no", "X-Longer": f"{SECRET}-and-more"}}}
SECRETS = Secrets(load(distribution(origins=ORIGINS)))


def test_a_secret_is_masked_wherever_it_turns_up() -> None:
    assert SECRETS.text(f"before {SECRET} after") == "before *** after"
    assert SECRETS.text(f"{SECRET}-and-more") == "***"
    assert SECRETS.header("X-Echo", SECRET) == "***"
    assert SECRETS.headers(Headers([("x-KEY", "anything"), ("Host", "a")])) == (("x-KEY", "***"), ("Host", "a"))


def test_a_short_one_is_masked_under_its_name_only() -> None:
    assert SECRETS.text("nothing of note") == "nothing of note"
    assert SECRETS.header("x-short", "no") == "***"


def test_it_is_masked_in_both_forms_of_an_event() -> None:
    function = {"headers": {"x-short": {"value": "no", "multiValue": [{"value": "no"}]}, "host": {"value": "no"}}}
    entries = {"headers": {"x-short": [{"key": "X-Short", "value": "no"}]}, "list": ("no", 1, None, True, 1.5, b"no")}
    shown = json.loads(SECRETS.json(function))["headers"]
    assert shown == {"x-short": {"value": "***", "multiValue": [{"value": "***"}]}, "host": {"value": "no"}}
    seen = json.loads(SECRETS.json(entries))
    assert seen["headers"]["x-short"] == [{"key": "X-Short", "value": "***"}]
    assert seen["list"] == ["no", 1, None, True, 1.5, "b'no'"]


def test_a_very_long_text_is_cut() -> None:
    assert SECRETS.text("x" * (LONGEST + 5)).endswith("x\n… 5 characters more")
