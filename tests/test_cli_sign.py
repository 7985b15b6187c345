from __future__ import annotations

import json
from pathlib import Path
from time import time  # noqa: TID251 - what the command counts from

import pytest

from edgeware.cli import main, sign
from edgeware.config.model import KeyGroup
from edgeware.core.signature import denied, trusted_keys
from edgeware.core.signed_text import decoded
from edgeware.messages import Headers, Request
from tests.fixtures.keys import pair

URL = "https://cdn.example.com/a.jpg"
KEYS = trusted_keys([KeyGroup(name="g", public_keys={"K1": pair().public})])
STATEMENT = {"Resource": "https://cdn.example.com/*", "Condition": {"DateLessThan": {"AWS:EpochTime": 99}}}
POLICY = {"Statement": [STATEMENT]}


@pytest.fixture
def key(tmp_path: Path) -> str:
    (tmp_path / "private.pem").write_text(pair().private)
    return str(tmp_path / "private.pem")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["sign", *arguments, "--key-pair-id", "K1"]) == 0
    return capsys.readouterr().out.splitlines()


def passes(url: str, now: float, cookie: str = "") -> bool:
    path, _, query = url.removeprefix("https://cdn.example.com").partition("?")
    headers = Headers([("Host", "cdn.example.com"), ("Cookie", cookie)])
    return denied(KEYS, Request(method="GET", path=path, query=query, headers=headers), now) is None


@pytest.mark.parametrize(
    ("when", "expires"),
    [("1767225600", 1767225600), ("2026-01-01T00:00:00Z", 1767225600), ("2026-01-01", 1767225600)],
)
def test_the_url_that_is_printed_is_good_until_it_expires(
    when: str, expires: int, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (url,) = printed(capsys, URL, "--key", key, "--expires", when)
    assert url.startswith(f"{URL}?Expires={expires}&")
    assert passes(url, expires - 1)
    assert not passes(url, expires)


def test_an_hour_from_now_it_expires_unless_it_is_told_otherwise(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = int(time())
    (url,), (later,) = printed(capsys, URL, "--key", key), printed(capsys, URL, "--key", key, "--expires", "2d")
    after = int(time())
    for made, seconds in ((url, 3600), (later, 2 * 86400)):
        assert before + seconds <= int(made.partition("Expires=")[2].partition("&")[0]) <= after + seconds


def test_cookies_are_printed_a_line_each(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, URL, "--key", key, "--expires", "2000", "--cookies", "--hash-algorithm", "SHA256")
    assert [line.partition("=")[0] for line in lines] == [
        "CloudFront-Expires",
        "CloudFront-Signature",
        "CloudFront-Key-Pair-Id",
        "CloudFront-Hash-Algorithm",
    ]
    assert passes(URL, 1000, "; ".join(lines))


def test_a_custom_policy_is_signed_without_its_white_space(
    key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "policy.json").write_text(json.dumps(POLICY, indent=4))
    (url,) = printed(capsys, URL, "--key", key, "--policy", str(tmp_path / "policy.json"))
    assert decoded(url.partition("Policy=")[2].partition("&")[0]) == json.dumps(POLICY, separators=(",", ":")).encode()
    assert passes(url, 98)
    assert not passes(url, 99)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["cdn.example.com/a", "--key", "{key}"], "is no URL: give protocol and host"),
        (["https://cdn.example.com/a b", "--key", "{key}"], "percent-encode the rest"),
        (['https://cdn.example.com/"', "--key", "{key}"], "percent-encode the rest"),
        ([URL, "--key", "none.pem"], "none.pem cannot be read: No such file"),
        ([URL, "--key", "{folder}"], "cannot be read: Is a directory"),
        ([URL, "--key", "{policy}"], "is no private key in PEM form"),
        ([URL, "--key", "{key}", "--policy", "{key}"], "private.pem is no policy"),
        ([URL, "--key", "{key}", "--policy", "none.json"], "none.json cannot be read"),
        ([URL, "--key", "{key}", "--expires", "tomorrow"], "--expires 'tomorrow' is no time"),
        ([URL, "--key", "{key}", "--expires", "9" * 40], "is no time"),
    ],
)
def test_what_cannot_be_signed_is_said(
    arguments: list[str], words: str, key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "policy.json").write_text(json.dumps(POLICY))
    given = [part.format(key=key, folder=tmp_path, policy=tmp_path / "policy.json") for part in arguments]
    assert main(["sign", *given, "--key-pair-id", "K1"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("edgeware: ")
    assert words in told
    assert pair().private.splitlines()[1] not in told


def test_signing_needs_a_library(key: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sign, "can_load", lambda: False)
    assert main(["sign", URL, "--key", key, "--key-pair-id", "K1"]) == 2
    assert "pip install 'edgeware[sign]'" in capsys.readouterr().err
