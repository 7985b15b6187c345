"""What njs refuses by where it stands: in which function, loop, label or call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from edgeware.functions.njs.findings import Refusal, warning
from edgeware.functions.njs.script import FUNCTIONS, Script, first, part

_LOOPS = frozenset({"do_statement", "for_in_statement", "for_statement", "while_statement"})

LEFT = FUNCTIONS | _LOOPS | {"arguments", "labeled_statement", "switch_statement", "template_substitution"}
"""The nodes to be told of on the way out."""
ENTERED = LEFT | {
    "await_expression",
    "break_statement",
    "continue_statement",
    "identifier",
    "return_statement",
    "shorthand_property_identifier",
}
"""The nodes to be told of on the way in."""


@dataclass(slots=True)
class Frame:
    """One function, or the source's top level."""

    asynchronous: bool = False
    arguments: bool = False
    """Whether there is an ``arguments`` object."""
    rest: Node | None = None
    awaits: bool = False
    loops: int = 0
    switches: int = 0
    calls: int = 0
    """How many argument lists are open."""
    templates: int = 0
    labels: dict[str, bool] = field(default_factory=dict)
    """Each open label, and whether it may be a loop's."""


class Frames:
    """The functions that are open at one point of a walk through a source."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._frames = [Frame()]
        self._enter: dict[str, Callable[[Node], Iterator[Refusal]]] = {
            "await_expression": self._await,
            "break_statement": self._break,
            "continue_statement": self._continue,
            "identifier": self._identifier,
            "labeled_statement": self._label,
            "return_statement": self._return,
            "shorthand_property_identifier": self._identifier,
        }

    @property
    def _frame(self) -> Frame:
        return self._frames[-1]

    def enter(self, node: Node) -> Iterator[Refusal]:
        """What is wrong with a node where it stands."""
        kind = node.type
        if kind in FUNCTIONS:
            self._push(node)
        elif kind in self._enter:
            yield from self._enter[kind](node)
        else:
            self._count(kind, 1)

    def leave(self, node: Node) -> Iterator[Refusal]:
        """What the end of a node shows of it."""
        kind = node.type
        if kind in FUNCTIONS:
            yield from self._rest_after_await(self._frames.pop())
        elif kind == "labeled_statement":
            self._frame.labels.pop(self._script.text(part(node, "label")), None)
        else:
            self._count(kind, -1)

    def _push(self, node: Node) -> None:
        arrow = node.type == "arrow_function"
        listed = node.child_by_field_name("parameters")
        self._frames.append(
            Frame(
                asynchronous=first(node, "async") is not None,
                arguments=not arrow or self._frame.arguments,
                rest=None if listed is None else first(listed, "rest_pattern"),
            )
        )

    def _count(self, kind: str, change: int) -> None:
        frame = self._frame
        if kind in _LOOPS:
            frame.loops += change
        elif kind == "switch_statement":
            frame.switches += change
        elif kind == "arguments":
            frame.calls += change
        else:  # of LEFT only template_substitution is left
            frame.templates += change

    def _rest_after_await(self, frame: Frame) -> Iterator[Refusal]:
        if frame.rest is not None and frame.asynchronous and frame.awaits:
            message = "the rest parameter of an async function may be undefined after its first await"
            yield warning(frame.rest.start_byte, message, "rest-after-await")

    def _await(self, node: Node) -> Iterator[Refusal]:
        frame, word = self._frame, node.start_byte + len("await")
        frame.awaits = True
        if self._script.first_runtime:
            yield self._script.unsupported(node.start_byte, "await")
        elif not frame.asynchronous:
            yield self._script.at_next(word, "await is only valid in async functions", "await")
        elif frame.calls:
            yield self._script.at_next(word, "await in arguments not supported", "await-in-arguments")
        elif frame.templates:
            message = "later versions of the engine refuse await in a template literal"
            yield warning(node.start_byte, message, "await-in-template")

    def _identifier(self, node: Node) -> Iterator[Refusal]:
        name = self._script.text(node)
        if name == "await" and self._frame.asynchronous:
            yield self._script.unexpected(node.end_byte, "await")
        elif name == "arguments" and not self._frame.arguments:
            yield self._script.at_next(node.end_byte, '"arguments" object in global scope', "arguments")

    def _return(self, node: Node) -> Iterator[Refusal]:
        if len(self._frames) == 1:
            yield self._script.at_next(node.start_byte + len("return"), "Illegal return statement", "return")

    def _label(self, node: Node) -> Iterator[Refusal]:
        name = self._script.text(part(node, "label"))
        if name in self._frame.labels:
            yield Refusal(node.start_byte, f'Label "{name}" has already been declared', "label")
        self._frame.labels[name] = part(node, "body").type in _LOOPS | {"labeled_statement"}

    def _break(self, node: Node) -> Iterator[Refusal]:
        label = node.child_by_field_name("label")
        if label is not None:
            yield from self._undefined(label)
        elif not self._frame.loops and not self._frame.switches:
            yield Refusal(node.start_byte, "Illegal break statement", "break", late=True)

    def _continue(self, node: Node) -> Iterator[Refusal]:
        label = node.child_by_field_name("label")
        if label is not None:
            yield from self._undefined(label)
        of_loop = label is None or self._frame.labels.get(self._script.text(label), True)
        if not self._frame.loops or not of_loop:
            yield Refusal(node.start_byte, "Illegal continue statement", "continue", late=True)

    def _undefined(self, label: Node) -> Iterator[Refusal]:
        name = self._script.text(label)
        if name not in self._frame.labels:
            yield Refusal(label.start_byte, f'Undefined label "{name}"', "label")
