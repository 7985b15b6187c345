"""What a distribution reaches of its stacks, as the structures that the API would print of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from edgeware.config.files import is_file
from edgeware.config.loading.api_bundle import SUFFIXES, Bundle, Part, gather, readable
from edgeware.config.loading.cloudformation.assets import assets
from edgeware.config.loading.cloudformation.code import function_code, lambda_code, overlay_line, within
from edgeware.config.loading.cloudformation.scope import stand_in
from edgeware.config.loading.cloudformation.spelling import put, respelled
from edgeware.config.loading.cloudformation.stack import Resource
from edgeware.config.loading.cloudformation.world import World
from edgeware.config.loading.documents import read
from edgeware.config.loading.key_value_stores import pairs_of
from edgeware.config.loading.stand_ins import StandIns
from edgeware.config.model import Code, Notice
from edgeware.config.place import LinedMapping, Place, Words, line_of, shown
from edgeware.config.reading import Unresolved, is_list
from edgeware.exceptions import ConfigurationError

_POLICIES = {
    "CachePolicyId": "CachePolicy",
    "OriginRequestPolicyId": "OriginRequestPolicy",
    "ResponseHeadersPolicyId": "ResponseHeadersPolicy",
}
_TABLES = {
    "CachePolicy": "cache_policies",
    "OriginRequestPolicy": "origin_request_policies",
    "ResponseHeadersPolicy": "response_headers_policies",
}
_CONFIGURATION = (
    "Runtime",
    "Handler",
    "Timeout",
    "MemorySize",
    "Layers",
    "VpcConfig",
    "DeadLetterConfig",
    "Environment",
    "Architectures",
    "PackageType",
    "TracingConfig",
)


@dataclass(slots=True, kw_only=True)
class Reached:
    """The bundle of a distribution, filled from its stacks."""

    world: World
    bundle: Bundle
    stand_ins: StandIns
    notices: list[Notice]
    places: dict[Words, Place] = field(default_factory=dict)
    """Where the parts of the model stand that are resources of their own."""
    _missing: list[str] = field(default_factory=list)

    def fill(self, config: Mapping[str, object]) -> None:
        """Take in what a DistributionConfig names."""
        takers: dict[str, Callable[[str], None]] = {
            "FunctionARN": self._function,
            "LambdaFunctionARN": self._lambda,
            "TrustedKeyGroups": self._key_group,
        }
        for key, value in texts_in(config):
            if key in _POLICIES:
                self._policy(_POLICIES[key], value)
            elif key in takers:
                takers[key](value)
        if self._missing:
            self._take_files()

    def _take_files(self) -> None:
        """API output beside the template says what the template only names by its id."""
        found = gather(readable(self.bundle.folder, SUFFIXES, ""), self.bundle.folder)
        for kind, parts in found.parts.items():
            for key, part in parts.items():
                self.bundle.parts.setdefault(kind, {}).setdefault(key, part)

    def _owner(self, value: str, *types: str) -> Resource | None:
        owners = (self.world.owners.get((kind, value)) for kind in types)
        return next((owner for owner in owners if owner is not None), None)

    def _part(self, resource: Resource, key: str, **more: object) -> Part:
        """A resource's structure, under the key that the API has for it."""
        place = _at(resource)
        node = resource.value(key) if key else None
        values = LinedMapping()
        for name, value in more.items():
            values[name] = value
        if key:
            filled = self.stand_ins.fill(respelled(node), place)
            put(values, key, filled, line_of(resource.properties, key), (key,))
        return Part(values=values, source=place.source, place=place)

    # --- policies and keys ---

    def _policy(self, kind: str, policy_id: str) -> None:
        resource = self._owner(policy_id, f"AWS::CloudFront::{kind}")
        if resource is None:
            self._missing.append(policy_id)
            return
        part = self._part(resource, f"{kind}Config", Id=policy_id)
        name = part.inner(f"{kind}Config").get("Name", policy_id)
        self._put(kind, policy_id, part)
        self.places[(_TABLES[kind], str(name))] = _at(resource)

    def _put(self, kind: str, key: str, part: Part) -> None:
        self.bundle.parts.setdefault(kind, {})[key] = part

    def _key_group(self, group_id: str) -> None:
        resource = self._owner(group_id, "AWS::CloudFront::KeyGroup")
        if resource is None:
            self._missing.append(group_id)
            return
        part = self._part(resource, "KeyGroupConfig", Id=group_id)
        self._put("KeyGroup", group_id, part)
        self.places[("key_groups", group_id)] = _at(resource)
        keys = part.inner("KeyGroupConfig").get("Items")
        for key_id in keys if is_list(keys) else ():
            key = self._owner(str(key_id), "AWS::CloudFront::PublicKey")
            if key is not None:
                self._put("PublicKey", str(key_id), self._part(key, "PublicKeyConfig", Id=key_id))
                self._call(str(key_id), ("public_keys", str(key_id)), key)

    # --- CloudFront Functions and their stores ---

    def _function(self, arn: str) -> None:
        resource = self._owner(arn, "AWS::CloudFront::Function")
        name = arn.rpartition("/")[2]
        if resource is None:
            self._elsewhere(arn, name)
            return
        published = resource.value("AutoPublish")
        live = isinstance(published, Unresolved) or stand_in(published).lower() == "true"
        metadata = {"Stage": "LIVE" if live else "DEVELOPMENT"}
        part = self._part(resource, "FunctionConfig", Name=name, FunctionMetadata=metadata)
        self._put("FunctionSummary", name, part)
        self.bundle.code[arn] = function_code(resource)
        self._call(arn, ("functions", name), resource)
        for key, value in texts_in(part.inner("FunctionConfig")):
            if key == "KeyValueStoreARN":
                self._store(value)

    def _elsewhere(self, arn: str, name: str) -> None:
        """A function of another stack, that some expression or a literal ARN names."""
        missing = self.stand_ins.functions.get(arn)
        if missing is None:
            self._missing.append(arn)
            return
        form = "{directory: ..., handler: index.handler}" if ":lambda:" in arn else "{file: ...}"
        called = missing.stand_in or name
        snippet = f'add to the overlay: functions: {{"{shown(called)}": {form}}}'
        self.bundle.code[arn] = Code(missing=f"{missing.why.rstrip('.')}; {snippet}")
        self.bundle.names[arn] = (called,)

    def _call(self, arn: str, words: Words, *resources: Resource) -> None:
        """Let an overlay call a function, a store or a key by its logical id or by its construct's path."""
        names: list[str] = []
        for resource in resources:
            path = resource.metadata("aws:cdk:path")
            names += [resource.logical_id, path, path.removesuffix("/Resource")]
        self.bundle.names[arn] = tuple(dict.fromkeys(name for name in names if name))
        self.places[words] = _at(resources[0])

    def _store(self, arn: str) -> None:
        resource = self._owner(arn, "AWS::CloudFront::KeyValueStore")
        if resource is None:
            missing = self.stand_ins.functions.get(arn)
            self.bundle.names[arn] = () if missing is None else (missing.stand_in,)
            return
        name = stand_in(resource.stack.ref(resource.logical_id))
        self._put("KeyValueStore", arn, self._part(resource, "", Name=name, ARN=arn))
        self._call(arn, ("key_value_stores", name), resource)
        seed = next((path for path in _seeds(resource) if is_file(path)), None)
        if seed is not None:
            self._seed(arn, resource, seed)

    def _seed(self, arn: str, resource: Resource, seed: Path) -> None:
        try:
            document = read(seed)
        except ConfigurationError as error:
            where = str(self.places[("key_value_stores", stand_in(resource.stack.ref(resource.logical_id)))])
            self.notices.append(Notice(code="N-file", severity="error", where=where, text=error.problems[0]))
            return
        self.bundle.pairs[arn] = pairs_of(document, self.notices)

    # --- Lambda@Edge ---

    def _lambda(self, arn: str) -> None:
        version = self._owner(arn, "AWS::Lambda::Version", "AWS::Lambda::Alias")
        function = self._lambda_called(":".join(arn.split(":")[:7]))
        if function is None:
            self._elsewhere_lambda(arn)
            return
        handler = stand_in(function.value("Handler"))
        code, handler = within(lambda_code(function), handler)
        self.bundle.code[arn] = code
        self.bundle.lambdas[arn] = self._configuration(function, handler)
        resources = (function,) if version is None else (function, version)
        self._call(arn, ("functions", _name_in(arn)), *resources)

    def _lambda_called(self, arn: str) -> Resource | None:
        """The function of an ARN: of one that was asked for, or of one that a version names by a literal name."""
        found = self._owner(arn, "AWS::Lambda::Function")
        if found is not None:
            return found
        functions = self.world.resources("AWS::Lambda::Function")
        return next((one for one in functions if one.stack.attribute(one.logical_id, "Arn") == arn), None)

    def _elsewhere_lambda(self, arn: str) -> None:
        name = _name_in(arn)
        self._elsewhere(arn, name)
        if arn not in self.bundle.code:
            self.bundle.code[arn] = Code(missing=f"it is not in the template; {overlay_line(name)}")

    def _configuration(self, function: Resource, handler: str) -> Part:
        place = _at(function)
        values = LinedMapping()
        for key in _CONFIGURATION:
            value = handler if key == "Handler" else function.value(key)
            if value is not None and value != "":
                put(values, key, value, line_of(function.properties, key), (key,))
        return Part(values=values, source=place.source, place=place)


def _name_in(arn: str) -> str:
    """The name of the function that an ARN names; where a name stands instead, that is refused later."""
    return arn.split(":")[6] if arn.count(":") >= 6 else arn


def _at(resource: Resource) -> Place:
    """Where a resource stands, by its logical id alone: what is inside of it is spelled as in the config."""
    return replace(resource.place, words=(resource.logical_id,))


def texts_in(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a structure with the key that it stands at, itself or in a list."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from texts_in(inner, key if name == "Items" else str(name))
    elif is_list(value):
        for inner in value:
            yield from texts_in(inner, key)


def _seeds(resource: Resource) -> Iterator[Path]:
    """The files that a store may be filled from: an asset of the CDK's, or one beside the template."""
    source = resource.value("ImportSource")
    arn = stand_in(source.get("SourceArn")) if isinstance(source, Mapping) else ""
    key = arn.partition(":::")[2].partition("/")[2]
    if key:
        yield from assets(resource.stack.document.base, key)
