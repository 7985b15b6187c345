"""Pulumi's stack exports, and SST's state, which is one: the provider is Terraform's, in camelCase."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from edgeware.config.files import absolute
from edgeware.config.loading import terraform
from edgeware.config.loading.candidates import Candidate
from edgeware.config.loading.documents import Document
from edgeware.config.loading.inputs import Inputs
from edgeware.config.loading.terraform.resources import Resource, Values, items, lined_place, mapping
from edgeware.config.model import Notice
from edgeware.config.place import LinedList, LinedMapping

_SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key by which Pulumi marks values of its own kinds."""
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a kind of value, not a secret
_ENCRYPTED = "encrypted by Pulumi"
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

# The types that are read, and their names in Terraform's provider.
_TYPES = {
    "aws:cloudfront/cachePolicy:CachePolicy": "aws_cloudfront_cache_policy",
    "aws:cloudfront/distribution:Distribution": "aws_cloudfront_distribution",
    "aws:cloudfront/function:Function": "aws_cloudfront_function",
    "aws:cloudfront/keyGroup:KeyGroup": "aws_cloudfront_key_group",
    "aws:cloudfront/keyValueStore:KeyValueStore": "aws_cloudfront_key_value_store",
    "aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey": "aws_cloudfrontkeyvaluestore_key",
    "aws:cloudfront/keyvaluestoreKeysExclusive:KeyvaluestoreKeysExclusive": (
        "aws_cloudfrontkeyvaluestore_keys_exclusive"
    ),
    "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": "aws_cloudfront_origin_request_policy",
    "aws:cloudfront/publicKey:PublicKey": "aws_cloudfront_public_key",
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": "aws_cloudfront_response_headers_policy",
    "aws:lambda/function:Function": "aws_lambda_function",
}
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
    "resource_key_value_pairs": "resource_key_value_pair",
}


def candidates(document: Document, inputs: Inputs) -> Sequence[Candidate]:
    """The distributions of a stack."""
    notices: list[Notice] = []
    found: list[Resource] = []
    for item in map(mapping, items(mapping(document.values.get("deployment")).get("resources"))):
        kind = _TYPES.get(str(item.get("type")))
        if kind is not None:
            found.append(_resource(item, kind, document, notices))
    return terraform.candidates(document, found, notices)


def _resource(item: Values, kind: str, document: Document, notices: list[Notice]) -> Resource:
    urn = str(item.get("urn", ""))
    name = urn.rpartition("::")[2]
    address = f"{str(item.get('type')).rpartition(':')[2]}.{name}"
    place = lined_place(document.source, item, address)
    given, made = mapping(item.get("inputs")), mapping(item.get("outputs"))
    values = _Adapter(notices, str(place)).mapping(made or given)
    if kind == "aws_lambda_function":
        values.update(_lambda(values, mapping((made or given).get("code")) or mapping(given.get("code")), document))
    values.setdefault("id", item.get("id"))
    return Resource(address=address, type=kind, name=name, managed=True, values=values, place=place)


def _lambda(values: Values, code: Values, document: Document) -> Values:
    """A function's name, and its code: an asset's path is where the directory or the archive lies."""
    found: dict[str, object] = {"function_name": values.get("name")}
    path = code.get("path")
    if isinstance(path, str) and path:
        found["code_path"] = str(absolute(document.base / path))
    return found


class _Adapter:
    """Puts values of Pulumi's into Terraform's words."""

    def __init__(self, notices: list[Notice], where: str) -> None:
        self._notices = notices
        self._where = where

    def mapping(self, values: Values) -> LinedMapping:
        """A mapping with its keys in snake_case, each under the word that the source has."""
        found = LinedMapping()
        for key, value in values.items():
            if key.startswith("__"):
                continue
            name = _WORD.sub("_", key).lower()
            name = _SINGULAR.get(name, name)
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
