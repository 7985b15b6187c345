"""The front door: few names, imported when they are first used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import edgeware
from edgeware.cache.memory import MemoryStore
from edgeware.config.model import Distribution
from edgeware.edge import Edge
from edgeware.exceptions import ConfigurationError, EdgewareError


@pytest.mark.parametrize("name", edgeware.__all__)
def test_every_name_is_there_under_its_own_name(name: str) -> None:
    assert getattr(edgeware, name).__name__ == name


def test_a_name_is_the_very_thing() -> None:
    assert edgeware.Edge is Edge
    assert edgeware.Distribution is Distribution
    assert edgeware.MemoryStore is MemoryStore
    assert edgeware.EdgewareError is EdgewareError
    assert edgeware.ConfigurationError is ConfigurationError


def test_another_name_is_an_attribute_error_that_says_which() -> None:
    with pytest.raises(AttributeError, match=r"module 'edgeware' has no attribute 'Proxy'"):
        _ = edgeware.Proxy


def test_the_names_are_listed() -> None:
    assert dir(edgeware) == edgeware.__all__


def test_nothing_is_imported_before_it_is_used() -> None:
    heavy = "{'starlette', 'werkzeug', 'cachetools', 'yaml', 'dukpy', 'asyncio'}"
    program = f"import sys, edgeware; print(sorted({heavy} & set(sys.modules))); edgeware.WSGIEdge"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
