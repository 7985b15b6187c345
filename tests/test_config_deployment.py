from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path

import pytest

from edgeware.config.loading import load
from edgeware.config.model import Directory, Distribution, Unmapped
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


def test_several_sources_prefixes_and_markers_are_told(site: Path) -> None:
    found = loaded(
        site.parent,
        A=deployment("ab.zip", DestinationBucketKeyPrefix="docs/"),
        B=deployment("ab.zip", "ab.zip", SourceMarkers=[{}]),
    )
    assert found.origins["app"].target == Directory(path=site)
    texts = [notice.text for notice in found.notices if notice.code == "N-deployment"]
    assert texts == [
        "what is deployed under docs/ is not there.",
        "values that are only known at deployment stay as their markers.",
        "it is filled from 2 sources; only the last one is there.",
    ]
