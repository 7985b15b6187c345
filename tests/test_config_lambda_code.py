from __future__ import annotations

import base64
import hashlib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from edgeware.config.loading.terraform.lambda_code import code_of
from edgeware.config.loading.terraform.resources import Resource
from edgeware.config.model import Code, Notice
from edgeware.config.place import Place


def resource(kind: str, **values: object) -> Resource:
    return Resource(address=f"{kind}.f", type=kind, name="f", managed=True, values=values, place=Place())


def found(tmp_path: Path, archive: dict[str, Any] | None, **values: object) -> tuple[Code, list[Notice]]:
    others = [] if archive is None else [resource("archive_file", output_path="./out/f.zip", **archive)]
    notices: list[Notice] = []
    function = resource("aws_lambda_function", handler="index.handler", **values)
    return code_of(function, others, tmp_path, notices), notices


@pytest.mark.parametrize(
    ("archive", "code"),
    [
        ({"source_dir": "src"}, "src"),
        ({"source_file": "src/index.js"}, "src/index.js"),
    ],
)
def test_code_is_what_the_archive_is_made_of(tmp_path: Path, archive: dict[str, Any], code: str) -> None:
    assert found(tmp_path, archive, filename="out/f.zip")[0] == Code(path=tmp_path / code)


@pytest.mark.parametrize(
    "archive", [{"source_content": "x"}, {"source": [{"content": "x", "filename": "index.js"}], "source_dir": None}]
)
def test_code_that_stands_in_the_configuration_is_inline(tmp_path: Path, archive: dict[str, Any]) -> None:
    assert found(tmp_path, archive, filename="out/f.zip")[0] == Code(text="x")


@pytest.mark.parametrize(
    ("archive", "values", "words"),
    [
        ({"source": [{}, {}]}, {"filename": "out/f.zip"}, "makes its code of 2 contents"),
        (None, {"s3_bucket": "b", "s3_key": "k.zip"}, "its code is s3://b/k.zip"),
        (None, {}, "the state does not say where its code is"),
    ],
)
def test_code_that_is_elsewhere_says_what_to_add(
    tmp_path: Path, archive: dict[str, Any] | None, values: dict[str, Any], words: str
) -> None:
    code, _ = found(tmp_path, archive, **values)
    assert code.missing is not None
    assert words in code.missing
    assert 'functions: {"aws_lambda_function.f": {directory: ..., handler: index.handler}}' in code.missing


def test_an_archive_that_is_not_the_deployed_one_is_worth_a_note(tmp_path: Path) -> None:
    path = tmp_path / "f.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("index.js", "x")
    digest = base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode()
    code, notices = found(tmp_path, None, filename="f.zip", source_code_hash=digest)
    assert notices == []
    assert code.path is not None
    assert (code.path / "index.js").read_text() == "x"
    code, notices = found(tmp_path, None, filename="f.zip", source_code_hash="other")
    assert [notice.code for notice in notices] == ["N-code-hash"]
    assert found(tmp_path, {"source_dir": "x"}, filename="none.zip", source_code_hash="x")[1] == []


def test_an_archive_that_is_none_says_so(tmp_path: Path) -> None:
    (tmp_path / "f.zip").write_bytes(b"no zip")
    code, _ = found(tmp_path, None, filename="f.zip")
    assert code.missing == f"{tmp_path / 'f.zip'}: cannot be unpacked: File is not a zip file"
