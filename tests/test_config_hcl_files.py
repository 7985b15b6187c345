"""The files of a module."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edgeware.config.loading.terraform.hcl_files import installed_at, is_hcl, is_json, read_beside, read_folder
from edgeware.exceptions import ConfigurationError


def test_a_module_is_the_files_of_a_directory_by_name(tmp_path: Path) -> None:
    for name in ("b.tf", "a.tofu", "c.txt"):
        (tmp_path / name).write_text("x = 1\n")
    for name in ("b.tf.json", "c.tofu.json", "package.json"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "d.tf").mkdir()
    assert [file.source for file in read_folder(tmp_path, "site")] == [
        "site/a.tofu",
        "site/b.tf",
        "site/b.tf.json",
        "site/c.tofu.json",
    ]
    assert not is_hcl(tmp_path / "d.tf")


def test_a_file_comes_before_those_beside_it(tmp_path: Path) -> None:
    for name, text in {"a.tf": "x = 1\n", "b.tf": "x = 1\n", "c.tf": "}"}.items():
        (tmp_path / name).write_text(text)
    assert [file.source for file in read_beside(tmp_path / "b.tf", "site/b.tf")] == ["site/b.tf", "site/a.tf"]
    with pytest.raises(ConfigurationError, match=r"site/c\.tf:1"):
        read_folder(tmp_path, "site")


def test_a_module_from_elsewhere_is_where_terraform_has_put_it(tmp_path: Path) -> None:
    manifest = tmp_path / ".terraform/modules/modules.json"
    assert installed_at(tmp_path, ("cdn",)) is None
    manifest.parent.mkdir(parents=True)
    inner = {"Key": "cdn.label", "Dir": ".terraform/modules/cdn.label"}
    listed = [
        {"Key": "", "Dir": "."},
        {"Key": "cdn", "Dir": ".terraform/modules/cdn"},
        inner,
        {"Key": "odd", "Dir": 5},
        5,
    ]
    manifest.write_text(json.dumps({"Modules": listed}))
    assert installed_at(tmp_path, ("cdn",)) == tmp_path / ".terraform/modules/cdn"
    assert installed_at(tmp_path, ("cdn", "label")) == tmp_path / ".terraform/modules/cdn.label"
    assert installed_at(tmp_path, ("odd",)) is None
    for broken in ("{", '{"Modules": 5}'):
        manifest.write_text(broken)
        assert installed_at(tmp_path, ("cdn",)) is None


def test_json_is_known_by_its_name() -> None:
    assert [is_json(Path(name)) for name in ("a.tf.json", "a.tf", "terraform.tfvars.json")] == [True, False, True]
