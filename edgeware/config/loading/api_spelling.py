"""Places of the model in the words of API output, or of whatever the API's reader was given, with their lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from edgeware.config.loading.api_bundle import Bundle, Part
from edgeware.config.loading.draft import Spelling
from edgeware.config.loading.functions import EVENTS
from edgeware.config.place import API, Place, Words, line_of

_WORDS = {
    "behaviors": "CacheBehaviors",
    "default_behavior": "DefaultCacheBehavior",
    "cache_policies": "CachePolicy",
    "origin_request_policies": "OriginRequestPolicy",
    "response_headers_policies": "ResponseHeadersPolicy",
    "origin_path": "OriginPath",
    "http_port": "HTTPPort",
    "https_port": "HTTPSPort",
    "read_timeout": "OriginReadTimeout",
    "keepalive_timeout": "OriginKeepaliveTimeout",
    "geo_restriction": "GeoRestriction",
}
_TABLES = frozenset(
    {
        "behaviors",
        "cache_policies",
        "custom_error_responses",
        "functions",
        "key_value_stores",
        "origin_groups",
        "origin_request_policies",
        "origins",
        "response_headers_policies",
    }
)
"""Words whose next word is an id, a name or a number."""
_POLICIES = ("CachePolicy", "OriginRequestPolicy", "ResponseHeadersPolicy")
_IDENTITIES = ("Id", "ErrorCode", "HeaderName", "EventType")
"""What an item of a list is known by."""


def spelling(place: Place, config: Mapping[str, object], bundle: Bundle) -> Spelling:
    """Spells a place of the model as the source does: a DistributionConfig at a place, and what lies beside it."""

    def spell(words: Words) -> str:
        part, rest = _part(bundle, words), words
        start, values = place, config
        if part is not None:
            kind = _WORDS.get(str(words[0]), "")
            start = part.place or Place(source=part.source, words=tuple(api_words(words[:2])), separator=API.separator)
            values, rest = part.inner(f"{kind}Config") or part.values, words[2:]
        return str(_walked(start, values, rest, words))

    return spell


def api_words(words: Words) -> Iterator[str | int]:
    """The words of the model as the API has them."""
    names = {1} if words and words[0] in _TABLES else set()
    # An id, and an event type, stays as it is.
    if "associations" in words:
        names.add(words.index("associations") + 1)
    for index, word in enumerate(words):
        yield word if index in names else _api_word(word)


def _api_word(word: str | int) -> str | int:
    """snake_case as PascalCase."""
    if isinstance(word, int) or word[:1].isupper():
        return word
    known = _WORDS.get(word)
    if known is not None:
        return known
    parts = ("TTL" if part == "ttl" else part.capitalize() for part in word.split("_"))
    return "".join(parts)


# --- the walk -------------------------------------------------------------------------------------------------------


def _walked(place: Place, values: object, words: Words, whole: Words) -> Place:
    """The place that words of the model lead to; what is not there is spelled as the source would."""
    spelled = list(api_words(whole))[len(whole) - len(words) :]
    for word, own in zip(spelled, words, strict=True):
        if own != "associations":
            place, values = _step(place, values, word, own)
    return place


def _step(place: Place, values: object, word: str | int, own: str | int) -> tuple[Place, object]:
    if isinstance(values, Mapping) and word in values:
        return place.into(values, str(word)), values[str(word)]
    for key, inner in values.items() if isinstance(values, Mapping) else ():
        if (isinstance(inner, Mapping) and word in inner) or (
            word in EVENTS and _index(_items(inner), word) is not None
        ):
            return _step(place.into(values, key), inner, word, own)
    listed = _items(values)
    index = _index(listed, word)
    if index is not None:
        return place.child(word, line_of(listed, index)), listed[index]
    return place.child(word if place.separator == API.separator else own), None


def _items(values: object) -> Sequence[object]:
    """A list, or the Items of the API's {Quantity, Items}."""
    inner = values.get("Items") if isinstance(values, Mapping) else values
    return inner if isinstance(inner, list) else ()


def _index(listed: Sequence[object], word: str | int) -> int | None:
    """Which item is known by a word; of those that are known by nothing, the one at that place."""
    for index, item in enumerate(listed):
        if isinstance(item, Mapping) and any(str(item[key]) == str(word) for key in _IDENTITIES if key in item):
            return index
    return word if isinstance(word, int) and word < len(listed) else None


def _part(bundle: Bundle, words: Words) -> Part | None:
    """The structure beside the distribution that the place lies in."""
    table, name = words[0], str(words[1]) if len(words) > 1 else ""
    kind = _WORDS.get(str(table), "")
    if table == "functions":
        return bundle.find("FunctionSummary", name) or _lambda(bundle, name)
    if kind in _POLICIES:
        parts = bundle.parts.get(kind, {})
        return next((part for part in parts.values() if part.inner(f"{kind}Config").get("Name") == name), None)
    return None


def _lambda(bundle: Bundle, name: str) -> Part | None:
    """By its name, which has the version behind it where the name alone does not tell."""
    named = (part for arn, part in bundle.lambdas.items() if name.partition(":")[0] in arn.split(":"))
    return next(named, None)
