from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from edgeware.cli import main
from tests.fixtures.config.builders import FOLDER

Run = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    configure("key_value_stores: {redirects: redirects.json}")
    Path("redirects.json").write_text('{"data": [{"key": "/a", "value": "/b"}]}')

    def kvs(*arguments: str) -> int:
        return main(["kvs", arguments[0], "-d", "edge.yaml", *arguments[1:]])

    return kvs


def configure(stores: str) -> None:
    Path("edge.yaml").write_text(f"version: 1\ndefault_behavior: {{origin: app}}\n{stores}\n")


def files() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


def content() -> object:
    return json.loads(Path("redirects.json").read_text("utf-8"))


def test_pairs_are_read(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("get", "/a") == 0
    assert capsys.readouterr().out == "/b\n"
    assert run("list") == 0
    assert json.loads(capsys.readouterr().out) == {"/a": "/b"}
    assert run("get", "/none") == 1
    assert capsys.readouterr().out == ""


def test_pairs_are_changed_in_the_files_own_format(run: Run) -> None:
    Path("redirects.json").chmod(0o640)
    assert run("put", "/é", "😀", "--store", "redirects") == 0
    assert content() == {"data": [{"key": "/a", "value": "/b"}, {"key": "/é", "value": "😀"}]}
    assert Path("redirects.json").stat().st_mode & 0o777 == 0o640
    assert run("delete", "/a") == 0
    assert run("delete", "/a") == 1
    assert content() == {"data": [{"key": "/é", "value": "😀"}]}
    Path("redirects.json").write_text('{"/a": "/b"}')
    assert run("put", "/a", "/c") == 0
    assert content() == {"/a": "/c"}
    assert files() == ["edge.yaml", "redirects.json"]


@pytest.mark.parametrize(
    ("stores", "arguments", "words"),
    [
        ("", ["list"], "edge.yaml has no key value stores; say which with --store"),
        (
            "key_value_stores: {a: redirects.json, b: redirects.json}",
            ["list"],
            "has 2 key value stores: a, b; say which",
        ),
        ("key_value_stores: {redirects: redirects.json}", ["list", "--store", "redirect"], "Did you mean 'redirects'?"),
        ("key_value_stores: {s: {data: {a: b}}}", ["put", "k", "v"], "'s' has no file to change"),
        (
            "key_value_stores: {s: {file: redirects.json, data: {k: b}}}",
            ["delete", "k"],
            "gives the key 'k', over the file",
        ),
        ("key_value_stores: {s: redirects.json}", ["put", "k", "v" * 1025], "the value of 'k' has 1025 bytes"),
    ],
)
def test_what_cannot_be_done_is_told(
    run: Run, capsys: pytest.CaptureFixture[str], stores: str, arguments: list[str], words: str
) -> None:
    configure(stores)
    before = content()
    assert run(*arguments) == 2
    assert words in capsys.readouterr().err
    assert content() == before


def test_a_file_that_is_not_json_is_left_alone(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    configure("key_value_stores: {redirects: redirects.yaml}")
    Path("redirects.yaml").write_text("/a: /b\n")
    assert run("put", "/c", "/d") == 2
    assert "is not JSON" in capsys.readouterr().err
    assert Path("redirects.yaml").read_text() == "/a: /b\n"


def test_a_write_that_fails_leaves_the_file_and_nothing_else(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", full)
    before = content()
    assert run("put", "/c", "/d") == 2
    assert "redirects.json cannot be written: no space left" in capsys.readouterr().err
    assert content() == before
    assert files() == ["edge.yaml", "redirects.json"]


def test_a_store_of_one_of_several_distributions_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    source = ["-d", str(FOLDER / "cdk/cdk.out"), "--named", "WebEu/Dist"]
    assert main(["kvs", "list", *source]) == 0
    assert json.loads(capsys.readouterr().out)
    assert main(["kvs", "list", *source[:2]]) == 2
    assert "say which one" in capsys.readouterr().err
