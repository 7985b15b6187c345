"""A stack: a template with values for its parameters, computed from wherever a distribution starts to ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from edgeware.config.files import is_file
from edgeware.config.loading.cloudformation import conditions, expansion, intrinsics, parameters, sam
from edgeware.config.loading.cloudformation.identity import Values, identity, partition, url_suffix
from edgeware.config.loading.cloudformation.scope import NO_VALUE, Scope, broken, given, not_given
from edgeware.config.loading.documents import Document, read
from edgeware.config.place import Place, guess, line_of, shown
from edgeware.config.reading import Unresolved, mapping
from edgeware.config.rules import Rule
from edgeware.exceptions import ConfigurationError

MAX_REFERENCES = 60
"""How far one reference may lead to the next."""

ALLOWED = Rule(
    id="N-parameter",
    severity="warn",
    sentence="CloudFormation takes only the AllowedValues of a parameter.",
)


class Surroundings(Protocol):
    """What a stack asks of the stacks around it."""

    def exported(self, name: str) -> object:
        """The value that some stack exports; None where none does."""
        ...

    def output(self, stack: str, name: str) -> object:
        """An output of the stack of that name; None where there is none."""
        ...

    def ssm_parameter(self, name: str) -> object:
        """The value of an AWS::SSM::Parameter; None where there is none."""
        ...

    def outside(self, resource: Resource, attribute: str) -> object:
        """An attribute that AWS or other code than ours makes: of a nested stack, of a custom resource."""
        ...

    def made(self, value: str, resource: Resource) -> None:
        """Remember whose id, name or ARN a value is."""
        ...

    def warn(self, rule: Rule, place: Place, text: str) -> None:
        """Say something about a template."""
        ...


@dataclass(slots=True, eq=False, kw_only=True)
class Resource:
    """A resource of a stack."""

    logical_id: str
    type: str
    body: Mapping[str, object]
    stack: Stack

    @property
    def stack_name(self) -> str:
        """The name of its stack."""
        return self.stack.name

    @property
    def region(self) -> str:
        """The region of its stack."""
        return self.stack.region

    @property
    def account(self) -> str:
        """The account of its stack."""
        return self.stack.account

    @property
    def properties(self) -> Mapping[str, object]:
        """Its properties as they stand in the template."""
        return mapping(self.body.get("Properties"))

    def value(self, name: str) -> object:
        """A property, computed; None where it is not given."""
        found = self.stack.value(self.properties.get(name))
        return None if found is NO_VALUE else found

    def metadata(self, key: str) -> str:
        """A text of its Metadata, such as `aws:cdk:path`."""
        found = self.body.get("Metadata")
        value = found.get(key) if isinstance(found, Mapping) else None
        return value if isinstance(value, str) else ""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.stack.place.child("Resources", None).child(self.logical_id, line_of(self.body, "Type"))


@dataclass(slots=True, eq=False, kw_only=True)
class Stack(Scope):
    """A template, and what it is deployed as."""

    document: Document
    name: str
    region: str
    account: str
    around: Surroundings
    outputs: Mapping[str, str]
    passed: Mapping[str, object] = field(default_factory=dict)
    """Values of parameters, or nodes that `passer` computes."""
    passer: Stack | None = None
    level: int = 0
    """How many stacks it is nested in."""
    resources: dict[str, Resource] = field(default_factory=dict)
    _known: dict[tuple[str, str], object] = field(default_factory=dict)
    _asked: dict[tuple[str, str], None] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        """The file as a place."""
        return Place(source=self.document.source, separator="/")

    def section(self, name: str) -> Mapping[str, object]:
        """A section of the template, empty where it has none."""
        return mapping(self.document.values.get(name))

    # --- what intrinsic functions ask ---

    def value(self, node: object) -> object:
        """What a node of the template stands for."""
        return intrinsics.evaluated(self, node)

    def ref(self, name: str) -> object:
        """A pseudo parameter, a parameter, or the id of a resource."""
        if name.startswith("AWS::"):
            return self._pseudo(name)
        if name in self.section("Parameters"):
            return self._once(("parameter", name), lambda: self._parameter(name))
        return self._of_resource(name, "Ref")

    def attribute(self, logical_id: str, name: str) -> object:
        """An attribute of a resource. `Auth.Version` is a resource of SAM's, and what follows an attribute of it."""
        first, _, rest = name.partition(".")
        function = self.resources.get(logical_id)
        if first in ("Version", "Alias", "Stage") and function is not None and function.type in sam.MAKERS:
            return self._of_resource(f"{logical_id}.{first}", rest or "Ref")
        return self._of_resource(logical_id, name)

    def holds(self, condition: str) -> bool | Unresolved:
        """A condition of the template."""
        nodes = self.section("Conditions")
        if condition not in nodes:
            return broken(f"there is no condition {shown(condition)}. {guess(condition, list(nodes))}".strip())
        found = self._once(("condition", condition), lambda: conditions.truth(self, nodes[condition]))
        return found if isinstance(found, Unresolved) else bool(found)

    def in_map(self, table: str, row: str, column: str) -> object:
        """A value of Mappings."""
        rows = self.section("Mappings").get(table)
        values = rows.get(row) if isinstance(rows, Mapping) else None
        if not isinstance(values, Mapping) or column not in values:
            return None
        return self._once((f"mapping {table}/{row}", column), lambda: self.value(values[column]))

    def included(self, location: str) -> Mapping[str, object] | Unresolved:
        """A file beside the template."""
        path = local_path(self, location)
        if path is None or not is_file(path):
            return Unresolved(why=f"the included file {shown(location)} is not here.", stand_in=location)
        try:
            return read(path).values
        except ConfigurationError as error:
            return broken(error.problems[0])

    def exported(self, name: str) -> object:
        """What some stack exports."""
        return self._once(("export", name), lambda: self.around.exported(name))

    def output(self, stack: str, name: str) -> object:
        """An output of another stack."""
        return self._once((f"output of {stack}", name), lambda: self.around.output(stack, name))

    def ssm_parameter(self, name: str) -> object:
        """The value of a parameter that some stack makes."""
        return self._once(("ssm", name), lambda: self.around.ssm_parameter(name))

    # --- how it is found ---

    def _once(self, key: tuple[str, str], compute: Callable[[], object]) -> object:
        """A value computed once; one that leads back to itself, or too far, is broken."""
        if key in self._known:
            return self._known[key]
        if key in self._asked:
            circle = [*list(self._asked)[list(self._asked).index(key) :], key]
            return broken(f"it refers to itself: {' -> '.join(shown(name) for _, name in circle)}.")
        if len(self._asked) >= MAX_REFERENCES:
            return broken(f"references lead to more than {MAX_REFERENCES} others.")
        self._asked[key] = None
        try:
            self._known[key] = compute()
        finally:
            del self._asked[key]
        return self._known[key]

    def _pseudo(self, name: str) -> object:
        start = f"arn:{partition(self.region)}:cloudformation:{self.region}:{self.account}"
        values: dict[str, object] = {
            "AWS::Region": self.region,
            "AWS::AccountId": self.account,
            "AWS::Partition": partition(self.region),
            "AWS::URLSuffix": url_suffix(self.region),
            "AWS::StackName": self.name,
            "AWS::StackId": f"{start}:stack/{self.name}/00000000-0000-4000-8000-000000000000",
            "AWS::NotificationARNs": [],
            "AWS::NoValue": NO_VALUE,
        }
        if name in values:
            return values[name]
        return broken(f"there is no pseudo parameter {shown(name)}. {guess(name, list(values))}".strip())

    def _parameter(self, name: str) -> object:
        kinds = mapping(self.section("Parameters")[name])
        passed = self.passed.get(name)
        if self.passer is not None and passed is not None:
            passed = self.passer.value(passed)
        value = parameters.value_of(self, name, kinds, None if passed is NO_VALUE else passed)
        allowed = parameters.not_allowed(kinds, value)
        if allowed:
            place = self.place.child("Parameters").child(name, line_of(self.section("Parameters"), name))
            self.around.warn(ALLOWED, place, f"'{shown(str(value))}' is none of {', '.join(map(shown, allowed))}.")
        return value

    def _of_resource(self, logical_id: str, name: str) -> object:
        return self._once((logical_id, name), lambda: self._computed(logical_id, name))

    def _computed(self, logical_id: str, name: str) -> object:
        resource = self.resources.get(logical_id)
        if resource is None:
            return self._unknown(logical_id)
        condition = resource.body.get("Condition")
        if isinstance(condition, str) and self.holds(condition) is False:
            return broken(f"{shown(logical_id)} is not made, since its condition {shown(condition)} is false.")
        values = identity(resource)
        if values is None or name not in values:
            return self._elsewhere(resource, name, values)
        for value in values.values():
            self.around.made(value, resource)
        return values[name]

    def _elsewhere(self, resource: Resource, name: str, values: Values | None) -> object:
        """An attribute that the tables do not hold."""
        address = f"{resource.logical_id}.{name}"
        said = given(self.outputs, address) if name != "Ref" else None
        if said is not None:
            return said
        found = self.around.outside(resource, name)
        if found is not None:
            return found
        if name == "Ref":
            return resource.logical_id.lower()
        if values is not None:
            known = guess(name, [key for key in values if key != "Ref"])
            return broken(f"{resource.type} has no attribute {shown(name)} here. {known}".strip())
        return not_given(f"what AWS makes of {resource.type}:", address)

    def _unknown(self, logical_id: str) -> Unresolved:
        base, dot, part = logical_id.partition(".")
        function = self.resources.get(base)
        if dot and part in ("Version", "Alias") and function is not None:
            return broken(f"SAM makes no {shown(logical_id)} without AutoPublishAlias in {shown(base)}.")
        names = [*self.section("Parameters"), *self.resources]
        return broken(f"there is nothing named {shown(logical_id)} in the template. {guess(logical_id, names)}".strip())

    def expanded_resources(self) -> Mapping[str, object]:
        """The Resources with loops and includes put in their place. ConfigurationError where that fails."""
        section = self.section("Resources")
        if not expansion.expands(section):
            return section
        found = expansion.expanded(self, section)
        if isinstance(found, Unresolved):
            where = self.place.child("Resources", line_of(self.document.values, "Resources"))
            raise ConfigurationError([f"{where}: {found.why} {found.hint}".strip()])
        return found


def local_path(stack: Stack, text: str) -> Path | None:
    """A path relative to the template; None for the address of something remote."""
    if not text or "://" in text or not text.isprintable():
        return None
    return stack.document.base / text
