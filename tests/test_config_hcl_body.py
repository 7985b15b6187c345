"""Bodies of blocks as values."""

from __future__ import annotations

from pathlib import Path

from edgeware.config.loading.inputs import Inputs
from edgeware.config.loading.terraform.hcl_body import values_of
from edgeware.config.loading.terraform.hcl_module import Module
from edgeware.config.loading.terraform.hcl_syntax import parse
from edgeware.config.model import Notice
from edgeware.config.place import LinedList, LinedMapping, Place


def values(text: str) -> tuple[LinedMapping, list[Notice]]:
    file, notices = parse(text, "main.tf"), list[Notice]()
    scope = Module(folder=Path.cwd(), root=Path.cwd(), inputs=Inputs(), source=".", files=[file])
    return values_of(file, scope, {}, notices, Place(source="main.tf")), notices


def test_blocks_of_a_type_are_a_list_with_their_lines() -> None:
    found, _ = values("a = 1\ncount = 2\norigin {\nid = 1\n}\norigin {\nid = 2\n}\nlifecycle {\nx = 1\n}\n")
    assert found == {"a": 1, "origin": [{"id": 1}, {"id": 2}]}
    assert found.lines == {"a": 1, "origin": 3}
    assert isinstance(found["origin"], LinedList)
    assert found["origin"].lines == {0: 3, 1: 6}


def test_a_block_comes_before_an_attribute_of_its_name() -> None:
    found, _ = values("origin = 1\norigin {\nid = 1\n}\n")
    assert found == {"origin": [{"id": 1}]}


def test_dynamic_blocks_are_written_out() -> None:
    found, notices = values(
        """
        dynamic "origin" {
          for_each = { a = 1, b = 2 }
          content {
            id    = origin.key
            value = origin.value
          }
        }
        dynamic "member" {
          for_each = ["x"]
          iterator = each_one
          content {
            id = each_one.value
          }
        }
        dynamic "nothing" {
          for_each = ["x"]
        }
        dynamic "never" {
          content {}
        }
        """
    )
    assert found == {"origin": [{"id": "a", "value": 1}, {"id": "b", "value": 2}], "member": [{"id": "x"}]}
    assert notices == []


def test_dynamic_blocks_that_nobody_can_count_are_told() -> None:
    found, (notice,) = values('outer {\ndynamic "origin" {\nfor_each = var.origins\ncontent {}\n}\n}\n')
    assert found == {"outer": [{}]}
    assert (notice.code, notice.severity, notice.where) == ("N-dynamic", "warn", "main.tf:2 outer.origin")
    assert notice.text.startswith("how many blocks 'origin' there are is not to be had, and there are none here: ")
