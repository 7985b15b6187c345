"""A distribution as a native file that loads to the same distribution."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path

import yaml

from edgeware.config.loading import yaml as reading
from edgeware.config.model import Distribution, KeyGroup, KeyValueStore, ViewerDefaults
from edgeware.config.switches import Switches
from edgeware.config.writing.behaviors import behaviors
from edgeware.config.writing.functions import functions
from edgeware.config.writing.origins import origins
from edgeware.config.writing.policies import policies

Values = Mapping[str, object]


def native_file(distribution: Distribution, folder: str | os.PathLike[str]) -> str:
    """The text of a native file, in YAML, whose relative paths start from `folder`.

    It holds what the distribution does, so also its secrets: the values of custom headers and of key value stores.
    """
    values = native_values(distribution, Path(folder).resolve())
    return yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def native_values(distribution: Distribution, folder: Path) -> Values:
    """The same as a mapping, without what is as it is by default."""
    geo, known = distribution.geo_restriction, distribution.key_groups.values()
    values: dict[str, object] = {
        "version": 1,
        "id": distribution.id,
        "domain_name": distribution.domain_name,
        "name": distribution.name,
        "enabled": None if distribution.enabled else False,
        "aliases": list(distribution.aliases),
        "default_root_object": distribution.default_root_object,
        "cache_tag_header": distribution.cache_tag_header,
        "http_version": None if distribution.http_version == "http2" else distribution.http_version,
        "origins": origins(distribution, folder),
        "origin_groups": {
            group.id: {"members": list(group.members), "status_codes": sorted(group.status_codes)}
            for group in distribution.origin_groups.values()
        },
        "functions": functions(distribution, folder),
        "key_value_stores": {name: _key_value_store(one) for name, one in distribution.key_value_stores.items()},
        "public_keys": {name: pem or None for group in known for name, pem in group.public_keys.items()},
        "key_groups": {name: _members(group) for name, group in distribution.key_groups.items()},
        **policies(distribution),
        **behaviors(distribution),
        "custom_error_responses": [
            {key: value for key, value in asdict(response).items() if value is not None}
            for response in distribution.custom_error_responses.values()
        ],
        "geo_restriction": {"type": geo.type, "locations": sorted(geo.locations)} if geo.type != "none" else None,
        "store": distribution.store,
        "viewer": _changed(distribution.viewer, ViewerDefaults()),
        "switches": _changed(distribution.switches, Switches()),
    }
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def _key_value_store(store: KeyValueStore) -> Values:
    data: Values = {"data": dict(store.data)}
    return data if store.id is None else {"id": store.id, **data}


def _members(group: KeyGroup) -> list[str]:
    return list(group.public_keys)


def _changed(values: ViewerDefaults | Switches, usual: ViewerDefaults | Switches) -> Values:
    """The fields that are not as they are by default."""
    changed: dict[str, object] = {}
    for field in fields(values):
        value = getattr(values, field.name)
        if value != getattr(usual, field.name):
            changed[field.name] = _plain(value)
    return changed


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):  # the ranges of a viewer's geography
        return [{name: part for name, part in asdict(one).items() if part is not None} for one in value]
    return value


class _Dumper(yaml.SafeDumper):
    """YAML that the loader of this package reads as it was meant."""

    def ignore_aliases(self, data: object) -> bool:
        """Write everything out: nobody reads anchors with pleasure."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Quoted where YAML 1.2 would take it for something else; code as a block of lines."""
    style = None
    if not text.replace("\n", "").isprintable():
        style = '"'
    elif "\n" in text:
        style = "|"
    elif reading.scalar(text) != text:
        style = "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _items(dumper: yaml.SafeDumper, items: list[object]) -> yaml.SequenceNode:
    """In one line where nothing is nested."""
    plain = not any(isinstance(item, dict | list) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=plain)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _items)
