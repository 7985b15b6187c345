from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from edgeware.config.canonical import canonical
from edgeware.config.loading import load
from edgeware.config.switches import Switches
from tests.fixtures.config.builders import native, refused, the_error

OTHERWISE: dict[str, Any] = {
    "root_object_first": False,
    "normalize_paths": False,
    "key_path": "normalized",
    "share_encoded_variants": True,
    "legacy_forward_rows": True,
    "no_store_revalidates": True,
    "cache_403_family": True,
    "store_head": True,
    "cache_ranges": True,
    "stale_cap": "window",
    "collapse_with_cookies": True,
    "honor_no_transform": True,
    "rhp_on": ["redirects"],
    "honor_must_revalidate": True,
    "serve_private_fallback": False,
    "lambda_limits": "2023",
    "refuse_header_key": False,
    "refuse_viewer_status": False,
}
NAMES = [field.name for field in fields(Switches)]


def value(of: Switches, name: str) -> object:
    found = getattr(of, name)
    return sorted(found) if isinstance(found, frozenset) else found


@pytest.mark.parametrize("name", NAMES)
def test_a_file_and_an_overlay_turn_one_switch_and_leave_the_others(name: str) -> None:
    turned = {**{other: value(Switches(), other) for other in NAMES}, name: OTHERWISE[name]}
    assert turned != {other: value(Switches(), other) for other in NAMES}
    by_file = load(native(switches={name: OTHERWISE[name]})).switches
    by_overlay = load(native(), overlay={"switches": {name: OTHERWISE[name]}}).switches
    assert by_file == by_overlay
    assert {other: value(by_file, other) for other in NAMES} == turned


def test_an_overlay_leaves_what_it_does_not_name() -> None:
    assert load(native(switches=OTHERWISE), overlay={"switches": {"store_head": False}}).switches == Switches(
        **{**OTHERWISE, "rhp_on": frozenset({"redirects"}), "store_head": False}
    )


def test_without_a_word_each_switch_is_as_the_class_says() -> None:
    assert load(native()).switches == Switches()


@pytest.mark.parametrize(
    ("switches", "words"),
    [
        ({"store_heads": True}, "'store_heads' is not known here. Did you mean 'store_head'?"),
        ({"store_head": "yes"}, "switches.store_head: must be true or false, not text"),
        ({"key_path": "cooked"}, "switches.key_path: cannot be 'cooked'"),
        ({"stale_cap": "none"}, "switches.stale_cap: cannot be 'none'"),
        ({"rhp_on": ["redirect"]}, "'redirect' is no kind of answer. Did you mean 'redirects'?"),
        ({"rhp_on": "errors"}, "switches.rhp_on: must be a list, not text"),
        ([], "switches: must be a mapping"),
    ],
)
def test_a_wrong_switch_is_refused(switches: object, words: str) -> None:
    assert words in the_error(native(switches=switches))


def test_no_answer_at_all_may_be_chosen_for_the_policy() -> None:
    assert refused(native(switches={"rhp_on": []})) == ()
    assert load(native(switches={"rhp_on": []})).switches.rhp_on == frozenset()


def test_the_canonical_form_says_how_they_stand() -> None:
    shown = json.loads(canonical(load(native(switches=OTHERWISE))))["switches"]
    assert shown == OTHERWISE


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_names_each_switch_with_its_default(name: str) -> None:
    page = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")
    default = value(Switches(), name)
    written = f"[{', '.join(default)}]" if isinstance(default, list) else str(default)
    written = written.lower() if isinstance(default, bool) else written
    assert re.search(rf"\| `{name}: {re.escape(written)}` \|", page)
