from __future__ import annotations

import json
from pathlib import Path

from edgeware.config.loading import load
from edgeware.config.loading.api_sources import sees_directory
from tests.fixtures.config.builders import api, refused


def two(folder: Path) -> Path:
    for name in ("a", "b"):
        config = api({"CallerReference": name, "Comment": f"site {name}"})
        whole = {"Distribution": {"Id": f"E{name}", **config}}
        (folder / f"{name}.json").write_text(json.dumps(whole))
    return folder


def test_of_two_distributions_one_is_named(tmp_path: Path) -> None:
    folder = two(tmp_path)
    for wanted in ("Eb", "b.json", "site b", "*b"):
        assert load(folder, distribution=wanted).name == "site b"
    assert load(folder, overlay={"distribution": "Ea"}).name == "site a"
    assert load(folder, distribution="Eb", overlay=[{"distribution": "Ea"}]).name == "site b"
    first, *listed = refused(folder)
    assert first.startswith(f"{folder}: holds 2 distributions; say which one, in an overlay distribution: ")
    assert [line.split() for line in listed] == [
        [str(folder / f"{name}.json"), "site", name, "app.example"] for name in ("a", "b")
    ]


def test_an_importing_file_names_one(tmp_path: Path) -> None:
    two(tmp_path)
    (tmp_path / "local.yaml").write_text("import: .\ndistribution: Ea\n")
    assert load(tmp_path / "local.yaml").name == "site a"


def test_a_directory_without_a_distribution_is_none(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    assert not sees_directory(tmp_path)
    assert sees_directory(two(tmp_path))
