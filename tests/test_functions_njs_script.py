from __future__ import annotations

import pytest

from edgeware.functions.njs.script import Script, visits
from tests.njs_errors import FIRST, SECOND


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("  // a\n/* b */ name", "name"),
        ("$a_1-", "$a_1"),
        ("'a b'", "a b"),
        ('"a\\"b"', 'a\\"b'),
        ("0x1f", "0x1f"),
        ("017", "01"),
        ("1.5e3x", "1.5e3"),
        (".5", ".5"),
        (">>>=", ">>>="),
        ("...a", "..."),
        ("?.a", "?"),
        ("&&=", "&&"),
        ("??=", "??"),
        ("=>", "=>"),
        ("/* open", "/*"),
        ("é", "?"),
        ("\u00a0\u2028\ufeffa", "a"),
        ("", ""),
    ],
)
def test_a_token_is_cut_as_the_engine_cuts_it(source: str, text: str) -> None:
    assert Script(source, SECOND).token(0).text == text


def test_places_count_lines_by_line_feeds_and_columns_by_characters() -> None:
    script = Script("a\r\n'é😀' b", SECOND)
    assert script.place(0) == (1, 1)
    assert script.place(script.data.index(b"b")) == (2, 6)
    assert script.place(len(script.data)) == (2, 7)


def test_a_script_knows_its_runtime() -> None:
    assert Script("", FIRST).first_runtime
    assert not Script("", SECOND).first_runtime


def test_a_walk_meets_every_named_node_on_its_way_in_and_those_with_children_on_its_way_out() -> None:
    walk = [(node.type, entering) for node, entering in visits(Script("a(b)", SECOND).root)]
    assert walk == [
        ("program", True),
        ("expression_statement", True),
        ("call_expression", True),
        ("identifier", True),
        ("arguments", True),
        ("identifier", True),
        ("arguments", False),
        ("call_expression", False),
        ("expression_statement", False),
        ("program", False),
    ]
