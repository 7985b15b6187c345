"""A template's structures in the API's words, each key remembering its own; places of the model in the template's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from edgeware.config.loading.api_spelling import api_words
from edgeware.config.loading.draft import Spelling
from edgeware.config.place import LinedList, LinedMapping, Place, Words, line_of
from edgeware.config.reading import is_list

API_WORDS = {
    "OriginCustomHeaders": "CustomHeaders",
    "OriginSSLProtocols": "OriginSslProtocols",
    "IPV6Enabled": "IsIPV6Enabled",
    "AcmCertificateArn": "ACMCertificateArn",
    "IamCertificateId": "IAMCertificateId",
    "SslSupportMethod": "SSLSupportMethod",
    "Locations": "Items",
}
"""What templates call otherwise than the API."""


def respelled(value: object) -> object:
    """The value with the API's keys, at any depth."""
    if isinstance(value, Mapping):
        found = LinedMapping()
        for key, inner in value.items():
            put(found, API_WORDS.get(str(key), str(key)), respelled(inner), line_of(value, key), (str(key),))
        return found
    if is_list(value):
        listed = LinedList()
        for index, inner in enumerate(value):
            line = line_of(value, index)
            if line is not None:
                listed.lines[index] = line
            listed.append(respelled(inner))
        return listed
    return value


def put(values: LinedMapping, key: str, value: object, line: int | None, words: Words) -> None:
    """Set a key of a mapping, with the line that it stands on and the words that the template has for it."""
    values[key] = value
    if line is not None:
        values.lines[key] = line
    if words != (key,):
        values.words[key] = words


def spelling(config: Mapping[str, object], start: Place, places: Mapping[Words, Place]) -> Spelling:
    """Spells a place of the model as the template does, with its line. `places` are those outside of the config."""

    def spell(words: Words) -> str:
        elsewhere = places.get(words[:2])
        if elsewhere is not None:
            rest = tuple(api_words(words))[2:]
            return str(replace(elsewhere, words=(*elsewhere.words, *rest)))
        place: Place = start
        values: object = config
        for word in (word for word in api_words(words) if word != "Associations"):
            place, values = _further(place, values, word)
        return str(place)

    return spell


def _further(place: Place, values: object, word: str | int) -> tuple[Place, object]:
    """One word further; an id or a code leads to the item of a list that has it."""
    if isinstance(values, Mapping) and is_list(values.get("Items")) and word not in values:
        values = values["Items"]
    if is_list(values) and not (isinstance(word, int) and word < len(values)):
        keys = ("Id", "ErrorCode")
        named = [item for item in values if isinstance(item, Mapping)]
        index = next((at for at, item in enumerate(named) if str(word) in (str(item.get(key)) for key in keys)), None)
        if index is not None:
            return place.child(word, line_of(values, index)), named[index]
    inner: object = None
    if isinstance(values, Mapping):
        inner = values.get(str(word))
    elif is_list(values) and isinstance(word, int) and word < len(values):
        inner = values[word]
    return place.into(values, word), inner
