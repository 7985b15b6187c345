from __future__ import annotations

import subprocess
import sys
from typing import Any
from urllib.request import urlopen

import pytest

from edgeware import ASGIEdge, MissingDependencyError, WSGIEdge
from edgeware.inspector import inspected, place
from tests.inspecting import app, distribution, sites


async def nothing(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError


@pytest.mark.parametrize(("kind", "wrapped"), [(ASGIEdge, nothing), (WSGIEdge, app)])
def test_the_keyword_serves_the_page_in_both_worlds(kind: Any, wrapped: Any) -> None:
    edge = kind(wrapped, distribution(), inspect=True)
    with urlopen(edge.inspector.url, timeout=30) as answer:
        assert "<h1>Requests</h1>" in answer.read().decode()
    edge.inspector.close()
    edge.edge.close()


@pytest.mark.parametrize(("kind", "wrapped"), [("ASGIEdge", "None"), ("WSGIEdge", "None")])
def test_it_is_off_by_default_and_then_costs_nothing_not_even_an_import(kind: str, wrapped: str) -> None:
    code = f"""
import sys, threading
from edgeware import {kind}
edge = {kind}({wrapped}, {{"version": 1, "default_behavior": {{"origin": "app", "cache_policy": "CachingDisabled"}}}})
assert edge.inspector is None
assert not {{"jinja2", "uvicorn", "edgeware.inspector.server"}} & set(sys.modules)
assert threading.active_count() == 1
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_missing_package_is_named_with_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    for module in ("server", "site", "pages"):
        monkeypatch.delitem(sys.modules, f"edgeware.inspector.{module}", raising=False)
    with sites() as site, pytest.raises(MissingDependencyError, match=r"jinja2: pip install 'edgeware\[inspect\]'"):
        inspected(site.edge)


def test_a_place_is_a_free_port_and_a_secret() -> None:
    one, two = place(), place()
    assert one["token"] != two["token"]
    with sites() as site:
        inspector = inspected(site.edge, one)
        assert inspector.url == f"http://127.0.0.1:{one['port']}/{one['token']}/"
        inspector.close()
