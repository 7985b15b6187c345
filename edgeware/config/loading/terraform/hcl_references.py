"""References of Terraform's language to resources, and what stands for attributes that only AWS gives."""

from __future__ import annotations

from collections.abc import Sequence

from edgeware.config.loading.terraform.hcl_values import PLAN
from edgeware.config.place import shown
from edgeware.config.reading import Unresolved


def instance_key(rest: Sequence[object], known: Sequence[str]) -> tuple[str, Sequence[object]]:
    """The key of an instance at the head of some steps, of those that are known, and the steps behind it."""
    head = rest[0] if rest else None
    if head == "*":
        return "*", rest[1:]
    if isinstance(head, int | float):
        return f"[{int(head)}]", rest[1:]
    if isinstance(head, Unresolved):
        return "", rest[1:]
    named = f'["{head}"]'
    return (named, rest[1:]) if named in known else ("", rest)


def spelled(steps: Sequence[object]) -> str:
    """A reference as text."""
    text = ""
    for step in steps:
        word = step.stand_in if isinstance(step, Unresolved) else str(step)
        text += f"[{word}]" if isinstance(step, int) else f".{word}" if text else word
    return shown(text)


def not_made(steps: Sequence[object]) -> Unresolved:
    """What a reference stands for that leads to nothing that is written."""
    text = spelled(steps)
    return Unresolved(why=f"{text} is only known when it is made.", hint=PLAN, stand_in=text)
