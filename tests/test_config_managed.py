from __future__ import annotations

import pytest

from edgeware.config import managed
from edgeware.config.model import Selection
from tests.vectors_path import load

CACHE = load("managed_cache_policies.json")["policies"]
ORIGIN_REQUEST = load("managed_origin_request_policies.json")["policies"]
RESPONSE_HEADERS = load("managed_response_headers_policies.json")["policies"]
KINDS = {"Header": "headers", "Cookie": "cookies", "QueryString": "query_strings"}

Row = dict[str, object]


def keys(row: Row) -> list[str]:
    return [key for key in (row["id"], row["name"], row["api_name"], f"Managed-{row['name']}") if isinstance(key, str)]


def name(row: object) -> str:
    return str(row["name"]) if isinstance(row, dict) else ""


def selections(config: object) -> dict[str, Selection]:
    assert isinstance(config, dict)
    return {
        field: Selection(
            mode=config[f"{kind}sConfig"][f"{kind}Behavior"],
            names=tuple(config[f"{kind}sConfig"].get(f"{kind}s", {}).get("Items", ())),
        )
        for kind, field in KINDS.items()
    }


@pytest.mark.parametrize("row", CACHE, ids=name)
def test_a_managed_cache_policy_is_found_under_each_of_its_names(row: Row) -> None:
    config = row["config"]
    assert isinstance(config, dict)
    parameters = config["ParametersInCacheKeyAndForwardedToOrigin"]
    for key in keys(row):
        policy = managed.cache_policy(key)
        assert policy is not None
        assert (policy.id, policy.name) == (row["id"], row["api_name"])
        assert (policy.min_ttl, policy.default_ttl, policy.max_ttl) == (
            config["MinTTL"],
            config["DefaultTTL"],
            config["MaxTTL"],
        )
        assert policy.gzip is parameters["EnableAcceptEncodingGzip"]
        assert policy.brotli is parameters["EnableAcceptEncodingBrotli"]
        assert {field: getattr(policy, field) for field in KINDS.values()} == selections(parameters)


@pytest.mark.parametrize("row", ORIGIN_REQUEST, ids=name)
def test_a_managed_origin_request_policy_is_found_under_each_of_its_names(row: Row) -> None:
    for key in keys(row):
        policy = managed.origin_request_policy(key)
        assert policy is not None
        assert (policy.id, policy.name) == (row["id"], row["api_name"])
        assert {field: getattr(policy, field) for field in KINDS.values()} == selections(row["config"])


@pytest.mark.parametrize("row", RESPONSE_HEADERS, ids=name)
def test_a_managed_response_headers_policy_is_found_in_its_wire_form(row: Row) -> None:
    wire = row["wire"]
    assert isinstance(wire, dict)
    security = {name: value for name, value in wire.items() if "override" in value}
    for key in keys(row):
        policy = managed.response_headers_policy(key)
        assert policy is not None
        assert (policy.id, policy.name) == (row["id"], row["api_name"])
        assert {h.name: {"value": h.value, "override": h.override} for h in policy.security_headers} == security
        assert (policy.cors is not None) is ("Access-Control-Allow-Origin" in wire)


def test_an_unknown_policy_is_not_found() -> None:
    assert managed.cache_policy("CachingOptimised") is None
    assert managed.origin_request_policy("") is None
    assert managed.response_headers_policy("Managed-") is None
