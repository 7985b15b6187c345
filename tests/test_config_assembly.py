from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from edgeware.config.loading import examine, load
from edgeware.config.loading.cloudformation import assembly as assemblies
from edgeware.config.loading.cloudformation.assembly import assembly_in, template_in
from edgeware.config.model import Directory, LambdaFunction
from tests.fixtures.config.builders import FOLDER, refused, the_error
from tests.fixtures.config.templates import template

CDK = FOLDER / "cdk"
ASSET = "asset.6736c3a2dcad9cb7dba788cb27ed493b5226eb709bd3fb8562a8ae4a2588a397"


@pytest.mark.parametrize(
    ("assembly", "wanted", "codes"),
    [
        ("cdk.out", "WebEu/Dist", [ASSET, None, None, None]),
        ("cdk.out", "WebAgnostic1/Dist/Resource", [ASSET, None, None, None]),
        ("cdk.out", "CrossRef/D", [ASSET]),
        ("cdk.out", "SameRegionDist.DCB28BBFE", [ASSET, None]),
        ("cdk.out.weak", "CrossRef/D", [ASSET]),
        ("cdk.out.weak", "SameRegionDist/D", [ASSET, None]),
    ],
)
def test_functions_are_found_across_stacks_and_regions(assembly: str, wanted: str, codes: list[str | None]) -> None:
    loaded = load(CDK / assembly, distribution=wanted)
    found = [function.code for function in loaded.functions.values()]
    names = [code.path.name if code.path else None for code in found]
    assert sorted(names, key=str) == sorted(codes, key=str)
    assert all(code.text or code.path for code in found)


def test_all_of_a_site_comes_from_its_assembly() -> None:
    loaded = load(CDK / "cdk.out", distribution="WebEu/Dist")
    api, other, default = loaded.behaviors
    assert (api.path_pattern, other.path_pattern) == ("/api/*", "/x/*")
    assert api.cache_policy.name == "WebEuCPB33A1D50-eu-west-1"
    assert api.cache_policy.query_strings.mode == "allExcept"
    assert api.origin_request_policy is not None
    assert api.origin_request_policy.headers.names == ("CloudFront-Viewer-Country",)
    assert default.response_headers_policy is not None
    assert default.response_headers_policy.server_timing == 50
    group = loaded.origin_groups[default.target_origin_id]
    assert (group.members[0], set(group.status_codes)) == ("WebEuDistOrigin1FD5BB068", {404, 503})
    bucket = loaded.origins["WebEuDistOrigin1FD5BB068"]
    assert isinstance(bucket.target, Directory)
    assert (bucket.target.path / "index.html").is_file()
    assert loaded.key_value_stores["WebEuFlags192FF5F5"].data == {"flag": "on"}
    url = loaded.origins["WebEuDistOrigin345796BE1"].domain_name
    assert url.endswith(".lambda-url.eu-west-1.on.aws")
    (auth,) = (one for one in loaded.functions.values() if one.code.path)
    assert isinstance(auth, LambdaFunction)
    assert (auth.runtime, auth.handler) == ("nodejs20.x", "index.handler")


def test_of_several_distributions_one_must_be_named() -> None:
    error = refused(CDK / "cdk.out")
    assert "holds 4 distributions" in error[0]
    assert any(line.strip().startswith("WebEu/Dist") for line in error[1:])


def test_an_overlay_calls_a_function_by_its_constructs_path() -> None:
    overlay = {"functions": {"WebEu/Rewrite": {"code": "own"}}}
    loaded = load(CDK / "cdk.out", distribution="WebEu/Dist", overlay=overlay)
    assert loaded.functions["eu-west-1WebEuRewrite17081920"].code.text == "own"


@pytest.mark.parametrize("where", ["manifest", "file"])
def test_constructs_have_their_paths_where_the_template_does_not_say_them(tmp_path: Path, where: str) -> None:
    values = template({"Odd": {"Type": "X", "Metadata": 5}}, Comment="")
    (tmp_path / "Web.template.json").write_text(json.dumps(values))
    known = {
        "/Web/Site/Resource": [{"type": "aws:cdk:creationStack"}, {"type": "aws:cdk:logicalId", "data": "Site"}],
        "/Web/Odd": [{"type": "aws:cdk:logicalId", "data": "Odd"}, 5],
        "/Web/Gone": [{"type": "aws:cdk:logicalId", "data": "Gone"}, {"type": "aws:cdk:logicalId"}],
        "/Web": 5,
    }
    artifact: dict[str, object] = {"type": assemblies.STACK, "properties": {"templateFile": "Web.template.json"}}
    if where == "manifest":
        artifact |= {"metadata": known, "additionalMetadataFile": "../Web.metadata.json"}
    else:
        artifact["additionalMetadataFile"] = "Web.metadata.json"
        (tmp_path / "Web.metadata.json").write_text(json.dumps(known))
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {"Web": artifact}}))
    assert load(tmp_path, distribution="Web/Site").name == "Site"
    (tmp_path / "Web.metadata.json").write_text("{")
    assert (where == "file") is bool(refused(tmp_path, distribution="Web/Site"))


def test_a_nested_stack_is_found_by_the_list_of_assets(tmp_path: Path) -> None:
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://s3.test/bucket/ab.json"}}
    (tmp_path / "Web.template.json").write_text(json.dumps({"Resources": {"Inner": nested}}))
    (tmp_path / "Inner.nested.template.json").write_text(json.dumps(template()))
    file = {"source": {"path": "Inner.nested.template.json"}, "destinations": {"here": {"objectKey": "ab.json"}}}
    (tmp_path / "Web.assets.json").write_text(json.dumps({"files": {"ab": file}}))
    artifact = {"type": assemblies.STACK, "properties": {"templateFile": "Web.template.json"}}
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {"Web": artifact}}))
    loaded = load(tmp_path)
    assert loaded.behaviors
    assert not [notice for notice in loaded.notices if notice.code == "N-nested"]


def test_messages_name_file_and_line() -> None:
    notices = load(CDK / "cdk.out", distribution="WebEu/Dist").notices
    unmapped = next(notice.where for notice in notices if notice.code == "N-unmapped")
    assert unmapped == f"{CDK / 'cdk.out'}/WebEu.template.json:814 Origins/WebEuDistOrigin26D91D699"


# --- where assemblies and templates lie -----------------------------------------------------------------------------


def written(folder: Path, artifacts: object, **files: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"version": "40.0.0", "artifacts": artifacts}))
    for name, values in files.items():
        (folder / f"{name}.template.json").write_text(json.dumps(values))
    return folder


def stack(file: object, **properties: object) -> dict[str, object]:
    values = {"templateFile": file, **properties}
    return {
        "type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/unknown-region",
        "properties": values,
    }


def test_stages_are_read_into_the_same_world(tmp_path: Path) -> None:
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}
    written(tmp_path, {"Prod": stage, "Other": {"type": "cdk:new-thing"}, "Odd": 5})
    written(tmp_path / "assembly-Prod", {"Web": stack("Web.template.json", stackName="prod-web")}, Web=template())
    assert load(tmp_path).name == "Site"
    assert load(tmp_path, distribution="prod-web.Site").name == "Site"


def test_a_directory_of_a_cdk_app_is_its_assembly(tmp_path: Path) -> None:
    shutil.copytree(CDK / "cdk.out.weak", tmp_path / "cdk.out")
    (tmp_path / "cdk.json").write_text('{"app": "node app.js"}')
    assert assembly_in(tmp_path) == tmp_path / "cdk.out"
    assert load(tmp_path, distribution="CrossRef/D").functions


def test_an_app_that_was_not_synthesised_says_what_to_run(tmp_path: Path) -> None:
    (tmp_path / "cdk.json").write_text('{"app": "node app.js"}')
    assert assembly_in(tmp_path) is None
    assert "npx cdk synth -q" in the_error(tmp_path)


@pytest.mark.parametrize("name", ["../other.json", "/etc/passwd", "", None, 5, ".", "a\0b", "\ud800"])
def test_nothing_outside_of_the_assembly_is_read(tmp_path: Path, name: object) -> None:
    (tmp_path / "other.json").write_text(json.dumps(template()))
    folder = written(tmp_path / "cdk.out", {"Web": stack(name)})
    assert "is no file or directory of the assembly" in the_error(folder)


def test_a_manifest_of_something_else_is_no_assembly(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "a web app"}')
    assert "no file in it holds a distribution" in the_error(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    assert "manifest.json:1: is not JSON" in the_error(tmp_path)


def test_stages_end(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(12):
        written(folder, {"S": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "s"}}})
        folder = folder / "s"
    assert "stages are nested more than 10 deep" in the_error(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        ".serverless/cloudformation-template-update-stack.json",
        "cloudformation-template-update-stack.json",
        ".aws-sam/build/template.yaml",
        "template.yaml",
        "template.json",
    ],
)
def test_a_directory_is_the_template_that_is_in_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(template({"Odd": {"Type": "AWS::S3::Bucket"}}, Nmae=1), indent=1))
    assert template_in(tmp_path) == path
    loaded = load(tmp_path)
    assert loaded.name == "Site"
    assert [notice.where for notice in loaded.notices] == [f"{path}:22 Nmae"]


def test_what_sam_has_built_comes_before_what_was_written(tmp_path: Path) -> None:
    built = tmp_path / ".aws-sam" / "build" / "template.yaml"
    built.parent.mkdir(parents=True)
    built.write_text(json.dumps(template(Comment="built")))
    (tmp_path / "template.yaml").write_text(json.dumps(template(Comment="written")))
    assert load(tmp_path).name == "built"


def test_a_service_that_was_not_packaged_says_what_to_run(tmp_path: Path) -> None:
    (tmp_path / "serverless.yml").write_text("service: shop\nprovider: {name: aws}\n")
    assert "npx serverless package" in the_error(tmp_path)
    assert "npx serverless package" in the_error(FOLDER / "serverless" / "serverless.yml")
    assert load(FOLDER / "serverless").name == "shop dev"


def synthesised(tmp_path: Path, source: str, age: float) -> list[str]:
    """The notices of an app with a source that is so many seconds younger than its assembly."""
    (tmp_path / "cdk.json").write_text('{"app": "node app.js"}')
    written(tmp_path / "cdk.out", {"S": stack("S.template.json")}, S=template())
    path = tmp_path / source
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    made = (tmp_path / "cdk.out/manifest.json").stat().st_mtime
    os.utime(path, (made + age, made + age))
    return [notice.text for notice in examine(tmp_path).notices if notice.code == "N-stale"]


@pytest.mark.parametrize(
    ("source", "age", "stale"),
    [
        ("lib/site.ts", 120, True),
        ("lib/site.ts", 30, False),
        ("README.md", 120, False),
        ("node_modules/x/index.js", 120, False),
        (".venv/x.py", 120, False),
    ],
)
def test_an_app_that_has_changed_since_is_told(tmp_path: Path, source: str, age: float, stale: bool) -> None:
    assert synthesised(tmp_path, source, age) == ([f"{source} is newer than what was synthesised."] if stale else [])


def test_not_all_of_the_world_is_looked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assemblies, "MAX_FILES", 1)
    assert synthesised(tmp_path, "lib/site.ts", 120) == []
