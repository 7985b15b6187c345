from __future__ import annotations

import json
from pathlib import Path

import pytest

from edgeware.config.loading import load
from edgeware.config.model import CloudFrontFunction, LambdaFunction
from tests.fixtures.config.builders import refused, said, the_error
from tests.fixtures.config.templates import default_behavior, resource, running, running_lambda, template
from tests.fixtures.keys import pair

ARN = {"Fn::GetAtt": ["Fn", "FunctionARN"]}


def function(**changes: object) -> dict[str, object]:
    values = {"Name": "f", "FunctionCode": "x", "AutoPublish": True, "FunctionConfig": {"Runtime": "cloudfront-js-2.0"}}
    return resource("CloudFront::Function", **{**values, **changes})


def with_store(store: object, arn: object = None) -> dict[str, object]:
    stores = [{"KeyValueStoreARN": arn or {"Fn::GetAtt": ["Kvs", "Arn"]}}]
    config = {"Runtime": "cloudfront-js-2.0", "KeyValueStoreAssociations": stores}
    return template({"Fn": function(FunctionConfig=config), "Kvs": store}, DefaultCacheBehavior=running(ARN))


# --- policies and keys ----------------------------------------------------------------------------------------------


def test_policies_of_the_template_are_found_by_their_ids() -> None:
    parameters = {
        "EnableAcceptEncodingGzip": "true",
        "HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": ["A"]},
    }
    resources = {
        "Cache": resource(
            "CloudFront::CachePolicy",
            CachePolicyConfig={
                "Name": "own",
                "MinTTL": "1",
                "DefaultTTL": "60",
                "ParametersInCacheKeyAndForwardedToOrigin": parameters,
            },
        ),
        "Request": resource("CloudFront::OriginRequestPolicy", OriginRequestPolicyConfig={"Name": "to-origin"}),
        "Response": resource(
            "CloudFront::ResponseHeadersPolicy",
            ResponseHeadersPolicyConfig={
                "CustomHeadersConfig": {"Items": [{"Header": "X", "Value": "1", "Override": "false"}]},
                "ServerTimingHeadersConfig": {"Enabled": "yes", "SamplingRate": "12.5"},
            },
        ),
    }
    behavior = default_behavior(
        CachePolicyId={"Ref": "Cache"},
        OriginRequestPolicyId={"Fn::GetAtt": "Request.Id"},
        ResponseHeadersPolicyId={"Ref": "Response"},
    )
    found = load(template(resources, DefaultCacheBehavior=behavior)).default_behavior
    assert (found.cache_policy.name, found.cache_policy.min_ttl, found.cache_policy.default_ttl) == ("own", 1, 60)
    assert (found.cache_policy.gzip, found.cache_policy.headers.names) == (True, ("A",))
    assert found.origin_request_policy is not None
    assert found.origin_request_policy.name == "to-origin"
    assert found.response_headers_policy is not None
    assert found.response_headers_policy.server_timing == 12.5


def test_what_is_wrong_with_a_policy_is_told_at_the_policy(tmp_path: Path) -> None:
    policy = resource("CloudFront::CachePolicy", CachePolicyConfig={"Name": "own", "MinTTL": 5, "DefaultTTL": 1})
    path = tmp_path / "t.json"
    values = template({"Cache": policy}, DefaultCacheBehavior=default_behavior(CachePolicyId={"Ref": "Cache"}))
    path.write_text(json.dumps(values, indent=1))
    line = path.read_text().splitlines().index('   "Type": "AWS::CloudFront::CachePolicy",') + 1
    assert f"{path}:{line} Cache" in the_error(path)


def test_policies_that_are_not_in_the_template_are_found_in_api_output_beside_it(tmp_path: Path) -> None:
    behavior = default_behavior(CachePolicyId="11111111-2222-4333-8444-555555555555")
    path = tmp_path / "t.yaml"
    path.write_text(json.dumps(template(DefaultCacheBehavior=behavior)))
    assert "aws cloudfront get-cache-policy --id 11111111-2222-4333-8444-555555555555" in the_error(path)
    policy = {"Id": "11111111-2222-4333-8444-555555555555", "CachePolicyConfig": {"Name": "live", "MinTTL": 0}}
    (tmp_path / "get-cache-policy.json").write_text(json.dumps({"CachePolicy": policy}))
    assert load(path).default_behavior.cache_policy.name == "live"


def test_key_groups_bring_their_keys() -> None:
    resources = {
        "Group": resource("CloudFront::KeyGroup", KeyGroupConfig={"Name": "g", "Items": [{"Ref": "Key"}, "K2"]}),
        "Key": resource("CloudFront::PublicKey", PublicKeyConfig={"Name": "k", "EncodedKey": "-----BEGIN PUBLIC KEY"}),
        "Odd": resource("CloudFront::KeyGroup", KeyGroupConfig={"Name": "odd", "Items": 5}),
    }
    groups = [{"Ref": "Group"}, "elsewhere"]
    values = template(resources, DefaultCacheBehavior=default_behavior(TrustedKeyGroups=groups))
    loaded = load(values)
    first, second = (loaded.key_groups[key] for key in loaded.default_behavior.trusted_key_groups)
    assert sorted(first.public_keys.values()) == ["", "-----BEGIN PUBLIC KEY"]
    assert second.public_keys == {}
    assert [notice.severity for notice in said(values, "N-public-keys")] == ["warn"]
    where = [notice.where for notice in said(values, "N-public-key")]
    assert where == ["Group"]
    odd = template(resources, DefaultCacheBehavior=default_behavior(TrustedKeyGroups=[{"Ref": "Odd"}]))
    assert "must be a list" in "".join(refused(odd))


def test_a_key_that_a_parameter_gives_is_missed_by_the_parameters_name() -> None:
    resources = {
        "Group": resource("CloudFront::KeyGroup", KeyGroupConfig={"Name": "g", "Items": [{"Ref": "Key"}]}),
        "Key": resource("CloudFront::PublicKey", PublicKeyConfig={"Name": "k", "EncodedKey": {"Ref": "Pem"}}),
    }
    values = template(resources, DefaultCacheBehavior=default_behavior(TrustedKeyGroups=[{"Ref": "Group"}]))
    values["Parameters"] = {"Pem": {"Type": "String"}}
    (notice,) = said(values, "N-public-keys")
    assert (notice.where, notice.severity) == ("Key", "warn")
    assert notice.text.endswith("verifies nothing: the parameter Pem has no value.")
    assert "--parameter Pem=VALUE" in notice.hint
    (group,) = load(values, parameters={"Pem": pair().public}).key_groups.values()
    assert list(group.public_keys.values()) == [pair().public]


def test_a_key_is_replaced_by_its_logical_id() -> None:
    resources = {
        "Group": resource("CloudFront::KeyGroup", KeyGroupConfig={"Name": "g", "Items": [{"Ref": "Key"}]}),
        "Key": resource("CloudFront::PublicKey", PublicKeyConfig={"Name": "k", "EncodedKey": "-----BEGIN PUBLIC KEY"}),
    }
    values = template(resources, DefaultCacheBehavior=default_behavior(TrustedKeyGroups=[{"Ref": "Group"}]))
    own = pair().public
    (group,) = load(values, overlay={"public_keys": {"Key": own}}).key_groups.values()
    assert list(group.public_keys.values()) == [own]


# --- functions ------------------------------------------------------------------------------------------------------


def test_a_function_is_taken_with_its_code_and_runtime() -> None:
    loaded = load(template({"Fn": function()}, DefaultCacheBehavior=running({"Fn::Sub": "${Fn.FunctionARN}"})))
    found = loaded.functions["f"]
    assert isinstance(found, CloudFrontFunction)
    assert (found.code.text, found.runtime, found.stage) == ("x", "cloudfront-js-2.0", "LIVE")
    assert load(template({"Fn": function()}, DefaultCacheBehavior=running({"Ref": "Fn"}))).functions.keys() == {"f"}


@pytest.mark.parametrize(("published", "live"), [("true", True), (False, False), (None, False), ({"Ref": "P"}, True)])
def test_only_a_published_function_runs(published: object, live: bool) -> None:
    values = template({"Fn": function(AutoPublish=published)}, DefaultCacheBehavior=running(ARN))
    values["Parameters"] = {"P": {"Type": "String"}}
    errors = refused(values)
    assert (errors == ()) is live
    assert all("Fn/Stage: 'f' is DEVELOPMENT." in error for error in errors)


def test_a_literal_arn_is_of_a_function_from_elsewhere(tmp_path: Path) -> None:
    arn = "arn:aws:cloudfront::111111111111:function/away"
    path = tmp_path / "t.json"
    path.write_text(json.dumps(template(DefaultCacheBehavior=running(arn))))
    assert "get-function --name away --stage LIVE away.js" in the_error(path)
    (tmp_path / "away.js").write_text("x")
    assert load(path).functions["away"].code.path == tmp_path / "away.js"


@pytest.mark.parametrize(
    "named", [{"Ref": "L"}, {"Fn::GetAtt": ["L", "Arn"]}, "auth", "arn:aws:lambda:us-east-1:123456789012:function:auth"]
)
def test_a_version_leads_to_its_function(named: object) -> None:
    resources = {
        "L": resource(
            "Lambda::Function",
            FunctionName="auth",
            Handler="index.handler",
            Runtime="nodejs22.x",
            Timeout="5",
            Code={"ZipFile": "x"},
        ),
        "V": resource("Lambda::Version", FunctionName=named),
    }
    values = template(resources, DefaultCacheBehavior=running_lambda({"Ref": "V"}))
    found = load(values, overlay={"functions": {"V": {"timeout": 4}}}).functions["auth"]
    assert isinstance(found, LambdaFunction)
    assert (found.code.text, found.handler, found.runtime, found.timeout) == ("x", "index.handler", "nodejs22.x", 4)


def test_an_alias_and_a_function_without_a_version_are_refused() -> None:
    resources = {
        "L": resource("Lambda::Function", FunctionName="auth", Code={"ZipFile": "x"}, Layers=["y"]),
        "A": resource("Lambda::Alias", FunctionName={"Ref": "L"}, Name="live"),
    }
    for arn in ({"Ref": "A"}, {"Fn::GetAtt": ["L", "Arn"]}):
        errors = refused(template(resources, DefaultCacheBehavior=running_lambda(arn)))
        assert any("V23d" in error for error in errors)
    relaxed = said(template(resources, DefaultCacheBehavior=running_lambda({"Ref": "A"})), "V24", strict=False)
    assert [(notice.where, notice.text) for notice in relaxed] == [("L", "it has Layers.")]


def test_the_name_of_a_function_in_the_place_of_a_version_is_no_arn() -> None:
    code = {"ZipFile": "def handler(event, context): ..."}
    values = {"FunctionName": "auth", "Handler": "index.handler", "Runtime": "python3.13", "Code": code}
    resources = {"Auth": resource("Lambda::Function", **values)}
    errors = refused(template(resources, DefaultCacheBehavior=running_lambda({"Ref": "Auth"})))
    assert any("'auth' is no ARN of a Lambda function" in error for error in errors)


def test_a_literal_lambda_arn_is_missed_with_the_line_to_write() -> None:
    arn = "arn:aws:lambda:us-east-1:111111111111:function:away:7"
    error = the_error(template(DefaultCacheBehavior=running_lambda(arn)))
    assert "'away' has no code: it is not in the template; add to the overlay: functions: {\"away\":" in error
    assert "'x' has no code" in "".join(refused(template(DefaultCacheBehavior=running_lambda("x"))))


# --- key value stores -----------------------------------------------------------------------------------------------


def store(source: object = None) -> dict[str, object]:
    return resource("CloudFront::KeyValueStore", Name="flags", ImportSource=source)


def test_a_store_is_filled_from_an_asset(tmp_path: Path) -> None:
    values = with_store(store({"SourceType": "S3", "SourceArn": "arn:aws:s3:::assets/ab.json"}))
    path = tmp_path / "t.json"
    path.write_text(json.dumps(values))
    assert [notice.code for notice in load(path).notices if notice.severity == "warn"] == ["N-kvs-data"]
    (tmp_path / "asset.ab.json").write_text('{"data": [{"key": "flag", "value": "on"}]}')
    assert load(path).key_value_stores["flags"].data == {"flag": "on"}
    (tmp_path / "asset.ab.json").write_text("{")
    errors = refused(path)
    assert any(error.startswith(f"{path} Kvs: ") and "is not JSON" in error for error in errors), errors


def test_a_store_without_a_source_is_filled_by_the_overlay() -> None:
    overlay = {"key_value_stores": {"Kvs": {"data": {"a": "b"}}}}
    assert load(with_store(store()), overlay=overlay).key_value_stores["flags"].data == {"a": "b"}


def test_a_store_from_elsewhere_is_named_for_the_overlay() -> None:
    overlay = {"key_value_stores": {"shared-flags": {"data": {"a": "b"}}}}
    loaded = load(with_store(store(), {"Fn::ImportValue": "shared-flags"}), overlay=overlay)
    assert loaded.key_value_stores["shared-flags"].data == {"a": "b"}
    literal = with_store(store(), "arn:aws:cloudfront::111111111111:key-value-store/abc")
    assert load(literal).key_value_stores.keys() == {"abc"}
