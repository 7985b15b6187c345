from __future__ import annotations

import json
from pathlib import Path

import pytest

from edgeware.cli import main
from tests.fixtures.config.builders import FOLDER


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
    told = capsys.readouterr().out
    assert told.startswith("refused:\n")
    assert "nope" in told
    assert "behaviours" in told
    assert told.endswith(f"{file}: 2 errors, 1 behavior\n")


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
    assert f'{tmp_path}/fn.js:2:10: error: SyntaxError: Token "request" not supported in this version in 2' in told
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
    assert told.startswith(
        f"doubtful:\n{tmp_path}/fn.js:2:3: warning: Warning: console.log is documented with one argument"
    )


def test_what_is_said_is_grouped_by_what_it_means(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(FOLDER / "api")]) == 1
    lines = capsys.readouterr().out.splitlines()
    titles = [line for line in lines if line in ("refused:", "doubtful:", "accepted, without an effect here:")]
    assert titles[:2] == ["refused:", "doubtful:"]


def test_what_an_overlay_gives_is_checked_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(FOLDER / "api"), "--function", f"auth={FOLDER / 'lambda' / 'auth'}"]) == 1
    told = capsys.readouterr().out
    assert "'headers' has no code" in told
    assert "'auth' has no code" not in told


@pytest.fixture
def function(tmp_path: Path) -> Path:
    path = tmp_path / "fn.js"
    path.write_text("function handler(event) {\n  event.request.headers['X-A'] = {value: URL};\n}\n")
    return path


def test_a_function_is_checked_alone(function: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(function)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{function}:2:3: error: FunctionValidationError: request.headers['X-A'] must have its name in lower case "
        "(header-name) [functions-event-structure]",
        f'{function}:2:42: error: ReferenceError: "URL" is not defined (unknown-global) '
        "[functions-javascript-runtime-20]",
        f"{function}: 2 errors",
    ]


def test_a_sound_function_is_said_to_be_so(function: Path, capsys: pytest.CaptureFixture[str]) -> None:
    function.write_text("const handler = (event) => event.request;\n")
    assert main(["check", str(function)]) == 0
    assert capsys.readouterr().out == f"{function}: no errors\n"
    assert main(["check", str(function), "--format", "github"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["check", str(function), "--runtime", "cloudfront-js-1.0"]) == 1
    assert 'Token "const" not supported' in capsys.readouterr().out


def test_the_same_for_programs(function: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(function), "--format", "json"]) == 1
    rows = json.loads(capsys.readouterr().out)
    assert [(row["rule"], row["line"], row["column"]) for row in rows] == [
        ("header-name", 2, 3),
        ("unknown-global", 2, 42),
    ]
    assert main(["check", str(function), "--format", "github"]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"::error file={function},line=2,col=3,title=header-name::")
    assert second.startswith(f"::error file={function},line=2,col=42,title=unknown-global::")


def test_a_function_whose_code_is_not_there_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "edge.yaml"
    file.write_text("version: 1\ndefault_behavior: {origin: app, viewer_request: none.js}\n")
    assert main(["check", str(file)]) == 1
    assert capsys.readouterr().out.endswith(f"{file}: 1 error, 1 behavior\n")


@pytest.mark.parametrize("form", ["json", "github"])
def test_a_distribution_that_cannot_be_read_is_a_remark_too(
    tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "edge.yaml"
    file.write_text("version: 1\ndefault_behavior: {origin: nope}\n")
    assert main(["check", str(file), "--format", form]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    assert "V1" in out
    assert "nope" in out


def test_code_that_is_not_there_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "none.js")]) == 2
    assert "none.js does not exist" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "files", "problem"),
    [
        ("viewer_request: fn.js", {"fn.js": b"\xff\xfe"}, "fn.js: The code of the function fn cannot be read"),
        ("viewer_request: fn.py", {"fn.py": b"def handler(e, c:\n"}, "fn.py:1: Runtime.UserCodeSyntaxError"),
        ("viewer_request: fn.py", {"fn.py": b""}, "fn.py:1: Runtime.HandlerNotFound: there is no 'handler' in it"),
        ("compress: true}\nstore: {mongo://x", {}, "the store 'mongo://x' is of no kind that is known here"),
    ],
)
def test_what_would_fail_at_start_or_on_every_request_is_an_error(
    more: str, files: dict[str, bytes], problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    file = tmp_path / "edge.yaml"
    file.write_text(f"version: 1\ndefault_behavior: {{origin: app, {more}}}\n".replace("{mongo://x}", "mongo://x"))
    assert main(["check", str(file)]) == 1
    told = capsys.readouterr().out
    assert problem in told
    assert told.endswith(f"{file}: 1 error, 1 behavior\n")
