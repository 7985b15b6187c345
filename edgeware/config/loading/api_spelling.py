"""Places of the model in the API's words."""

from __future__ import annotations

from edgeware.config.loading.draft import Spelling
from edgeware.config.place import API, Place, Words

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


def spelling(source: str) -> Spelling:
    """Spells a place of the model as the API does."""

    def spell(words: Words) -> str:
        return str(Place(source=source, words=words_of(words), separator=API.separator))

    return spell


def words_of(words: Words) -> Words:
    """The words of the model as the API has them. An id, and an event type, stays as it is."""
    names = {1} if words[0] in _TABLES else set()
    if "associations" in words:
        names.add(words.index("associations") + 1)
    spelled = [word if index in names else _api_word(word) for index, word in enumerate(words)]
    return tuple(word for word in spelled if word != "Associations")


def _api_word(word: str | int) -> str:
    """snake_case as PascalCase."""
    known = _WORDS.get(str(word))
    if known is not None:
        return known
    parts = ("TTL" if part == "ttl" else part.capitalize() for part in str(word).split("_"))
    return "".join(parts)
