"""The distributions of some stacks, and how the one that is taken is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from edgeware.config.loading import api
from edgeware.config.loading.api_bundle import Bundle, Part
from edgeware.config.loading.api_sources import candidate
from edgeware.config.loading.candidates import Candidate
from edgeware.config.loading.cloudformation.deployment import deployed, website
from edgeware.config.loading.cloudformation.legacy import modern, with_vpc_origins
from edgeware.config.loading.cloudformation.reached import Reached
from edgeware.config.loading.cloudformation.scope import stand_in
from edgeware.config.loading.cloudformation.spelling import respelled, spelling
from edgeware.config.loading.cloudformation.stack import Resource, Stack
from edgeware.config.loading.cloudformation.world import DISTRIBUTION, World
from edgeware.config.loading.draft import NOT_GIVEN, Draft
from edgeware.config.loading.stand_ins import StandIns
from edgeware.config.model import Distribution, Notice, Website
from edgeware.config.place import LinedMapping, Place, line_of, shown
from edgeware.config.reading import Unresolved, is_list
from edgeware.exceptions import ConfigurationError


def candidates(world: World, source: str) -> Sequence[Candidate]:
    """The distributions that are made, in the order of the stacks. ConfigurationError where conditions forbid all."""
    resources = list(world.resources(DISTRIBUTION))
    made = [resource for resource in resources if _condition(resource) is not False]
    if resources and not made:
        raise ConfigurationError([_not_made(resource) for resource in resources])
    several = len({resource.stack.name for resource in made}) > 1
    return [_candidate(world, resource, several) for resource in made]


def _condition(resource: Resource) -> bool | Unresolved:
    name = resource.body.get("Condition")
    return resource.stack.holds(name) if isinstance(name, str) else True


def _not_made(resource: Resource) -> str:
    name = str(resource.body.get("Condition"))
    asked = sorted(set(_parameters(resource.stack, resource.stack.section("Conditions").get(name), 0)))
    advice = (
        f" Give other parameters: {' '.join(f'--parameter {parameter}=...' for parameter in asked)}" if asked else ""
    )
    return f"{resource.place}: the distribution is not made, since its condition {shown(name)} is false.{advice}"


def _parameters(stack: Stack, node: object, depth: int) -> Iterator[str]:
    """The parameters that a condition hangs on, through the conditions that it names."""
    if depth > 20:
        return
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "Ref" and value in stack.section("Parameters"):
                yield str(value)
            elif key == "Condition" and isinstance(value, str):
                yield from _parameters(stack, stack.section("Conditions").get(value), depth + 1)
            else:
                yield from _parameters(stack, value, depth + 1)
    elif is_list(node):
        for value in node:
            yield from _parameters(stack, value, depth + 1)


def _candidate(world: World, resource: Resource, several: bool) -> Candidate:
    reading = _Reading(world=world, resource=resource)
    path = resource.metadata("aws:cdk:path").removesuffix("/Resource")
    within = f"{resource.stack.name}.{resource.logical_id}"
    address = path or (within if several else resource.logical_id)
    stack = resource.stack
    own = (stack.ref(resource.logical_id), stack.attribute(resource.logical_id, "DomainName"))
    names = (resource.logical_id, within, f"{path}/Resource", *map(stand_in, own))
    return candidate(address, reading.config, names, reading.draft)


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One distribution while it is read."""

    world: World
    resource: Resource
    notices: list[Notice] = field(default_factory=list)
    config: LinedMapping = field(init=False)
    place: Place = field(init=False)
    stand_ins: StandIns = field(init=False)

    def __post_init__(self) -> None:
        resource = self.resource
        line = line_of(resource.properties, "DistributionConfig") or resource.place.line
        self.place = Place(source=resource.place.source, line=line, separator="/")
        self.stand_ins = StandIns(self.notices, resource.account)
        found = respelled(resource.value("DistributionConfig"))
        if isinstance(found, Unresolved):
            raise ConfigurationError([f"{self.place}: {found.why} {found.hint}".rstrip()])
        if not isinstance(found, LinedMapping):
            raise ConfigurationError([f"{self.place}: the DistributionConfig of {resource.logical_id} is no mapping."])
        self.config = found
        modern(self.config, self.place, self.notices)
        self.stand_ins.fill(self.config, self.place)
        with_vpc_origins(self.config, self.place, self._endpoint, self.notices)

    def _endpoint(self, vpc_origin: str) -> Mapping[str, object] | None:
        owner = self.world.owners.get(("AWS::CloudFront::VpcOrigin", vpc_origin))
        found = respelled(owner.value("VpcOriginEndpointConfig")) if owner is not None else None
        return found if isinstance(found, Mapping) else None

    def draft(self) -> Draft:
        """The distribution, read as the API's."""
        resource = self.resource
        document = resource.stack.document
        bundle = Bundle(folder=document.base)
        reached = Reached(world=self.world, bundle=bundle, stand_ins=self.stand_ins, notices=self.notices)
        reached.fill(self.config)
        values = LinedMapping()
        values["Id"] = resource.stack.ref(resource.logical_id)
        values["DomainName"] = resource.stack.attribute(resource.logical_id, "DomainName")
        values["DistributionConfig"] = self.config
        part = Part(values=values, source=document.source, place=self.place)
        draft = api.read(replace(document, notices=()), part, bundle)
        draft.distribution = self._completed(draft.distribution, draft.websites)
        draft.notices = [*self.world.notices, *self.notices, *draft.notices]
        draft.spelling = spelling(self.config, self.place, reached.places)
        self._tell(draft)
        return draft

    def _completed(self, distribution: Distribution, websites: dict[str, Website]) -> Distribution:
        """With a name, and with directories for the buckets that the CDK fills; `websites` takes those of buckets."""
        origins = dict(distribution.origins)
        for name, origin in origins.items():
            bucket = self.world.bucket(origin.domain_name)
            target = deployed(self.world, bucket, self.notices) if bucket is not None else None
            configured = website(bucket) if bucket is not None and ".s3-website" in origin.domain_name else None
            if configured is not None:
                websites[name] = configured
                target = None if target is None else replace(target, website=configured)
            origins[name] = replace(origin, target=target or NOT_GIVEN)
        name = distribution.name or self.resource.logical_id
        return replace(distribution, name=name, origins=origins)

    def _tell(self, draft: Draft) -> None:
        """What the API never leaves out and templates do, and parameters that nothing has."""
        responses = self.config.get("CustomErrorResponses")
        for index, response in enumerate(responses if is_list(responses) else ()):
            if isinstance(response, Mapping) and "ErrorCachingMinTTL" not in response:
                where = str(self.place.child("CustomErrorResponses").into(responses, index))
                text = "ErrorCachingMinTTL is not given: 10 seconds are taken (the template's schema says 300)."
                draft.notices.append(Notice(code="N-error-caching", severity="note", where=where, text=text))
        for name in self.world.unused_parameters():
            text = f"the parameter {shown(name)} was given, and no template has it."
            draft.notices.append(Notice(code="N-parameter", severity="warn", where=self.place.source, text=text))
        condition = _condition(self.resource)
        if isinstance(condition, Unresolved):
            text = f"whether it is made cannot be decided: {condition.why} It is taken to be."
            where = str(self.resource.place)
            draft.notices.append(
                Notice(code="N-condition", severity="warn", where=where, text=text, hint=condition.hint)
            )
