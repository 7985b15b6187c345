from __future__ import annotations

import json

import pytest

from edgeware.cli import main
from edgeware.config.schema import native_schema


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == native_schema()
