from __future__ import annotations

from collections.abc import Callable

import pytest

from edgeware.config.model import Notice
from edgeware.config.place import API, NATIVE, Dialect, Place
from edgeware.config.reading import Section, Unresolved


def section(values: dict[str, object], dialect: Dialect = NATIVE) -> Section:
    return Section(values=values, place=Place(separator=dialect.separator), notices=[], dialect=dialect)


def told(of: Section) -> list[str]:
    return [f"{notice.where}: {notice.text}" for notice in of.notices]


COLOURS = ("red", "green")

Read = Callable[[Section], object]


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (lambda s: s.text("k", "d"), "v", "v"),
        (lambda s: s.text("k", "d"), None, "d"),
        (lambda s: s.text("k"), 10115, "10115"),
        (lambda s: s.text("k"), 52.52, "52.52"),
        (lambda s: s.text("k", "d"), "", ""),
        (lambda s: s.required_text("k"), "v", "v"),
        (lambda s: s.choice("k", "red", COLOURS), "green", "green"),
        (lambda s: s.choice("k", "red", COLOURS), None, "red"),
        (lambda s: s.number("k", 5), 7, 7),
        (lambda s: s.number("k", 5), None, 5),
        (lambda s: s.optional_number("k"), None, None),
        (lambda s: s.optional_decimal("k"), 1.5, 1.5),
        (lambda s: s.optional_decimal("k"), None, None),
        (lambda s: s.flag("k"), True, True),
        (lambda s: s.flag("k", True), None, True),
        (lambda s: s.texts("k"), ["a", 1], ("a", "1")),
        (lambda s: s.texts("k"), None, ()),
        (lambda s: s.numbers("k"), (1, 2), (1, 2)),
        (lambda s: [x.values for x in s.sections("k")], [{"a": 1}], [{"a": 1}]),
        (lambda s: s.section("k").values, {"a": 1}, {"a": 1}),
        (lambda s: s.section("k").values, None, {}),
        (
            lambda s: [(n, x.values) for n, x in s.entries("k")],
            {"a": {"b": 1}, "c": None},
            [("a", {"b": 1}), ("c", {})],
        ),
        (lambda s: [x.values for _, x in s.entries("k", "file")], {"a": "f"}, [{"file": "f"}]),
        (lambda s: s.has("k"), "", True),
    ],
)
def test_a_value_of_the_right_type_is_read(read: Read, value: object, expected: object) -> None:
    of = section({"k": value})
    assert read(of) == expected
    assert told(of) == []


@pytest.mark.parametrize(
    ("read", "value", "default", "told_of_it"),
    [
        (lambda s: s.text("k", "d"), True, "d", "k: must be text, not true or false."),
        (lambda s: s.text("k", "d"), ["a"], "d", "k: must be text, not a list."),
        (lambda s: s.required_text("k"), None, "", "k: is missing."),
        (lambda s: s.choice("k", "red", COLOURS), "gren", "red", "k: cannot be 'gren'."),
        (lambda s: s.choice("k", "red", COLOURS), {}, "red", "k: must be text, not a mapping."),
        (lambda s: s.number("k", 5), "7", 5, "k: must be a whole number, not text."),
        (lambda s: s.number("k", 5), True, 5, "k: must be a whole number, not true or false."),
        (lambda s: s.number("k", 5), 1.5, 5, "k: must be a whole number, not a number."),
        (lambda s: s.optional_decimal("k"), False, None, "k: must be a number, not true or false."),
        (lambda s: s.flag("k"), "true", False, "k: must be true or false, not text."),
        (lambda s: s.texts("k"), "a", (), "k: must be a list, not text."),
        (lambda s: s.texts("k"), [None], (), "k[0]: must be text, not nothing."),
        (lambda s: s.texts("k"), [True], (), "k[0]: must be text, not true or false."),
        (lambda s: s.numbers("k"), ["1"], (), "k[0]: must be a whole number, not text."),
        (lambda s: s.numbers("k"), [True], (), "k[0]: must be a whole number, not true or false."),
        (lambda s: list(s.sections("k")), [1], [], "k[0]: must be a mapping, not a number."),
        (lambda s: s.section("k").values, b"x", {}, "k: must be a mapping, not a bytes."),
        (lambda s: list(s.entries("k")), {"a": 1}, [], "k.a: must be a mapping, not a number."),
        (
            lambda s: list(s.entries("k", "file")),
            {"a": 1},
            [],
            "k.a: must be a mapping or a text (file), not a number.",
        ),
    ],
)
def test_a_value_of_the_wrong_type_is_told_and_its_default_stands_in(
    read: Read, value: object, default: object, told_of_it: str
) -> None:
    of = section({"k": value})
    assert read(of) == default
    assert told(of) == [told_of_it]
    assert of.notices[0].severity == "error"


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (lambda s: s.number("k", 5), "7", 7),
        (lambda s: s.number("k", 5), "-7", -7),
        (lambda s: s.number("k", 5), "", 5),
        (lambda s: s.numbers("k"), ["500"], (500,)),
        (lambda s: s.flag("k"), "True", True),
        (lambda s: s.flag("k", True), "false", False),
        (lambda s: s.text("k", "d"), "", "d"),
        (lambda s: s.has("k"), "", False),
        (lambda s: s.texts("k"), {"Quantity": 2, "Items": ["a", "b"]}, ("a", "b")),
        (lambda s: s.texts("k"), {"Quantity": 0}, ()),
        (lambda s: s.texts("k"), {}, ()),
        (lambda s: s.texts("k"), {"Enabled": False}, ()),
        (lambda s: s.texts("k"), ["a"], ("a",)),
        (lambda s: s.texts("k"), ["", "a"], ("a",)),
        (lambda s: s.flag("k"), "yes", True),
        (lambda s: s.flag("k", True), "Off", False),
        (lambda s: s.text("k"), True, "true"),
        (lambda s: s.optional_decimal("k"), "12.5", 12.5),
        (lambda s: s.optional_decimal("k"), "", None),
    ],
)
def test_api_output_is_read_leniently(read: Read, value: object, expected: object) -> None:
    of = section({"k": value}, API)
    assert read(of) == expected
    assert told(of) == []


@pytest.mark.parametrize("text", ["seven", "9" * 19, "٣"])
def test_text_that_is_no_number_is_told_even_in_api_output(text: str) -> None:
    of = section({"k": text}, API)
    assert of.number("k", 5) == 5
    assert told(of) == ["k: must be a whole number, not text."]


def test_a_wrong_quantity_is_a_warning_and_the_items_count() -> None:
    of = section({"k": {"Quantity": 3, "Items": ["a"]}}, API)
    assert of.texts("k") == ("a",)
    (notice,) = of.notices
    assert (notice.code, notice.severity, notice.text) == ("V35", "warn", "Quantity is 3, but there are 1 Items.")


def test_a_mapping_that_counts_nothing_is_no_list() -> None:
    of = section({"k": {"One": {"PathPattern": "/a"}}}, API)
    assert of.texts("k") == ()
    (notice,) = of.notices
    assert notice.text == "must be a list, not a mapping."


def test_an_unknown_key_of_a_native_file_is_an_error_with_a_suggestion() -> None:
    of = section({"orign": 1})
    of.ignore("origin")
    of.close()
    assert of.notices == [
        Notice(
            code="N-key",
            severity="error",
            where="orign",
            text="'orign' is not known here.",
            hint="Did you mean 'origin'?",
        )
    ]


def test_an_unknown_field_of_api_output_is_a_warning() -> None:
    of = section({"NewFeature": 1}, API)
    of.close()
    assert of.notices == [
        Notice(
            code="V36",
            severity="warn",
            where="NewFeature",
            text="'NewFeature' is not known here.",
            hint="A new AWS feature, or a typo: it is left out.",
        )
    ]


def test_a_remark_stands_at_the_section_or_at_a_key() -> None:
    of = section({})
    of.remark("note", None, "N-x", "all of it")
    of.complain(None, "all of it")
    of.remark("warn", "k", "N-x", "this")
    assert [(notice.severity, notice.where) for notice in of.notices] == [
        ("note", "the distribution"),
        ("error", "the distribution"),
        ("warn", "k"),
    ]


def test_what_a_source_cannot_compute_is_a_complaint_where_it_is_read() -> None:
    open_value = Unresolved(why="the parameter P has no value.", hint="Give one.")
    of = section({"k": open_value, "list": ["a", open_value], "unread": open_value}, API)
    assert (of.text("k", "d"), of.texts("list"), of.has("unread")) == ("d", ("a",), True)
    assert told(of) == ["k: the parameter P has no value.", "list/1: the parameter P has no value."]
    assert {(notice.code, notice.hint) for notice in of.notices} == {("N-unresolved", "Give one.")}


def test_text_that_is_no_decimal_is_told_even_in_api_output() -> None:
    of = section({"k": "1e5"}, API)
    assert of.optional_decimal("k") is None
    assert told(of) == ["k: must be a number, not text."]
