"""Mutations of the samples: whatever comes of them, it is read, or refused in words, never with a traceback.

A few hundred in the suite; EDGEWARE_FUZZ=10000 says how many of each kind for each sample.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random  # noqa: TID251 - seeded by hypothesis
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgeware.config.canonical import canonical
from edgeware.config.loading import examine
from edgeware.config.loading.documents import read
from edgeware.exceptions import ConfigurationError
from tests.fixtures.config.builders import FOLDER

COUNT = int(os.environ.get("EDGEWARE_FUZZ", "60"))
SAMPLES = [
    "native/shop.yaml",
    "api/get-distribution.json",
    "terraform/shop.state.json",
    "terraform/shop.plan.json",
    "terraform/shop.tfstate",
    "pulumi/shop.stack-export.json",
]
JUNK: list[Any] = [
    *(None, True, False, 0, -1, 10**30, 1.5, float("inf"), float("nan"), "", "x", "*", "a.b[0].c", "\0", "\ud800"),
    *("../../../etc/passwd", "arn:aws:lambda:us-east-1:1:function:f:1", "${HOME}", "é" * 300, "[" * 50),
    *([], {}, [[]], [{}], [None], {"": {}}, {"Items": 5}, {"items": [{}]}, {"references": ["a.b", 5]}, ["x"] * 3),
]


HCL_JUNK = [
    "",
    "{",
    "}",
    '"',
    "\n",
    "${",
    "$${",
    "%{",
    "[",
    "]",
    "(",
    ")",
    "=",
    ".",
    "*",
    "<<A\n",
    "#",
    "var.x",
    "null",
    "...",
]


@cache
def text_of(sample: str) -> str:
    return json.dumps(read(FOLDER / sample).values)


def holders(value: Any) -> list[Any]:
    """Every mapping and list inside a value that holds something."""
    found, pending = [], [value]
    while pending:
        one = pending.pop()
        if isinstance(one, dict | list) and one:
            found.append(one)
            pending.extend(one.values() if isinstance(one, dict) else one)
    return found


def replaced(dice: Any, holder: Any, key: Any) -> None:
    holder[key] = dice.choice(JUNK)


def removed(dice: Any, holder: Any, key: Any) -> None:
    del holder[key]


def swapped(dice: Any, holder: Any, key: Any) -> None:
    other = dice.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    holder[key], holder[other] = holder[other], holder[key]


def wrapped(dice: Any, holder: Any, key: Any) -> None:
    holder[key] = dice.choice([[holder[key]], {"x": holder[key]}, [holder[key], holder[key]]])


def renamed(dice: Any, holder: Any, key: Any) -> None:
    if isinstance(holder, dict):
        holder[f"{key}x"] = holder.pop(key)


MUTATIONS: list[Callable[[Any, Any, Any], None]] = [replaced, replaced, removed, swapped, wrapped, renamed]


def mutated(sample: str, dice: Any) -> Any:
    value = json.loads(text_of(sample))
    for _ in range(dice.randint(1, 4)):
        found = holders(value)
        if found:
            holder = dice.choice(found)
            key = dice.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
            dice.choice(MUTATIONS)(dice, holder, key)
    return value


def complaints(source: Any, **options: Any) -> tuple[str, ...]:
    """What a source is refused with; none where it is read, and then can be shown."""
    try:
        found = examine(source, **options)
    except ConfigurationError as error:
        return error.problems or ("no word",)
    assert canonical(found).endswith("}\n")
    assert all(notice.where and "\n" not in notice.where + notice.text for notice in found.notices)
    return ()


# A seed alone: hypothesis would remember every throw, ten thousand times some gigabytes.
DICE = st.integers(0, 2**64).map(Random)
unhurried = settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("sample", SAMPLES)
@unhurried
@given(dice=DICE)
def test_a_mutated_value_is_read_or_refused(sample: str, dice: Any) -> None:
    said = complaints(mutated(sample, dice), base=(FOLDER / sample).parent)
    assert all("\n" not in line and line != "no word" for line in said)


@pytest.mark.parametrize("sample", [*SAMPLES, "terraform/json/main.tf.json"])
@unhurried
@given(dice=DICE)
def test_a_mutated_text_is_read_or_refused_by_its_name(
    sample: str, dice: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray((FOLDER / sample).read_bytes())
    for _ in range(dice.randint(1, 5)):
        start = dice.randrange(len(content))
        content[start : start + dice.choice([0, 1, 20])] = dice.choice([b"", b"{", b'"', b"\n", b"\xff", b"0", b":"])
    path = tmp_path_factory.getbasetemp() / Path(sample).name
    path.write_bytes(content)
    assert all(line.startswith((str(path), "  ")) for line in complaints(path))


@settings(unhurried, max_examples=max(COUNT // 3, 1))
@given(dice=DICE)
def test_a_mutated_file_of_terraforms_own_is_read_or_refused(
    dice: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = (FOLDER / "terraform/hcl/main.tf").read_text(encoding="utf-8")
    for _ in range(dice.randint(1, 4)):
        start = dice.randrange(len(content))
        cut = dice.choice([0, 1, 20])
        content = content[:start] + dice.choice(HCL_JUNK) + content[start + cut :]
    path = tmp_path_factory.getbasetemp() / "main.tf"
    path.write_text(content, encoding="utf-8")
    said = complaints(path)
    assert all("\n" not in line for line in said)
    assert all(str(path) in line for line in said[:1])


def test_the_samples_themselves_are_read() -> None:
    assert all(complaints(json.loads(text_of(sample)), base=(FOLDER / sample).parent) == () for sample in SAMPLES)
