from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from edgeware.cli import main
from edgeware.config.canonical import canonical
from edgeware.config.loading import load
from tests.fixtures.config.builders import FOLDER

SHOP = FOLDER / "native" / "shop.yaml"


def test_the_model_is_printed_the_same_wherever_it_is_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert main(["import", str(SHOP), "--print"]) == 0
    first = capsys.readouterr()
    monkeypatch.chdir(FOLDER)
    assert main(["import", "native/shop.yaml", "--print"]) == 0
    assert capsys.readouterr().out == first.out
    assert json.loads(first.out)["origins"]["app"]["custom_headers"] == {"X-Origin-Verify": "***"}
    assert "N-geo-restriction" in first.err


def test_a_native_file_is_written_for_its_owner_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "edge.yaml"
    assert main(["import", str(SHOP), "--write", str(file), "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert {notice["severity"] for notice in json.loads(err)} == {"note"}
    assert canonical(load(file)) == canonical(load(SHOP))
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_written_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(SHOP), "--write", str(tmp_path)]) == 2
    assert "cannot be written: Is a directory" in capsys.readouterr().err


def test_errors_do_not_keep_the_model_from_being_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(FOLDER / "api"), "--print"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["functions"]["auth"]["code"] == {"location": None, "sha256": None}
    assert "error  N-code" in err


def test_without_a_wish_the_distribution_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(SHOP)]) == 0
    told = capsys.readouterr().out
    assert "/img/*" in told
    assert "http://127.0.0.1:9001" in told


def test_everything_comes_as_json_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(SHOP), "--format", "json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["distribution"]["name"] == "shop"
    assert values["notices"][0].keys() == {"code", "severity", "where", "text", "hint"}


def test_a_sound_distribution_prints_nothing_beside_its_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "edge.yaml").write_text("version: 1\ndefault_behavior: {origin: app}\n")
    assert main(["import", str(tmp_path / "edge.yaml"), "--print"]) == 0
    assert capsys.readouterr().err == ""


def test_what_cannot_be_read_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.json").write_text("{")
    assert main(["import", str(tmp_path / "x.json")]) == 2
    assert "x.json:1: is not JSON" in capsys.readouterr().err
