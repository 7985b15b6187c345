from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from edgeware.config.loading import load
from edgeware.config.loading.cloudformation.code import function_code, lambda_code
from edgeware.config.model import Code, LambdaFunction
from tests.fixtures.config.builders import FOLDER, the_error
from tests.fixtures.config.templates import resource, running, stack_of, template


def code_of(properties: object, base: Path = Path(), metadata: object = None) -> Code:
    body = {"Type": "AWS::Lambda::Function", "Properties": properties, "Metadata": metadata}
    stack = stack_of(json.dumps({"Resources": {"Fn": body}}), base)
    return lambda_code(stack.resources["Fn"])


def test_inline_code_is_text() -> None:
    assert code_of({"Code": {"ZipFile": "x = 1"}}) == Code(text="x = 1")
    assert code_of({"InlineCode": {"Fn::Sub": "x = '${AWS::Region}'"}}) == Code(text="x = 'us-east-1'")


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({}, "the template gives it none"),
        ({"Code": {"ZipFile": {"Ref": "None"}}}, "the template gives it none"),
        ({"Code": 5}, "the template gives it none"),
        ({"CodeUri": "none/"}, "there is nothing at none/"),
        ({"CodeUri": "a\0b"}, "there is nothing at a"),
        ({"CodeUri": {"Ref": "None"}}, "there is nothing named None"),
        ({"CodeUri": "s3://bucket/key.zip"}, "only names an object in S3, key.zip"),
        ({"CodeUri": {"Bucket": "b", "Key": "k"}}, "only names an object in S3, b/k"),
        ({"Code": {"S3Bucket": {"Ref": "None"}, "S3Key": "k.zip"}}, "only names an object in S3, k.zip"),
        ({"Code": {"ImageUri": "x"}}, "it is a container image"),
    ],
)
def test_missing_code_says_why_and_what_to_write(properties: object, words: str) -> None:
    found = code_of(properties)
    assert words in (found.missing or "")
    assert 'add to the overlay: functions: {"Fn": {directory: ..., handler: index.handler}}' in (found.missing or "")


def test_code_lies_where_the_template_says(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "one.py").touch()
    assert code_of({"CodeUri": "src/"}, tmp_path).path == tmp_path / "src"
    assert code_of({"Code": "one.py"}, tmp_path).path == tmp_path / "one.py"


def test_what_sam_has_built_stands_in_for_sources_that_need_a_build(tmp_path: Path) -> None:
    properties = {"CodeUri": "src/", "Handler": "bundle.handler", "Runtime": "nodejs22.x"}
    (tmp_path / "src").mkdir()
    assert code_of(properties, tmp_path).path == tmp_path / "src"
    built = tmp_path / ".aws-sam" / "build" / "Fn"
    built.mkdir(parents=True)
    (built / "bundle.js").touch()
    assert code_of(properties, tmp_path).path == built
    (tmp_path / "src" / "bundle.js").touch()
    assert code_of(properties, tmp_path).path == tmp_path / "src"


def test_assets_of_the_cdk_are_found_with_and_without_metadata(tmp_path: Path) -> None:
    (tmp_path / "asset.ab").mkdir()
    (tmp_path / "asset.cd.zip").write_bytes(b"")
    code: dict[str, Any] = {"Code": {"S3Bucket": "b", "S3Key": "ab.zip"}}
    assert code_of(code, tmp_path).path == tmp_path / "asset.ab"
    metadata = {"aws:asset:path": "asset.ab", "aws:asset:property": "Code"}
    assert code_of({"Code": {"S3Key": "other.zip"}}, tmp_path, metadata).path == tmp_path / "asset.ab"
    other = {**metadata, "aws:asset:property": "Content", "aws:asset:path": "asset.ab"}
    missing = code_of({"Code": {"S3Key": "other.zip"}}, tmp_path, other).missing
    assert "the asset asset.ab is not in the assembly (run cdk synth without --no-staging)" in (missing or "")
    broken = code_of({"Code": {"S3Key": "cd.zip"}}, tmp_path)
    assert "asset.cd.zip: cannot be unpacked" in (broken.missing or "")


def test_an_archive_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with zipfile.ZipFile(tmp_path / "fn.zip", "w") as archive:
        archive.writestr("index.js", "1")
    path = code_of({"CodeUri": "fn.zip"}, tmp_path).path
    assert path is not None
    assert (path / "index.js").read_text() == "1"


def test_a_package_of_the_serverless_framework_is_read_from_its_sources() -> None:
    loaded = load(FOLDER / "serverless" / ".serverless" / "cloudformation-template-update-stack.json")
    (found,) = loaded.functions.values()
    assert isinstance(found, LambdaFunction)
    assert (found.name, found.handler, found.code.path) == (
        "shop-dev-auth",
        "index.handler",
        FOLDER / "lambda" / "auth",
    )


def test_without_sources_the_package_itself_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = tmp_path / ".serverless"
    folder.mkdir()
    with zipfile.ZipFile(folder / "shop.zip", "w") as archive:
        archive.writestr("src/edge.js", "1")
    properties = {
        "Code": {"S3Key": "serverless/shop/dev/shop.zip"},
        "Handler": "src/edge.handler",
        "Runtime": "nodejs22.x",
    }
    path = code_of(properties, folder).path
    assert path is not None
    assert (path / "src" / "edge.js").is_file()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "edge.js").touch()
    assert code_of(properties, folder).path == tmp_path


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ({"Ref": "Nothing"}, "there is nothing named Nothing in the template"),
        (5, "FunctionCode is no text"),
        (None, "FunctionCode is no text"),
    ],
)
def test_a_function_without_code_is_an_error_that_says_what_to_write(code: object, words: str) -> None:
    function = resource("CloudFront::Function", Name="f", AutoPublish=True, FunctionCode=code)
    stack = stack_of(json.dumps({"Resources": {"Fn": function}}))
    missing = function_code(stack.resources["Fn"]).missing or ""
    assert words in missing
    assert 'functions: {"Fn": {file: ...}}' in missing
    error = the_error(template({"Fn": function}, DefaultCacheBehavior=running({"Ref": "Fn"})))
    assert error.startswith("Fn: 'f' has no code: ")
