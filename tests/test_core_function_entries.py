"""Name/value maps of a function's result against those of its event."""

from __future__ import annotations

from typing import Any

import pytest

from edgeware.core.function_entries import (
    Change,
    Findings,
    NameMap,
    check_cookies,
    check_headers,
    field_value,
    has_control,
    placed,
    with_headers,
)
from edgeware.messages import Headers

ONE = {"a": {"value": "1"}}
TWO = {"a": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]}}
MISSING: Any = object()


def after(sent: dict[str, Any], entry: object, *, attributed: bool = False) -> list[tuple[str, str | None]] | None:
    """The values of ``a``, or None where nothing changed."""
    findings = Findings()
    returned = {} if entry is MISSING else {"a": entry}
    changed = NameMap("m", attributed).changes(sent, returned, findings)
    assert findings.lines == []
    return changed["a"].after if "a" in changed else None


def values(*texts: str) -> list[tuple[str, str | None]]:
    return [(text, None) for text in texts]


def many(*texts: str) -> list[dict[str, str]]:
    return [{"value": text} for text in texts]


@pytest.mark.parametrize(
    ("sent", "entry", "expected"),
    [
        pytest.param(ONE, {"value": "1"}, None, id="unchanged"),
        pytest.param(ONE, {"value": "1", "other": 5}, None, id="unknown-keys-are-dropped"),
        pytest.param(ONE, {"value": "1", "multivalue": many("8", "9")}, None, id="multivalue-in-the-wrong-case"),
        pytest.param(ONE, {"value": "1", "attributes": "x"}, None, id="only-response-cookies-have-attributes"),
        pytest.param(ONE, {"value": "9"}, values("9"), id="changed"),
        pytest.param(ONE, MISSING, [], id="removed"),
        pytest.param({}, {"value": "9"}, values("9"), id="added"),
        pytest.param({}, {"value": "x", "multiValue": many("8", "9")}, values("8", "9"), id="added-with-multiValue"),
        pytest.param({}, {"multiValue": many("8")}, values("8"), id="added-without-value"),
        pytest.param({}, {"multiValue": []}, None, id="added-without-any-value-at-all"),
        pytest.param(ONE, {"value": "7", "multiValue": many("8", "9")}, values("8", "9"), id="multiValue-goes-first"),
        pytest.param(ONE, {"value": "7", "multiValue": many("1")}, None, id="a-new-multiValue-that-says-the-same"),
        pytest.param(ONE, {"value": "1", "multiValue": []}, [], id="an-empty-multiValue-leaves-nothing"),
        pytest.param(TWO, {"value": "9", "multiValue": many("1", "2")}, values("9", "2"), id="first-value-changed"),
        pytest.param(TWO, {"value": "9", "multiValue": many("1", "3")}, values("1", "3"), id="both-changed"),
        pytest.param(TWO, {"value": "1", "multiValue": many("2")}, values("2"), id="multiValue-shortened"),
        pytest.param(TWO, {"multiValue": many("1", "2")}, None, id="multiValue-unchanged-and-value-deleted"),
        pytest.param(TWO, {"value": "1"}, None, id="multiValue-deleted"),
        pytest.param(TWO, {"value": "9"}, values("9", "2"), id="multiValue-deleted-and-value-changed"),
    ],
)
def test_a_changed_multi_value_goes_before_a_changed_value(
    sent: dict[str, Any], entry: object, expected: object
) -> None:
    assert after(sent, entry) == expected


def test_only_the_names_that_changed_are_named_in_the_order_of_the_returned_map() -> None:
    returned = {"new": {"value": "3"}, **TWO, "b": {"value": "2"}}
    sent = {"gone": {"value": "0"}, "b": {"value": "1"}, **TWO}
    changed = NameMap("m").changes(sent, returned, Findings())
    assert list(changed.items()) == [
        ("new", Change([], values("3"))),
        ("b", Change(values("1"), values("2"))),
        ("gone", Change(values("0"), [])),
    ]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        pytest.param({"value": "1", "attributes": "Path=/"}, None, id="unchanged"),
        pytest.param({"value": "1", "attributes": "Path=/x"}, [("1", "Path=/x")], id="attributes-changed"),
        pytest.param({"value": "1"}, [("1", None)], id="attributes-deleted"),
        pytest.param(
            {"value": "1", "multiValue": [{"value": "1", "attributes": "Path=/"}, {"value": "2"}]},
            [("1", "Path=/"), ("2", None)],
            id="a-second-one",
        ),
    ],
)
def test_attributes_are_part_of_a_response_cookie(entry: object, expected: object) -> None:
    sent = {"a": {"value": "1", "attributes": "Path=/"}}
    assert after(sent, entry, attributed=True) == expected


@pytest.mark.parametrize("sent", [ONE, {}], ids=["known", "new"])
@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        pytest.param(None, "m['a'] must be an object like {value: 'text'}", id="null"),
        pytest.param("1", "m['a'] must be an object like {value: 'text'}", id="string"),
        pytest.param([], "m['a'] must be an object like {value: 'text'}", id="list"),
        pytest.param({}, "m['a'] must have a string as value", id="empty"),
        pytest.param({"value": 1}, "m['a'] must have a string as value", id="number"),
        pytest.param({"value": None, "multiValue": many("1")}, "m['a'] must have a string as value", id="null-value"),
        pytest.param({"value": "1", "multiValue": None}, "m['a'] must have a list as multiValue", id="null-multiValue"),
        pytest.param({"value": "1", "multiValue": {}}, "m['a'] must have a list as multiValue", id="object-multiValue"),
        pytest.param({"multiValue": ["1"]}, "m['a'] must have a string as value", id="strings-in-multiValue"),
        pytest.param({"multiValue": [{}]}, "m['a'] must have a string as value", id="empty-element"),
        pytest.param({"value": "1", "attributes": 1}, "m['a'] must have a string as attributes", id="attributes"),
    ],
)
def test_an_entry_of_another_shape_is_a_finding(sent: dict[str, Any], entry: object, complaint: str) -> None:
    findings = Findings()
    assert NameMap("m", attributed=True).changes(sent, {"a": entry}, findings) == {}
    assert findings.lines == [f"{complaint} [functions-event-structure]"]


@pytest.mark.parametrize("returned", [None, [], "a", 1, True])
def test_a_map_that_is_no_object_is_a_finding(returned: object) -> None:
    findings = Findings()
    assert NameMap("m").changes(ONE, returned, findings) == {}
    assert findings.lines == ["m must be an object with an entry for each name [functions-event-structure]"]


def test_the_first_finding_is_the_one_that_is_answered() -> None:
    findings = Findings()
    findings.add("a", "must be b")
    findings.add("c", "must be d", page="page", message="Production's own sentence.")
    refused = findings.invalid()
    assert refused.message == "The CloudFront function returned an invalid value: a must be b."
    assert refused.findings == ("a must be b [functions-event-structure]", "c must be d [page]")


def test_a_finding_names_long_and_strange_names_in_short_plain_text() -> None:
    findings = Findings()
    NameMap("m").changes({}, {"\ud800\n" + "x" * 1_000_000: 1}, findings)
    assert findings.lines[0].isascii()
    assert len(findings.lines[0]) < 200


@pytest.mark.parametrize(
    ("before", "new", "lines"),
    [
        pytest.param(["1"], ["2"], ["a2", "b", "-"], id="changed-in-place"),
        pytest.param(["1"], ["1", "2"], ["a1", "b", "-", "a2"], id="one-more-comes-last"),
        pytest.param(["1"], [], ["b", "-"], id="removed"),
        pytest.param([], ["9"], ["a1", "b", "-", "a9"], id="added"),
    ],
)
def test_what_is_unchanged_stays_where_it_is(before: list[str], new: list[str], lines: list[str]) -> None:
    changed = {"a": Change(values(*before), values(*new))}
    name_of = {"a1": "a", "b": "b", "-": None}.__getitem__
    assert placed(["a1", "b", "-"], name_of, changed, lambda name, value: name + value[0]) == lines


def test_each_line_of_a_name_keeps_its_place() -> None:
    headers = Headers([("A", "1"), ("b", "x"), ("a", "2"), ("C", "y"), ("A", "3")])
    change = Change(values("1", "2", "3"), values("1", "9"))
    assert with_headers(headers, {"a": change}).lines == (("A", "1"), ("b", "x"), ("A", "9"), ("C", "y"))


def test_header_lines_are_the_very_same_when_all_changes_are_said_elsewhere() -> None:
    headers = Headers([("Cookie", "a=1")])
    assert with_headers(headers, {"cookie": Change([], values("b=2"))}, "cookie") is headers


@pytest.mark.parametrize(
    ("name", "written"),
    [
        pytest.param("example-header-name", "Example-Header-Name", id="the-guide's"),
        pytest.param("x-b3-traceid", "X-B3-Traceid", id="digits"),
        pytest.param("x--a", "X--A", id="empty-word"),
        pytest.param("1x", "1x", id="no-letter-first"),
        pytest.param("t\xc9st-\xe9a", "T\xc3\x89st-\xc3\xa9a", id="ascii-letters-only"),
    ],
)
def test_a_written_header_has_each_word_capitalised(name: str, written: str) -> None:
    assert with_headers(Headers(), {name: Change([], values("v"))}).lines == ((written, "v"),)


def test_a_field_value_is_trimmed_and_utf_8() -> None:
    assert field_value(" \tgr\xfc\xdfe\t ") == "gr\xc3\xbc\xc3\x9fe"


@pytest.mark.parametrize("letter", ["\x00", "\n", "\r", "\x1f", "\x7f", "\x0b"])
def test_control_characters_are_found(letter: str) -> None:
    assert has_control(f"a{letter}b")


@pytest.mark.parametrize("text", ["", "a b", "a\tb", "\xa0", "\ud800", "☃"])
def test_other_text_has_none(text: str) -> None:
    assert not has_control(text)


@pytest.mark.parametrize(
    ("name", "change", "finding"),
    [
        pytest.param("x-new", Change([], values("1")), None, id="added"),
        pytest.param("x cache", Change([], values("1")), "must have a name of ASCII letters", id="space"),
        pytest.param("", Change([], values("1")), "must have a name of ASCII letters", id="no-name"),
        pytest.param("\xe9", Change([], values("1")), "must have a name of ASCII letters", id="not-ascii"),
        pytest.param("X-New", Change([], values("1")), "must have its name in lower case", id="capitals"),
        pytest.param("x:y", Change(values("1"), values("2")), None, id="a-strange-name-that-came-in"),
        pytest.param("x-new", Change([], values("1", "2\r\nx: y")), "must have a value without", id="another-line"),
        pytest.param("x-cache", Change([], values("1")), "must not be set", id="disallowed"),
        pytest.param("x-edge-anything", Change([], values("1")), "must not be set", id="disallowed-prefix"),
        pytest.param("via", Change([], values("1")), "must stay as the event had it", id="read-only-added"),
        pytest.param("via", Change(values("1"), []), "must stay as the event had it", id="read-only-deleted"),
    ],
)
def test_headers_are_checked(name: str, change: Change, finding: str | None) -> None:
    findings = Findings()
    check_headers("response.headers", {name: change}, "viewer-response", findings)
    found = [line.partition("] ")[2] for line in findings.lines]
    assert [line.startswith(finding or "") for line in found] == ([] if finding is None else [True])


@pytest.mark.parametrize(
    ("name", "change", "is_refused"),
    [
        pytest.param("session[id]", Change([], [("a; Path=/", None)]), False, id="lenient"),
        pytest.param("", Change([], values("1")), True, id="no-name"),
        pytest.param("a;b", Change([], values("1")), True, id="semicolon"),
        pytest.param("a=b", Change([], values("1")), True, id="equals-sign"),
        pytest.param("a b", Change(values("1"), values("2")), False, id="a-strange-name-that-came-in"),
        pytest.param("a", Change([], values("1\n2")), True, id="control-character-in-the-value"),
        pytest.param("a", Change([], [("1", "Path=/\r\nx: y")]), True, id="control-character-in-the-attributes"),
        pytest.param("a", Change(values("1"), []), False, id="removed"),
    ],
)
def test_cookies_are_checked(name: str, change: Change, is_refused: bool) -> None:
    findings = Findings()
    check_cookies("response.cookies", {name: change}, findings)
    assert bool(findings.lines) is is_refused
