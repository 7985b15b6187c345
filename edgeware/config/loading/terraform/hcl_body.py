"""The body of a block as values: attributes computed, blocks listed under their types, dynamic ones written out."""

from __future__ import annotations

from edgeware.config.loading.terraform.hcl_expressions import Names, Scope, evaluated
from edgeware.config.loading.terraform.hcl_syntax import Block
from edgeware.config.loading.terraform.hcl_values import pairs
from edgeware.config.model import Notice
from edgeware.config.place import LinedList, LinedMapping, Place, plain
from edgeware.config.reading import Unresolved

MAX_BLOCKS = 1000
_META = frozenset({"count", "for_each", "depends_on", "provider", "lifecycle", "provisioner", "connection"})
"""What speaks to Terraform, not to the provider."""


def values_of(block: Block, scope: Scope, names: Names, notices: list[Notice], place: Place) -> LinedMapping:
    """What a block says."""
    found = LinedMapping()
    for name, node in block.attributes.items():
        if name not in _META:
            found[name], found.lines[name] = evaluated(node, scope, names), node.line
    for inner in block.blocks:
        if inner.type == "dynamic" and inner.labels:
            _write_out(found, inner, scope, names, notices, place)
        elif inner.type not in _META:
            _add(found, inner.type, inner, values_of(inner, scope, names, notices, place.child(inner.type)))
    return found


def _add(found: LinedMapping, kind: str, block: Block, values: LinedMapping) -> None:
    listed = found.get(kind)
    if not isinstance(listed, LinedList):
        listed = found[kind] = LinedList()
        found.lines[kind] = block.line
    listed.lines[len(listed)] = block.line
    listed.append(values)


def _write_out(
    found: LinedMapping, block: Block, scope: Scope, names: Names, notices: list[Notice], place: Place
) -> None:
    """A dynamic block, once for each of its values."""
    kind, contents = block.labels[0], block.named("content")[:1]
    asked = block.attributes.get("for_each")
    values = [] if asked is None else evaluated(asked, scope, names)
    if isinstance(values, Unresolved):
        text = f"how many blocks '{plain(kind)}' there are is not to be had, and there are none here: {values.why}"
        where = str(place.child(kind, block.line))
        notices.append(Notice(code="N-dynamic", severity="warn", where=where, text=text, hint=values.hint))
        return
    iterator = block.attributes.get("iterator")
    name = kind if iterator is None else iterator.nodes[0].text
    for key, value in pairs(values)[:MAX_BLOCKS]:
        inner = {**names, name: {"key": key, "value": value}}
        for content in contents:
            _add(found, kind, block, values_of(content, scope, inner, notices, place.child(kind)))
