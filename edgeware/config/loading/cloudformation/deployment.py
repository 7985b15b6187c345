"""The directories that `BucketDeployment` of the CDK fills a bucket from: they stand for the bucket as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from edgeware.config.files import is_directory, is_file
from edgeware.config.loading.archives import unpacked
from edgeware.config.loading.cloudformation.assets import assets
from edgeware.config.loading.cloudformation.scope import stand_in
from edgeware.config.loading.cloudformation.stack import Resource
from edgeware.config.model import Directory, Layer, Notice, RoutingRule, Website
from edgeware.config.reading import is_list
from edgeware.exceptions import ConfigurationError

DEPLOYMENT = "Custom::CDKBucketDeployment"


class Stacks(Protocol):
    """The stacks around a bucket."""

    def resources(self, *types: str) -> Iterator[Resource]:
        """The resources of some types, of all stacks."""
        ...


def deployed(stacks: Stacks, bucket: Resource, notices: list[Notice]) -> Directory | None:
    """The directory that is deployed to a bucket, if there is one."""
    name = bucket.stack.ref(bucket.logical_id)
    found: list[Layer] = []
    for deployment in stacks.resources(DEPLOYMENT):
        if deployment.value("DestinationBucketName") != name:
            continue
        prefix = stand_in(deployment.value("DestinationBucketKeyPrefix")).strip("/")
        if deployment.value("SourceMarkers"):
            _note(notices, deployment, "values that are only known at deployment stay as their markers.")
        found.extend(Layer(path=path, prefix=f"{prefix}/" if prefix else "") for path in _directories(deployment))
    if not found:
        return None
    # What is deployed later lies over what was before; the same source twice is there once.
    top, *beneath = dict.fromkeys(reversed(found))
    return Directory(path=top.path, prefix=top.prefix, beneath=tuple(beneath))


def website(bucket: Resource) -> Website | None:
    """The website that a bucket is configured as."""
    values = _inner(bucket.value("WebsiteConfiguration"))
    elsewhere = _inner(values.get("RedirectAllRequestsTo"))
    if elsewhere:
        return Website(routing_rules=(_rule({"RedirectRule": elsewhere}),))
    if not values.get("IndexDocument"):
        return None
    rules = values.get("RoutingRules")
    listed = [_inner(rule) for rule in rules] if is_list(rules) else []
    return Website(
        index=stand_in(values["IndexDocument"]),
        error=stand_in(values.get("ErrorDocument")) or None,
        routing_rules=tuple(_rule(rule) for rule in listed if _inner(rule.get("RedirectRule"))),
    )


def _rule(values: Mapping[str, object]) -> RoutingRule:
    """A routing rule; what only S3 itself could refuse in it counts as not said."""
    condition, redirect = _inner(values.get("RoutingRuleCondition")), _inner(values.get("RedirectRule"))
    code = _code(redirect.get("HttpRedirectCode"))
    return RoutingRule(
        key_prefix_equals=stand_in(condition.get("KeyPrefixEquals")),
        http_error_code_returned_equals=_code(condition.get("HttpErrorCodeReturnedEquals")),
        host_name=stand_in(redirect.get("HostName")) or None,
        protocol="https" if redirect.get("Protocol") == "https" else None,
        http_redirect_code=code if code is not None and 301 <= code <= 399 else 301,
        replace_key_prefix_with=_text(redirect.get("ReplaceKeyPrefixWith")),
        replace_key_with=_text(redirect.get("ReplaceKeyWith")),
    )


def _text(value: object) -> str | None:
    return None if value is None else stand_in(value)


def _code(value: object) -> int | None:
    text = stand_in(value)
    return int(text) if len(text) == 3 and text.isdecimal() else None


def _inner(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _directories(deployment: Resource) -> Iterator[Path]:
    keys = deployment.value("SourceObjectKeys")
    for key in keys if is_list(keys) else ():
        for path in assets(deployment.stack.document.base, stand_in(key)):
            found = _directory(path)
            if found is not None:
                yield found
                break


def _directory(path: Path) -> Path | None:
    if is_directory(path):
        return path.resolve()
    if path.suffix != ".zip" or not is_file(path):
        return None
    try:
        return unpacked(path)
    except ConfigurationError:
        return None


def _note(notices: list[Notice], resource: Resource, text: str) -> None:
    hint = "Name a directory in the overlay: origins: {ID: {directory: ...}}"
    where = str(resource.place)
    notices.append(Notice(code="N-deployment", severity="note", where=where, text=text, hint=hint))
