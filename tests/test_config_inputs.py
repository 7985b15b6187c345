from __future__ import annotations

from pathlib import Path

from edgeware.config.loading.documents import Document
from edgeware.config.loading.inputs import Inputs, inputs, inputs_of
from edgeware.config.place import NATIVE, Place
from edgeware.config.reading import Section

VALUES = {
    "distribution": "shop",
    "parameters": {"Stage": "dev", "Count": 3, "Live": True, "Names": ["a", "b"]},
    "outputs": {"Net": "app.example"},
    "region": "eu-west-1",
    "account_id": "000000000042",
}


def test_an_overlay_says_what_a_source_cannot_know() -> None:
    assert inputs_of(Document(values=VALUES, base=Path())) == Inputs(
        distribution="shop",
        parameters={"Stage": "dev", "Count": "3", "Live": "true", "Names": "a,b"},
        outputs={"Net": "app.example"},
        region="eu-west-1",
        account_id="000000000042",
    )


def test_the_stronger_inputs_win_key_by_key() -> None:
    weak = Inputs(distribution="a", parameters={"A": "1", "B": "1"}, region="r", account_id="1")
    strong = Inputs(distribution="b", parameters={"B": "2"}, outputs={"O": "x"})
    assert strong.over(weak) == Inputs(
        distribution="b", parameters={"A": "1", "B": "2"}, outputs={"O": "x"}, region="r", account_id="1"
    )


def test_a_value_that_is_no_text_is_told_with_its_place() -> None:
    section = Section(values={"parameters": {"A": {}}}, place=Place(source="o.yaml"), notices=[], dialect=NATIVE)
    assert inputs(section).parameters == {"A": ""}
    assert [str(notice) for notice in section.notices] == [
        "error  N-value o.yaml parameters.A: must be text, not a mapping."
    ]
