"""Differences that are known and allowed: rules in a YAML file, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from edgeware.exceptions import UsageError
from edgeware.parity.differences import KINDS, PHASES, Difference, Phase
from edgeware.parity.saved import SavedRequest


@dataclass(slots=True, kw_only=True)
class Rule:
    """What is allowed: globs that must all take; ``*`` takes everything."""

    why: str
    kind: str = "*"
    name: str = "*"
    path: str = "*"
    phase: str = "*"
    used: bool = False

    def takes(self, request: SavedRequest, phase: Phase, difference: Difference) -> bool:
        """Whether the rule allows a difference."""
        values = (difference.kind, difference.name, request.path, phase)
        globs = (self.kind, self.name.lower(), self.path, self.phase)
        taken = all(fnmatchcase(value, glob) for value, glob in zip(values, globs, strict=True))
        self.used |= taken
        return taken


_KEYS = ("kind", "name", "path", "phase", "why")


def read_rules(path: Path) -> Sequence[Rule]:
    """The rules of a file. UsageError, with the rule's number, for what is none."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    rules = found.get("allow") if isinstance(found, dict) and found.keys() == {"allow"} else None
    if not isinstance(rules, list):
        raise UsageError(f"{path} holds one key, `allow`, and under it a list of rules.")
    return [_rule(rule, f"{path}: rule {number}") for number, rule in enumerate(rules, 1)]


def _rule(rule: Any, where: str) -> Rule:
    if not isinstance(rule, dict) or not all(isinstance(value, str) for value in rule.values()):
        raise UsageError(f"{where} is no mapping of text to text: {', '.join(_KEYS)}.")
    unknown = [str(key) for key in rule if key not in _KEYS]
    if unknown:
        raise UsageError(f"{where}: {', '.join(unknown)} is not known here; there are {', '.join(_KEYS)}.")
    if not rule.get("why"):
        raise UsageError(f"{where}: `why` is missing: say why the difference is allowed.")
    if not any(key != "why" for key in rule):
        raise UsageError(f"{where} would allow everything: give {', '.join(_KEYS[:-1])} or some of them.")
    for key, known in (("kind", KINDS), ("phase", PHASES)):
        if not any(fnmatchcase(one, rule.get(key, "*")) for one in known):
            raise UsageError(f"{where}: {rule[key]!r} is no {key}: {', '.join(known)}.")
    return Rule(**rule)
