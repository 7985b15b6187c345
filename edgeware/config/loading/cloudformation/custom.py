"""Custom resources: their code is never run, but what the CDK's own give can be told from the stacks around."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from edgeware.config.loading.cloudformation.scope import stand_in
from edgeware.config.loading.cloudformation.stack import Resource
from edgeware.config.place import Place
from edgeware.config.rules import Rule

GUESSED = Rule(
    id="N-guessed",
    severity="note",
    sentence="A custom resource's code is not run: it names one Lambda function, so that is taken.",
)

_SSM_READER = "Custom::CrossRegionStringParameterReader"
_READER = "Custom::CrossRegionExportReader"
_WRITER = "Custom::CrossRegionExportWriter"


class Stacks(Protocol):
    """The stacks around a custom resource."""

    def resources(self, *types: str) -> Iterator[Resource]:
        """The resources of some types, of all stacks."""
        ...

    def ssm_parameter(self, name: str) -> object:
        """The value of a parameter that one of the stacks makes."""
        ...

    def lambda_arn(self, value: str) -> str | None:
        """The ARN of a Lambda function by its ARN or its name; None for any other text."""
        ...

    def warn(self, rule: Rule, place: Place, text: str) -> None:
        """Say something about a template."""
        ...


def attribute(stacks: Stacks, resource: Resource, name: str) -> object:
    """An attribute of a custom resource; None where nothing tells it."""
    if resource.type == _SSM_READER:
        return stacks.ssm_parameter(stand_in(resource.value("ParameterName")))
    if resource.type == _READER:
        return written(stacks, name)
    if resource.type.startswith("Custom::") or resource.type == "AWS::CloudFormation::CustomResource":
        return _guessed(stacks, resource, name)
    return None


def written(stacks: Stacks, name: str) -> object:
    """What a stack writes for the stacks of another region; None where none does."""
    for writer in stacks.resources(_WRITER):
        properties = writer.value("WriterProps")
        exports = properties.get("exports") if isinstance(properties, Mapping) else None
        if isinstance(exports, Mapping) and name in exports:
            return exports[name]
    return None


def _guessed(stacks: Stacks, resource: Resource, name: str) -> object:
    values = (resource.value(key) for key in resource.properties if key != "ServiceToken")
    arns = sorted({arn for value in values if isinstance(value, str) and (arn := stacks.lambda_arn(value))})
    if len(arns) != 1:
        return None
    stacks.warn(GUESSED, resource.place, f"it gives a version of {arns[0]}, as it seems.")
    versioned = arns[0] if len(arns[0].split(":")) > 7 else f"{arns[0]}:1"
    return versioned.rpartition(":")[2] if name == "Version" else versioned
