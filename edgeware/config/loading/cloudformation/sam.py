"""What the SAM transform makes of a template, as far as an edge asks for it: functions, versions, URLs and APIs.

The translator of the SAM CLI refuses local code, so this much is done here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from edgeware.config.place import LinedMapping, line_of
from edgeware.config.reading import is_list, mapping

TRANSFORM = "AWS::Serverless-2016-10-31"
FUNCTION = "AWS::Serverless::Function"

_LAMBDA_KEYS = (
    "FunctionName",
    "Handler",
    "Runtime",
    "Timeout",
    "MemorySize",
    "Environment",
    "Layers",
    "VpcConfig",
    "Architectures",
    "PackageType",
    "DeadLetterQueue",
)
_IMPLICIT = {
    "Api": ("ServerlessRestApi", "AWS::ApiGateway::RestApi"),
    "HttpApi": ("ServerlessHttpApi", "AWS::ApiGatewayV2::Api"),
}
_STAGES = {"AWS::Serverless::Api": "AWS::ApiGateway::Stage", "AWS::Serverless::HttpApi": "AWS::ApiGatewayV2::Stage"}
MAKERS = frozenset({"AWS::Lambda::Function", *_STAGES})
"""The types whose version, alias or stage is a resource under their own name."""


def is_sam(values: Mapping[str, object]) -> bool:
    """Whether a template names the SAM transform."""
    named = values.get("Transform")
    return TRANSFORM in (named if is_list(named) else [named])


def macros(values: Mapping[str, object]) -> list[str]:
    """The macros that a template names and nobody can run here: all but those that CloudFormation itself provides."""
    named = values.get("Transform")
    return [str(name) for name in (named if is_list(named) else [named]) if name and not str(name).startswith("AWS::")]


def transformed(bodies: Mapping[str, object], values: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The resources of a template, those of SAM as the resources that they stand for."""
    common = mapping(mapping(values.get("Globals")).get("Function"))
    for logical_id, body in bodies.items():
        if isinstance(body, Mapping) and body.get("Type") == FUNCTION:
            yield from _function(logical_id, body, common)
        else:
            yield logical_id, body
            stage = _STAGES.get(str(body.get("Type"))) if isinstance(body, Mapping) else None
            if isinstance(body, Mapping) and stage is not None:
                yield (
                    f"{logical_id}.Stage",
                    _made(body, stage, {"StageName": mapping(body.get("Properties")).get("StageName")}),
                )


def _function(
    logical_id: str, body: Mapping[str, object], common: Mapping[str, object]
) -> Iterator[tuple[str, object]]:
    properties = _merged(common, mapping(body.get("Properties")))
    kept = {key: properties[key] for key in _LAMBDA_KEYS if key in properties}
    code = {key: properties[key] for key in ("CodeUri", "InlineCode") if properties.get(key) is not None}
    yield logical_id, _made(body, "AWS::Lambda::Function", {**kept, **code})
    if properties.get("AutoPublishAlias") is not None:
        named = {"FunctionName": {"Ref": logical_id}}
        yield f"{logical_id}.Version", _made(body, "AWS::Lambda::Version", named)
        alias = {**named, "Name": properties["AutoPublishAlias"]}
        yield f"{logical_id}.Alias", _made(body, "AWS::Lambda::Alias", alias)
    if properties.get("FunctionUrlConfig") is not None:
        target = {"TargetFunctionArn": {"Fn::GetAtt": [logical_id, "Arn"]}}
        yield f"{logical_id}Url", _made(body, "AWS::Lambda::Url", target)
    for event in mapping(properties.get("Events")).values():
        implicit = _IMPLICIT.get(str(event.get("Type"))) if isinstance(event, Mapping) else None
        if implicit is not None:
            yield implicit[0], _made(body, implicit[1], {})


def _merged(common: Mapping[str, object], own: Mapping[str, object]) -> Mapping[str, object]:
    """Globals under a function's own properties: mappings key by key, lists one after the other."""
    merged = LinedMapping()
    for values in (common, own):
        for key, value in values.items():
            before = merged.get(key)
            if isinstance(before, Mapping) and isinstance(value, Mapping):
                value = _merged(before, value)
            elif is_list(before) and is_list(value):
                value = [*before, *value]
            merged[key] = value
            merged.lines[key] = line_of(values, key) or 0
    return merged


def _made(body: Mapping[str, object], kind: str, properties: Mapping[str, object]) -> LinedMapping:
    """A resource in the place of one of SAM's, with its condition, metadata and lines."""
    made = LinedMapping()
    for key, value in {**body, "Type": kind, "Properties": properties}.items():
        made[key], made.lines[key] = value, line_of(body, key) or 0
    return made
