"""The directories that `BucketDeployment` of the CDK fills a bucket from: they stand for the bucket as they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from edgeware.config.files import is_directory, is_file
from edgeware.config.loading.archives import unpacked
from edgeware.config.loading.cloudformation.assets import assets
from edgeware.config.loading.cloudformation.scope import stand_in
from edgeware.config.loading.cloudformation.stack import Resource
from edgeware.config.loading.websites import configured
from edgeware.config.model import Directory, Layer, Notice, Website
from edgeware.config.reading import is_list, mapping
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
    return configured(mapping(bucket.value("WebsiteConfiguration")))


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
