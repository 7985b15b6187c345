"""Each text is what PCRE2 10.42 says of the pattern; ``test_functions_njs_regexps.py`` asks it again."""

from __future__ import annotations

import pytest

from edgeware.functions.njs.regexps import mistake

NO_RANGE = "invalid range in character class"
UNKNOWN = "unrecognized character follows \\"
UNSUPPORTED = r"PCRE2 does not support \F, \L, \l, \N{name}, \U, or \u"
WRONG = {
    # classes
    r"[\w-.]": (NO_RANGE, "-.]"),
    r"[^\s-x]": (NO_RANGE, "-x]"),
    r"[[:alpha:]-z]": (NO_RANGE, "-z]"),
    r"[a-\d]": (NO_RANGE, "]"),
    "[a-[:digit:]]": (NO_RANGE, ":digit:]]"),
    "[b-a]": ("range out of order in character class", "a]"),
    r"[\x41-\x40]": ("range out of order in character class", "0]"),
    r"[\u0062-\o{141}]": ("range out of order in character class", "}]"),
    r"[\x{41}-\u0043]": ("range out of order in character class", "3]"),
    r"[é-\cA]": ("range out of order in character class", "A]"),
    "[": ("missing terminating ] for character class", ""),
    "[]": ("missing terminating ] for character class", ""),
    "[^]": ("missing terminating ] for character class", ""),
    r"[\B]": ("escape sequence is invalid in character class", "B]"),
    r"[\N]": (r"\N is not supported in a class", "]"),
    # escapes
    r"\y": (UNKNOWN, "y"),
    r"[\y]": (UNKNOWN, "y]"),
    r"\la": (UNSUPPORTED, "a"),
    r"\N{x}": (UNSUPPORTED, "{x}"),
    r"\o": ("missing opening brace after \\o", "o"),
    r"\p": (r"malformed \P or \p sequence", ""),
    r"\c": (r"\c at end of pattern", ""),
    r"\cé": (r"\c must be followed by a printable ASCII character", "é"),
}  # fmt: skip


@pytest.mark.parametrize("pattern", WRONG)
def test_a_wrong_character_or_class_is_refused_in_pcres_words(pattern: str) -> None:
    message, rest = WRONG[pattern]
    found = mistake(pattern)
    assert found is not None
    assert (found.message, pattern[found.offset :]) == (message, rest)
