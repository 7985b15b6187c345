from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.config.loading import load
from edgeware.config.model import Directory
from edgeware.exceptions import ConfigurationError
from tests.fixtures.config.builders import DISTRIBUTION, FOLDER, behavior, native, refused, said, the_error


@pytest.mark.parametrize("name", ["shop.yaml", "shop.toml"])
def test_the_samples_of_the_manual_load(name: str) -> None:
    loaded = load(FOLDER / "native" / name)
    assert loaded.name == "shop"
    assert loaded.origins["site"].target == Directory(path=FOLDER / "site")
    assert {notice.severity for notice in loaded.notices} <= {"note"}


def test_norway_stays_a_country() -> None:
    assert load(FOLDER / "native" / "shop.yaml").geo_restriction.locations == {"KP", "NO"}


def test_a_distribution_is_returned_as_it_is() -> None:
    assert load(DISTRIBUTION) is DISTRIBUTION


@pytest.mark.parametrize("source", [None, 5, b"edge.yaml", ["edge.yaml"]])
def test_what_is_no_source_is_refused(source: object) -> None:
    assert "a distribution is a path, a mapping or a Distribution, not a" in the_error(source)


@pytest.mark.parametrize("overlay", [5, b"x"])
def test_what_is_no_overlay_is_refused(overlay: object) -> None:
    assert "not a" in the_error(native(), overlay=overlay)


def test_a_path_may_be_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "edge.yaml").write_text("version: 1\ndefault_behavior: {origin: app, viewer_request: fn.js}")
    (tmp_path / "fn.js").touch()
    monkeypatch.chdir(tmp_path)
    assert load("edge.yaml").functions["fn.js"].code.path == tmp_path / "fn.js"


def test_relative_paths_of_a_mapping_start_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fn.js").touch()
    monkeypatch.chdir(tmp_path)
    assert load(behavior(viewer_request="fn.js")).functions["fn.js"].code.path == tmp_path / "fn.js"


WARNED = native(geo_restriction={"type": "blacklist", "locations": ["UK"]})
BENT = behavior(allowed_methods="read", cached_methods="read+options")


def test_strict_makes_errors_of_warnings_and_notes() -> None:
    assert [notice.severity for notice in load(WARNED).notices] == ["warn", "note"]
    assert len(refused(WARNED, strict=True)) == 2
    assert len(refused({**WARNED, "strict": True})) == 2
    assert refused({**WARNED, "strict": True}, strict=False) == ()


def test_not_strict_makes_warnings_of_what_cloudfront_may_bend() -> None:
    assert len(refused(BENT)) == 1
    assert [notice.severity for notice in said(BENT, "V13", strict=False)] == ["warn"]
    assert refused(native(defualt_root_object="x"), strict=False)


def test_an_error_is_one_line_with_all_there_is_to_say() -> None:
    assert the_error(BENT) == (
        "default_behavior.cached_methods: OPTIONS is not allowed. Only what is allowed can be cached. "
        "CloudFront: InvalidArgument [DownloadDistValuesCacheBehavior]. (V13)"
    )


def test_what_a_source_holds_cannot_break_a_line() -> None:
    (error,) = refused(native(**{"a\nb\x1b[31m": 1}))
    assert "a\\nb\\x1b[31m" in error


def test_a_problem_is_told_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(native(default_behavior={"origin": "none"}, behaviors=[{"path_pattern": "/a", "origin": "none"}]))
    assert len(caught.value.problems) == len(set(caught.value.problems)) == 2


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02", b"\xff\xfe", b"\xef\xbb\xbf", b"- a", b"a: b: c", b"{", b"[" * 5000, b"%TAG", b"&a [*a]"],
)
@pytest.mark.parametrize("name", ["edge.yaml", "edge.json", "edge.toml", "edge"])
def test_rubbish_is_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    errors = refused(file)
    assert errors
    assert all(error.startswith(str(file)) for error in errors)
