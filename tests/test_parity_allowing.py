from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.exceptions import UsageError
from edgeware.parity.allowing import read_rules
from edgeware.parity.differences import Difference
from edgeware.parity.saved import saved

SERVER = Difference(kind="header-different", name="server", local="a", production="b")
REQUEST = saved("GET", "/api/x?y", [], "f:1")


@pytest.mark.parametrize(
    ("rule", "takes"),
    [
        ("name: Server", True),
        ("name: x-*", False),
        ("kind: header-*", True),
        ("kind: body", False),
        ("path: /api/*", True),
        ("path: /api", False),
        ("phase: warm", True),
        ("phase: cold", False),
        ("phase: warm, name: server, path: /api/x, kind: header-different", True),
    ],
)
def test_a_rule_takes_what_all_its_globs_take(rule: str, takes: bool, tmp_path: Path) -> None:
    file = tmp_path / "allow.yaml"
    file.write_text(f"allow: [{{{rule}, why: so it is}}]")
    (found,) = read_rules(file)
    assert found.takes(REQUEST, "warm", SERVER) is takes
    assert found.used is takes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "cannot be read"),
        ("", "one key, `allow`"),
        ("allow: 3", "one key, `allow`"),
        ("{allow: [], deny: []}", "one key, `allow`"),
        ("allow: [3]", "rule 1 is no mapping"),
        ("allow: [{name: 3, why: x}]", "rule 1 is no mapping"),
        ("allow: [{name: x, why: x}, {nam: x, why: x}]", "rule 2: nam is not known"),
        ("allow: [{1: x, why: x}]", "rule 1: 1 is not known"),
        ("allow: [{name: x}]", "`why` is missing"),
        ("allow: [{name: x, why: ''}]", "`why` is missing"),
        ("allow: [{why: x}]", "would allow everything"),
        ("allow: [{kind: bodies, why: x}]", "'bodies' is no kind"),
        ("allow: [{phase: hot, why: x}]", "'hot' is no phase"),
    ],
)
def test_what_is_no_rule_is_refused(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "allow.yaml"
    file.write_text(text)
    with pytest.raises(UsageError, match=message):
        read_rules(file)
