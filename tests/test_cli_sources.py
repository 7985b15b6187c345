from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from edgeware.cli.sources import add_distribution, add_source, examined, overlays
from edgeware.config.model import App, Code, Directory, LambdaFunction, Url
from tests.fixtures.config.builders import FOLDER


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_source(parser)
    return parser.parse_args([str(FOLDER / "api"), *words])


def test_the_command_line_lays_over_what_files_say(tmp_path: Path) -> None:
    (tmp_path / "local.yaml").write_text(
        "origins: {site: 'http://x.test', app: 'http://y.test'}\nviewer: {country: FR}"
    )
    arguments = parsed(
        *("--overlay", str(tmp_path / "local.yaml"), "--origin", f"site={FOLDER / 'site'}", "--origin", "spare=app"),
        *("--function", f"auth={FOLDER / 'lambda' / 'auth'}", "--function", f"tag={FOLDER / 'functions' / 'tag.js'}"),
        *("--function", f"headers={FOLDER / 'lambda' / 'headers' / 'app.py'}"),
        *("--kvs", f"redirects={FOLDER / 'functions' / 'redirects.kvs.json'}", "--viewer", "asn=64496"),
    )
    found = examined(arguments)
    targets = {name: origin.target for name, origin in found.origins.items()}
    assert targets == {"site": Directory(path=FOLDER / "site"), "app": Url(url="http://y.test"), "spare": App()}
    assert found.functions["auth"].code == Code(path=FOLDER / "lambda" / "auth")
    assert found.functions["tag"].code == Code(path=FOLDER / "functions" / "tag.js")
    assert isinstance(found.functions["headers"], LambdaFunction)
    assert (found.viewer.country, found.viewer.asn) == ("FR", 64496)
    assert found.key_value_stores["redirects"].data == {"redirect:/old/index.html": "/new/"}


def test_nothing_said_is_nothing_laid_over() -> None:
    assert overlays(parsed()) == []
    assert overlays(parsed("--origin", "a=none")) == [{"origins": {"a": "none"}}]


def test_a_command_that_takes_something_else_first_has_the_same_choice() -> None:
    parser = argparse.ArgumentParser()
    add_distribution(parser, "the distribution", required=False)
    assert (parser.parse_args([]).distribution, overlays(parser.parse_args([]))) == (None, [])
    words = ["-d", "cdk.out", "--named", "Web/Site", "--parameter", "Stage=dev", "--origin", "a=none"]
    arguments = parser.parse_args(words)
    own = {"distribution": "Web/Site", "parameters": {"Stage": "dev"}, "origins": {"a": "none"}}
    assert (arguments.distribution, overlays(arguments)) == ("cdk.out", [own])


def test_a_distribution_and_parameters_reach_the_reader() -> None:
    notices = examined(parsed("--distribution", "shop", "--parameter", "Stage=dev")).notices
    assert [notice.code for notice in notices if "Stage" in notice.text] == ["N-inputs"]
    for option in ("--distribution", "--named"):
        assert examined(parsed(option, "shop")).name == "shop"


@pytest.mark.parametrize("text", ["x", "=y"])
def test_what_is_no_pair_is_a_usage_error(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parsed("--origin", text)
    assert "is not of the form NAME=VALUE" in capsys.readouterr().err
