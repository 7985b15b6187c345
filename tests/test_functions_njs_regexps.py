"""Each text is what njs 0.7.9 with PCRE2 10.42 says of the pattern."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from edgeware.functions.njs.regexps import DEEPEST, complaint, mistake
from tests.njs_errors import errors, reported
from tests.test_functions_njs_regexp_characters import WRONG as WRONG_CHARACTERS

NO_ITEM = "quantifier does not follow a repeatable item"
NO_GROUP = "reference to non-existent subpattern"
NOT_FIXED = "lookbehind assertion is not fixed length"
NO_TERMINATOR = "syntax error in subpattern name (missing terminator?)"
WRONG = {
    # what stands where nothing can be repeated
    "+": (NO_ITEM, "+"),
    "a|*": (NO_ITEM, "*"),
    "(+a)": (NO_ITEM, "+a)"),
    "(?:*)": (NO_ITEM, "*)"),
    "^*": (NO_ITEM, "*"),
    r"\b+": (NO_ITEM, "+"),
    "a+*": (NO_ITEM, "*"),
    "a+++": (NO_ITEM, "+"),
    "a{1}{2}": (NO_ITEM, "}"),
    "(?i)+": (NO_ITEM, "+"),
    "(?#a)+": (NO_ITEM, "+"),
    "a{2,1}b": ("numbers out of order in {} quantifier", "}b"),
    "a{65536}": ("number too big in {} quantifier", "}"),
    # groups
    "(a": ("missing closing parenthesis", ""),
    "a)b": ("unmatched closing parenthesis", ")b"),
    "(?": ("missing closing parenthesis", ""),
    "(?#a": ("missing ) after (?# comment", ""),
    "(?y)a": ("unrecognized character after (? or (?-", "y)a"),
    "(?<1n>a)": ("subpattern name must start with a non-digit", "1n>a)"),
    "(?<>a)": ("subpattern name expected", ">a)"),
    "(?<n-m>a)": (NO_TERMINATOR, "-m>a)"),
    "(?<n>a)|(?<n>b)": ("two named subpatterns have the same name (PCRE2_DUPNAMES not set)", "b)"),
    # references
    r"(a)\2b": (NO_GROUP, "2b"),
    r"\8": (NO_GROUP, "8"),
    r"(?<n>a)\k<m>": (NO_GROUP, "m>"),
    r"\k'n'": (NO_GROUP, "n'"),
    "(?P=n)": (NO_GROUP, "n)"),
    "(?P>n)": (NO_GROUP, "n)"),
    r"\kx": (r"\k is not followed by a braced, angle-bracketed, or quoted name", "x"),
    # lookbehinds
    "(?<=a+)b": (NOT_FIXED, "(?<=a+)b"),
    "x(?<!a?)": (NOT_FIXED, "(?<!a?)"),
    "(?<=ab|c*)d": (NOT_FIXED, "(?<=ab|c*)d"),
    "(?<=(a|bc))d": (NOT_FIXED, "(?<=(a|bc))d"),
    "(?<=a{1,2})d": (NOT_FIXED, "(?<=a{1,2})d"),
    r"(a)(?<=\1)": (NOT_FIXED, r"(?<=\1)"),
    r"(?<=\R)d": (NOT_FIXED, r"(?<=\R)d"),
}  # fmt: skip
RIGHT = [
    "", "a|b|", "()", "(?:a|bc)*?", "a++", "a{2}+", "a{,2}", "a{1", "{", "{a}", "a]", "}", "(?=a)*", "(?!a)?",
    r"[\w-]", r"[-\w]", "[a-z-9]", "[]a]", "[^]a]", r"[\b\]\[]", "[[]", "[[:alpha:]]", r"[\1\8]", r"[\x41-\u0043]",
    r"a\x{2}", "(?<=ab|c)d", "(?<=(?:ab|cd))e", "(?<=a{2}.[b])c", r"(?<=^a\d(?=b*))c", "(?<!a)b", r"(?<=\bé)b",
    r"\1(a)", r"\k<n>(?<n>a)", "(?P<n>a)(?P=n)", "(?'n'a)(?&n)", r"(a)\10", r"\10", r"\0\07\x4\x", r"\u\u12\u0041",
    "(?i)a", "(?-i:a)", "(?>a)b", "(?|a|b)", "(?(1)a|b)(c)", "(?R)?", "(?1)+(a)", "(*ACCEPT)a", "(?#com)a",
    r"\cA\a\e\f\n\r\t\v\h\A\Z\z\G\R\X\C\_\-\/", r"\p{L}\pL\P{L}", r"\Qa(\E", "[a-]", r"\Qa(", r"[^\s\S]",
]  # fmt: skip


@pytest.mark.parametrize("pattern", WRONG)
def test_what_pcre_refuses_is_refused_in_its_words(pattern: str) -> None:
    message, rest = WRONG[pattern]
    found = mistake(pattern)
    assert found is not None
    assert (found.message, pattern[found.offset :]) == (message, rest)


@pytest.mark.parametrize("pattern", RIGHT)
def test_what_pcre_takes_is_taken(pattern: str) -> None:
    assert mistake(pattern) is None


def test_groups_are_nested_to_a_limit() -> None:
    assert mistake("(" * DEEPEST + ")" * DEEPEST) is None
    found = mistake("(" * 100_000)
    assert found is not None
    assert found.message == "parentheses are too deeply nested"


@pytest.mark.parametrize("pattern", ["(?1", "(?R", "(?&n", "(*ACCEPT", "(?(1"])
def test_what_does_not_end_is_refused_in_one_way_or_another(pattern: str) -> None:
    assert mistake(pattern) is not None


@pytest.mark.skipif(shutil.which("njs") is None, reason="njs is not on this machine; .ci/run installs it")
def test_the_engine_says_the_same() -> None:
    patterns = [*WRONG, *WRONG_CHARACTERS, *RIGHT]
    source = "".join(
        f"try {{ new RegExp({pattern!a}); console.log('') }} catch (e) {{ console.log(e.message) }}\n"
        for pattern in patterns
    )
    ended = subprocess.run(["njs", "-u", "-c", source], capture_output=True, check=True, timeout=60)
    said = ended.stdout.decode().splitlines()
    assert said == [complaint(pattern) or "" for pattern in patterns]


def test_a_pattern_in_a_source_is_looked_at() -> None:
    refused = 'SyntaxError: pcre_compile2("[\\w-.]+@") failed: invalid range in character class at "-.]+@" in 2'
    assert reported("var a =\n/[\\w-.]+@/g") == refused
    assert errors("var a = /[\\w.-]+@/g") == []
