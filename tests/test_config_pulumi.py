from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from edgeware.config.loading import examine, load
from edgeware.config.model import Code
from tests.fixtures.config.builders import FOLDER

SAMPLE = FOLDER / "pulumi" / "shop.stack-export.json"
SIGNATURE, SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"


def stack(value: object, **changes: object) -> dict[str, Any]:
    outputs = {
        "comment": "site",
        "enabled": True,
        "__defaults": [],
        "origins": [
            {
                "domainName": "app.example",
                "originId": "app",
                "customOriginConfig": {"httpPort": 80},
                "customHeaders": [{"name": "X-A", "value": value}],
            }
        ],
        "defaultCacheBehavior": {
            "targetOriginId": "app",
            "viewerProtocolPolicy": "allow-all",
            "cachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            **changes,
        },
    }
    urn = "urn:pulumi:dev::shop::aws:cloudfront/distribution:Distribution::site"
    site = {"urn": urn, "type": "aws:cloudfront/distribution:Distribution", "id": "E1", "outputs": outputs}
    return {"version": 3, "deployment": {"resources": [site, {"type": "pulumi:pulumi:Stack"}, "odd"]}}


def test_functions_have_the_directory_of_their_archive() -> None:
    loaded = load(SAMPLE)
    assert loaded.functions["auth"].code == Code(path=FOLDER / "lambda" / "auth")
    assert loaded.key_value_stores["redirects"].data == {"redirect:/old/index.html": "/new/"}
    assert load(SAMPLE, overlay={"functions": {"Function.auth": {"timeout": 9}}}).id == "EDFDVBD6EXAMPLE"


@pytest.mark.parametrize(
    ("secret", "value"),
    [
        ({"plaintext": '"s3\\u00fccret"'}, "s3ücret"),
        ({"plaintext": "s3cret"}, "s3cret"),
        ({"value": "s3cret"}, "s3cret"),
        ({"ciphertext": "AAAB"}, "encrypted by Pulumi"),
    ],
)
def test_a_secret_is_its_plain_text_or_stands_for_itself(secret: dict[str, object], value: str) -> None:
    loaded = load(stack({SIGNATURE: SECRET, **secret}))
    assert loaded.origins["app"].custom_headers == (("X-A", value),)
    told = [notice.hint for notice in loaded.notices if notice.code == "N-secret"]
    assert told == (["Run: pulumi stack export --show-secrets > stack.json"] if "ciphertext" in secret else [])


def test_a_breach_is_told_in_pulumi_s_words_with_its_line(tmp_path: Path) -> None:
    text = json.dumps(stack("x", compress="maybe", allowedMethods=["GET"]), indent=1)
    (tmp_path / "stack.json").write_text(text)
    told = {notice.code: notice.where for notice in examine(tmp_path / "stack.json").notices}
    line = [found.strip() for found in text.split("\n")].index('"allowedMethods": [') + 1
    place = f"{tmp_path / 'stack.json'}:{line} Distribution.site.defaultCacheBehavior.allowedMethods"
    assert told["V13"] == place
    assert told["N-value"].endswith(" Distribution.site.defaultCacheBehavior.compress")


def test_an_asset_of_another_kind_is_left_as_it_is() -> None:
    assert load(stack("x", smoothStreaming=None, grpcConfig={SIGNATURE: "asset", "path": "x"})).name == "site"


def test_inputs_stand_in_where_there_are_no_outputs() -> None:
    source = stack("x")
    site = source["deployment"]["resources"][0]
    site["inputs"] = site.pop("outputs")
    loaded = load(source)
    assert (loaded.id, loaded.name) == ("E1", "site")


def test_a_zip_is_unpacked(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "f.zip", "w") as archive:
        archive.writestr("index.js", "x")
    arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    attached = [{"eventType": "viewer-request", "lambdaArn": f"{arn}:1"}]
    source = stack("x", lambdaFunctionAssociations=attached)
    function: dict[str, Any] = {
        "urn": "urn:pulumi:dev::shop::aws:lambda/function:Function::f",
        "type": "aws:lambda/function:Function",
        "outputs": {"arn": arn, "name": "f", "runtime": "nodejs22.x", "handler": "index.handler"},
        "inputs": {"code": {SIGNATURE: "asset", "path": "f.zip"}},
    }
    source["deployment"]["resources"].append(function)
    path = load(source, base=tmp_path).functions["f"].code.path
    assert path is not None
    function.pop("inputs")
    missing = examine(source, base=tmp_path).functions["f"].code.missing
    assert missing is not None
    assert missing.startswith("the state does not say where its code is")
    assert (path / "index.js").read_text() == "x"


@pytest.mark.parametrize("shape", ["checkpoint", "latest"])
def test_a_checkpoint_is_read_as_an_export_is(shape: str) -> None:
    latest = {"latest": stack("x")["deployment"], "stack": "organization/shop/dev"}
    source = {"version": 3, "checkpoint": latest} if shape == "checkpoint" else latest
    assert load(source).name == "site"


def test_what_waits_to_be_deleted_is_passed_over() -> None:
    source = stack("x")
    resources = source["deployment"]["resources"]
    resources.append({**resources[0], "delete": True, "id": "E0"})
    assert load(source).id == "E1"


@pytest.mark.parametrize(
    ("assets", "folder"),
    [
        ({".": {"path": "edge"}}, "edge"),
        ({"index.js": {"path": "./edge/index.js"}}, "edge"),
        ({"index.js": {"path": "edge/index.js"}, "lib/a.js": {"path": "edge/lib/a.js"}}, "edge"),
        ({"index.js": {"path": "index.js"}}, "."),
        ({"index.js": {"path": "edge/index.js"}, "a.js": {"path": "other/a.js"}}, None),
        ({"index.js": {"path": "edge/main.js"}}, None),
        ({"index.js": {"text": "exports.handler = 1"}}, None),
        ({}, None),
    ],
)
def test_an_archive_of_assets_is_the_folder_that_they_lie_in(
    tmp_path: Path, assets: dict[str, object], folder: str | None
) -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    source = stack("x", lambdaFunctionAssociations=[{"eventType": "viewer-request", "lambdaArn": f"{arn}:1"}])
    outputs = {"arn": arn, "name": "f", "runtime": "nodejs22.x", "handler": "index.handler"}
    outputs["code"] = {SIGNATURE: "archive", "assets": assets}  # type: ignore[assignment]
    source["deployment"]["resources"].append({"type": "aws:lambda/function:Function", "outputs": outputs})
    path = tmp_path / (folder or "edge") / "index.js"
    path.parent.mkdir(exist_ok=True)
    path.touch()
    code = examine(source, base=tmp_path).functions["f"].code
    assert code.path == (None if folder is None else path.parent)
