"""Values of Pulumi's stack exports: keys in camelCase, and values of its own kinds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from edgeware.config.loading.terraform.resources import Values
from edgeware.config.model import Notice
from edgeware.config.place import LinedList, LinedMapping

_SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key by which Pulumi marks values of its own kinds."""
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a kind of value, not a secret
_ENCRYPTED = "encrypted by Pulumi"
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

# Blocks that stand several times have a plural in Pulumi.
_SINGULAR = {
    "custom_error_responses": "custom_error_response",
    "custom_headers": "custom_header",
    "function_associations": "function_association",
    "lambda_function_associations": "lambda_function_association",
    "members": "member",
    "ordered_cache_behaviors": "ordered_cache_behavior",
    "origin_groups": "origin_group",
    "origins": "origin",
    "routing_rules": "routing_rule",
    "resource_key_value_pairs": "resource_key_value_pair",
}


def snake_case(key: str) -> str:
    """A key in the words of Terraform's provider."""
    name = _WORD.sub("_", key).lower()
    return _SINGULAR.get(name, name)


class Adapter:
    """Puts values of Pulumi's into other words, with its secrets told."""

    def __init__(self, notices: list[Notice], where: str, spell: Callable[[str], str]) -> None:
        self._notices = notices
        self._where = where
        self._spell = spell

    def mapping(self, values: Values) -> LinedMapping:
        """A mapping with its keys spelled anew, each under the word that the source has."""
        found = LinedMapping()
        for key, value in values.items():
            if key.startswith("__"):
                continue
            name = self._spell(key)
            found[name], found.words[name] = self._value(value), (key,)
            if isinstance(values, LinedMapping):
                found.lines[name] = values.lines.get(key, 0)
        return found

    def _value(self, value: object) -> object:
        if isinstance(value, list):
            found = LinedList()
            found.extend(map(self._value, value))
            if isinstance(value, LinedList):
                found.lines.update(value.lines)
            return found
        if not isinstance(value, Mapping):
            return value
        return self._special(value) if _SIGNATURE in value else self.mapping(value)

    def _special(self, value: Values) -> object:
        """A secret in plain text is its value; an encrypted one stands for itself, with a word."""
        if value.get(_SIGNATURE) != _SECRET:
            return dict(value)
        plain = value.get("plaintext", value.get("value"))
        if plain is None:
            text = "a secret is encrypted; the text 'encrypted by Pulumi' stands for it."
            hint = "Run: pulumi stack export --show-secrets > stack.json"
            self._notices.append(Notice(code="N-secret", severity="warn", where=self._where, text=text, hint=hint))
            return _ENCRYPTED
        return _decoded(plain)


def _decoded(plain: object) -> object:
    """Pulumi writes the JSON of a value into its plaintext; a bare text counts as it is."""
    try:
        return json.loads(plain) if isinstance(plain, str) else plain
    except (ValueError, RecursionError):
        return plain
