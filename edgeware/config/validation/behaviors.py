"""Rules about cache behaviors: their patterns, methods and order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from edgeware.config.model import ALL_METHODS, READ_AND_OPTIONS, READ_METHODS, CacheBehavior, Distribution
from edgeware.config.place import guess, shown
from edgeware.config.rules import Finding, Rule
from edgeware.config.validation import places, quotas

PATTERN = re.compile(r"[A-Za-z0-9_\-.*?$/~\"'@:+&]*")


def matches(pattern: str, path: str) -> bool:
    """Whether a path pattern takes a path: `*` is any text, `?` one character, the leading slash implied."""
    expression = re.escape(rooted(pattern)).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, path, re.DOTALL) is not None


def rooted(pattern: str) -> str:
    """The pattern with its implied leading slash."""
    return pattern if pattern.startswith("/") else f"/{pattern}"


def _listed(distribution: Distribution) -> Iterator[tuple[int, CacheBehavior, str]]:
    """The behaviors before the default one that have a pattern."""
    for index, behavior in enumerate(distribution.behaviors[:-1]):
        if behavior.path_pattern:
            yield index, behavior, behavior.path_pattern


def _pattern_given(distribution: Distribution) -> Iterator[Finding]:
    for index, behavior in enumerate(distribution.behaviors[:-1]):
        if behavior.path_pattern is None:
            yield Finding(("behaviors", index, "path_pattern"), "the path pattern is missing.")
    if distribution.default_behavior.path_pattern is not None:
        yield Finding(("default_behavior", "path_pattern"), "the last behavior is the default one.")


def _shadows_default(distribution: Distribution) -> Iterator[Finding]:
    for index, _, pattern in _listed(distribution):
        if pattern in ("*", "/*"):
            yield Finding(("behaviors", index, "path_pattern"), f"'{pattern}' shadows the default behavior.")


def _unique(distribution: Distribution) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for index, _, pattern in _listed(distribution):
        if pattern in seen:
            text = f"'{shown(pattern)}' is the pattern of behaviors[{seen[pattern]}] already."
            yield Finding(("behaviors", index, "path_pattern"), text)
        seen.setdefault(pattern, index)


def _unique_when_rooted(distribution: Distribution) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for index, _, pattern in _listed(distribution):
        first = seen.setdefault(rooted(pattern), pattern)
        if first != pattern:
            text = f"'{shown(pattern)}' means the same as '{shown(first)}' before it."
            yield Finding(("behaviors", index, "path_pattern"), text)


def _pattern_syntax(distribution: Distribution) -> Iterator[Finding]:
    for index, _, pattern in _listed(distribution):
        if len(pattern) > quotas.PATH_PATTERN_CHARACTERS:
            yield Finding(("behaviors", index, "path_pattern"), f"it has {len(pattern)} characters.")
        if not PATTERN.fullmatch(pattern):
            text = f"'{shown(pattern)}' holds a character that a pattern cannot."
            yield Finding(("behaviors", index, "path_pattern"), text)


def _methods(distribution: Distribution) -> Iterator[Finding]:
    for words, behavior in places.behaviors(distribution):
        allowed, cached = behavior.allowed_methods, behavior.cached_methods
        if allowed not in (READ_METHODS, READ_AND_OPTIONS, ALL_METHODS):
            yield Finding((*words, "allowed_methods"), f"{_listing(allowed)} is none of the three sets.")
        if cached not in (READ_METHODS, READ_AND_OPTIONS):
            yield Finding((*words, "cached_methods"), f"{_listing(cached)} cannot be cached.")


def _cached_are_allowed(distribution: Distribution) -> Iterator[Finding]:
    for words, behavior in places.behaviors(distribution):
        # GET and HEAD are in every set that is allowed; the rule before this one says so.
        extra = behavior.cached_methods - behavior.allowed_methods - READ_METHODS
        if extra:
            yield Finding((*words, "cached_methods"), f"{_listing(extra)} is not allowed.")


def _listing(methods: frozenset[str]) -> str:
    return ", ".join(shown(method) for method in sorted(methods)) or "nothing"


def _covered(distribution: Distribution) -> Iterator[Finding]:
    earlier: list[str] = []
    for index, _, pattern in _listed(distribution):
        for other in earlier:
            if rooted(other) != rooted(pattern) and _covers(other, pattern):
                text = f"'{shown(pattern)}' is never reached: '{shown(other)}' before it takes its paths."
                yield Finding(("behaviors", index, "path_pattern"), text, "Put the narrower pattern first.")
                break
        earlier.append(pattern)


def _covers(wide: str, narrow: str) -> bool:
    """Whether a pattern of one star takes whatever another pattern does; other shapes are not judged."""
    head, star, tail = rooted(wide).partition("*")
    if not star or "*" in tail or "?" in head + tail:
        return False
    path = rooted(narrow)
    # A wild card of the narrow pattern may not stand where the wide one has plain text.
    return len(path) >= len(head) + len(tail) and path.startswith(head) and path.endswith(tail)


def _count(distribution: Distribution) -> Iterator[Finding]:
    listed = len(distribution.behaviors) - 1
    if listed > quotas.CACHE_BEHAVIORS:
        yield Finding(("behaviors",), f"there are {listed} behaviors.")
    for words, behavior in places.behaviors(distribution):
        if len(behavior.trusted_key_groups) > quotas.KEY_GROUPS:
            text = f"there are {len(behavior.trusted_key_groups)} key groups."
            yield Finding((*words, "trusted_key_groups"), text)
    for group in distribution.key_groups.values():
        if len(group.public_keys) > quotas.KEYS_IN_GROUP:
            yield Finding(("key_groups", group.name), f"there are {len(group.public_keys)} keys in it.")


def _key_groups_exist(distribution: Distribution) -> Iterator[Finding]:
    known = tuple(distribution.key_groups)
    for words, behavior in places.behaviors(distribution):
        for name in behavior.trusted_key_groups:
            if name not in known:
                text = f"there is no key group '{shown(name)}'."
                yield Finding((*words, "trusted_key_groups"), text, guess(name, known))


_PAGE = "DownloadDistValuesCacheBehavior"

RULES = (
    Rule(
        id="V10",
        page=_PAGE,
        error="InvalidArgument",
        sentence="Every behavior has a path pattern, but for the default behavior, which has none.",
        check=_pattern_given,
    ),
    Rule(
        id="V10",
        severity="warn",
        page=_PAGE,
        sentence="A listed pattern that takes every path leaves nothing to the default behavior.",
        check=_shadows_default,
    ),
    Rule(
        id="V11",
        page=_PAGE,
        error="InvalidArgument",
        sentence="A path pattern stands once in a distribution.",
        check=_unique,
    ),
    Rule(
        id="V11",
        severity="warn",
        page=_PAGE,
        sentence="The leading slash of a pattern is implied.",
        check=_unique_when_rooted,
    ),
    Rule(
        id="V12",
        page=_PAGE,
        error="InvalidArgument",
        sentence="A pattern has 255 characters at most, of A-Z a-z 0-9 _ - . * ? $ / ~ \" ' @ : + and &.",
        relaxable=True,
        check=_pattern_syntax,
    ),
    Rule(
        id="V13",
        page=_PAGE,
        error="InvalidArgument",
        sentence="Allowed: GET and HEAD, these and OPTIONS, or all seven. Cached: GET and HEAD, or these and OPTIONS.",
        check=_methods,
    ),
    Rule(
        id="V13",
        page=_PAGE,
        error="InvalidArgument",
        sentence="Only what is allowed can be cached.",
        relaxable=True,
        check=_cached_are_allowed,
    ),
    Rule(
        id="V37",
        severity="warn",
        page="cloudfront-limits",
        error="TooManyCacheBehaviors or TooManyKeyGroupsAssociatedToDistribution",
        sentence=(
            f"A distribution has {quotas.CACHE_BEHAVIORS} behaviors, a behavior {quotas.KEY_GROUPS} key groups, "
            f"a group {quotas.KEYS_IN_GROUP} keys, unless AWS has raised the quota."
        ),
        check=_count,
    ),
    Rule(
        id="N-key-group",
        page="private-content-trusted-signers",
        error="TrustedKeyGroupDoesNotExist",
        sentence="A behavior trusts key groups that exist.",
        check=_key_groups_exist,
    ),
    Rule(
        id="V39",
        severity="warn",
        page=_PAGE,
        sentence="The first pattern in order that matches is taken, not the longest.",
        check=_covered,
    ),
)
