from __future__ import annotations

import json
from pathlib import Path

import pytest

from edgeware.cli import main
from tests.servers.process import free_port

LINES = "curl http://127.0.0.1:8080/\ncurl http://127.0.0.1:8080/\ncurl 'http://127.0.0.1:8080/session?Signature=abc'\n"
DISTRIBUTION = "version: 1\ndefault_behavior: {origin: app, cache_policy: Managed-CachingOptimized}\n"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("edge.yaml").write_text(DISTRIBUTION)
    Path("requests.txt").write_text(LINES)


def replay(*more: str, target: str = "tests.parity_sites:app") -> int:
    return main(["replay", "requests.txt", target, "-d", "edge.yaml", *more])


def test_the_table_tells_what_came_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay() == 0
    told = capsys.readouterr()
    head, *rows = told.out.splitlines()
    assert head.split() == ["method", "path", "status", "was", "X-Cache", "ms"]
    assert [line.split()[4] for line in rows[:3]] == ["Miss", "Hit", "Miss"]
    assert rows[2].split()[1] == "/session?Signature=***"
    assert rows[3:] == ["2 Miss from cloudfront, 1 Hit from cloudfront", "0 of 3 with another status than before"]
    assert told.err.endswith("3 of 3 requests\n")


def test_reports_are_written_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay("--json", "out.json", "--html", "out.html", "--concurrency", "3") == 0
    assert len(json.loads(Path("out.json").read_text())["requests"]) == 3
    assert "<h1>edgeware replay</h1>" in Path("out.html").read_text()
    for text in (Path("out.json").read_text(), Path("out.html").read_text(), capsys.readouterr().out):
        assert "very-secret-session" not in text
        assert "Signature=abc" not in text


def test_json_on_the_standard_output_is_alone_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay("--json", "-") == 0
    assert len(json.loads(capsys.readouterr().out)["requests"]) == 3


def test_an_origin_that_is_not_there_is_an_answer_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(target=f"http://127.0.0.1:{free_port()}") == 0
    assert "Error from cloudfront" in capsys.readouterr().out


def test_a_request_without_an_answer_gives_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edgeware.parity.sending.HTTPConnection.getresponse", _nothing)
    assert replay() == 1
    assert "ConnectionResetError" in capsys.readouterr().out


def _nothing(*_: object) -> None:
    raise ConnectionResetError("gone")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--json", "nowhere/out.json"], "cannot be written"),
        (["--html", "nowhere/out.html"], "cannot be written"),
    ],
)
def test_what_cannot_be_carried_out_gives_2(more: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(*more) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "65", "x", "-1"])
def test_concurrency_is_a_small_number(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        replay("--concurrency", number)
    assert "1 to 64" in capsys.readouterr().err
