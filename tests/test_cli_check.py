from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.cli import main


def test_a_sound_distribution_is_said_to_be_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "edge.yaml"
    file.write_text("version: 1\ndefault_behavior: {origin: app}\n")
    assert main(["check", str(file)]) == 0
    assert capsys.readouterr().out == f"{file}: no errors, 1 behavior\n"


def test_notices_are_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "edge.yaml"
    file.write_text(
        "version: 1\norigins: {app: {}, site: {type: s3}}\ndefault_behavior: {origin: app}\n"
        "behaviors: [{path_pattern: /s/*, origin: site}]\n"
    )
    assert main(["check", str(file)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"{file}: no errors, 2 behaviors"


def test_every_error_of_a_bad_distribution_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "edge.yaml"
    file.write_text("version: 1\ndefault_behavior: {origin: nope}\nbehaviours: []\n")
    assert main(["check", str(file)]) == 1
    errors = capsys.readouterr().err
    assert "nope" in errors
    assert "behaviours" in errors


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "none.yaml")]) == 1
    assert "none.yaml" in capsys.readouterr().err
