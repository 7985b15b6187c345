"""Conditions: three-valued, since a parameter may have no value here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from edgeware.config.loading.cloudformation.scope import Scope, broken, stand_in, text_of
from edgeware.config.place import shown
from edgeware.config.reading import Unresolved, is_list

Truth = bool | Unresolved


def truth(scope: Scope, node: object) -> Truth:
    """Whether a condition holds: a name, or one of the functions below."""
    if isinstance(node, Mapping) and len(node) == 1:
        ((name, argument),) = node.items()
        if name in _FUNCTIONS:
            return _FUNCTIONS[name](scope, argument)
    value = text_of(scope.value(node))
    if isinstance(value, Unresolved):
        return value
    if value in ("true", "false"):
        return value == "true"
    return broken("this is no condition: use Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition.")


def _equals(scope: Scope, argument: object) -> Truth:
    if not is_list(argument) or len(argument) != 2:
        return broken("Fn::Equals takes two values.")
    first, second = (scope.value(item) for item in argument)
    for value in (first, second):
        if isinstance(value, Unresolved):
            return value
    if is_list(first) or is_list(second) or isinstance(first, Mapping) or isinstance(second, Mapping):
        return first == second
    return stand_in(first) == stand_in(second)


def _named(scope: Scope, argument: object) -> Truth:
    return scope.holds(argument) if isinstance(argument, str) else broken("Condition takes the name of a condition.")


def _not(scope: Scope, argument: object) -> Truth:
    if not is_list(argument) or len(argument) != 1:
        return broken("Fn::Not takes [condition].")
    found = truth(scope, argument[0])
    return found if isinstance(found, Unresolved) else not found


def _and(scope: Scope, argument: object) -> Truth:
    return _any_of(scope, argument, decides=False, name="Fn::And")


def _or(scope: Scope, argument: object) -> Truth:
    return _any_of(scope, argument, decides=True, name="Fn::Or")


def _any_of(scope: Scope, argument: object, *, decides: bool, name: str) -> Truth:
    """What one of them decides, whatever the others are; else what is not known, if anything."""
    if not is_list(argument) or not argument:
        return broken(f"{name} takes a list of conditions.")
    unknown: Unresolved | None = None
    for item in argument:
        found = truth(scope, item)
        if isinstance(found, Unresolved):
            unknown = unknown or found
        elif found is decides:
            return decides
    return not decides if unknown is None else unknown


_FUNCTIONS: Mapping[str, Callable[[Scope, object], Truth]] = {
    "Condition": _named,
    "Fn::Equals": _equals,
    "Fn::Not": _not,
    "Fn::And": _and,
    "Fn::Or": _or,
}


def choose(scope: Scope, argument: object) -> object:
    """Fn::If."""
    if not is_list(argument) or len(argument) != 3 or not isinstance(argument[0], str):
        return broken("Fn::If takes [name of a condition, value, other value].")
    found = scope.holds(argument[0])
    if isinstance(found, Unresolved):
        why = f"the condition {shown(argument[0])} cannot be decided: {found.why}"
        return Unresolved(why=why, hint=found.hint, stand_in=found.stand_in, broken=found.broken)
    return scope.value(argument[1] if found else argument[2])
