from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.config.loading import load
from edgeware.config.model import KeyGroup
from edgeware.config.validation import keys
from tests.fixtures.config.builders import behavior, native, refused, said
from tests.fixtures.keys import pair

PEM = pair().public


def test_a_key_group_holds_the_keys_it_lists(tmp_path: Path) -> None:
    (tmp_path / "k1.pem").write_text(PEM)
    source = {
        **behavior(trusted_key_groups=["signers"]),
        "public_keys": {"K1": "k1.pem", "K2": PEM, "K3": PEM},
        "key_groups": {"signers": ["K1", "K2"]},
    }
    loaded = load(source, base=tmp_path)
    assert loaded.key_groups == {"signers": KeyGroup(name="signers", public_keys={"K1": PEM, "K2": PEM})}
    assert loaded.default_behavior.trusted_key_groups == ("signers",)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (native(public_keys={"K1": "none.pem"}), "there is no file none.pem"),
        (native(public_keys={"K1": ""}), "there is no file"),
        (native(public_keys={"K1": "a.txt"}), "a.txt holds no PEM"),
        (native(public_keys={"K1": ["a"]}), "must be text"),
        (native(key_groups={"g": ["K1"]}), "there is no public key 'K1'"),
        (native(key_groups={"g": "K1"}), "must be a list"),
        (behavior(trusted_key_groups=["g"]), "there is no key group 'g'"),
    ],
)
def test_keys_that_are_not_there_are_refused(tmp_path: Path, source: object, words: str) -> None:
    (tmp_path / "a.txt").write_text("hello")
    errors = refused(source, base=tmp_path)
    assert any(words in error for error in errors), errors


def test_a_key_that_cloudfront_does_not_take_is_warned_of() -> None:
    source = native(public_keys={"K1": pair("p-384").public, "K2": PEM}, key_groups={"g": ["K1", "K2"]})
    (notice,) = said(source, "N-public-key")
    assert (notice.severity, notice.where) == ("warn", "key_groups.g")
    assert "the public key 'K1' is neither an RSA key of 2048 bits" in notice.text
    assert said(native(public_keys={"K1": pair("p-384").public}, key_groups={"g": []}), "N-public-key") == []


def test_signatures_need_a_library_and_check_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    source = {
        **behavior(trusted_key_groups=["g"], cache_policy="CachingOptimized"),
        "public_keys": {"K1": "-----BEGIN nonsense"},
        "key_groups": {"g": ["K1"]},
    }
    assert said(source, "N-sign") == []
    assert len(said(source, "N-public-key")) == 1
    monkeypatch.setattr(keys, "can_load", lambda: False)
    (notice,) = said(source, "N-sign")
    assert (notice.severity, "pip install 'edgeware[sign]'" in notice.hint) == ("warn", True)
    assert said(native(), "N-sign") == said(source, "N-public-key") == []


def test_an_overlay_puts_the_keys_of_tests_in_the_place_of_the_sites_own(tmp_path: Path) -> None:
    (tmp_path / "test.pem").write_text(PEM)
    source = native(public_keys={"K1": pair("ec").public, "K2": pair("other").public}, key_groups={"g": ["K1", "K2"]})
    groups = load(source, overlay={"public_keys": {"K1": "test.pem"}}, base=tmp_path).key_groups
    assert groups == {"g": KeyGroup(name="g", public_keys={"K1": PEM, "K2": pair("other").public})}
    assert load(source, overlay={}).key_groups == load(source).key_groups
