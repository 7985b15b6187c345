from __future__ import annotations

import pytest

from edgeware.functions.njs.rewriting import rewritten


def code(source: str) -> str:
    return rewritten(source, "cloudfront-js-2.0")[0]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import qs from 'querystring';\nqs.parse('');", "const qs=require(\"querystring\");\nqs.parse('');"),
        ('import cf from "cloudfront"\nvar a', 'const cf=require("cloudfront");\nvar a'),
        ("var a; import c from 'crypto'; var b;", 'var a; const c=require("crypto"); var b;'),
        ("import\n  c\nfrom 'crypto';\nc.x", 'const c=require("crypto");\n\n\nc.x'),
        ("import a from 'b'; import c from 'd';", 'const a=require("b"); const c=require("d");'),
        ("// é\nimport a from 'b';", '// é\nconst a=require("b");'),
        ("import x from 'a\"b';", 'const x=require("a\\"b");'),
    ],
)
def test_a_default_import_becomes_a_call_on_the_same_line(source: str, expected: str) -> None:
    assert code(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "",
        "function handler(event) { return event.request; }",
        "var s = \"import a from 'b'\"; // import a from 'b'",
        "/* \nimport a from 'b';\n*/",
        "import { a } from 'b';",
        "import * as a from 'b';",
        "import 'b';",
        "x = /a+b/g; y = /[*]x/;",
        "var s = '(?i)a++';",
        "'é\\u00e9\\u{41}\\x41\\\\ud83d'",
        "not JavaScript at all (((",
    ],
)
def test_any_other_code_stays_as_it_is(source: str) -> None:
    assert rewritten(source, "cloudfront-js-2.0") == (source, [])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("/a++b/g.test(x)", 'RegExp("a++b","g").test(x)'),
        ("x = /(?i)\\w/", 'x = RegExp("(?i)\\\\w","")'),
        ("/\\Aé\\z/", 'RegExp("\\\\Aé\\\\z","")'),
        ("/a/; /(?>b)/; /[[:alpha:]]/m; '/(?>c)/'", '/a/; RegExp("(?>b)",""); RegExp("[[:alpha:]]","m"); \'/(?>c)/\''),
    ],
)
def test_a_literal_with_a_pattern_of_pcres_becomes_a_call(source: str, expected: str) -> None:
    assert code(source) == expected


@pytest.mark.parametrize(
    ("source", "expected", "wide"),
    [
        ("'😀'", "'\\ud800'", ["😀"]),
        ("'😀🎉😀'", "'\\ud800\\ud801\\ud800'", ["😀", "🎉"]),
        (r"'\ud83d\ude00' + '\u{1F600}'", r"'\ud800' + '\ud800'", ["😀"]),
        (r"'\uD83D' + '\ude00'", r"'\ufffd' + '\ufffd'", []),
        (r"'\\ud83d\ude00'", r"'\\ud83d\ufffd'", []),
        (r"'\u{110000}\u{00041}'", r"'\u{110000}\u{00041}'", []),
        ("// 😀\n`😀${a}`", "// \\ud800\n`\\ud800${a}`", ["😀"]),
    ],
)
def test_a_character_beyond_the_basic_plane_becomes_a_unit(source: str, expected: str, wide: list[str]) -> None:
    assert rewritten(source, "cloudfront-js-2.0") == (expected, wide)


def test_there_are_units_for_1920_characters_and_none_is_a_byte() -> None:
    source = "".join(map(chr, range(0x10000, 0x10000 + 2000)))
    text, wide = rewritten(f"'{source}'", "cloudfront-js-1.0")
    assert wide == [*source[:1920]]
    units = [int(unit, 16) for unit in text[1 : 1 + 6 * 1920].split("\\u")[1:]]
    assert len({*units}) == 1920
    assert all(0xD800 <= unit <= 0xDFFF and not 0xDC80 <= unit < 0xDD00 for unit in units)
    assert text[1 + 6 * 1920 :] == "\\ufffd" * 80 + "'"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("(function foo() {}).name", '""'),
        ("((a) => a)\n.name;", '""\n;'),
        ("function f() { return f.name + g.name; }", 'function f() { return "" + g.name; }'),
        ("(function () { return (function () {}).name + /a++/.source }).name + /b++/", '"" + RegExp("b++","")'),
        ("function f() {} f.name = 1;", "function f() {} f.name = 1;"),
        ("function f() {} var f = {}; f.name;", "function f() {} var f = {}; f.name;"),
        ("event.name; event.named; (event).name", "event.name; event.named; (event).name"),
    ],
)
def test_functions_of_the_first_runtime_have_no_name(source: str, expected: str) -> None:
    assert rewritten(source, "cloudfront-js-1.0")[0] == expected
    assert rewritten(source, "cloudfront-js-2.0")[0].count(".name") == source.count(".name")
