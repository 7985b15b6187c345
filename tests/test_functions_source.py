from __future__ import annotations

import os
from pathlib import Path

import pytest

from edgeware.config.model import CloudFrontFunction, Code
from edgeware.exceptions import FunctionError
from edgeware.functions.source import Watch, path_of, text_of


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def function(code: Code) -> CloudFrontFunction:
    return CloudFrontFunction(name="tag", code=code)


def save(path: Path, text: str, modified: int) -> None:
    """Write a file that was last changed so many seconds after the epoch."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (modified, modified))


def test_code_is_the_text_given_or_the_files(tmp_path: Path) -> None:
    save(tmp_path / "tag.js", "// é", 1)
    assert text_of(function(Code(text="// a"))) == "// a"
    assert text_of(function(Code(path=tmp_path / "tag.js"))) == "// é"


def test_code_that_is_nowhere_says_why(tmp_path: Path) -> None:
    with pytest.raises(FunctionError, match="The function tag has no code: neither"):
        text_of(function(Code()))
    with pytest.raises(FunctionError, match="has no code: it is in a bucket"):
        text_of(function(Code(missing="it is in a bucket")))
    with pytest.raises(FunctionError, match=r"gone\.js does not exist"):
        path_of(function(Code(path=tmp_path / "gone.js")))


def test_code_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "latin.js").write_bytes(b"// \xe9")
    with pytest.raises(FunctionError, match=r"cannot be read .*utf-8"):
        text_of(function(Code(path=tmp_path / "latin.js")))
    with pytest.raises(FunctionError, match="cannot be read"):
        text_of(function(Code(path=tmp_path)))


def test_inline_code_never_changes() -> None:
    assert not Watch(Code(text="x")).changed()
    assert not Watch(Code(text="x", path=Path("/nowhere"))).changed()


def test_a_file_changes_once_by_time_or_by_size(tmp_path: Path) -> None:
    path = tmp_path / "tag.js"
    save(path, "1", 1)
    watch = Watch(Code(path=path))
    assert not watch.changed()
    save(path, "1", 2)
    assert [watch.changed(), watch.changed()] == [True, False]
    save(path, "12", 2)
    assert [watch.changed(), watch.changed()] == [True, False]


def test_a_file_that_an_editor_is_about_to_save_has_not_changed_yet(tmp_path: Path) -> None:
    path = tmp_path / "tag.js"
    save(path, "1", 1)
    watch = Watch(Code(path=path))
    path.unlink()
    assert not watch.changed()
    save(path, "2", 2)
    assert watch.changed()


def test_a_change_that_could_not_be_used_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "tag.js"
    save(path, "1", 1)
    watch = Watch(Code(path=path))
    watch.forget()
    assert [watch.changed(), watch.changed()] == [True, False]


def test_a_directory_changes_with_its_newest_file_of_code(tmp_path: Path) -> None:
    clock = Clock()
    save(tmp_path / "index.py", "1", 1)
    save(tmp_path / "deep" / "module.py", "1", 1)
    watch = Watch(Code(path=tmp_path), clock)

    def changed() -> bool:
        clock.now += 0.5
        return watch.changed()

    assert not changed()
    save(tmp_path / "deep" / "module.py", "1", 2)
    assert [changed(), changed()] == [True, False]
    save(tmp_path / "deep" / "part.mjs", "1", 3)
    assert [changed(), changed()] == [True, False]
    save(tmp_path / "notes.txt", "1", 4)
    save(tmp_path / "node_modules" / "x.py", "1", 4)
    save(tmp_path / ".git" / "x.py", "1", 4)
    assert not changed()
    (tmp_path / "index.py").unlink()
    assert changed()
    (tmp_path / "broken.py").symlink_to(tmp_path / "nowhere")
    assert changed()


def test_a_directory_is_looked_at_twice_a_second_at_most(tmp_path: Path) -> None:
    clock = Clock()
    save(tmp_path / "index.py", "1", 1)
    watch = Watch(Code(path=tmp_path), clock)
    save(tmp_path / "index.py", "1", 2)
    clock.now += 0.4
    assert not watch.changed()
    clock.now += 0.1
    assert watch.changed()


def test_a_file_may_be_watched_with_those_beside_it(tmp_path: Path) -> None:
    clock = Clock()
    save(tmp_path / "index.py", "1", 1)
    save(tmp_path / "part.py", "1", 1)
    watch, alone = (Watch(Code(path=tmp_path / "index.py"), clock, beside=beside) for beside in (True, False))
    save(tmp_path / "deep" / "module.py", "1", 2)
    clock.now += 0.5
    assert not watch.changed()
    save(tmp_path / "part.py", "1", 2)
    assert not watch.changed(), "of a directory, twice a second is enough"
    save(tmp_path / "index.py", "1", 2)
    assert watch.changed()
    clock.now += 0.5
    assert [watch.changed(), watch.changed()] == [True, False]
    assert [alone.changed(), alone.changed()] == [True, False]
