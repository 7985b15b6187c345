from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.config.files import absolute, handler_files, is_directory, is_file

IMPOSSIBLE = [Path("a\0b"), Path("x" * 5000), Path("\ud800")]


def test_files_and_directories_are_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.touch()
    assert (is_file(file), is_directory(file)) == (True, False)
    assert (is_file(tmp_path), is_directory(tmp_path)) == (False, True)
    assert (is_file(tmp_path / "b"), is_directory(tmp_path / "b")) == (False, False)


@pytest.mark.parametrize("path", IMPOSSIBLE, ids=["nul", "too long", "surrogate"])
def test_a_path_that_cannot_be_looked_up_is_not_there(path: Path) -> None:
    assert (is_file(path), is_directory(path)) == (False, False)


def test_a_path_is_made_absolute_where_it_can_be(tmp_path: Path) -> None:
    assert absolute(tmp_path / "a" / ".." / "b") == tmp_path / "b"
    assert absolute(Path("a\0b")) == Path("a\0b")


@pytest.mark.parametrize(
    ("handler", "runtime", "names"),
    [
        ("index.handler", "nodejs22.x", ["index.js", "index.mjs", "index.cjs", "index", "node_modules/index"]),
        ("a/b.c.d", "nodejs22.x", ["a/b.js", "a/b.mjs", "a/b.cjs", "a/b", "node_modules/a/b"]),
        ("app.handler", "python3.13", ["app.py"]),
        ("pkg.app.handler", "python3.13", ["pkg/app.py"]),
    ],
)
def test_a_handler_says_which_files_may_hold_it(handler: str, runtime: str, names: list[str]) -> None:
    assert handler_files(Path("d"), handler, runtime) == tuple(Path("d") / name for name in names)
