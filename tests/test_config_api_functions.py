from __future__ import annotations

import json
from pathlib import Path

import pytest

from edgeware.config.loading import load
from edgeware.config.model import CloudFrontFunction, Code, Distribution, LambdaFunction, Overlay
from tests.fixtures.config.builders import api, api_behavior, refused, said, the_error

CFF = "arn:aws:cloudfront::1:function/"
LAMBDA = "arn:aws:lambda:us-east-1:1:function:"
STORE = "arn:aws:cloudfront::1:key-value-store/"
CODE = {"functions": {"*": {"code": "x"}}}


def attached(cloudfront: dict[str, str] | None = None, edge: dict[str, str] | None = None) -> dict[str, object]:
    """API output of one behavior, from event types to ARNs."""
    functions = [{"EventType": event, "FunctionARN": arn} for event, arn in (cloudfront or {}).items()]
    lambdas = [{"EventType": event, "LambdaFunctionARN": arn} for event, arn in (edge or {}).items()]
    behavior = api_behavior(FunctionAssociations={"Items": functions}, LambdaFunctionAssociations={"Items": lambdas})
    return api({"DefaultCacheBehavior": behavior})


def saved(folder: Path, source: dict[str, object], **files: object) -> Path:
    for name, values in {"distribution": source, **files}.items():
        (folder / f"{name}.json").write_text(json.dumps(values))
    return folder


def summary(name: str, runtime: str = "cloudfront-js-2.0", stage: str = "LIVE", stores: int = 0) -> dict[str, object]:
    arns = [{"KeyValueStoreARN": f"{STORE}id{number}"} for number in range(stores)]
    config = {"Runtime": runtime, "KeyValueStoreAssociations": {"Quantity": stores, "Items": arns}}
    return {
        "FunctionSummary": {
            "Name": name,
            "FunctionConfig": config,
            "FunctionMetadata": {"FunctionARN": f"{CFF}{name}", "Stage": stage},
        }
    }


def test_a_described_function_takes_its_code_from_the_file_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "tag.js").touch()
    saved(tmp_path, attached({"viewer-request": f"{CFF}tag"}), describe=summary("tag", "cloudfront-js-1.0"))
    function = CloudFrontFunction(name="tag", code=Code(path=tmp_path / "tag.js"), runtime="cloudfront-js-1.0")
    assert load(tmp_path).functions == {"tag": function}


def test_an_undescribed_function_is_taken_for_the_newer_runtime_with_a_note(tmp_path: Path) -> None:
    (tmp_path / "tag.js").touch()
    saved(tmp_path, attached({"viewer-request": f"{CFF}tag", "viewer-response": f"{CFF}tag"}))
    (notice,) = said(tmp_path, "N-runtime")
    assert notice.severity == "note"
    assert "aws cloudfront describe-function --name tag" in notice.hint


def test_a_function_without_code_says_how_to_get_it() -> None:
    (error,) = refused(attached({"viewer-request": f"{CFF}tag"}))
    assert "Functions/tag: 'tag' has no code" in error
    assert "aws cloudfront get-function --name tag --stage LIVE tag.js" in error


def pairs(of: Distribution) -> dict[str, dict[str, str]]:
    return {name: dict(store.data) for name, store in of.key_value_stores.items()}


def test_a_store_s_pairs_are_those_of_the_file_that_names_it(tmp_path: Path) -> None:
    files = {
        "describe": summary("tag", stores=1),
        "store": {"KeyValueStore": {"Name": "redirects", "Id": "id0", "ARN": f"{STORE}id0"}},
        "redirects": {"Items": [{"Key": "a", "Value": "1"}]},
        "others": {"Items": [{"Key": "b", "Value": "2"}]},
    }
    source = attached({"viewer-request": f"{CFF}tag", "viewer-response": f"{CFF}more"})
    saved(tmp_path, source, **files, more=summary("more", stores=1))
    loaded = load(tmp_path, overlay=CODE)
    assert pairs(loaded) == {"redirects": {"a": "1"}}
    function = loaded.functions["tag"]
    assert isinstance(function, CloudFrontFunction)
    assert function.key_value_store == "redirects"


def test_the_only_listing_of_pairs_needs_no_name(tmp_path: Path) -> None:
    keys = {"Items": [{"Key": "a", "Value": "1"}]}
    saved(tmp_path, attached({"viewer-request": f"{CFF}tag"}), describe=summary("tag", stores=1), x=keys)
    assert pairs(load(tmp_path, overlay=CODE)) == {"id0": {"a": "1"}}


def test_a_store_that_nothing_fills_is_empty_with_a_warning(tmp_path: Path) -> None:
    saved(tmp_path, attached({"viewer-request": f"{CFF}tag"}), describe=summary("tag", stores=1))
    assert pairs(load(tmp_path, overlay=CODE)) == {"id0": {}}
    assert len(said(tmp_path, "N-kvs-data", overlay=CODE)) == 1
    for data in ({"a": "1"}, {}):
        filled: list[Overlay] = [CODE, {"key_value_stores": {"id0": {"data": data}}}]
        assert pairs(load(tmp_path, overlay=filled)) == {"id0": data}
        assert said(tmp_path, "N-kvs-data", overlay=filled) == []


def test_v26_a_function_has_one_store(tmp_path: Path) -> None:
    saved(tmp_path, attached({"viewer-request": f"{CFF}tag"}), describe=summary("tag", stores=2))
    assert any("2 stores are associated" in error for error in refused(tmp_path, overlay=CODE))


def test_v23_an_event_has_one_function() -> None:
    twice = attached({"origin-request": f"{CFF}tag"}, {"origin-request": f"{LAMBDA}auth:1"})
    errors = refused(twice, overlay=CODE)
    assert len(errors) == 1
    assert "origin-request has two functions: tag and auth. A behavior has one function" in errors[0]
    assert "InvalidFunctionAssociation [edge-function-restrictions-all]" in errors[0]
    assert refused(attached({"viewer-request": f"{CFF}tag"}, {"origin-request": f"{LAMBDA}auth:1"}), overlay=CODE) == ()


def test_a_lambda_s_runtime_follows_from_the_code_of_an_overlay() -> None:
    source = attached(edge={"viewer-request": f"{LAMBDA}auth:7"})
    function = load(source, overlay=CODE).functions["auth"]
    assert function == LambdaFunction(
        name="auth", code=Code(text="x"), runtime="nodejs22.x", handler="index.handler", version="7"
    )


def test_two_versions_of_a_lambda_are_two_functions() -> None:
    source = attached(
        {"viewer-request": f"{CFF}auth"}, {"origin-request": f"{LAMBDA}auth:7", "origin-response": f"{LAMBDA}auth:7"}
    )
    assert set(load(source, overlay=CODE).functions) == {"auth", "auth:7"}
    source = attached(edge={"viewer-request": f"{LAMBDA}auth:7", "origin-request": f"{LAMBDA}auth:8"})
    assert set(load(source, overlay=CODE).functions) == {"auth", "auth:8"}


@pytest.mark.parametrize(
    ("arn", "words"),
    [
        (f"{LAMBDA}auth", "names no numbered version"),
        (f"{LAMBDA}auth:$LATEST", "names no numbered version"),
        (f"{LAMBDA}auth:live", "names no numbered version"),
        ("arn:aws:lambda:eu-west-1:1:function:auth:1", "the function is in eu-west-1"),
        ("auth", "'auth' is no ARN of a Lambda function"),
        ("arn:", "is no ARN"),
    ],
)
def test_v23d_a_lambda_is_named_by_version_in_us_east_1(arn: str, words: str) -> None:
    source = attached(edge={"origin-request": arn})
    (error,) = refused(source, overlay=CODE)
    assert words in error
    (notice,) = said(source, "V23d", overlay=CODE, strict=False)
    assert notice.severity == "warn"


def test_no_lambda_name_hides_another(tmp_path: Path) -> None:
    source = attached(edge={"origin-request": "auth", "origin-response": f"{LAMBDA}auth:$LATEST"})
    assert set(load(source, overlay=CODE, strict=False).functions) == {"auth", "auth:$LATEST"}
    source = attached({"viewer-request": f"{CFF}auth"}, {"origin-response": f"{LAMBDA}auth"})
    assert set(load(source, overlay=CODE, strict=False).functions) == {"auth", "auth:lambda"}


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"Layers": [{"Arn": "x"}]}, "Layers"),
        ({"Environment": {"Variables": {"A": "s3cret"}}}, "Environment"),
        ({"VpcConfig": {"SubnetIds": ["x"]}}, "VpcConfig"),
        ({"Architectures": ["arm64"]}, "arm64"),
        ({"PackageType": "Image"}, "a container image"),
        ({"TracingConfig": {"Mode": "Active"}}, "tracing"),
        ({"EphemeralStorage": {"Size": 1024}}, "more than 512 MB of ephemeral storage"),
    ],
)
def test_v24_lambda_at_edge_lacks_much_of_lambda(tmp_path: Path, values: dict[str, object], what: str) -> None:
    plain = {
        "FunctionName": "auth",
        "FunctionArn": f"{LAMBDA}auth:7",
        "Runtime": "nodejs22.x",
        "Handler": "index.handler",
        "Architectures": ["x86_64"],
        "TracingConfig": {"Mode": "PassThrough"},
    }
    saved(tmp_path, attached(edge={"viewer-request": f"{LAMBDA}auth:7"}), auth=plain)
    assert said(tmp_path, "V24", overlay=CODE) == []
    saved(tmp_path, attached(edge={"viewer-request": f"{LAMBDA}auth:7"}), auth={**plain, **values})
    (notice,) = said(tmp_path, "V24", overlay=CODE)
    assert (notice.severity, notice.text) == ("warn", f"it has {what}.")


def test_include_body_is_lambda_s() -> None:
    item = {"EventType": "viewer-request", "LambdaFunctionARN": f"{LAMBDA}auth:7", "IncludeBody": True}
    source = api({"DefaultCacheBehavior": api_behavior(LambdaFunctionAssociations={"Quantity": 1, "Items": [item]})})
    association = load(source, overlay=CODE).default_behavior.function_at("viewer-request")
    assert getattr(association, "include_body", None) is True


@pytest.mark.parametrize("kind", ["Function", "LambdaFunction"])
def test_of_an_association_without_an_arn_one_thing_is_said(kind: str) -> None:
    listed = {"Quantity": 1, "Items": [{"EventType": "viewer-request"}]}
    error = the_error(api({"DefaultCacheBehavior": api_behavior(**{f"{kind}Associations": listed})}))
    assert error.startswith(f"DefaultCacheBehavior/{kind}Associations/0/{kind}ARN: is missing.")
