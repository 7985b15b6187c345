"""Terraform's three forms of JSON, of the provider's versions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edgeware.config.loading import examine, load
from edgeware.config.model import App, Code, KeyGroup, LambdaFunction
from tests.fixtures.config.builders import FOLDER, refused, the_error

SAMPLES = FOLDER / "terraform"
FORMS = ["shop.state.json", "shop.plan.json", "shop.tfstate"]


def distribution(**changes: object) -> dict[str, Any]:
    values: dict[str, object] = {
        "comment": "",
        "enabled": True,
        "origin": [{"domain_name": "app.example", "origin_id": "app", "custom_origin_config": [{"http_port": 80}]}],
        "default_cache_behavior": [behavior()],
        "ordered_cache_behavior": [],
    }
    return resource("aws_cloudfront_distribution", "site", **{**values, **changes})


def behavior(**changes: object) -> dict[str, object]:
    values: dict[str, object] = {
        "target_origin_id": "app",
        "viewer_protocol_policy": "allow-all",
        "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
    }
    return {**values, **changes}


def resource(kind: str, label: str, mode: str = "managed", /, **values: object) -> dict[str, Any]:
    prefix = "" if mode == "managed" else "data."
    return {"address": f"{prefix}{kind}.{label}", "mode": mode, "type": kind, "name": label, "values": values}


def state(*resources: dict[str, Any]) -> dict[str, object]:
    return {"format_version": "1.0", "values": {"root_module": {"resources": list(resources)}}}


def attached(kind: str, key: str, arn: str) -> dict[str, object]:
    return {kind: [{"event_type": "viewer-request", key: arn}]}


@pytest.mark.parametrize("name", FORMS)
def test_functions_have_the_directory_that_is_zipped(name: str) -> None:
    loaded = load(SAMPLES / name)
    assert loaded.functions["auth"] == LambdaFunction(
        name="auth",
        code=Code(path=FOLDER / "lambda" / "auth"),
        runtime="nodejs22.x",
        handler="index.handler",
        timeout=5,
        version="1" if "plan" in name else "7",
    )
    assert loaded.functions["rewrite"].code.text is not None
    assert loaded.key_value_stores["redirects"].data == {"redirect:/old/index.html": "/new/"}


@pytest.mark.parametrize("name", FORMS)
def test_addresses_are_names_for_an_overlay(name: str) -> None:
    overlay = {
        "functions": {"module.edge.aws_lambda_function.auth": {"timeout": 9}},
        "key_value_stores": {"aws_cloudfront_key_value_store.redirects": {"data": {"a": "b"}}},
    }
    loaded = load(SAMPLES / name, overlay=overlay)
    assert isinstance(loaded.functions["auth"], LambdaFunction)
    assert loaded.functions["auth"].timeout == 9
    assert loaded.key_value_stores["redirects"].data["a"] == "b"


def test_the_smallest_state_is_a_distribution_in_front_of_the_app() -> None:
    loaded = load(state(distribution()))
    assert loaded.origins["app"].target == App()
    assert loaded.notices == ()


def test_an_origin_without_a_config_is_s3() -> None:
    origin = {"domain_name": "b.s3.amazonaws.com", "origin_id": "app", "s3_origin_config": []}
    assert load(state(distribution(origin=[origin]))).origins["app"].type == "s3"


def test_a_breach_is_told_at_its_address_and_line(tmp_path: Path) -> None:
    listed = [behavior(path_pattern="/a", allowed_methods=["GET"]), behavior(path_pattern="/b", compress="maybe")]
    policy = resource("aws_cloudfront_cache_policy", "own", id="p1", name="own", min_ttl=9, default_ttl=5)
    text = json.dumps(state(distribution(ordered_cache_behavior=listed, web_acl="x"), policy), indent=1)
    text = text.replace('"cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6"', '"cache_policy_id": "p1"', 1)
    (tmp_path / "s.json").write_text(text)
    lines = [line.strip() for line in text.split("\n")]

    def line(key: str) -> int:
        return next(number for number, found in enumerate(lines, 1) if found.startswith(f'"{key}"'))

    told = {notice.code: notice.where for notice in examine(tmp_path / "s.json").notices}
    site = "aws_cloudfront_distribution.site"
    file = tmp_path / "s.json"
    behaviors = line("ordered_cache_behavior")
    methods = next(number for number, found in enumerate(lines, 1) if number > behaviors and "allowed_methods" in found)
    assert told["V13"] == f"{file}:{methods} {site}.ordered_cache_behavior[0].allowed_methods"
    assert told["V36"] == f"{file}:{line('web_acl')} {site}.web_acl"
    assert told["N-value"].endswith(f" {site}.ordered_cache_behavior[1].compress")
    assert told["V17"] == f"{file}:{line('min_ttl')} aws_cloudfront_cache_policy.own.min_ttl"


def test_policies_may_come_from_data_sources() -> None:
    policy = resource("aws_cloudfront_cache_policy", "own", "data", id="p1", name="own", min_ttl=1, default_ttl=5)
    found = load(state(distribution(default_cache_behavior=[behavior(cache_policy_id="p1")]), policy))
    assert found.default_behavior.cache_policy.name == "own"
    message = the_error(state(distribution(default_cache_behavior=[behavior(cache_policy_id="p2")]), policy))
    assert "there is no policy p2 here" in message
    assert "Is the state complete?" in message


def test_every_selection_of_an_origin_request_policy_is_read() -> None:
    policy = resource(
        "aws_cloudfront_origin_request_policy",
        "own",
        id="p1",
        name="own",
        cookies_config=[{"cookie_behavior": "all", "cookies": []}],
        headers_config=[{"header_behavior": "whitelist", "headers": [{"items": ["X-A"]}]}],
        query_strings_config=[{"query_string_behavior": "allExcept", "query_strings": [{"items": ["q"]}]}],
    )
    found = load(state(distribution(default_cache_behavior=[behavior(origin_request_policy_id="p1")]), policy))
    request = found.default_behavior.origin_request_policy
    assert request is not None
    assert (request.headers.names, request.cookies.mode, request.query_strings.names) == (("X-A",), "all", ("q",))


def test_cors_and_custom_headers_of_a_response_headers_policy_are_read() -> None:
    cors = {
        "access_control_allow_credentials": False,
        "access_control_allow_headers": [{"items": ["*"]}],
        "access_control_allow_methods": [{"items": ["ALL"]}],
        "access_control_allow_origins": [{"items": ["https://a.example"]}],
        "access_control_expose_headers": [],
        "origin_override": True,
    }
    policy = resource(
        "aws_cloudfront_response_headers_policy",
        "own",
        id="p1",
        name="own",
        cors_config=[cors],
        custom_headers_config=[{"items": [{"header": "X-A", "value": "1", "override": True}]}],
        server_timing_headers_config=[{"enabled": True, "sampling_rate": 50}],
    )
    found = load(state(distribution(default_cache_behavior=[behavior(response_headers_policy_id="p1")]), policy))
    response = found.default_behavior.response_headers_policy
    assert response is not None
    assert response.cors is not None
    assert response.cors.allow_origins == ("https://a.example",)
    assert [header.name for header in response.custom_headers] == ["X-A"]
    assert response.server_timing == 50


def test_key_groups_and_pairs_are_found() -> None:
    arn = "arn:aws:cloudfront::123456789012:key-value-store/s"
    source = state(
        distribution(
            default_cache_behavior=[
                behavior(
                    trusted_key_groups=["g1"],
                    **attached("function_association", "function_arn", "arn:aws:cloudfront::1:function/f"),
                )
            ],
            trusted_key_groups=[{"enabled": True, "items": []}],
        ),
        resource("aws_cloudfront_key_group", "g", id="g1", name="signers", items=["K1"]),
        resource("aws_cloudfront_public_key", "k", id="K1", encoded_key="PEM"),
        resource(
            "aws_cloudfront_function",
            "f",
            arn="arn:aws:cloudfront::1:function/f",
            name="f",
            code="x",
            publish=False,
            key_value_store_associations=[arn],
        ),
        resource("aws_cloudfront_key_value_store", "s", arn=arn, name="s"),
        resource(
            "aws_cloudfrontkeyvaluestore_keys_exclusive",
            "all",
            key_value_store_arn=arn,
            resource_key_value_pair=[{"key": "a", "value": "1"}, {"key": "b"}],
        ),
    )
    loaded = load(source, strict=False)
    assert loaded.key_groups == {"g1": KeyGroup(name="g1", public_keys={"K1": "PEM"})}
    pem = "-----BEGIN PUBLIC KEY-----"
    own = load(source, strict=False, overlay={"public_keys": {"aws_cloudfront_public_key.k": pem}})
    assert own.key_groups == {"g1": KeyGroup(name="g1", public_keys={"K1": pem})}
    assert loaded.key_value_stores["s"].data == {"a": "1"}
    assert [notice.severity for notice in loaded.notices if notice.code == "V23c"] == ["warn"]


def modules() -> dict[str, object]:
    """Two distributions, made by a module with for_each."""
    inner = []
    for key in ("a", "b"):
        one = distribution(comment=key, aliases=[f"{key}.example"])
        inner.append({**one, "address": f'module.site["{key}"].aws_cloudfront_distribution.site', "index": key})
    children = [{"address": f'module.site["{key}"]', "resources": [one]} for key, one in zip("ab", inner, strict=True)]
    return {"format_version": "1.2", "values": {"root_module": {"child_modules": children}}}


def test_of_several_distributions_one_is_chosen_by_its_address() -> None:
    first, *listed = refused(modules())
    assert "holds 2 distributions" in first
    assert len(listed) == 2
    for wanted in ('module.site["b"].aws_cloudfront_distribution.site', "b", "b.example", 'module.site["b*'):
        assert load(modules(), distribution=wanted).name == "b"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"format_version": "2.0", "values": {}}, "has the format version '2.0'"),
        ({"format_version": "1.0", "values": {}}, "holds no distribution"),
        ({"version": 3, "lineage": "x"}, "is a state of version 3. Run: terraform show -json > state.json"),
        ({"version": 4, "lineage": "x"}, "holds no distribution"),
        ({"encrypted_data": "x", "encryption_version": "v0"}, "is encrypted. Run: tofu show -json"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(source: dict[str, object], words: str) -> None:
    assert words in the_error(source)


def nested(values: object) -> Iterator[object]:
    yield values
    for inner in values.values() if isinstance(values, dict) else values if isinstance(values, list) else ():
        yield from nested(inner)


def test_computed_attributes_are_no_unknown_ones() -> None:
    for name in FORMS:
        assert [notice for notice in load(SAMPLES / name).notices if notice.code == "V36"] == []


def test_the_sample_of_a_state_has_the_shapes_that_are_read() -> None:
    values = json.loads((SAMPLES / "shop.state.json").read_text())
    assert sum(isinstance(one, dict) for one in nested(values)) > 50


def test_lifetimes_beside_a_cache_policy_are_left_out_as_the_provider_does() -> None:
    one = distribution(default_cache_behavior=[behavior(min_ttl=5, default_ttl=3600, max_ttl=86400)])
    assert load(state(one)).default_behavior.cache_policy.default_ttl == 86400


def test_what_is_missing_is_named_in_terraforms_words() -> None:
    one = distribution(default_cache_behavior=[{**behavior(), "cache_policy_id": None}])
    assert "default_cache_behavior.cache_policy_id: it has neither" in the_error(state(one))
