from __future__ import annotations

import os
import stat
import tempfile
import zipfile
from pathlib import Path

import pytest

from edgeware.config.loading import archives
from edgeware.config.loading.archives import unpacked
from edgeware.exceptions import ConfigurationError


@pytest.fixture(autouse=True)
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder for temporary files, for these tests alone."""
    folder = tmp_path / "system"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def zipped(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def test_an_archive_is_unpacked_once_where_only_this_user_writes(tmp_path: Path, private: Path) -> None:
    archive = zipped(tmp_path / "a.zip", **{"index.js": "1", "lib/": "", "lib/b.js": "2", "other\\c.js": "3"})
    folder = unpacked(archive)
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == {
        "index.js",
        "lib/b.js",
        "other/c.js",
    }
    assert folder.is_relative_to(private)
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    (folder / "index.js").write_text("kept")
    assert (unpacked(archive) / "index.js").read_text() == "kept"
    assert [path for path in folder.parent.iterdir() if path != folder] == []


@pytest.mark.parametrize("name", ["../x.js", "/etc/x.js", "a/../../x.js", "..\\x.js", "C:/x.js"])
def test_no_member_leads_out_of_it(tmp_path: Path, private: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="leads out of it"):
        unpacked(zipped(tmp_path / "a.zip", **{"ok.js": "", name: "x"}))
    assert [path for path in private.rglob("*") if path.is_file()] == []


def test_no_member_is_a_link(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc")
    with pytest.raises(ConfigurationError, match="leads out of it"):
        unpacked(tmp_path / "a.zip")


def test_it_may_not_be_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = zipped(tmp_path / "a.zip", a="x" * 2000, b="")
    monkeypatch.setattr(archives, "MAX_UNPACKED", 1000)
    with pytest.raises(ConfigurationError, match="unpacks to more than"):
        unpacked(archive)
    monkeypatch.setattr(archives, "MAX_UNPACKED", 10_000)
    monkeypatch.setattr(archives, "MAX_MEMBERS", 1)
    with pytest.raises(ConfigurationError, match="unpacks to more than"):
        unpacked(archive)
    monkeypatch.setattr(archives, "MAX_BYTES", 10)
    with pytest.raises(ConfigurationError, match="is larger than"):
        unpacked(archive)


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("no archive")
    for name in ("a.zip", "none.zip"):
        with pytest.raises(ConfigurationError, match="cannot be unpacked"):
            unpacked(tmp_path / name)


def test_a_file_that_stands_where_a_folder_must_be_is_told(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", **{"a": "", "a/b": ""})
    with pytest.raises(ConfigurationError, match="cannot be unpacked"):
        unpacked(archive)


def test_a_folder_that_others_can_write_to_is_not_used(tmp_path: Path, private: Path) -> None:
    folder = private / f"edgeware-{os.getuid()}"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(ConfigurationError, match="only you can write to"):
        unpacked(zipped(tmp_path / "a.zip", a=""))


def test_another_process_that_is_quicker_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = zipped(tmp_path / "a.zip", **{"index.js": "1"})
    real = Path.rename

    def late(self: Path, target: Path) -> Path:
        real(self, target)
        raise OSError("is there")

    monkeypatch.setattr(Path, "rename", late)
    assert (unpacked(archive) / "index.js").read_text() == "1"
