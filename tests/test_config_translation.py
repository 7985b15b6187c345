from __future__ import annotations

from edgeware.config.loading.terraform.translation import Block, Blocks, Items, Shape, translated
from edgeware.config.place import LinedList, LinedMapping, Place, spelled

SHAPE: Shape = {
    "id": None,
    "name": "Name",
    "one": Block("One", {"a": "A"}, {"Enabled": True}),
    "many": Blocks("Many", {"a": "A"}),
    "names": Items("Names"),
    "pairs": Items("Pairs", {"a": "A"}),
    "response_code": "ResponseCode",
}


def test_blocks_come_as_lists_of_one_or_by_themselves() -> None:
    for one, many in (([{"a": 1}], [{"a": 1}]), ({"a": 1}, {"a": 1})):
        assert translated({"one": one, "many": many}, SHAPE) == {"One": {"A": 1, "Enabled": True}, "Many": [{"A": 1}]}


def test_items_are_taken_out_of_their_block() -> None:
    values = {"names": [{"items": ["x"]}], "pairs": [{"items": [{"a": 1}]}]}
    assert translated(values, SHAPE) == {"Names": ["x"], "Pairs": [{"A": 1}]}
    assert translated({"names": [{}], "pairs": [{}]}, SHAPE) == {"Names": [], "Pairs": []}


def test_what_is_empty_is_absent_and_what_is_unknown_stays() -> None:
    values: dict[str, object] = {
        "id": "x",
        "name": "",
        "one": [],
        "many": None,
        "response_code": 0,
        "new": 1,
        "off": False,
    }
    assert translated(values, SHAPE) == {"new": 1, "off": False}


def test_what_has_another_form_goes_on_for_the_reader_to_refuse() -> None:
    values: dict[str, object] = {"one": "x", "many": "x", "names": "x", "pairs": {"items": "x"}}
    assert translated(values, SHAPE) == {"One": "x", "Many": "x", "Names": "x", "Pairs": "x"}
    assert translated({"many": ["x"]}, SHAPE) == {"Many": ["x"]}


def test_places_keep_the_source_s_words_and_lines() -> None:
    block, many, values = LinedMapping(), LinedList(), LinedMapping()
    block["a"], block.lines["a"] = 1, 7
    many.append(block)
    many.lines[0] = 6
    values["many"], values.lines["many"] = many, 5
    found = translated(values, SHAPE)
    place = Place(words=("t.n",)).into(found, "Many")
    listed = found["Many"]
    assert isinstance(listed, LinedList)
    inner = place.into(listed, 0).into(listed[0], "A")
    assert (place.line, inner.line, spelled(inner.words)) == (5, 7, "t.n.many[0].a")
