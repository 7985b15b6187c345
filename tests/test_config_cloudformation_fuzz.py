"""Broken templates: each is read, or refused in lines that name the file, and never dies.

A few hundred mutations of each sample run here; `EDGEWARE_FUZZ=10000 pytest tests/test_config_cloudformation_fuzz.py`
runs that many.
"""

from __future__ import annotations

import copy
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random  # noqa: TID251 - seeded by hypothesis
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgeware.config.loading import load, yaml
from edgeware.config.model import Distribution
from edgeware.exceptions import ConfigurationError
from tests.fixtures.config.builders import FOLDER

EXAMPLES = int(os.environ.get("EDGEWARE_FUZZ", "30"))

SAMPLES = {
    "cfn/shop.template.yaml": None,
    "sam/template.yaml": None,
    "serverless/.serverless/cloudformation-template-update-stack.json": None,
    "cdk/cdk.out/WebEu.template.json": "WebEu/Dist",
    "cdk/cdk.out/CrossRef.template.json": "CrossRef/D",
    "cdk/cdk.out.weak/manifest.json": "CrossRef/D",
}
JUNK: list[Any] = [
    *(None, True, False, 0, -1, 10**20, 1.5, "", "x", "${", "${A.B}", "{{resolve:ssm:x}}", "a\0b", "\ud800"),
    *([], {}, [[]], [{}]),
    {"Ref": "Distribution"},
    {"Ref": "AWS::NoValue"},
    {"Ref": 5},
    {"Fn::GetAtt": ["Distribution", "Arn"]},
    {"Fn::GetAtt": "x"},
    {"Fn::If": ["IsProd", 1, 2]},
    {"Fn::Sub": "${Distribution}${AuthFunction.Arn}"},
    {"Fn::Select": [9, ["a"]]},
    {"Fn::ForEach::X": ["X", ["1", "2"], {"${X}": {"Ref": "X"}}]},
    {"Fn::Transform": {"Name": "AWS::Include"}},
    {"Fn::Join": ["", {"Fn::Split": ["", "x"]}]},
    {"Fn::Nope": []},
    {"Condition": "IsProd"},
]
SPANS = [
    "",
    "\n",
    "  ",
    "\t",
    "{",
    "}",
    "[",
    "]",
    ":",
    "- ",
    "!",
    "!Ref ",
    "&a ",
    "*a",
    '"',
    "'",
    "#",
    "%",
    "\x00",
    "\x85",
    "é",
    "|",
    "<<: ",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples, where they may be broken."""
    root = tmp_path_factory.mktemp("fuzz")
    for name in ("cfn", "sam", "serverless", "cdk", "lambda"):
        shutil.copytree(FOLDER / name, root / name)
    return root


def read(path: Path, distribution: str | None) -> None:
    """Read it: what comes out is a distribution, or lines for people that say where."""
    source = path.parent if "cdk" in path.parts else path
    problems: tuple[str, ...] = ()
    try:
        assert isinstance(load(source, distribution=distribution), Distribution)
    except ConfigurationError as error:
        problems = error.problems or ("",)
    assert [problem for problem in problems if not problem.isprintable()] == []
    assert [problem for problem in problems[:1] if str(source) not in problem] == []


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every container of a structure with each of its keys."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield node, key
        yield from places(node[key])


def grown(dice: Random, text: str) -> str:
    """The text with something in it cut out, put in, or three times."""
    for _ in range(dice.randint(1, 3)):
        start = dice.randint(0, len(text))
        end = min(len(text), start + dice.randint(0, 40))
        between = dice.choice([*SPANS, text[start:end] * 3])
        text = text[:start] + between + text[end:]
    return text


def cut(dice: Random, values: Any) -> Any:
    """The structure with something in it cut out, renamed, or put in the place of something else."""
    for _ in range(dice.randint(1, 3)):
        found = list(places(values))
        if not found:
            return values
        container, key = found[dice.randint(0, len(found) - 1)]
        kind = dice.choice(["junk", "junk", "remove", "rename", "swap"])
        if kind == "remove":
            del container[key]
        elif kind == "rename" and isinstance(container, dict):
            container[f"{key}x"] = container.pop(key)
        elif kind == "swap":
            other, at = found[dice.randint(0, len(found) - 1)]
            container[key] = copy.deepcopy(other[at])
        else:
            container[key] = copy.deepcopy(dice.choice(JUNK))
    return values


UNHURRIED = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("sample", SAMPLES)
@UNHURRIED
@given(dice=st.integers(0, 2**64).map(Random))
def test_a_text_that_is_broken_anywhere(folder: Path, sample: str, dice: Random) -> None:
    text = (FOLDER / sample).read_text(encoding="utf-8")
    (folder / sample).write_bytes(grown(dice, text).encode("utf-8", "surrogatepass"))
    read(folder / sample, SAMPLES[sample])


@pytest.mark.parametrize("sample", SAMPLES)
@UNHURRIED
@given(dice=st.integers(0, 2**64).map(Random))
def test_a_structure_that_is_broken_anywhere(folder: Path, sample: str, dice: Random) -> None:
    values = json.loads(json.dumps(yaml.parse((FOLDER / sample).read_text(encoding="utf-8"), sample)))
    (folder / sample).write_text(json.dumps(cut(dice, values), indent=1))
    read(folder / sample, SAMPLES[sample])
