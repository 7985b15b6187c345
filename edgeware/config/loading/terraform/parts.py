"""The resources beside a distribution as the structures of the API that its reader looks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from edgeware.config.loading.api import EXAMPLE_ACCOUNT
from edgeware.config.loading.api_bundle import Bundle, Part
from edgeware.config.loading.stand_ins import StandIns
from edgeware.config.loading.terraform import shapes
from edgeware.config.loading.terraform.lambda_code import code_of
from edgeware.config.loading.terraform.references import texts
from edgeware.config.loading.terraform.resources import Resource, Values, items
from edgeware.config.loading.terraform.translation import translated
from edgeware.config.model import Code, Notice
from edgeware.config.place import LinedMapping, Words
from edgeware.config.reading import Unresolved, mapping

ADVICE = "Is the state complete? A data source of the same kind puts it there."
_POLICIES = {
    "aws_cloudfront_cache_policy": ("CachePolicy", shapes.CACHE_POLICY),
    "aws_cloudfront_origin_request_policy": ("OriginRequestPolicy", shapes.ORIGIN_REQUEST_POLICY),
    "aws_cloudfront_response_headers_policy": ("ResponseHeadersPolicy", shapes.RESPONSE_HEADERS_POLICY),
}
_KEYS = ("aws_cloudfrontkeyvaluestore_key", "aws_cloudfrontkeyvaluestore_keys_exclusive")


def bundle(distribution: Resource, resources: Sequence[Resource], folder: Path, notices: list[Notice]) -> Bundle:
    """Everything that a distribution may reach."""
    found = Bundle(folder=folder, advice=ADVICE)
    for one in resources:
        if one.type in _POLICIES:
            kind, shape = _POLICIES[one.type]
            # A name that is not to be had matters to nobody here.
            config = translated(one.values, shape)
            StandIns([], EXAMPLE_ACCOUNT).fill(config, one.place)
            _put(found, kind, one.values.get("id"), one, _wrapped(f"{kind}Config", config))
        elif one.type in _PUT:
            _PUT[one.type](found, one)
    _add_lambdas(found, distribution, resources, folder, notices)
    return found


def _put(found: Bundle, kind: str, key: object, one: Resource, values: Values) -> None:
    part = Part(values=values, source=one.place.source, place=one.place)
    if one.managed or key not in found.parts.get(kind, {}):
        found.parts.setdefault(kind, {})[str(key)] = part


def _wrapped(key: str, values: LinedMapping) -> LinedMapping:
    """Values that stand in the source where their wrapping does."""
    wrapped = LinedMapping()
    wrapped[key], wrapped.words[key] = values, ()
    return wrapped


def _spelled(**values: tuple[Words, object]) -> LinedMapping:
    """Values with their words in the source, without those that are None."""
    found = LinedMapping()
    for key, (words, value) in values.items():
        if value is not None:
            found[key], found.words[key] = value, words
    return found


# --- CloudFront Functions and stores --------------------------------------------------------------------------------


def _add_function(found: Bundle, one: Resource) -> None:
    values, arn = one.values, str(one.values.get("arn"))
    stores = texts(values.get("key_value_store_associations"))
    words = ("key_value_store_associations",)
    config = _spelled(
        Runtime=(("runtime",), values.get("runtime")),
        KeyValueStoreAssociations=(words, [{"KeyValueStoreARN": store} for store in stores] or None),
    )
    stage = "DEVELOPMENT" if values.get("publish") is False else "LIVE"
    summary = _spelled(FunctionConfig=((), config), FunctionMetadata=((), _spelled(Stage=(("publish",), stage))))
    _put(found, "FunctionSummary", values.get("name"), one, summary)
    code = values.get("code")
    missing = (
        code.why.rstrip(".") if isinstance(code, Unresolved) else f"the state does not hold the code of {one.address}"
    )
    found.code[arn] = Code(text=code) if isinstance(code, str) else Code(missing=missing)
    found.names[arn] = (one.address,)


def _add_store(found: Bundle, one: Resource) -> None:
    arn = str(one.values.get("arn"))
    _put(found, "KeyValueStore", arn, one, {"Name": str(one.values.get("name", ""))})
    found.names[arn] = (one.address,)


def _add_keys(found: Bundle, one: Resource) -> None:
    pairs = found.pairs.setdefault(str(one.values.get("key_value_store_arn")), {})
    listed = [one.values, *map(mapping, items(one.values.get("resource_key_value_pair")))]
    for pair in listed:
        key, value = pair.get("key"), pair.get("value")
        if isinstance(key, str) and isinstance(value, str):
            pairs[key] = value


def _add_key_group(found: Bundle, one: Resource) -> None:
    config = _spelled(Name=(("name",), one.values.get("name")), Items=(("items",), one.values.get("items")))
    _put(found, "KeyGroup", one.values.get("id"), one, _wrapped("KeyGroupConfig", config))


def _add_public_key(found: Bundle, one: Resource) -> None:
    _put(found, "PublicKey", one.values.get("id"), one, {"EncodedKey": one.values.get("encoded_key")})
    found.names[str(one.values.get("id"))] = (one.address,)


_PUT: Mapping[str, Callable[[Bundle, Resource], None]] = {
    "aws_cloudfront_function": _add_function,
    "aws_cloudfront_key_value_store": _add_store,
    "aws_cloudfront_key_group": _add_key_group,
    "aws_cloudfront_public_key": _add_public_key,
    **dict.fromkeys(_KEYS, _add_keys),
}


# --- Lambda ---------------------------------------------------------------------------------------------------------


def _add_lambdas(
    found: Bundle, distribution: Resource, resources: Sequence[Resource], folder: Path, notices: list[Notice]
) -> None:
    functions = {str(one.values.get("arn")): one for one in resources if one.type == "aws_lambda_function"}
    for arn in dict.fromkeys(_associated(distribution.values)):
        # Any version is taken for the code that the state knows.
        function = functions.get(arn) or functions.get(arn.rpartition(":")[0])
        if function is not None:
            found.lambdas[arn] = Part(
                values=_configuration(function.values), source=function.place.source, place=function.place
            )
            found.code[arn] = code_of(function, resources, folder, notices)
            found.names[arn] = (function.address,)


def _associated(values: Values) -> Iterator[str]:
    default = values.get("default_cache_behavior")
    behaviors = [*([default] if isinstance(default, Mapping) else items(default))]
    behaviors += items(values.get("ordered_cache_behavior"))
    for behavior in map(mapping, behaviors):
        for association in map(mapping, items(behavior.get("lambda_function_association"))):
            yield str(association.get("lambda_arn"))


def _configuration(values: Values) -> LinedMapping:
    """What `aws lambda get-function-configuration` says, as far as its reader looks."""
    tracing, storage = (_only(values.get(key)) for key in ("tracing_config", "ephemeral_storage"))
    return _spelled(
        Runtime=(("runtime",), values.get("runtime")),
        Handler=(("handler",), values.get("handler")),
        Timeout=(("timeout",), values.get("timeout")),
        MemorySize=(("memory_size",), values.get("memory_size")),
        Architectures=(("architectures",), values.get("architectures") or None),
        PackageType=(("package_type",), values.get("package_type")),
        Layers=(("layers",), values.get("layers") or None),
        VpcConfig=(("vpc_config",), _only(values.get("vpc_config")).get("subnet_ids") or None),
        DeadLetterConfig=(("dead_letter_config",), values.get("dead_letter_config") or None),
        Environment=(("environment",), _only(values.get("environment")).get("variables") or None),
        TracingConfig=(("tracing_config",), {"Mode": tracing.get("mode")} if tracing else None),
        EphemeralStorage=(("ephemeral_storage",), {"Size": storage.get("size")} if storage else None),
    )


def _only(value: object) -> Values:
    """The block that stands once."""
    return mapping(value[0] if isinstance(value, list | tuple) and value else value)
