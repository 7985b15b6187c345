"""Results of CloudFront Functions that are known before the function runs.

A function's run sees its event and nothing else that changes: no state of another run's, no clock, no dice, no key
value store, or else its record is spoiled (``recording.js``). So it reads one part of the event first, always the same;
what it finds there decides what it reads next, and in the end what it returns. That is a tree: a node is a part of the
event, a branch is what was found, a leaf is the outcome. A run that was recorded adds a path to it. An event for which
the tree leads to a leaf needs no run.

The outcome is not the result but what was done to the event, so that it holds for everything that nobody read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from threading import Lock
from typing import Any, Literal, NamedTuple, TypeAlias

from edgeware.core.effects import Invoke, Invoked

MOST_LEAVES = 2048
"""Outcomes that are kept of one function."""
CREDIT = 64
"""Records that may prove useless before there are no more of them; each use earns one."""

Question: TypeAlias = Literal["value", "names", "there", "plain"]

_ABSENT = ("absent",)
_OBJECT = ("object",)
_ARRAY = ("array",)


class _Step(NamedTuple):
    """A part of the event that is looked at, and how."""

    path: tuple[str, ...]
    question: Question

    def found(self, effect: Invoke) -> Any:
        """What is there: something that can be compared and hashed."""
        part: Any = effect.event
        if self.question in ("names", "plain"):
            for name in self.path:
                part = _inside(part, name)
            return _names(part) if self.question == "names" else not any(map(str.isdigit, part))
        for name in self.path[:-1]:
            part = _inside(part, name)
        name = self.path[-1]
        if name == "rawQueryString":
            return _ABSENT if effect.raw_query is None else effect.raw_query
        value = _inside(part, name)
        if self.question == "there":
            return value is not _ABSENT
        if isinstance(value, dict):
            return _OBJECT
        return _ARRAY if isinstance(value, list) else value


def _inside(part: Any, name: str) -> Any:
    if isinstance(part, list):
        if name == "length":
            return len(part)
        return part[int(name)] if name.isdigit() and int(name) < len(part) else _ABSENT
    return part.get(name, _ABSENT)


def _names(part: Any) -> tuple[str, ...]:
    return (*map(str, range(len(part))), "length") if isinstance(part, list) else tuple(part)


class _Node:
    """A step, and what follows for each thing that was found there."""

    __slots__ = ("branches", "step")

    def __init__(self, step: _Step) -> None:
        self.step = step
        self.branches: dict[Any, _Node | _Leaf] = {}


class _Leaf:
    """What a run comes to: changes to a part of the event, or a value of its own."""

    __slots__ = ("_base", "_changes", "_last", "_logs", "_output", "_seconds")

    def __init__(self, record: Mapping[str, Any], logs: tuple[str, ...], seconds: float) -> None:
        self._base: str | None = record.get("base")
        self._changes: Sequence[Sequence[Any]] = record.get("changes", ())
        self._output = record.get("output")
        self._logs = logs
        self._seconds = seconds
        self._last: tuple[object, Invoked] | None = None

    def invoked(self, event: Mapping[str, Any]) -> Invoked:
        """The answer for an event; the same object for the same part of an event."""
        base = None if self._base is None else event[self._base]
        if self._last is None or self._last[0] is not base:
            output = self._output if base is None else _changed(base, self._changes)
            self._last = (base, Invoked(output, None, self._logs, self._seconds, reused=True))
        return self._last[1]


class Reuse:
    """What is known of one function's code. Any thread may ask; one at a time learns."""

    def __init__(self) -> None:
        self._root: _Node | _Leaf | None = None
        self._leaves = 0
        self._credit = CREDIT
        self._lock = Lock()

    @property
    def wanted(self) -> bool:
        """Whether it is worth while to record the next run."""
        return self._credit > 0

    def find(self, effect: Invoke) -> Invoked | None:
        """The answer that a run would give, if it is known."""
        at = self._root
        while type(at) is _Node:
            at = at.branches.get(at.step.found(effect))
        if at is None:
            return None
        assert isinstance(at, _Leaf)
        if self._credit < CREDIT:
            self._credit += 1
        return at.invoked(effect.event)

    def learn(self, effect: Invoke, record: Mapping[str, Any], logs: tuple[str, ...], seconds: float) -> Invoked:
        """Keep a record, and give its run's answer."""
        leaf = _Leaf(record, logs, seconds)
        steps = _steps(effect, record["reads"])
        with self._lock:
            self._credit -= 1
            if self._leaves >= MOST_LEAVES:
                self._root, self._leaves = None, 0
            if steps is not None:
                self._root = self._with(effect, steps, leaf)
                self._leaves += 1
        return replace(leaf.invoked(effect.event), reused=False)

    def spoiled(self) -> None:
        """A run was recorded in vain."""
        with self._lock:
            self._credit -= 1

    def _with(self, effect: Invoke, steps: Sequence[_Step], leaf: _Leaf) -> _Node | _Leaf:
        """The tree with one more leaf. What hangs below a new branch is complete before the branch is there."""
        at, known = self._root, 0
        while type(at) is _Node and known < len(steps) and at.step == steps[known]:
            branch = at.branches.get(steps[known].found(effect))
            known += 1
            if branch is None:
                at.branches[steps[known - 1].found(effect)] = _chain(effect, steps[known:], leaf)
                assert self._root is not None
                return self._root
            at = branch
        # Nothing is known yet, or another run has read otherwise, which code that sees its event alone cannot do.
        return _chain(effect, steps, leaf)


def _chain(effect: Invoke, steps: Sequence[_Step], leaf: _Leaf) -> _Node | _Leaf:
    below: _Node | _Leaf = leaf
    for step in reversed(steps):
        node = _Node(step)
        node.branches[step.found(effect)] = below
        below = node
    return below


def _steps(effect: Invoke, reads: Iterable[tuple[Sequence[str], Any]]) -> list[_Step] | None:
    """What was read, each thing once; None where this side of the pipe does not find it so."""
    steps: dict[_Step, None] = {}
    for path, found in reads:
        question, expected = _asked(found)
        step = _Step(tuple(path), question)
        if step.found(effect) != expected:
            return None
        steps[step] = None
    return list(steps)


def _asked(found: Any) -> tuple[Question, Any]:
    """The question that a read answers, and the answer as ``_Step.found`` gives it."""
    if not isinstance(found, list):
        return "value", found
    if not found:
        return "value", _ABSENT
    if found[0] == "names":
        return "names", tuple(found[1])
    if found[0] in ("there", "plain"):
        return found[0], True
    return "value", _ARRAY if found[0] == "array" else _OBJECT


def _changed(base: Mapping[str, Any], changes: Iterable[Sequence[Any]]) -> Mapping[str, Any]:
    """A part of the event with changes; what nobody changed is the event's own."""
    copies: dict[tuple[str, ...], Any] = {(): dict(base)}
    for path, name, *value in changes:
        holder = _copied(copies, tuple(path[1:]))
        if value:
            holder[name] = value[0]
        else:
            holder.pop(name, None)
    changed: Mapping[str, Any] = copies[()]
    return changed


def _copied(copies: dict[tuple[str, ...], Any], path: tuple[str, ...]) -> Any:
    if path not in copies:
        holder = _copied(copies, path[:-1])
        name: Any = int(path[-1]) if isinstance(holder, list) else path[-1]
        holder[name] = copies[path] = copy(holder[name])
    return copies[path]
