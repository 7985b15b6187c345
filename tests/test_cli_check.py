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


def test_the_language_that_production_refuses_is_an_error_with_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fn.js").write_text("function handler(event) {\n  const {request} = event;\n  return request;\n}\n")
    file = tmp_path / "edge.yaml"
    file.write_text("version: 1\ndefault_behavior: {origin: app, viewer_request: fn.js}\n")
    assert main(["check", str(file)]) == 1
    told = capsys.readouterr().out
    assert f'{tmp_path}/fn.js:2: SyntaxError: Token "request" not supported in this version in 2' in told
    assert told.endswith(f"{file}: 1 error, 1 behavior\n")


def test_a_doubtful_line_of_a_function_is_a_warning_and_lambda_code_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fn.js").write_text("function handler(event) {\n  console.log(1, 2);\n  return event.request;\n}\n")
    (tmp_path / "fn.py").write_text("def handler(event, context):\n    return event\n")
    file = tmp_path / "edge.yaml"
    file.write_text("version: 1\ndefault_behavior: {origin: app, viewer_request: fn.js, origin_request: fn.py}\n")
    assert main(["check", str(file)]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"warn   N-syntax {tmp_path}/fn.js:2")
