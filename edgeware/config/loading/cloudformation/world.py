"""The stacks that belong together: one template with its nested ones, or a whole CDK assembly."""

from __future__ import annotations

import os.path
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from edgeware.config.files import is_file
from edgeware.config.loading.cloudformation import custom, sam
from edgeware.config.loading.cloudformation.assets import assets
from edgeware.config.loading.cloudformation.parameters import beside
from edgeware.config.loading.cloudformation.scope import NO_VALUE, broken, stand_in
from edgeware.config.loading.cloudformation.stack import Resource, Stack, Surroundings, local_path
from edgeware.config.loading.documents import Document, read
from edgeware.config.loading.inputs import Inputs
from edgeware.config.model import Notice
from edgeware.config.place import Place, line_of, plain, shown
from edgeware.config.reading import mapping
from edgeware.config.rules import Rule
from edgeware.exceptions import ConfigurationError

ACCOUNT = "123456789012"
REGION = "us-east-1"
MAX_LEVELS = 10
MAX_STACKS = 500

MACRO = Rule(
    id="N-macro",
    severity="warn",
    sentence="A macro is code that only runs in an account: what it would change or add is not here.",
)
BESIDE = Rule(id="N-nested", severity="note", sentence="Nothing is fetched.")
DISTRIBUTION = "AWS::CloudFront::Distribution"
_NESTED = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}


@dataclass(slots=True, eq=False, kw_only=True)
class World(Surroundings):
    """All stacks of a source, and whose ids, names and ARNs are about."""

    inputs: Inputs
    stacks: list[Stack] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    owners: dict[tuple[str, str], Resource] = field(default_factory=dict)
    """Every id, name or ARN that was made up, with the type of its resource, and the resource."""
    children: dict[Resource, Stack] = field(default_factory=dict)
    _exports: dict[str, tuple[Stack, object]] | None = None
    _stored: dict[str, Resource] | None = None

    # --- stacks ---

    def add(
        self, document: Document, name: str = "", region: str = "", account: str = "", nested_in: Resource | None = None
    ) -> Stack:
        """A template as a stack, and the local templates that are nested in it."""
        if len(self.stacks) >= MAX_STACKS:
            raise ConfigurationError([f"{document.source}: there are more than {MAX_STACKS} stacks."])
        stack = Stack(
            document=document,
            name=name or _stack_name(document),
            region=region or self.inputs.region or REGION,
            account=account or self.inputs.account_id or ACCOUNT,
            around=self,
            outputs=self.inputs.outputs,
            passed={**beside(document), **self.inputs.parameters},
        )
        if nested_in is not None:
            _nest(stack, nested_in)
        self.notices.extend(document.notices)
        self.stacks.append(stack)
        for name in sam.macros(document.values):
            place = stack.place.child("Transform", line_of(document.values, "Transform"))
            self.warn(MACRO, place, f"the macro {shown(name)} is not run; the template is read as it stands.")
        self._read_resources(stack)
        return stack

    def _read_resources(self, stack: Stack) -> None:
        bodies = stack.expanded_resources()
        pairs = sam.transformed(bodies, stack.document.values) if sam.is_sam(stack.document.values) else bodies.items()
        for logical_id, body in pairs:
            if isinstance(body, Mapping) and isinstance(body.get("Type"), str):
                kind = str(body["Type"])
                stack.resources[logical_id] = Resource(logical_id=logical_id, type=kind, body=body, stack=stack)
        for resource in list(stack.resources.values()):
            if resource.type in _NESTED:
                self._add_nested(resource)

    def _add_nested(self, resource: Resource) -> None:
        """The stack of a template beside this one: of a path, of an asset of the CDK's, or of a URL's last word."""
        location = resource.metadata("aws:asset:path") or stand_in(resource.value(_NESTED[resource.type]))
        path = local_path(resource.stack, location)
        if path is None or not is_file(path):
            path = next(filter(is_file, assets(resource.stack.document.base, location)), None)
            if path is None:
                return
            if path.name == PurePosixPath(location).name:
                text = f"{path.name} beside the template is read in the place of the one that its URL names."
                self.warn(BESIDE, resource.place, text)
            location = os.path.relpath(path, resource.stack.document.base)
        if resource.stack.level >= MAX_LEVELS:
            raise ConfigurationError([f"{resource.place}: stacks are nested more than {MAX_LEVELS} deep."])
        document = read(path)
        name = _beside(resource.stack.document.source, location)
        named = Document(
            values=document.values, base=document.base, source=name, path=document.path, notices=document.notices
        )
        self.children[resource] = self.add(named, nested_in=resource)

    def resources(self, *types: str) -> Iterator[Resource]:
        """The resources of some types, of all stacks."""
        for stack in self.stacks:
            yield from (resource for resource in stack.resources.values() if resource.type in types)

    def bucket(self, domain_name: str) -> Resource | None:
        """The bucket that a domain name is of."""
        names = (domain_name, f"http://{domain_name}")
        return next((found for name in names if (found := self.owners.get(("AWS::S3::Bucket", name)))), None)

    # --- what a stack asks ---

    def exported(self, name: str) -> object:
        """The value of an export."""
        if self._exports is None:
            self._exports = {}
            for stack in self.stacks:
                for output in _mappings(stack.section("Outputs")):
                    export = output.get("Export")
                    exported = stack.value(export.get("Name")) if isinstance(export, Mapping) else None
                    if isinstance(exported, str):
                        self._exports.setdefault(exported, (stack, output.get("Value")))
        found = self._exports.get(name)
        return None if found is None else found[0].value(found[1])

    def output(self, stack: str, name: str) -> object:
        """An output of the stack of that name; the level of nesting does not matter."""
        for other in self.stacks:
            if other.name == stack:
                return output_of(other, name)
        return None

    def ssm_parameter(self, name: str) -> object:
        """The value of a parameter that one of the stacks makes."""
        if self._stored is None:
            self._stored = {}
            for resource in self.resources("AWS::SSM::Parameter"):
                self._stored.setdefault(stand_in(resource.value("Name")), resource)
        found = self._stored.get(name)
        return found.value("Value") if found is not None else custom.written(self, name)

    def outside(self, resource: Resource, attribute: str) -> object:
        """An output of a nested stack, or what a custom resource gives."""
        child = self.children.get(resource)
        prefix, dot, name = attribute.partition(".")
        if child is not None and prefix == "Outputs" and dot:
            found = output_of(child, name)
            missing = broken(f"the nested stack {plain(resource.logical_id)} has no output {plain(name)}.")
            return missing if found is None else found
        return custom.attribute(self, resource, attribute)

    def lambda_arn(self, value: str) -> str | None:
        """The ARN of a Lambda function by its ARN, or by the name of one that was asked for."""
        if value.startswith("arn:") and ":lambda:" in value:
            return value
        owner = self.owners.get(("AWS::Lambda::Function", value))
        return None if owner is None else stand_in(owner.stack.attribute(owner.logical_id, "Arn"))

    def made(self, value: str, resource: Resource) -> None:
        """Remember whose value this is."""
        self.owners.setdefault((resource.type, value), resource)

    def warn(self, rule: Rule, place: Place, text: str) -> None:
        """A warning or a note about a template."""
        self.notices.append(rule.notice(str(place), text))

    def unused_parameters(self) -> list[str]:
        """The parameters that were given and that no template has."""
        known = {name for stack in self.stacks for name in stack.section("Parameters")}
        return [name for name in self.inputs.parameters if name not in known]


def output_of(stack: Stack, name: str) -> object:
    """An output of a stack; None where there is none."""
    output = stack.section("Outputs").get(name)
    if not isinstance(output, Mapping) or "Value" not in output:
        return None
    found = stack.value(output["Value"])
    return None if found is NO_VALUE else found


def _nest(stack: Stack, resource: Resource) -> None:
    """Name, level and parameters of a stack that another one makes."""
    stack.name = f"{resource.stack.name}-{resource.logical_id}"
    stack.region, stack.account = resource.stack.region, resource.stack.account
    stack.level = resource.stack.level + 1
    stack.passer = resource.stack
    stack.passed = mapping(resource.properties.get("Parameters"))


def _stack_name(document: Document) -> str:
    stem = document.path.stem if document.path is not None else ""
    return re.sub(r"[^A-Za-z0-9-]", "-", stem.partition(".")[0]) or "stack"


def _beside(source: str, location: str) -> str:
    """A file beside another one, as messages name it."""
    folder = source.replace("\\", "/").rpartition("/")[0]
    return posixpath.normpath(f"{folder}/{location}" if folder else location)


def _mappings(section: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    return (value for value in section.values() if isinstance(value, Mapping))
