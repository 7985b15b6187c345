"""Pulumi's `aws-native` provider: CloudFormation's resources, in camelCase."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from edgeware.config.loading import api
from edgeware.config.loading.api_bundle import Bundle, Part
from edgeware.config.loading.api_sources import candidate
from edgeware.config.loading.candidates import Candidate
from edgeware.config.loading.cloudformation.spelling import API_WORDS
from edgeware.config.loading.documents import Document
from edgeware.config.loading.draft import Draft
from edgeware.config.loading.pulumi_values import Adapter
from edgeware.config.loading.terraform import shapes
from edgeware.config.loading.terraform.resources import Values, lined_place
from edgeware.config.loading.terraform.translation import Shape
from edgeware.config.model import Code, Notice
from edgeware.config.place import LinedMapping
from edgeware.config.reading import mapping

_PREFIX = "aws-native:cloudfront:"
_VERSION = "aws-native:lambda:Version"
_FUNCTION = "aws-native:lambda:Function"
_CONFIGS = {
    "CachePolicy": "CachePolicyConfig",
    "KeyGroup": "KeyGroupConfig",
    "OriginRequestPolicy": "OriginRequestPolicyConfig",
    "PublicKey": "PublicKeyConfig",
    "ResponseHeadersPolicy": "ResponseHeadersPolicyConfig",
}
_MORE = "KeyValueStoreARN FunctionARN LambdaFunctionARN"


def candidates(document: Document, resources: Sequence[Values], notices: Sequence[Notice]) -> list[Candidate]:
    """The distributions of this provider."""
    kind = f"{_PREFIX}Distribution"
    return [_candidate(document, item, resources, notices) for item in resources if item.get("type") == kind]


def _candidate(document: Document, item: Values, resources: Sequence[Values], before: Sequence[Notice]) -> Candidate:
    told: list[Notice] = []
    name = str(item.get("urn", "")).rpartition("::")[2]
    place = lined_place(document.source, item, f"Distribution.{name}")
    values = _values(item, told, str(place))
    config = values.get("DistributionConfig")
    config = config if isinstance(config, LinedMapping) else LinedMapping()

    def read() -> Draft:
        outer = LinedMapping()
        outer["Id"], outer["DomainName"] = item.get("id"), values.get("DomainName")
        outer["DistributionConfig"], outer.words["DistributionConfig"] = config, ("distributionConfig",)
        part = Part(values=outer, source=document.source, place=place)
        notices = [*before, *told]
        draft = api.read(document, part, _bundle(document, resources, notices))
        draft.notices.extend(notices)
        return draft

    return candidate(f"Distribution.{name}", config, (name, str(item.get("id", ""))), read)


def _values(item: Values, notices: list[Notice], where: str) -> LinedMapping:
    """What a resource has become, or else what it was given."""
    return Adapter(notices, where, _api_word).mapping(mapping(item.get("outputs")) or mapping(item.get("inputs")))


def _bundle(document: Document, resources: Sequence[Values], notices: list[Notice]) -> Bundle:
    found = Bundle(folder=document.base, advice="Is the stack complete?")
    lambdas: dict[str, Part] = {}
    for item in resources:
        kind = str(item.get("type"))
        place = lined_place(document.source, item, kind.rpartition(":")[2])
        part = Part(values=_values(item, notices, str(place)), source=document.source, place=place)
        own = kind.removeprefix(_PREFIX)
        if own in _CONFIGS:
            found.parts.setdefault(own, {})[str(item.get("id"))] = part
        elif own in _ADDERS:
            _ADDERS[own](found, part, str(item.get("id")))
        elif kind == _FUNCTION:
            lambdas[str(part.values.get("Arn"))] = part
    for arn in _versions(resources):
        function = lambdas.get(arn.rpartition(":")[0])
        if function is not None:
            text = function.inner("Code").get("ZipFile")
            found.lambdas[arn] = function
            if isinstance(text, str):
                found.code[arn] = Code(text=text)
    return found


def _versions(resources: Sequence[Values]) -> Iterator[str]:
    for item in resources:
        if item.get("type") == _VERSION:
            yield str(mapping(item.get("outputs")).get("functionArn") or item.get("id"))


def _add_function(found: Bundle, part: Part, own: str) -> None:
    arn, name = str(part.values.get("FunctionARN") or own), str(part.values.get("Name", ""))
    stage = "DEVELOPMENT" if part.values.get("AutoPublish") is False else "LIVE"
    values = LinedMapping()
    values.update({**part.values, "FunctionMetadata": {"Stage": stage}})
    found.parts.setdefault("FunctionSummary", {})[name] = Part(values=values, source=part.source, place=part.place)
    code = part.values.get("FunctionCode")
    if isinstance(code, str):
        found.code[arn] = Code(text=code)


def _add_store(found: Bundle, part: Part, own: str) -> None:
    found.parts.setdefault("KeyValueStore", {})[str(part.values.get("Arn"))] = part


_ADDERS: Mapping[str, Callable[[Bundle, Part, str], None]] = {"Function": _add_function, "KeyValueStore": _add_store}


# --- words ----------------------------------------------------------------------------------------------------------


def _api_word(key: str) -> str:
    """A key as the API spells it: `minTtl` is MinTTL, `ipv6Enabled` IsIPV6Enabled."""
    return _words().get(key.lower(), f"{key[:1].upper()}{key[1:]}")


@cache
def _words() -> Mapping[str, str]:
    tables = (shapes.DISTRIBUTION, shapes.CACHE_POLICY, shapes.ORIGIN_REQUEST_POLICY, shapes.RESPONSE_HEADERS_POLICY)
    known = {word.lower(): word for table in tables for word in _names(table)}
    known |= {word.lower(): word for word in _MORE.split()}
    return {**known, **{word.lower(): own for word, own in API_WORDS.items()}}


def _names(shape: Shape) -> Iterator[str]:
    for rule in shape.values():
        if isinstance(rule, str):
            yield rule
        elif rule is not None:
            yield rule.key
            yield from _names(rule.shape or {})
