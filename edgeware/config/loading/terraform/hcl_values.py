"""Values of Terraform's language, among them those that are not to be had, and plain arithmetic on them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence

from edgeware.config.loading.cloudformation.scope import MAX_TEXT, broken
from edgeware.config.place import plain
from edgeware.config.reading import Unresolved, is_list

MAX_ITEMS = 100_000
"""What a list or a map may hold at any depth: lists that double each other end here."""

PLAN = "Read it as a plan: terraform plan -out=plan.tfplan && terraform show -json plan.tfplan > plan.json"


def stepped(value: object, steps: Sequence[object]) -> object:
    """What attributes and indexes lead to inside a value."""
    for index, step in enumerate(steps):
        if isinstance(value, Unresolved):
            return value
        if isinstance(step, Unresolved):
            return step
        if step == "*":
            listed = value if is_list(value) else [] if value is None else [value]
            return bounded([stepped(item, steps[index + 1 :]) for item in listed])
        value = _inside(value, step)
    return value


def _inside(value: object, step: object) -> object:
    number = step if isinstance(step, int) else int(step) if isinstance(step, str) and step.isdecimal() else None
    if is_list(value) and number is not None and len(str(number)) < 10 and number < len(value):
        return value[number]
    if isinstance(value, Mapping) and str(step) in value:
        return value[str(step)]
    return broken(f"there is no {plain(str(step))} in the value.")


def uncomputed(why: str, stand_in: str = "unknown") -> Unresolved:
    """A value that Terraform would know."""
    return Unresolved(why=plain(why), hint=PLAN, stand_in=stand_in)


def missing(*values: object) -> Unresolved | None:
    """The first value that is not to be had."""
    return next((value for value in values if isinstance(value, Unresolved)), None)


def tried(values: Sequence[object]) -> object:
    """The first value that Terraform could compute, whether it is known here or not; the failure where there is none.

    What is only not known here is not passed over: a function that is attached in an account would be lost.
    """
    possible = [value for value in values if not (isinstance(value, Unresolved) and value.broken)]
    return possible[0] if possible else missing(*values)


def possible(values: Sequence[object]) -> object:
    """Whether Terraform could compute the values; not to be had where only Terraform knows."""
    unknown = missing(*values)
    return unknown is None or (False if unknown.broken else unknown)


def pairs(values: object) -> list[tuple[object, object]]:
    """Keys and values of a map, indexes and items of a list."""
    if isinstance(values, Mapping):
        return list(values.items())
    return list(enumerate(values)) if is_list(values) else []


def bounded(value: object) -> object:
    """The value, unless it is larger than anything sensible."""
    if isinstance(value, str) and len(value) > MAX_TEXT:
        return broken(f"the text becomes longer than {MAX_TEXT} characters.")
    seen, pending = 0, [value]
    while pending:
        one = pending.pop()
        seen += 1
        if seen > MAX_ITEMS:
            return broken(f"the value has more than {MAX_ITEMS} items.")
        if isinstance(one, Mapping):
            pending.extend(one.values())
        elif is_list(one):
            pending.extend(one)
    return value


# --- operations ---------------------------------------------------------------------------------------------------

MAX_NUMBER = 10**30

_ARITHMETIC: Mapping[str, Callable[[float, float], float | bool]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def operated(sign: str, left: object, right: object) -> object:
    """Two values compared or put together."""
    unknown = missing(left, right)
    if unknown is not None:
        return unknown
    if sign in ("==", "!="):
        return equal(left, right) is (sign == "==")
    try:
        found = _ARITHMETIC[sign](_number(left), _number(right))
    except (ArithmeticError, KeyError, ValueError):
        return uncomputed(f"{sign} cannot be computed here.")
    if abs(found) > MAX_NUMBER:
        return uncomputed("the number becomes too large.")
    if isinstance(found, bool):
        return found
    return int(found) if float(found).is_integer() else found


def equal(left: object, right: object) -> bool:
    """Whether two values are equal; true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return left == right


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return float(value) if isinstance(value, str) else float("x")
