from __future__ import annotations

import pytest

from edgeware.functions.njs.syntax import check
from tests.njs_errors import FIRST, SECOND, errors, reported, warnings

NON_DEFAULT = "SyntaxError: Non-default import is not supported"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("import\nx\nfrom\n'nope'\n;", 'SyntaxError: Cannot find module "nope" in 4'),
        ("import fs from 'fs'", 'SyntaxError: Cannot find module "fs" in 1'),
        ("import\n{x}\nfrom 'crypto'", f"{NON_DEFAULT} in 2"),
        ("import * as x from 'crypto'", f"{NON_DEFAULT} in 1"),
        ("import 'crypto'", f"{NON_DEFAULT} in 1"),
        ("import x, {y} from 'crypto'", 'SyntaxError: Unexpected token "," in 1'),
        ("import x, * as y from 'crypto'", 'SyntaxError: Unexpected token "," in 1'),
        ("import x from 'crypto' with {type: 'json'}", 'SyntaxError: Unexpected token "with" in 1'),
        ("{ import x from 'crypto'; }", "SyntaxError: Illegal import statement in 1"),
        ("export\n\ndefault 1", "SyntaxError: Illegal export statement in 3"),
        ("export function handler() {}", "SyntaxError: Illegal export statement in 1"),
        ("export {a}", "SyntaxError: Illegal export statement in 1"),
    ],
)
def test_only_defaults_of_known_modules_are_imported_and_nothing_is_exported(code: str, text: str) -> None:
    assert reported(code) == text


@pytest.mark.parametrize("module", ["buffer", "cloudfront", "crypto", "querystring"])
def test_the_second_runtime_has_four_modules(module: str) -> None:
    assert check(f"import m from '{module}'; require('{module}');", SECOND) == ()


def test_the_first_runtime_has_two_and_is_documented_with_require() -> None:
    assert check("require('crypto'); require('querystring');", FIRST) == ()
    assert warnings("import c from 'crypto';", FIRST) == ["import"]
    assert reported("import cf from 'cloudfront';", FIRST) == 'SyntaxError: Cannot find module "cloudfront" in 1'


def test_requiring_what_is_not_there_is_an_error_of_the_running_code() -> None:
    (finding,) = check("\nvar fs = require('fs');", SECOND)
    assert (finding.severity, str(finding)) == ("warn", 'Error: Cannot find module "fs" in 2')
    assert warnings("require('buffer')", FIRST) == ["require"]


@pytest.mark.parametrize("code", ["require(name)", "require()", "require('a', 'b')", "a.require('fs')", "require`fs`"])
def test_other_calls_are_left_alone(code: str) -> None:
    assert errors(code) == []
    assert warnings(code) == []
