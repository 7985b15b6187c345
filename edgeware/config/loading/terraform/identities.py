"""Ids, ARNs and names for resources that have not been made yet, plausible and the same for the same address."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

from edgeware.config import managed
from edgeware.config.loading.api import EXAMPLE_ACCOUNT
from edgeware.config.loading.draft import made_up_ids
from edgeware.config.loading.terraform.resources import Resource, Values, copied

_ACCOUNT = re.compile(r"arn:aws[a-z-]*:(?:cloudfront|lambda):[a-z0-9-]*:(\d{12}):")

Attributes = Mapping[str, object]


def with_identities(resources: Sequence[Resource]) -> list[Resource]:
    """The resources with what AWS will give them; what is known stays."""
    account = _account(resources)
    return [replace(one, values=_completed(one.values, _identity(one, account))) for one in resources]


def _completed(values: Values, identity: Attributes) -> Values:
    found = copied(values)
    found.update({key: value for key, value in identity.items() if values.get(key) is None})
    return found


def _account(resources: Sequence[Resource]) -> str:
    """The account of the resources that exist already."""
    for resource in resources:
        found = _ACCOUNT.match(str(resource.values.get("arn", "")))
        if found:
            return found[1]
    return EXAMPLE_ACCOUNT


def _identity(resource: Resource, account: str) -> Attributes:
    make = _MAKERS.get(resource.type)
    return {"id": _uuid(resource), **(make(resource, account) if make else {})}


def _uuid(resource: Resource) -> str:
    address = resource.address.encode("utf-8", "replace")  # half of a surrogate pair has no encoding
    return str(uuid5(NAMESPACE_URL, address.decode()))


def _short(resource: Resource) -> str:
    return hashlib.sha256(resource.address.encode("utf-8", "replace")).hexdigest()[:13].upper()


def _called(resource: Resource, key: str) -> str:
    """The name that a resource is given, or one made of its address."""
    name = resource.values.get(key)
    return name if isinstance(name, str) and name else re.sub(r"[^A-Za-z0-9_-]+", "-", resource.address).strip("-")[:64]


def _distribution(resource: Resource, account: str) -> Attributes:
    own, domain_name = made_up_ids(resource.address)
    return {"id": own, "domain_name": domain_name, "arn": f"arn:aws:cloudfront::{account}:distribution/{own}"}


def _function(resource: Resource, account: str) -> Attributes:
    name = _called(resource, "name")
    return {"id": name, "name": name, "arn": f"arn:aws:cloudfront::{account}:function/{name}"}


def _store(resource: Resource, account: str) -> Attributes:
    own = _uuid(resource)
    return {"arn": f"arn:aws:cloudfront::{account}:key-value-store/{own}", "name": _called(resource, "name")}


def _lambda(resource: Resource, account: str) -> Attributes:
    name = _called(resource, "function_name")
    arn = f"arn:aws:lambda:us-east-1:{account}:function:{name}"
    return {"id": name, "function_name": name, "arn": arn, "version": "1", "qualified_arn": f"{arn}:1"}


def _bucket(resource: Resource, account: str) -> Attributes:
    name = _called(resource, "bucket").lower().replace("_", "-")
    domains = {
        "bucket_domain_name": f"{name}.s3.amazonaws.com",
        "bucket_regional_domain_name": f"{name}.s3.us-east-1.amazonaws.com",
        "website_endpoint": f"{name}.s3-website-us-east-1.amazonaws.com",
    }
    return {"id": name, "bucket": name, "arn": f"arn:aws:s3:::{name}", **domains}


def _identity_of_access(resource: Resource, account: str) -> Attributes:
    own = f"E{_short(resource)}"
    return {"id": own, "cloudfront_access_identity_path": f"origin-access-identity/cloudfront/{own}"}


def _numbered(resource: Resource, account: str) -> Attributes:
    return {"id": f"E{_short(resource)}", "name": _called(resource, "name")}


def _url(resource: Resource, account: str) -> Attributes:
    own = _short(resource).lower()
    return {"url_id": own, "function_url": f"https://{own}.lambda-url.us-east-1.on.aws/"}


def _managed(resource: Resource, account: str) -> Attributes:
    """A data source names one of AWS's own policies by its name."""
    name = str(resource.values.get("name"))
    tables = (managed.cache_policy, managed.origin_request_policy, managed.response_headers_policy)
    kinds = ("cache_policy", "origin_request_policy", "response_headers_policy")
    found = tables[kinds.index(resource.type.removeprefix("aws_cloudfront_"))](name)
    return {} if resource.managed or found is None or found.id is None else {"id": found.id}


def _caller(resource: Resource, account: str) -> Attributes:
    return {"id": account, "account_id": account}


def _region(resource: Resource, account: str) -> Attributes:
    return {"id": "us-east-1", "name": "us-east-1", "region": "us-east-1"}


def _partition(resource: Resource, account: str) -> Attributes:
    return {"partition": "aws", "dns_suffix": "amazonaws.com"}


def _load_balancer(resource: Resource, account: str) -> Attributes:
    return {"dns_name": f"{_called(resource, 'name').lower()}.us-east-1.elb.amazonaws.com"}


def _api(resource: Resource, account: str) -> Attributes:
    domain = f"{_short(resource).lower()}.execute-api.us-east-1.amazonaws.com"
    return {"api_endpoint": f"https://{domain}", "invoke_url": f"https://{domain}/"}


_MAKERS: Mapping[str, Callable[[Resource, str], Attributes]] = {
    "aws_alb": _load_balancer,
    "aws_api_gateway_stage": _api,
    "aws_apigatewayv2_api": _api,
    "aws_apigatewayv2_stage": _api,
    "aws_caller_identity": _caller,
    "aws_cloudfront_cache_policy": _managed,
    "aws_cloudfront_distribution": _distribution,
    "aws_cloudfront_function": _function,
    "aws_cloudfront_key_value_store": _store,
    "aws_cloudfront_origin_access_control": _numbered,
    "aws_cloudfront_origin_access_identity": _identity_of_access,
    "aws_cloudfront_origin_request_policy": _managed,
    "aws_cloudfront_public_key": _numbered,
    "aws_cloudfront_response_headers_policy": _managed,
    "aws_lambda_function": _lambda,
    "aws_lambda_function_url": _url,
    "aws_lb": _load_balancer,
    "aws_partition": _partition,
    "aws_region": _region,
    "aws_s3_bucket": _bucket,
    "aws_s3_bucket_website_configuration": _bucket,
}
