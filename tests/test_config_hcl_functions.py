"""The functions of Terraform's language that are plain arithmetic."""

from __future__ import annotations

import pytest

from edgeware.config.loading.terraform.hcl_functions import FUNCTIONS
from edgeware.config.reading import Unresolved


@pytest.mark.parametrize(
    ("name", "arguments", "found"),
    [
        ("basename", ("/a/b/",), "b"),
        ("chomp", ("a\n",), "a"),
        ("coalesce", ("", None, "a"), "a"),
        ("compact", (["a", "", None],), ["a"]),
        ("concat", ([1], (2,)), [1, 2]),
        ("contains", (["a"], "a"), True),
        ("dirname", ("a/b",), "a"),
        ("dirname", ("a",), "."),
        ("distinct", (["b", "a", "b"],), ["b", "a"]),
        ("element", (["a", "b"], 3), "b"),
        ("endswith", ("ab", "b"), True),
        ("flatten", ([[1], [2, [3]]],), [1, 2, 3]),
        ("format", ("%s-%d%%", "a", 5), "a-5%"),
        ("jsonencode", ({"a": "<é&>"},), '{"a":"\\u003cé\\u0026\\u003e"}'),
        ("keys", ({"b": 1, "a": 2},), ["a", "b"]),
        ("length", ("abc",), 3),
        ("lookup", ({"a": 1}, "a"), 1),
        ("lookup", ({"a": 1}, "b", 2), 2),
        ("lower", ("A",), "a"),
        ("max", (1, 2), 2),
        ("merge", ({"a": 1}, None, {"a": 2}), {"a": 2}),
        ("min", (1, 2), 1),
        ("nonsensitive", ("a",), "a"),
        ("one", ([],), None),
        ("one", (["a"],), "a"),
        ("replace", ("a.b", ".", "-"), "a-b"),
        ("sensitive", ("a",), "a"),
        ("sort", (["b", "a"],), ["a", "b"]),
        ("split", (",", "a,b"), ["a", "b"]),
        ("startswith", ("ab", "a"), True),
        ("substr", ("abc", 1, -1), "bc"),
        ("substr", ("abc", 0, 2), "ab"),
        ("title", ("hello world",), "Hello World"),
        ("tolist", (("a",),), ["a"]),
        ("tomap", ({"a": 1},), {"a": 1}),
        ("tonumber", ("5",), 5),
        ("tonumber", (5,), 5),
        ("toset", (["b", "a", "b"],), ["a", "b"]),
        ("toset", ([2, 1],), [2, 1]),
        ("tostring", (True,), "true"),
        ("tostring", (None,), None),
        ("tonumber", (None,), None),
        ("toset", (None,), None),
        ("tolist", (None,), None),
        ("tomap", (None,), None),
        ("split", (1, 212), ["2", "2"]),
        ("lower", (True,), "true"),
        ("trim", ("--a-", "-"), "a"),
        ("trimprefix", ("https://a", "https://"), "a"),
        ("trimspace", (" a ",), "a"),
        ("trimsuffix", ("a/", "/"), "a"),
        ("upper", ("a",), "A"),
        ("values", ({"b": 1, "a": 2},), [2, 1]),
    ],
)
def test_functions(name: str, arguments: tuple[object, ...], found: object) -> None:
    assert FUNCTIONS[name](*arguments) == found


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("coalesce", ("",), LookupError),
        ("format", ("%5.2f", 1), ValueError),
        ("format", ("%s",), ValueError),
        ("format", ("%s", None), TypeError),
        ("tostring", ([],), TypeError),
        ("tonumber", ("a",), TypeError),
        ("lower", (None,), TypeError),
    ],
)
def test_what_is_not_plain_raises(name: str, arguments: tuple[object, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        FUNCTIONS[name](*arguments)


def test_the_host_of_an_address_stands_in_for_a_regular_expression() -> None:
    found = FUNCTIONS["replace"]("https://abc.execute-api.example/prod", "/^https?://([^/]*).*/", "$1")
    assert isinstance(found, Unresolved)
    assert found.stand_in == "abc.execute-api.example"
