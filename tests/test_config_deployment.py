from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path

import pytest

from edgeware.config.loading import load
from edgeware.config.model import Directory, Distribution, Layer, RoutingRule, Unmapped, Website
from tests.fixtures.config.templates import resource, template

BUCKET = {"Fn::GetAtt": ["Bucket", "RegionalDomainName"]}
ORIGINS = [{"Id": "app", "DomainName": BUCKET, "S3OriginConfig": {}}]


def deployment(*keys: str, **properties: object) -> dict[str, object]:
    values = {"DestinationBucketName": {"Ref": "Bucket"}, "SourceObjectKeys": list(keys), **properties}
    return {"Type": "Custom::CDKBucketDeployment", "Properties": values}


def loaded(folder: Path, **deployments: object) -> Distribution:
    path = folder / "t.json"
    path.write_text(json.dumps(template({"Bucket": resource("S3::Bucket"), **deployments}, Origins=ORIGINS)))
    return load(path)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "asset.ab"
    folder.mkdir()
    (folder / "index.html").write_text("hello")
    return folder


def test_what_the_cdk_deploys_stands_for_the_bucket(site: Path) -> None:
    found = loaded(site.parent, Deploy=deployment("ab.zip"), Other=deployment("ab.zip", DestinationBucketName="other"))
    assert found.origins["app"].target == Directory(path=site)
    assert [notice.code for notice in found.notices if notice.code == "N-deployment"] == []


def test_an_archive_that_is_deployed_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with zipfile.ZipFile(tmp_path / "asset.cd.zip", "w") as archive:
        archive.writestr("index.html", "zipped")
    (tmp_path / "asset.ef.zip").write_text("broken")
    found = loaded(tmp_path, Deploy=deployment("cd.zip", "ef.zip")).origins["app"].target
    assert isinstance(found, Directory)
    assert (found.path / "index.html").read_text() == "zipped"


def test_what_is_not_there_leaves_the_bucket_open(tmp_path: Path) -> None:
    found = loaded(tmp_path, Deploy=deployment("none.zip"), Odd=deployment(SourceObjectKeys=5))
    assert isinstance(found.origins["app"].target, Unmapped)


def test_several_sources_lie_over_each_other_and_markers_are_told(site: Path) -> None:
    (site.parent / "asset.cd").mkdir()
    found = loaded(
        site.parent,
        A=deployment("cd.zip", DestinationBucketKeyPrefix="docs/"),
        B=deployment("ab.zip", "ab.zip", SourceMarkers=[{}]),
    )
    beneath = Layer(path=site.parent / "asset.cd", prefix="docs/")
    assert found.origins["app"].target == Directory(path=site, beneath=(beneath,))
    texts = [notice.text for notice in found.notices if notice.code == "N-deployment"]
    assert texts == ["values that are only known at deployment stay as their markers."]


WEBSITE = [
    {
        "Id": "app",
        "DomainName": {"Fn::Select": [2, {"Fn::Split": ["/", {"Fn::GetAtt": ["Bucket", "WebsiteURL"]}]}]},
        "CustomOriginConfig": {"OriginProtocolPolicy": "http-only"},
    }
]


@pytest.mark.parametrize(
    ("configured", "website"),
    [
        ({"IndexDocument": "home.html", "ErrorDocument": "404.html"}, Website(index="home.html", error="404.html")),
        ({"IndexDocument": "home.html"}, Website(index="home.html")),
        (
            {"RedirectAllRequestsTo": {"HostName": "x", "Protocol": "https"}},
            Website(routing_rules=(RoutingRule(host_name="x", protocol="https"),)),
        ),
        (
            {
                "IndexDocument": "home.html",
                "RoutingRules": [
                    {
                        "RoutingRuleCondition": {"KeyPrefixEquals": "docs/", "HttpErrorCodeReturnedEquals": "404"},
                        "RedirectRule": {"ReplaceKeyPrefixWith": "", "HttpRedirectCode": "302", "Protocol": "http"},
                    },
                    {"RedirectRule": {"ReplaceKeyWith": "a.html", "HttpRedirectCode": "200"}},
                    5,
                ],
            },
            Website(
                index="home.html",
                routing_rules=(
                    RoutingRule(
                        key_prefix_equals="docs/",
                        http_error_code_returned_equals=404,
                        http_redirect_code=302,
                        replace_key_prefix_with="",
                    ),
                    RoutingRule(replace_key_with="a.html"),
                ),
            ),
        ),
        ({"ErrorDocument": "404.html"}, None),
        (None, None),
    ],
)
def test_a_website_is_what_its_bucket_is_configured_as(site: Path, configured: object, website: Website | None) -> None:
    bucket = resource("S3::Bucket", **({} if configured is None else {"WebsiteConfiguration": configured}))
    path = site.parent / "t.json"
    path.write_text(json.dumps(template({"Bucket": bucket, "Deploy": deployment("ab.zip")}, Origins=WEBSITE)))
    assert load(path).origins["app"].target == Directory(path=site, website=website)
    path.write_text(json.dumps(template({"Bucket": bucket}, Origins=WEBSITE)))
    found = load(path, overlay={"version": 1, "origins": {"*": {"directory": str(site), "not_found": 404}}})
    assert found.origins["app"].target == Directory(path=site, not_found=404, website=website)


def test_the_rest_interface_of_a_website_is_none(site: Path) -> None:
    bucket = resource("S3::Bucket", WebsiteConfiguration={"IndexDocument": "index.html"})
    path = site.parent / "t.json"
    path.write_text(json.dumps(template({"Bucket": bucket, "Deploy": deployment("ab.zip")}, Origins=ORIGINS)))
    assert load(path).origins["app"].target == Directory(path=site)
