"""Pulumi's stack exports, and SST's state, which is one: the provider is Terraform's, in camelCase."""

from __future__ import annotations

from collections.abc import Sequence

from edgeware.config.files import absolute
from edgeware.config.loading import pulumi_native, terraform
from edgeware.config.loading.candidates import Candidate
from edgeware.config.loading.documents import Document
from edgeware.config.loading.inputs import Inputs
from edgeware.config.loading.pulumi_values import Adapter, snake_case
from edgeware.config.loading.terraform.resources import Resource, Values, items, lined_place
from edgeware.config.model import Notice
from edgeware.config.reading import mapping

# The types that are read, and their names in Terraform's provider.
_TYPES = {
    "aws:cloudfront/cachePolicy:CachePolicy": "aws_cloudfront_cache_policy",
    "aws:cloudfront/distribution:Distribution": "aws_cloudfront_distribution",
    "aws:cloudfront/function:Function": "aws_cloudfront_function",
    "aws:cloudfront/keyGroup:KeyGroup": "aws_cloudfront_key_group",
    "aws:cloudfront/keyValueStore:KeyValueStore": "aws_cloudfront_key_value_store",
    "aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey": "aws_cloudfrontkeyvaluestore_key",
    "aws:cloudfront/keyvaluestoreKeysExclusive:KeyvaluestoreKeysExclusive": (
        "aws_cloudfrontkeyvaluestore_keys_exclusive"
    ),
    "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": "aws_cloudfront_origin_request_policy",
    "aws:cloudfront/publicKey:PublicKey": "aws_cloudfront_public_key",
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": "aws_cloudfront_response_headers_policy",
    "aws:lambda/function:Function": "aws_lambda_function",
    **dict.fromkeys(("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"), "aws_s3_bucket"),
    **dict.fromkeys(
        (
            "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
            "aws:s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2",
        ),
        "aws_s3_bucket_website_configuration",
    ),
}


def candidates(document: Document, inputs: Inputs) -> Sequence[Candidate]:
    """The distributions of a stack."""
    notices: list[Notice] = []
    found: list[Resource] = []
    listed = [mapping(item) for item in _resources(document.values)]
    # What has been replaced and waits to be deleted is there twice.
    listed = [item for item in listed if item.get("delete") is not True]
    for item in listed:
        kind = _TYPES.get(str(item.get("type")))
        if kind is not None:
            found.append(_resource(item, kind, document, notices))
    native = pulumi_native.candidates(document, listed, notices)
    return [*terraform.candidates(document, found, notices), *native]


def _resources(values: Values) -> Sequence[object]:
    """The resources of an export, or of a checkpoint as Pulumi itself and SST keep it."""
    checkpoint = mapping(values.get("checkpoint")) or values
    state = mapping(values.get("deployment")) or mapping(checkpoint.get("latest"))
    return items(state.get("resources"))


def _resource(item: Values, kind: str, document: Document, notices: list[Notice]) -> Resource:
    urn = str(item.get("urn", ""))
    name = urn.rpartition("::")[2]
    address = f"{str(item.get('type')).rpartition(':')[2]}.{name}"
    place = lined_place(document.source, item, address)
    given, made = mapping(item.get("inputs")), mapping(item.get("outputs"))
    values = Adapter(notices, str(place), snake_case).mapping(made or given)
    if kind == "aws_lambda_function":
        values.update(_lambda(values, mapping((made or given).get("code")) or mapping(given.get("code")), document))
    values.setdefault("id", item.get("id"))
    return Resource(address=address, type=kind, name=name, managed=True, values=values, place=place)


def _lambda(values: Values, code: Values, document: Document) -> Values:
    """A function's name, and its code: an asset's path is where the directory or the archive lies."""
    found: dict[str, object] = {"function_name": values.get("name")}
    path = _path(code)
    if path:
        found["code_path"] = str(absolute(document.base / path))
    return found


def _path(code: Values) -> str:
    """The path of an asset; of an archive of assets the folder that all of them lie in under their own names."""
    path = code.get("path")
    if isinstance(path, str):
        return path
    assets = {name: mapping(asset).get("path") for name, asset in mapping(code.get("assets")).items()}
    folders = {_above(path, name) for name, path in assets.items()}
    return folders.pop() if len(folders) == 1 else ""


def _above(path: object, name: str) -> str:
    """The folder in which a path lies under a name; "" where it does not."""
    if not isinstance(path, str):
        return ""
    return path if name == "." else path.removesuffix(name) or "." if path.endswith(name) else ""
