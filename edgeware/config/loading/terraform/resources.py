"""The resources of a state or a plan, whichever of Terraform's JSON forms it has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from edgeware.config.loading.documents import Document
from edgeware.config.model import Notice
from edgeware.config.place import LinedMapping, Place
from edgeware.config.reading import mapping
from edgeware.exceptions import ConfigurationError

_INDEX = re.compile(r"\[[^\]]*\]")
MAX_DEPTH = 50

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One instance of a resource or of a data source."""

    address: str
    type: str
    name: str
    managed: bool
    module: tuple[str, ...] = ()
    """The names of the modules that it is in, without their indexes."""
    values: Values
    place: Place
    notices: tuple[Notice, ...] = ()
    """What is to be said of it where it is used."""

    @property
    def index(self) -> str:
        """The instance's key, such as `[0]`; empty for the only instance."""
        found = _INDEX.search(self.address.rpartition(".")[2] if "[" not in self.address else self.address)
        return found[0] if found and self.address.endswith(found[0]) else ""

    @property
    def local_address(self) -> str:
        """The address inside its module, without the instance's key."""
        return f"{'' if self.managed else 'data.'}{self.type}.{self.name}"


def items(value: object) -> Sequence[object]:
    """The value as a list; an empty one where it is none."""
    return value if isinstance(value, list | tuple) else ()


def copied(values: Values) -> LinedMapping:
    """A copy that may be changed, with the lines."""
    found = LinedMapping()
    found.update(values)
    if isinstance(values, LinedMapping):
        found.lines.update(values.lines)
    return found


def lined_place(source: str, values: Values, address: str) -> Place:
    """Where a resource stands: at its address, in the line of its first key."""
    lines = values.lines if isinstance(values, LinedMapping) else {}
    return Place(source=source, line=min(lines.values(), default=0) or None, words=(address,), separator=".")


# --- `show -json` ---------------------------------------------------------------------------------------------------


def shown(document: Document) -> list[Resource]:
    """The resources of `terraform show -json`, of a plan with the data sources that were read before it."""
    values = document.values
    version = str(values.get("format_version", ""))
    if version.split(".")[0] not in ("0", "1"):
        text = f"{document.where}: has the format version {version!r}; 0.x and 1.x are known. Is edgeware up to date?"
        raise ConfigurationError([text])
    planned = values.get("planned_values")
    now = mapping(planned if planned is not None else values.get("values"))
    before = mapping(mapping(values.get("prior_state")).get("values"))
    found = {one.address: one for one in _module(before, document.source) if not one.managed}
    found.update({one.address: one for one in _module(now, document.source)})
    return list(found.values())


def _module(values: Values, source: str) -> Iterator[Resource]:
    """All resources of the root module and of the modules below it."""
    pending = [(mapping(values.get("root_module")), 0)]
    while pending:
        module, depth = pending.pop()
        address = str(module.get("address", ""))
        for item in items(module.get("resources")):
            yield _shown_resource(mapping(item), address, source)
        if depth < MAX_DEPTH:
            pending += [(mapping(child), depth + 1) for child in items(module.get("child_modules"))]


def _shown_resource(item: Values, module: str, source: str) -> Resource:
    address = str(item.get("address", ""))
    return Resource(
        address=address,
        type=str(item.get("type", "")),
        name=str(item.get("name", "")),
        managed=item.get("mode") != "data",
        module=module_names(module),
        values=mapping(item.get("values")),
        place=lined_place(source, item, address),
    )


def module_names(address: str) -> tuple[str, ...]:
    """`module.a["x.y"].module.b` as ("a", "b")."""
    parts = [part for part in _INDEX.sub("", address).split(".") if part]
    return tuple(parts[1::2])


# --- the state file itself ------------------------------------------------------------------------------------------


def stated(document: Document) -> list[Resource]:
    """The resources of a `terraform.tfstate`, version 4."""
    version = document.values.get("version")
    if version != 4:
        text = f"{document.where}: is a state of version {version}. Run: terraform show -json > state.json"
        raise ConfigurationError([text])
    return [
        found
        for item in items(document.values.get("resources"))
        for found in _instances(mapping(item), document.source)
    ]


def _instances(item: Values, source: str) -> Iterator[Resource]:
    kind, name, module = (str(item.get(key, "")) for key in ("type", "name", "module"))
    managed = item.get("mode") != "data"
    local = f"{'' if managed else 'data.'}{kind}.{name}"
    for instance in map(mapping, items(item.get("instances"))):
        key = instance.get("index_key")
        index = "" if key is None else f'["{key}"]' if isinstance(key, str) else f"[{key}]"
        address = f"{module}.{local}{index}" if module else f"{local}{index}"
        yield Resource(
            address=address,
            type=kind,
            name=name,
            managed=managed,
            module=module_names(module),
            values=mapping(instance.get("attributes")),
            place=lined_place(source, item, address),
        )
