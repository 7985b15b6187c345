"""The websites that a state's buckets are configured as, for the origins at their endpoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from edgeware.config.loading import websites
from edgeware.config.loading.terraform.resources import Resource, Values
from edgeware.config.loading.terraform.translation import Block, Blocks, Shape, translated
from edgeware.config.model import Origin, Website
from edgeware.config.reading import mapping

BUCKET, CONFIGURATION = "aws_s3_bucket", "aws_s3_bucket_website_configuration"
_REDIRECT: Shape = {
    "host_name": "HostName",
    "http_redirect_code": "HttpRedirectCode",
    "protocol": "Protocol",
    "replace_key_prefix_with": "ReplaceKeyPrefixWith",
    "replace_key_with": "ReplaceKeyWith",
}
_CONDITION: Shape = {
    "http_error_code_returned_equals": "HttpErrorCodeReturnedEquals",
    "key_prefix_equals": "KeyPrefixEquals",
}
_WEBSITE: Shape = {
    "error_document": Block("ErrorDocument", {"key": "Key"}),
    "index_document": Block("IndexDocument", {"suffix": "Suffix"}),
    "redirect_all_requests_to": Block("RedirectAllRequestsTo", _REDIRECT),
    "routing_rule": Blocks(
        "RoutingRules",
        {"condition": Block("RoutingRuleCondition", _CONDITION), "redirect": Block("RedirectRule", _REDIRECT)},
    ),
}


def websites_of(origins: Mapping[str, Origin], resources: Sequence[Resource]) -> dict[str, Website]:
    """How the buckets at some origins answer, by the origins' ids."""
    found = dict(_by_endpoint(resources))
    return {name: found[one.domain_name] for name, one in origins.items() if one.domain_name in found}


def _by_endpoint(resources: Sequence[Resource]) -> Iterator[tuple[str, Website]]:
    for one in resources:
        endpoint = one.values.get("website_endpoint")
        website = _website(one) if one.type in (BUCKET, CONFIGURATION) else None
        if website is not None and isinstance(endpoint, str):
            yield endpoint, website


def _website(resource: Resource) -> Website | None:
    """Of a configuration, or of the block that a bucket had before there were such."""
    values = resource.values
    if resource.type == BUCKET:
        block = values.get("website")
        values = mapping(block[0] if isinstance(block, list) and len(block) == 1 else block)
    said = dict(translated(values, _WEBSITE))
    for key, name in (("IndexDocument", "Suffix"), ("ErrorDocument", "Key")):
        inner: Values = mapping(said.get(key))
        said[key] = inner.get(name) if inner else said.get(key)
    return websites.configured(said)
