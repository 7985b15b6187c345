"""What a source is, by what it holds, and the reader for it."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path

from edgeware.config.files import is_directory, is_file
from edgeware.config.loading import api, native
from edgeware.config.loading.api_bundle import SUFFIXES, Bundle, Part, gather, readable
from edgeware.config.loading.documents import Document, read
from edgeware.config.loading.draft import Draft
from edgeware.config.loading.overlay import overlaid
from edgeware.config.place import shown
from edgeware.exceptions import ConfigurationError

MAX_IMPORTS = 5

_DEFINITIONS = (
    "default_behavior",
    "behaviors",
    "origin_groups",
    "cache_policies",
    "origin_request_policies",
    "response_headers_policies",
    "custom_error_responses",
    "geo_restriction",
    "key_groups",
    "name",
    "enabled",
    "aliases",
    "default_root_object",
    "http_version",
    "id",
    "domain_name",
)
"""Keys that say what a distribution is: beside `import` they would contradict the imported file."""

_INSTEAD = "Read the output of: aws cloudfront get-distribution --id ID > distribution.json"


def draft_of(source: str | PathLike[str] | Document, depth: int = 0) -> Draft:
    """The distribution of a file, a directory or a mapping, before any overlay, default or check."""
    if isinstance(source, Document):
        return _from_document(source, depth)
    path = Path(source)
    if is_directory(path):
        return _from_directory(path, fspath(source))
    return _from_document(read(source), depth)


def _from_document(document: Document, depth: int) -> Draft:
    values = document.values
    if values.get("import") is not None:
        return _imported(document, depth)
    if _is_api(values):
        return _from_api(document)
    other = _other_format(values)
    if other is not None:
        raise ConfigurationError([f"{document.source or 'the mapping'}: is {other}, which is not read yet. {_INSTEAD}"])
    return native.read(document)


def _imported(document: Document, depth: int) -> Draft:
    """A file that names another by `import` and is itself the overlay over it."""
    where = document.source or "the mapping"
    target = document.values["import"]
    if depth >= MAX_IMPORTS:
        raise ConfigurationError([f"{where}: more than {MAX_IMPORTS} files import each other."])
    if not isinstance(target, str) or not target:
        raise ConfigurationError([f"{where} import: must be the path of a file or a directory."])
    defined = [key for key in _DEFINITIONS if key in document.values]
    if defined:
        text = f"{where} {defined[0]}: comes from the imported {shown(target)}; beside import it would contradict it."
        raise ConfigurationError([text])
    return overlaid(draft_of(document.base / target, depth + 1), document)


# --- API output -----------------------------------------------------------------------------------------------------


def _is_api(values: Mapping[str, object]) -> bool:
    bare = "CallerReference" in values and "Origins" in values
    return bare or any(key in values for key in ("Distribution", "DistributionConfig", "DistributionList"))


def _from_api(document: Document) -> Draft:
    """A file of API output, with its sisters of the same format in the same directory."""
    where = document.source or "the mapping"
    if "DistributionList" in document.values:
        text = f"{where}: is a list of summaries, which lack half of the settings. {_INSTEAD}"
        raise ConfigurationError([text])
    bundle = gather([document], document.base)
    if not bundle.distributions:
        raise ConfigurationError([f"{where}: holds a distribution that is no mapping."])
    chosen, part = bundle.distributions[0]
    if document.path is not None:
        folder, suffixes = document.path.parent, (document.path.suffix.lower(),)
        sisters = readable(folder, suffixes, str(Path(document.source).parent), skip=document.path)
        bundle = gather([document, *sisters], folder)
    return api.read(chosen, part, bundle)


def _from_directory(path: Path, source: str) -> Draft:
    if is_file(path / "manifest.json") or is_file(path / "cdk.json"):
        raise ConfigurationError([f"{source}: is a CDK assembly, which is not read yet. {_INSTEAD}"])
    bundle = gather(readable(path.resolve(), SUFFIXES, source), path.resolve())
    document, part = _chosen(bundle, source)
    return api.read(document, part, bundle)


def _chosen(bundle: Bundle, source: str) -> tuple[Document, Part]:
    """The one distribution of a directory; get-distribution says more of it than get-distribution-config."""
    if not bundle.distributions:
        raise ConfigurationError([f"{source}: no file in it holds a distribution. {_INSTEAD}"])
    found: dict[object, tuple[Document, Part]] = {}
    for document, part in bundle.distributions:
        reference = part.inner("DistributionConfig").get("CallerReference")
        if str(reference) not in found or "Id" in part.values:
            found[str(reference)] = (document, part)
    if len(found) > 1:
        names = ", ".join(document.source for document, _ in found.values())
        raise ConfigurationError([f"{source}: holds {len(found)} distributions: {names}. Name one of these files."])
    return next(iter(found.values()))


# --- formats that are not read yet ----------------------------------------------------------------------------------


def _other_format(values: Mapping[str, object]) -> str | None:
    if "Resources" in values or "AWSTemplateFormatVersion" in values:
        return "a CloudFormation template"
    if "format_version" in values and ("planned_values" in values or "values" in values):
        return "Terraform's JSON"
    if "lineage" in values:
        return "a Terraform state"
    return "a Pulumi stack export" if "deployment" in values else None
