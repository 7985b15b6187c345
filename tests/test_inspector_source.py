from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.config.model import CloudFrontFunction, Code, LambdaFunction
from edgeware.inspector.source import excerpt


def script(code: Code) -> CloudFrontFunction:
    return CloudFrontFunction(name="f", code=code)


def handler(code: Code) -> LambdaFunction:
    return LambdaFunction(name="f", code=code, runtime="python3.13", handler="f.handler")


def test_the_line_is_marked_among_those_round_it() -> None:
    lines = excerpt(script(Code(text="\n".join(f"line {number}" for number in range(1, 21)))), "f:10")
    assert [line.number for line in lines] == list(range(6, 15))
    assert [line.text for line in lines if line.marked] == ["line 10"]


@pytest.mark.parametrize("where", [None, "", "f", "f:", "f:x", "f:99"])
def test_without_a_line_of_the_source_there_is_none(where: str | None) -> None:
    assert not [line for line in excerpt(script(Code(text="one")), where) if line.marked]


def test_code_that_has_gone_has_none(tmp_path: Path) -> None:
    assert excerpt(script(Code(path=tmp_path / "gone.js")), "f:1") == ()


def test_a_handler_shows_its_own_files_only(tmp_path: Path) -> None:
    home = tmp_path / "function"
    home.mkdir()
    (home / "f.py").write_text("raise ValueError")
    (tmp_path / "other.py").write_text("a secret")
    deployed, single = handler(Code(path=home)), handler(Code(path=home / "f.py"))
    for function in (deployed, single):
        assert [line.text for line in excerpt(function, "f.py:1")] == ["raise ValueError"]
        assert excerpt(function, "../other.py:1") == ()
        assert excerpt(function, f"{tmp_path}/other.py:1") == ()
        assert excerpt(function, "none.py:1") == ()
    assert [line.text for line in excerpt(handler(Code(text="inline")), "f.py:1")] == ["inline"]
    assert excerpt(handler(Code(missing="nowhere")), "f.py:1") == ()
