from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from edgeware.cli import main, pull
from edgeware.cli.pull import clients, download
from edgeware.exceptions import UsageError
from tests.test_cli_live import answer_distribution


@pytest.fixture
def cloudfront(monkeypatch: pytest.MonkeyPatch) -> Stubber:
    """The client that the command gets."""
    client = boto3.client("cloudfront", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    monkeypatch.setattr(pull, "clients", lambda boto3: lambda service: client)
    stubber = Stubber(client)
    stubber.activate()
    return stubber


def test_a_distribution_is_pulled_and_run(
    cloudfront: Stubber, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    answer_distribution(cloudfront)
    assert main(["pull", "E1"]) == 0
    assert "edgeware run main:app --distribution E1" in capsys.readouterr().out
    assert (tmp_path / "E1").stat().st_mode & 0o077 == 0
    assert main(["check", "E1"]) == 0


def test_what_aws_refuses_is_one_line(cloudfront: Stubber, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cloudfront.add_client_error("get_distribution", "NoSuchDistribution", "The specified distribution does not exist.")
    assert main(["pull", "E1", "--out", str(tmp_path / "out")]) == 2
    assert "AWS says: An error occurred (NoSuchDistribution)" in capsys.readouterr().err


def test_a_folder_that_holds_something_is_left_alone(
    cloudfront: Stubber, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x").touch()
    assert main(["pull", "E1", "--out", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert main(["pull", "E1", "--out", str(tmp_path / "x" / "y")]) == 2
    assert "cannot be made" in capsys.readouterr().err


def test_a_missing_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    assert main(["pull", "E1", "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == "edgeware: edgeware pull needs boto3: pip install 'edgeware[aws]'\n"
    assert not (tmp_path / "out").exists()


def test_all_clients_are_those_of_the_region_where_cloudfront_is() -> None:
    asked: list[tuple[str, str]] = []

    class Boto3:
        @staticmethod
        def client(service: str, region_name: str) -> Any:
            asked.append((service, region_name))

    clients(Boto3)("lambda")
    assert asked == [("lambda", "us-east-1")]


def test_code_is_downloaded_over_https_alone_and_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(url: str) -> io.BytesIO:
        return io.BytesIO(b"zip!")

    assert download("https://code.example/f.zip", opened) == b"zip!"
    with pytest.raises(UsageError, match="is not https://"):
        download("file:///etc/passwd", opened)
    monkeypatch.setattr(pull, "MAX_ARCHIVE", 3)
    with pytest.raises(UsageError, match="is larger than"):
        download("https://code.example/f.zip", opened)
