"""Where the assets of the CDK's lie."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edgeware.config.loading.cloudformation.assets import assets


def listed(path: object, key: object = "ab.zip") -> dict[str, object]:
    return {"source": {"path": path}, "destinations": {"current": {"objectKey": key}}}


@pytest.mark.parametrize("key", ["ab.zip", "prefix/ab.zip"])
def test_an_asset_lies_beside_the_template(tmp_path: Path, key: str) -> None:
    names = ["asset.ab", "asset.ab.zip", "ab.zip"]
    assert list(assets(tmp_path, key)) == [tmp_path / name for name in names]


def test_an_asset_lies_where_the_list_of_assets_says(tmp_path: Path) -> None:
    files = {
        "ab": listed("../asset.ab", "prefix/ab.zip"),
        "other": listed("../asset.cd", "cd.zip"),
        "odd": 5,
        "empty": {},
        "number": listed(5),
        "control": listed("a\0b"),
        "bare": {"destinations": {"a": 5}},
        "flat": {"source": {"path": "x"}, "destinations": []},
    }
    (tmp_path / "Web.assets.json").write_text(json.dumps({"files": files}))
    (tmp_path / "Broken.assets.json").write_text("{")
    (tmp_path / "Odd.assets.json").write_text('{"files": []}')
    assert list(assets(tmp_path, "ab.zip"))[3:] == [tmp_path / "../asset.ab"]
