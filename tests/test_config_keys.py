from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.config.loading import load
from edgeware.config.model import KeyGroup
from tests.fixtures.config.builders import behavior, native, refused

PEM = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"


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
