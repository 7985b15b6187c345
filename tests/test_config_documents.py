from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from edgeware.config.loading import documents
from edgeware.exceptions import ConfigurationError


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.yaml", "version: 1"),
        ("a.yml", "{version: 1}"),
        ("a.json", '{"version": 1}'),
        ("a.yaml", '{"version": 1}'),
        ("a", ' {"version":\t1}'),
        ("a.toml", "version = 1"),
        ("pyproject.toml", "[project]\nname = 'x'\n[tool.edgeware]\nversion = 1"),
        ("any.toml", "[tool.edgeware]\nversion = 1"),
        ("a.yaml", codecs.BOM_UTF8 + b"version: 1"),
    ],
)
def test_a_file_is_read_by_what_it_holds(tmp_path: Path, name: str, content: str | bytes) -> None:
    path = written(tmp_path, name, content)
    document = documents.read(path)
    assert document.values == {"version": 1}
    assert (document.base, document.path, document.source) == (tmp_path, path, str(path))
    assert document.notices == ()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_of_powershell_is_read_with_a_note(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, "a.json", ("\ufeff" + '{"a": "é"}').encode(encoding))
    document = documents.read(path)
    assert document.values == {"a": "é"}
    (note,) = document.notices
    assert (note.code, note.severity) == ("N-encoding", "note")
    assert "UTF-16" in note.text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.yaml", "", "holds no mapping"),
        ("a.yaml", "- 1", "holds no mapping"),
        ("a.yaml", "just words", "holds no mapping"),
        ("a.json", "[1]", "holds no mapping"),
        ("a.yaml", b"\x89PNG\r\n\x1a\n", "is not text in UTF-8 (byte 0 is not)"),
        ("a.yaml", "version: 1".encode("utf-16-le"), "holds NUL bytes"),
        ("a.json", '{"a": 1,}', ":1: is not JSON"),
        ("a.json", '{"a": 1, "a": 2}', "the key 'a' stands twice"),
        ("a.json", '{"a":' * 100_000, "is nested too deeply"),
        ("a.json", '{"a": ' + "9" * 5000 + "}", "a.json"),
        ("a.toml", "a = ", "is not TOML"),
        ("a.toml", "a = " + "[" * 100_000, "is nested too deeply"),
        ("pyproject.toml", "[tool.other]\nx = 1", "has no table [tool.edgeware]"),
        ("a.txt", '{"a": 1, "a": 2}', "the key 'a' stands here and in line 1"),
    ],
)
def test_what_is_no_document_is_refused_by_name(tmp_path: Path, name: str, content: str | bytes, words: str) -> None:
    path = written(tmp_path, name, content)
    with pytest.raises(ConfigurationError) as caught:
        documents.read(path)
    assert str(caught.value).startswith(str(path))
    assert words in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.yaml: cannot be read: No such file or directory"):
        documents.read(tmp_path / "none.yaml")


def test_what_is_no_path_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="cannot be read: is no path"):
        documents.read("a\0b")


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_BYTES", 1 << 20)
    with pytest.raises(ConfigurationError, match="is larger than 1 MB"):
        documents.read(written(tmp_path, "a.yaml", b"#" * ((1 << 20) + 1)))
