"""A module of Terraform's language: variables, locals, resources and outputs, each computed when it is asked for."""

from __future__ import annotations

import os.path
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from edgeware.config.files import absolute, is_directory
from edgeware.config.loading.cloudformation.scope import broken
from edgeware.config.loading.documents import read_text
from edgeware.config.loading.inputs import Inputs
from edgeware.config.loading.terraform.hcl_body import values_of
from edgeware.config.loading.terraform.hcl_expressions import Names, evaluated
from edgeware.config.loading.terraform.hcl_files import installed_at, read_folder
from edgeware.config.loading.terraform.hcl_references import instance_key, not_made, spelled
from edgeware.config.loading.terraform.hcl_syntax import Block, expression
from edgeware.config.loading.terraform.hcl_types import completed
from edgeware.config.loading.terraform.hcl_values import PLAN, pairs, stepped
from edgeware.config.loading.terraform.identities import with_identities
from edgeware.config.loading.terraform.resources import Resource
from edgeware.config.model import Notice
from edgeware.config.place import Place, plain, shown
from edgeware.config.reading import Unresolved
from edgeware.exceptions import ConfigurationError

MAX_DEPTH = 10
"""Of modules that call modules."""
MAX_INSTANCES = 100

_META = frozenset({"count", "for_each", "providers", "version", "depends_on"})
_NAMES = ("name", "bucket", "function_name")

Instance: TypeAlias = tuple[str, Names]
"""The key of an instance such as `[0]`, and what `count` and `each` are in it."""


@dataclass(slots=True, kw_only=True)
class Module:
    """The files of a folder."""

    folder: Path
    root: Path
    """The folder of the root module; relative paths start from there."""
    inputs: Inputs
    given: Mapping[str, object] = field(default_factory=dict)
    """Values of its variables."""
    path: tuple[str, ...] = ()
    source: str
    """The folder's name in messages."""
    files: Sequence[Block]
    depth: int = 0
    _known: dict[tuple[object, ...], object] = field(default_factory=dict)
    _children: dict[str, Module | Unresolved] = field(default_factory=dict)

    # --- what is written ---

    def _named_blocks(self, kind: str) -> Iterator[Block]:
        return (block for file in self.files for block in file.named(kind))

    def _labelled(self, kind: str, *labels: str) -> Block | None:
        return next((block for block in self._named_blocks(kind) if block.labels == labels), None)

    def variables(self) -> set[str]:
        """The names of its variables."""
        return {block.labels[0] for block in self._named_blocks("variable") if block.labels}

    # --- references ---

    def named(self, steps: Sequence[object], names: Names) -> object:
        """What a reference stands for."""
        root, *rest = steps
        if root in names:
            return stepped(names[str(root)], rest)
        first = str(rest[0]) if rest else ""
        if root == "path":
            return os.path.relpath(self.folder, self.root) if first == "module" else "."
        if root == "terraform":
            return "default"
        if root == "module":
            return self._output(first, steps) if len(rest) > 1 else not_made(steps)
        if root in ("var", "local"):
            return stepped(self._variable(first) if root == "var" else self._local(first), rest[1:])
        return self._attribute(steps)

    def _once(self, key: tuple[object, ...], block: Block, node_name: str, names: Names) -> object:
        """An attribute of a block, computed once; a circle is broken."""
        if key not in self._known:
            self._known[key] = broken(f"{plain('.'.join(map(str, key)))} refers to itself.")
            self._known[key] = evaluated(block.attributes[node_name], self, names)
        return self._known[key]

    def _variable(self, name: str) -> object:
        key = ("var", name)
        if key not in self._known:
            self._known[key] = broken(f"the variable '{plain(name)}' refers to itself.")
            self._known[key] = self._of_variable(name)
        return self._known[key]

    def _of_variable(self, name: str) -> object:
        block = self._labelled("variable", name)
        if block is None:
            return broken(f"there is no variable '{plain(name)}'.")
        found = self._given_to(name, block)
        kind = block.attributes.get("type")
        return found if kind is None else completed(found, kind, lambda node: evaluated(node, self, {}))

    def _given_to(self, name: str, block: Block) -> object:
        if name in self.given:
            return self.given[name]
        if not self.path and name in self.inputs.parameters:
            return self._typed(block, self.inputs.parameters[name])
        if "default" in block.attributes:
            return evaluated(block.attributes["default"], self, {})
        hint = f"--parameter {plain(name)}=..."
        return Unresolved(why=f"the variable '{plain(name)}' has no value.", hint=hint, stand_in=name)

    def _typed(self, block: Block, text: str) -> object:
        """A value from outside: for a variable that is no text it is an expression, as with Terraform's -var."""
        kind = block.attributes.get("type")
        if kind is None or (kind.nodes and kind.nodes[0].text == "string"):
            return text
        try:
            return evaluated(expression(text), self, {})
        except ConfigurationError:
            return text

    def _local(self, name: str) -> object:
        for block in self._named_blocks("locals"):
            if name in block.attributes:
                return self._once(("local", name), block, name, {})
        return broken(f"there is no local '{plain(name)}'.")

    # --- modules ---

    def _output(self, name: str, steps: Sequence[object]) -> object:
        """`module.NAME.OUTPUT`, behind an instance's key where the module has several."""
        child = self.child(name)
        if isinstance(child, Unresolved):
            return child
        for index in (2, 3):
            block = child._labelled("output", str(steps[index])) if index < len(steps) else None
            if block is not None and "value" in block.attributes:
                found = child._once(("output", *block.labels), block, "value", {})
                return stepped([found] if steps[2] == "*" else found, steps[index + 1 :])
        return broken(f"the module '{plain(name)}' has no output '{plain(str(steps[-1]))}'.")

    def child(self, name: str) -> Module | Unresolved:
        """A module that this one calls."""
        if name not in self._children:
            block = self._labelled("module", name)
            self._children[name] = (
                self._called(name, block) if block else broken(f"there is no module '{plain(name)}'.")
            )
        return self._children[name]

    def children(self) -> Iterator[Module]:
        """The modules that this one calls, and those that they do."""
        for block in self._named_blocks("module"):
            found = self.child(block.labels[0]) if block.labels and self.instances(block) else None
            if isinstance(found, Module):
                yield found
                yield from found.children()

    def _called(self, name: str, block: Block) -> Module | Unresolved:
        names = next((names for _, names in self.instances(block)), {})
        given = {key: evaluated(node, self, names) for key, node in block.attributes.items() if key not in _META}
        source = given.pop("source", None)
        where = shown(source) if isinstance(source, str) else "elsewhere"
        local = where.startswith(("./", "../"))
        folder = absolute(self.folder / str(source)) if local else installed_at(self.root, (*self.path, name))
        if folder is None:
            why = f"the module '{plain(name)}' comes from {where}, and terraform init has not put it here."
            return Unresolved(why=why, hint=PLAN, stand_in=f"module.{name}")
        if self.depth >= MAX_DEPTH or not is_directory(folder):
            return broken(f"the module '{plain(name)}' is not in {where}.")
        name_of = os.path.normpath(Path(self.source) / os.path.relpath(folder, self.folder))
        return Module(
            folder=folder,
            source=name_of,
            root=self.root,
            inputs=self.inputs,
            given=given,
            path=(*self.path, name),
            files=read_folder(folder, name_of),
            depth=self.depth + 1,
        )

    # --- resources ---

    def instances(self, block: Block) -> list[Instance]:
        """The instances of a resource or a module; one, where their number is not to be had."""
        if "count" in block.attributes:
            count = evaluated(block.attributes["count"], self, {})
            number = (
                int(count) if isinstance(count, int | float) or (isinstance(count, str) and count.isdecimal()) else -1
            )
            if number < 0:
                return [("", {"count": {"index": 0}})]
            return [(f"[{index}]", {"count": {"index": index}}) for index in range(min(number, MAX_INSTANCES))]
        if "for_each" in block.attributes:
            each = evaluated(block.attributes["for_each"], self, {})
            if isinstance(each, Unresolved):
                return [("", {"each": {"key": each, "value": each}})]
            listed = [(key, value) if isinstance(each, Mapping) else (value, value) for key, value in pairs(each)]
            return [(f'["{key}"]', {"each": {"key": key, "value": value}}) for key, value in listed[:MAX_INSTANCES]]
        return [("", {})]

    def resources(self, wanted: Sequence[str]) -> Iterator[Resource]:
        """The resources and data sources whose type begins with one of some words."""
        for mode in ("resource", "data"):
            for block in self._named_blocks(mode):
                if len(block.labels) == 2 and block.labels[0].startswith(tuple(wanted)):
                    for instance in self.instances(block):
                        yield self._resource(block, instance)

    def _resource(self, block: Block, instance: Instance) -> Resource:
        index, names = instance
        kind, name = block.labels
        prefix = "".join(f"module.{part}." for part in self.path) + ("data." if block.type == "data" else "")
        address = f"{prefix}{kind}.{name}{index}"
        place = Place(source=block.source, line=block.line, words=(address,), separator=".")
        notices: list[Notice] = []
        values = values_of(block, self, names, notices, place)
        for key in _NAMES:
            value = values.get(key)
            if isinstance(value, Unresolved):
                values[key] = value.stand_in
        made = Resource(
            address=address,
            type=kind,
            name=name,
            managed=block.type == "resource",
            module=self.path,
            values=values,
            place=place,
            notices=tuple(notices),
        )
        return with_identities([made])[0]

    def _attribute(self, steps: Sequence[object]) -> object:
        """An attribute of a resource: what is written, or what AWS gives it."""
        data = steps[0] == "data"
        labels, tail = map(str, steps[1:3] if data else steps[:2]), steps[3:] if data else steps[2:]
        block = self._labelled("data" if data else "resource", *labels)
        if block is None:
            return not_made(steps) if len(steps) > 1 else broken(f"'{plain(str(steps[0]))}' is not known here.")
        instances = self.instances(block)
        if len(steps) > 1 and not tail and instances and instances[0][0]:
            return self._all(block, instances, steps)
        key, rest = instance_key(tail, [one[0] for one in instances])
        if isinstance(key, Unresolved):
            return key
        if key == "*":
            return [self._of_instance(block, one, rest, steps) for one in instances]
        found = [one for one in instances if key in ("", one[0])]
        if not found:
            return broken(f"{spelled(steps)} is not made: there are {len(instances)} of it.")
        return self._of_instance(block, found[0], rest, steps)

    def _of_instance(self, block: Block, instance: Instance, rest: Sequence[object], steps: Sequence[object]) -> object:
        if not rest:
            return self._whole(block, instance, steps)
        attribute, key = str(rest[0]), ("resource", *block.labels, instance[0], str(rest[0]))
        if attribute in block.attributes:
            return stepped(self._once(key, block, attribute, instance[1]), rest[1:])
        if key not in self._known:
            self._known[key] = broken(f"{spelled(steps)} refers to itself.")
            bare = Block(block.type, block.labels, block.line, block.source)
            bare.attributes = {one: node for one, node in block.attributes.items() if one in _NAMES}
            self._known[key] = self._resource(bare, instance).values.get(attribute, not_made(steps))
        return stepped(self._known[key], rest[1:])

    def _all(self, block: Block, instances: Sequence[Instance], steps: Sequence[object]) -> object:
        """A resource with several instances as a whole: a list of them, or a map by the keys of `for_each`."""
        found = [self._whole(block, one, steps) for one in instances]
        if "count" in block.attributes:
            return found
        keys = (index[2:-2] for index, _ in instances)
        return dict(zip(keys, found, strict=True))

    def _whole(self, block: Block, instance: Instance, steps: Sequence[object]) -> object:
        key = ("resource", *block.labels, instance[0])
        if key not in self._known:
            self._known[key] = broken(f"{spelled(steps)} refers to itself.")
            self._known[key] = self._resource(block, instance).values
        return self._known[key]

    # --- files ---

    def file(self, path: str) -> str | Unresolved:
        """What a file holds, by its path from the root module."""
        try:
            return read_text(absolute(self.root / path), shown(path))
        except ConfigurationError as error:
            return broken(error.problems[0])
