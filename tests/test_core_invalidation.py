"""What an invalidation may name, and the tags that a response carries."""

from __future__ import annotations

import pytest

from edgeware.core.invalidation import MAX_TAGS, cache_tags, checked
from edgeware.exceptions import UsageError
from edgeware.messages import Headers


@pytest.mark.parametrize(
    "path",
    ["/", "/*", "/images/*", "/a.jpg?w=1&h=2", "/caf%C3%A9", "/a*b", "/a'b(c)!$&+,;=:@", "/" + "x" * 3999, "/a#b"],
)
def test_a_path_is_taken_as_it_is(path: str) -> None:
    assert checked([path]) == (path,)


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ("a.jpg", "begins with /"),
        ("", "begins with /"),
        ("*", "begins with /"),
        ("/" + "x" * 4000, "4001 characters"),
        ("/café", "'é' has to be percent-encoded"),
        ("/a b", "' ' has to be percent-encoded"),
        ("/a\n", "has to be percent-encoded"),
        ('/"', "has to be percent-encoded"),
        ("/~home/*", "does not take ~"),
        ("/%7Ehome/*", "does not take ~"),
        ("#", "1 to 256"),
        ("#a b", "1 to 256"),
        ("#a,b", "1 to 256"),
        ("#caf\xe9", "1 to 256"),
        ("#" + "x" * 257, "1 to 256"),
        ("#tag*", "no wildcard"),
    ],
)
def test_what_cloudfront_refuses_is_refused_with_its_error(item: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as refusal:
        checked(["/fine", item])
    assert "InvalidArgument" in str(refusal.value)


def test_an_invalidation_of_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="no path"):
        checked([])


def test_tags_and_paths_may_be_mixed_and_the_case_of_a_tag_does_not_count() -> None:
    assert checked(["/A", "#Product-42", "# red "]) == ("/A", "#product-42", "#red")


@pytest.mark.parametrize(
    ("value", "tags"),
    [
        ("a", ("a",)),
        (" Red ,blue,, RED", ("red", "blue")),
        ("two words, fine, caf\xe9", ("fine",)),
        ("x" * 256 + "," + "y" * 257, ("x" * 256,)),
        ("", ()),
    ],
)
def test_tags_are_trimmed_and_what_is_none_is_left_out(value: str, tags: tuple[str, ...]) -> None:
    assert cache_tags("X-Tags", Headers([("x-tags", value)])) == tags


def test_two_lines_of_the_header_are_one_list() -> None:
    assert cache_tags("x-tags", Headers([("X-Tags", "a, b"), ("X-Tags", "c")])) == ("a", "b", "c")


def test_an_object_has_at_most_fifty_tags() -> None:
    many = ",".join(map(str, range(60)))
    assert cache_tags("x-tags", Headers([("x-tags", many)])) == tuple(map(str, range(MAX_TAGS)))


@pytest.mark.parametrize("header", [None, "x-other"])
def test_without_the_header_there_are_no_tags(header: str | None) -> None:
    assert cache_tags(header, Headers([("x-tags", "a")])) == ()
