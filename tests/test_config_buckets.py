"""The websites that a state's buckets are configured as."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edgeware.config.loading import load
from edgeware.config.loading.terraform.buckets import BUCKET, CONFIGURATION, websites_of
from edgeware.config.loading.terraform.resources import Resource
from edgeware.config.model import Directory, Origin, RoutingRule, Website
from edgeware.config.place import Place
from tests.test_config_pulumi import stack

ENDPOINT = "site.s3-website-us-east-1.amazonaws.com"
ORIGINS = {"app": Origin(id="app", domain_name="app.example"), "web": Origin(id="web", domain_name=ENDPOINT)}


def websites(kind: str, **values: object) -> dict[str, Website]:
    values.setdefault("website_endpoint", ENDPOINT)
    return websites_of(
        ORIGINS, [Resource(address="a", type=kind, name="a", managed=True, values=values, place=Place())]
    )


@pytest.mark.parametrize(
    ("values", "website"),
    [
        ({"index_document": [{"suffix": "home.html"}], "error_document": []}, Website(index="home.html")),
        (
            {"index_document": {"suffix": "home.html"}, "error_document": {"key": "e.html"}},
            Website(index="home.html", error="e.html"),
        ),
        (
            {"redirect_all_requests_to": [{"host_name": "www.example.com", "protocol": "https"}]},
            Website(routing_rules=(RoutingRule(host_name="www.example.com", protocol="https"),)),
        ),
        (
            {
                "index_document": [{"suffix": "index.html"}],
                "routing_rule": [
                    {
                        "condition": [{"key_prefix_equals": "docs/", "http_error_code_returned_equals": ""}],
                        "redirect": [
                            {"replace_key_prefix_with": "new/", "http_redirect_code": "302", "replace_key_with": ""}
                        ],
                    }
                ],
            },
            Website(
                routing_rules=(
                    RoutingRule(key_prefix_equals="docs/", replace_key_prefix_with="new/", http_redirect_code=302),
                )
            ),
        ),
    ],
)
def test_a_website_configuration_counts_for_the_origin_at_its_endpoint(
    values: dict[str, Any], website: Website
) -> None:
    assert websites(CONFIGURATION, **values) == {"web": website}


@pytest.mark.parametrize("block", [[{"index_document": "home.html", "error_document": "e.html"}]])
def test_the_block_that_a_bucket_had_before_counts_too(block: object) -> None:
    assert websites(BUCKET, website=block) == {"web": Website(index="home.html", error="e.html")}
    assert websites(BUCKET, website=[]) == {}
    assert websites(BUCKET, website=block, website_endpoint=None) == {}
    assert websites(BUCKET, website=block, website_endpoint="other") == {}
    assert websites("aws_s3_bucket_policy", website=block) == {}


def test_a_directory_answers_as_the_stacks_bucket_does(tmp_path: Path) -> None:
    source = stack("x")
    resources = source["deployment"]["resources"]
    resources[0]["outputs"]["origins"][0]["domainName"] = ENDPOINT
    rule = {"condition": {"keyPrefixEquals": "old/"}, "redirect": {"replaceKeyPrefixWith": "new/"}}
    outputs = {"websiteEndpoint": ENDPOINT, "indexDocument": {"suffix": "home.html"}, "routingRules": [rule]}
    kind = "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration"
    resources.append({"type": kind, "urn": "urn:pulumi:dev::shop::x::site", "outputs": outputs})
    found = load(source, overlay={"origins": {"app": {"directory": "."}}}, base=tmp_path).origins["app"].target
    assert isinstance(found, Directory)
    rules = (RoutingRule(key_prefix_equals="old/", replace_key_prefix_with="new/"),)
    assert found.website == Website(index="home.html", routing_rules=rules)
