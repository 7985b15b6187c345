"""Places of the model in the words and lines of a native file."""

from __future__ import annotations

from collections.abc import Mapping

from edgeware.config.loading.documents import Document
from edgeware.config.loading.draft import Spelling
from edgeware.config.place import Place, Words, line_of

_WORDS: dict[str | int, str] = {"target_origin_id": "origin", "custom_headers": "headers"}
_EVENTS = ("viewer-request", "origin-request", "origin-response", "viewer-response")
_POLICY_TABLES = ("response_headers_policies", "cache_policies", "origin_request_policies")


def spelling(document: Document) -> Spelling:
    """Spells a place of the model as the file does, with its line where the file's format has lines."""

    def spell(words: Words) -> str:
        place, values = Place(source=document.source), document.values
        reached: object = values
        for word in native_words(words, values):
            place = place.child(word, line_of(reached, word))
            reached = _inside(reached, word)
        return str(place)

    return spell


def native_words(words: Words, values: Mapping[str, object]) -> Words:
    """The words of the model as a native file has them."""
    if words[:1] == ("custom_error_responses",) and len(words) > 1:
        return ("custom_error_responses", _index_of(words[1], values), *words[2:])
    if words[:1] == ("functions",) and len(words) > 1:
        return _function_words(words, values)
    if "associations" in words:
        return tuple(
            str(word).replace("-", "_") if word in _EVENTS else word for word in words if word != "associations"
        )
    if words[0] in _POLICY_TABLES:
        return words
    return tuple(_WORDS.get(word, word) for word in words)


def _function_words(words: Words, values: Mapping[str, object]) -> Words:
    """A function that an association gives as a path stands at that association, not in the table of functions."""
    listed = values.get("functions")
    if isinstance(listed, Mapping) and words[1] in listed:
        return words
    # A path that is both kinds of function has its kind put behind it.
    path = str(words[1]).removesuffix(" (lambda-edge)").removesuffix(" (cloudfront-function)")
    places: list[tuple[Words, object]] = [(("default_behavior",), values.get("default_behavior"))]
    places += [(("behaviors", index), item) for index, item in enumerate(_list(values.get("behaviors")))]
    for place, behavior in places:
        for event in _EVENTS if isinstance(behavior, Mapping) else ():
            key = event.replace("-", "_")
            if path in _paths(_inside(behavior, key)):
                return (*place, key)
    return words


def _paths(association: object) -> tuple[object, ...]:
    if isinstance(association, Mapping):
        return association.get("function"), association.get("lambda")
    return (association,)


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _index_of(code: str | int, values: Mapping[str, object]) -> int:
    for index, response in enumerate(_list(values.get("custom_error_responses"))):
        if isinstance(response, Mapping) and response.get("error_code") == code:
            return index
    return 0


def _inside(value: object, word: str | int) -> object:
    if isinstance(value, Mapping):
        return value.get(word)
    items = _list(value)
    return items[word] if isinstance(word, int) and word < len(items) else None
