from __future__ import annotations

import importlib
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from edgeware.cli import main


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"edgeware {version('edgeware')}\n")


def test_output_that_nobody_reads_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "fn.js").write_text("function handler(event) { return event.request }")
    command = [sys.executable, "-m", "edgeware", "check", "fn.js"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == (b"", 141)


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["check", "--help"], ["sign", "--help"]])
def test_help_is_printed(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    assert "usage: edgeware" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["runn"],
        ["run", "main:app"],
        ["run", "main:app", "-d", "x", "--port", "a"],
        ["run", "main:app", "-d", "x", "--port", "65536"],
    ],
)
def test_what_is_no_command_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: edgeware" in capsys.readouterr().err


def test_the_module_can_be_run() -> None:
    ran = subprocess.run([sys.executable, "-m", "edgeware", "--version"], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout.startswith("edgeware ")) == (0, True), ran


def test_importing_the_module_runs_nothing() -> None:
    assert importlib.import_module("edgeware.__main__").main is main


def test_help_needs_no_extra(tmp_path: Path) -> None:
    for name in ("uvicorn", "h11", "httptools", "uvloop", "watchfiles"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('not installed')")
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from edgeware.cli import main; main(['--help'])",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("arguments", [["run", "main:app", "--distribution", "none.yaml"]])
def test_a_distribution_that_cannot_be_read_is_said_in_lines(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    first, *more = capsys.readouterr().err.splitlines()
    assert first == "edgeware: this distribution cannot be served:"
    assert "none.yaml" in more[0]


def test_ctrl_c_while_an_application_is_imported_ends_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("edge.yaml").write_text("version: 1\ndefault_behavior: {origin: app}\n")
    Path("interrupted_for_tests.py").write_text("raise KeyboardInterrupt\n")
    assert main(["run", "interrupted_for_tests:app", "--distribution", "edge.yaml", "--port", "0"]) == 130
    assert capsys.readouterr().err == ""
