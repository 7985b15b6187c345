from __future__ import annotations

import pytest

from edgeware.config.loading.candidates import Candidate, chosen
from edgeware.config.loading.draft import Draft
from edgeware.config.place import spelled
from edgeware.exceptions import ConfigurationError
from tests.fixtures.config.builders import DISTRIBUTION

ONE, TWO = (Draft(distribution=DISTRIBUTION, notices=[], spelling=spelled, native=False) for _ in range(2))
SHOP = Candidate(
    address="module.web.shop",
    comment="the shop",
    origins=("a.example", "b.example"),
    aliases=("www.example",),
    names=("E1",),
    read=lambda: ONE,
)
BLOG = Candidate(address="module.web.blog", names=("E2",), read=lambda: TWO)
WILD = Candidate(address="wild\x1b", read=lambda: TWO)


def refusal(candidates: list[Candidate], wanted: str | None) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        chosen(candidates, wanted, "state.json")
    return caught.value.problems


def test_one_distribution_is_taken_without_a_question() -> None:
    assert chosen([SHOP], None, "state.json") is ONE


@pytest.mark.parametrize("wanted", ["module.web.shop", "the shop", "www.example", "E1", "*.shop", "www.*", "E[1]"])
def test_one_of_several_is_taken_by_whatever_it_is_called(wanted: str) -> None:
    assert chosen([BLOG, SHOP], wanted, "state.json") is ONE


def test_several_are_listed_to_choose_from() -> None:
    assert refusal([SHOP, BLOG], None) == (
        "state.json: holds 2 distributions; say which one, in an overlay distribution: module.web.shop, on the command "
        "line --named module.web.shop.",
        "  module.web.shop  the shop  a.example, b.example  www.example",
        "  module.web.blog",
    )


@pytest.mark.parametrize(
    ("candidates", "wanted", "words"),
    [
        ([], None, "state.json: holds no distribution."),
        ([SHOP, BLOG], "module.*", "'module.*' means 2 distributions; say it more exactly."),
        ([SHOP, BLOG], "module.web.blgo", "holds no distribution 'module.web.blgo'. Did you mean 'module.web.blog'?"),
        ([SHOP], "x", "holds no distribution 'x'. There is one, and it needs no name."),
        ([WILD, SHOP], "wil\x1bd", r"holds no distribution 'wil\x1bd'. Did you mean 'wild\x1b'?"),
        ([WILD, SHOP], None, r"in an overlay distribution: wild\x1b, on the command line --named wild\x1b."),
    ],
)
def test_what_names_none_or_too_many_is_refused(candidates: list[Candidate], wanted: str | None, words: str) -> None:
    assert words in refusal(candidates, wanted)[0]
