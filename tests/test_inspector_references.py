from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import edgeware
from edgeware.core.decision import PAGES as OF_STEPS
from edgeware.core.function_origin import PAGE
from edgeware.core.lambda_body import BODY_ACCESS
from edgeware.core.lambda_headers import RESTRICTIONS, STRUCTURE
from edgeware.functions.njs.findings import PAGES as OF_RUNTIMES
from edgeware.functions.njs.review import _PAGES as OF_FINDINGS
from edgeware.inspector.references import GUIDE, PAGES, linked
from tests.inspecting import SCRIPT

PACKAGE = Path(edgeware.__file__).parent
NAMED = re.compile(r"\[([a-z0-9]{2,}(?:[-_][a-z0-9]{2,})+|[A-Z][a-z]{3,}[A-Za-z]*)\]")
"""A page in a text, and hardly anything else."""
OF_RESULTS = {PAGE, BODY_ACCESS, RESTRICTIONS, STRUCTURE}


def texts(file: Path) -> list[str]:
    """What a module may say: its strings, but for docstrings."""
    tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    inside = [node for node in tree if not isinstance(node, ast.Expr)]
    said = [part for node in inside for part in ast.iter_child_nodes(node) if isinstance(part, ast.Constant)]
    return [part.value for part in said if isinstance(part.value, str)]


def test_every_page_that_a_trace_or_a_finding_names_is_known() -> None:
    files = [file for room in ("core", "functions", "inspector") for file in (PACKAGE / room).rglob("*.py")]
    named = {page for file in files for text in texts(file) for page in NAMED.findall(text)}
    assert "high_availability_origin_failover" in named
    tables = (OF_STEPS, OF_RUNTIMES, OF_FINDINGS)
    assert named | {page for table in tables for page in table.values()} | OF_RESULTS <= PAGES


def test_a_page_is_a_link_and_all_else_is_text() -> None:
    assert linked(f"[{SCRIPT}] [a-b] [Expiration]") == (
        "[&lt;script&gt;document.title = &#39;taken&#39;&lt;/script&gt;] [a-b] "
        f'[<a href="{GUIDE}Expiration.html">Expiration</a>]'
    )


@pytest.mark.parametrize("text", ["", "plain", "[", "[]", "[Expiration", "[../Expiration]"])
def test_what_names_no_page_stays_as_it_is(text: str) -> None:
    assert linked(text) == text
