from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.config.loading.documents import Document
from edgeware.config.loading.terraform.resources import MAX_DEPTH, module_names, shown, stated


def document(**values: object) -> Document:
    return Document(values=values, base=Path())


@pytest.mark.parametrize(
    ("address", "names"),
    [("", ()), ("module.a", ("a",)), ('module.a["x.y"].module.b[0]', ("a", "b"))],
)
def test_a_module_s_address_is_a_path_of_names(address: str, names: tuple[str, ...]) -> None:
    assert module_names(address) == names


def test_instances_of_a_state_have_addresses_with_their_keys() -> None:
    instances = [{"index_key": "a", "attributes": {"id": 1}}, {"index_key": 0}, {"attributes": None}]
    of_module = {"module": "module.m", "type": "t", "name": "n", "instances": instances}
    data = {"mode": "data", "type": "t", "name": "n", "instances": [{}]}
    found = stated(document(version=4, resources=[of_module, data, "x"]))
    assert [one.address for one in found] == ['module.m.t.n["a"]', "module.m.t.n[0]", "module.m.t.n", "data.t.n"]
    assert [one.index for one in found] == ['["a"]', "[0]", "", ""]
    assert [one.local_address for one in found] == ["t.n", "t.n", "t.n", "data.t.n"]
    assert [one.values for one in found] == [{"id": 1}, {}, {}, {}]


def test_a_plan_has_the_data_that_was_read_before_it() -> None:
    old = {"address": "t.n", "values": {"id": "old"}}
    data = {"address": "data.t.n", "mode": "data", "values": {"id": "d"}}
    found = shown(
        document(
            format_version="1.2",
            planned_values={"root_module": {"resources": [{"address": "t.n", "values": {"id": "new"}}]}},
            prior_state={"values": {"root_module": {"resources": [old, data]}}},
        )
    )
    assert {one.address: one.values["id"] for one in found} == {"data.t.n": "d", "t.n": "new"}


def test_modules_are_walked_only_so_deep() -> None:
    module: dict[str, object] = {"resources": [{"address": "t.deep"}]}
    for _ in range(MAX_DEPTH + 1):
        module = {"child_modules": [module]}
    assert shown(document(format_version="1.0", values={"root_module": module})) == []
