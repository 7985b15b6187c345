"""References of Terraform's language to resources, and what stands for attributes that only AWS gives."""

from __future__ import annotations

from collections.abc import Sequence

from edgeware.config.loading.terraform.hcl_values import PLAN
from edgeware.config.place import shown
from edgeware.config.reading import Unresolved


def instance_key(rest: Sequence[object], known: Sequence[str]) -> tuple[str | Unresolved, Sequence[object]]:
    """The key of an instance at the head of some steps, of those that are known, and the steps behind it.

    "" for one that nobody knows: any will do. A key that is broken, or that none of them has, is no such.
    """
    head = rest[0] if rest else None
    if head == "*":
        return "*", rest[1:]
    if isinstance(head, Unresolved):
        return head if head.broken else "", rest[1:]
    word = int(head) if isinstance(head, float) else head
    keys = [key for key in (f"[{word}]", f'["{word}"]') if key in known]
    if keys:
        return keys[0], rest[1:]
    # Of a resource that has no keys, or none that are known, the step is an attribute's name or an index of no use.
    if head is None or "" in known or not known:
        return "", rest[1:] if isinstance(head, int | float) else rest
    return f"[{word}]", rest[1:]


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
