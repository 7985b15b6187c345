"""Terraform's own language as a tree: attributes and blocks with their lines, expressions as nodes.

The extra `hcl` brings the parser; nothing else here knows of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING

from edgeware.exceptions import ConfigurationError

if TYPE_CHECKING:
    from lark import Token, Tree

MAX_BYTES = 4 * 1024 * 1024
"""Of one file. The parser is slow, and nobody writes more by hand."""
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Node:
    """A rule of the grammar, with the nodes and the texts that it is made of, without line ends and comments."""

    kind: str
    parts: tuple[Node | str, ...]
    line: int

    @property
    def nodes(self) -> list[Node]:
        """The parts that are nodes."""
        return [part for part in self.parts if isinstance(part, Node)]

    @property
    def text(self) -> str:
        """The first part that is a text."""
        return next((part for part in self.parts if isinstance(part, str)), "")


@dataclass(slots=True)
class Block:
    """A block, or a whole file."""

    type: str = ""
    labels: tuple[str, ...] = ()
    line: int = 1
    source: str = ""
    attributes: dict[str, Node] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def named(self, kind: str) -> list[Block]:
        """The blocks of a type."""
        return [block for block in self.blocks if block.type == kind]


def installed() -> bool:
    """Whether the extra `hcl` is there."""
    return find_spec("hcl2") is not None


def parse(text: str, source: str) -> Block:
    """A file. Raises ConfigurationError with the line that is no HCL, and where the extra is not there."""
    if not installed():
        raise ConfigurationError([f"{source}: is Terraform's own language. To read it: pip install 'edgeware[hcl]'"])
    if len(text) > MAX_BYTES:
        raise ConfigurationError([f"{source}: is larger than {MAX_BYTES >> 20} MB."])
    body = next(one for one in _tree(text, source).nodes if one.kind == "body")
    return _filled(Block(source=source), body)


def expression(text: str) -> Node:
    """An expression. Raises ConfigurationError where it is none."""
    return parse(f"x = {text}", "the expression").attributes["x"]


def unescaped(text: str) -> str:
    """What a quoted text stands for; escapes that Terraform does not know stay as they are."""

    def value(match: re.Match[str]) -> str:
        short, long, letter = match.groups()
        if letter is not None:
            return _ESCAPES.get(letter, match.group())
        number = int(short or long, 16)
        return chr(number) if number < 0xD800 or 0xDFFF < number <= 0x10FFFF else match.group()

    return _ESCAPE.sub(value, text)


def _tree(text: str, source: str) -> Node:
    from hcl2.api import parses_to_tree
    from lark.exceptions import LarkError, UnexpectedInput

    try:
        return _node(parses_to_tree(text))
    except UnexpectedInput as error:
        raise ConfigurationError(
            [f"{source}:{max(error.line, 1)}: is not Terraform's language from here on."]
        ) from None
    except LarkError:
        raise ConfigurationError([f"{source}: is not Terraform's language."]) from None


def _node(tree: Tree[Token]) -> Node:
    parts = tuple(
        str(child) if isinstance(child, str) else _node(child)
        for child in tree.children
        if isinstance(child, str) or child.data != "new_line_or_comment"
    )
    return Node(str(tree.data), parts, getattr(tree.meta, "line", 0))


def _filled(block: Block, body: Node) -> Block:
    """The block with what its body says."""
    for node in body.nodes:
        if node.kind == "attribute":
            name, value = node.nodes
            if name.text in block.attributes:
                where = f"{block.source}:{node.line}"
                raise ConfigurationError(
                    [f"{where}: {name.text} is there twice, in line {block.attributes[name.text].line} too."]
                )
            block.attributes[name.text] = value
        else:
            block.blocks.append(_block(node, block.source))
    return block


def _block(node: Node, source: str) -> Block:
    kind, *labels, body = node.nodes
    names = tuple(_label(label) for label in labels)
    return _filled(Block(type=kind.text, labels=names, line=node.line, source=source), body)


def _label(node: Node) -> str:
    if node.kind != "string":
        return node.text
    return unescaped("".join(part.text for part in node.nodes))
