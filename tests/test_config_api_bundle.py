from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.config.loading.api_bundle import Bundle, gather, readable
from edgeware.config.loading.documents import Document
from tests.fixtures.config.builders import FOLDER


def document(values: dict[str, object], source: str = "f.json") -> Document:
    return Document(values=values, base=Path(), source=source)


def test_the_sample_directory_is_known_by_what_its_files_hold() -> None:
    folder = FOLDER / "api"
    bundle = gather(readable(folder, (".json",), "api"), folder)
    assert {kind: sorted(parts) for kind, parts in bundle.parts.items()} == {
        "FunctionSummary": ["rewrite", "tag"],
        "KeyValueStore": [
            "arn:aws:cloudfront::123456789012:key-value-store/33333333-3333-4333-8333-333333333333",
        ],
        "CachePolicy": ["11111111-1111-4111-8111-111111111111"],
        "OriginRequestPolicy": ["b689b0a8-53d0-40ab-baf2-68738e2966ac"],
        "ResponseHeadersPolicy": ["22222222-2222-4222-8222-222222222222"],
    }
    assert list(bundle.lambdas) == ["arn:aws:lambda:us-east-1:123456789012:function:auth:7"]
    assert [source for source, _ in bundle.keys] == ["api/list-keys.redirects.json"]
    assert [of.source for of, _ in bundle.distributions] == [
        "api/get-distribution-config.json",
        "api/get-distribution.json",
    ]


def test_of_two_stages_live_is_kept() -> None:
    def summary(stage: str) -> Document:
        return document({"FunctionSummary": {"Name": "f", "FunctionMetadata": {"Stage": stage}}})

    for stages in (("LIVE", "DEVELOPMENT"), ("DEVELOPMENT", "LIVE")):
        part = gather(map(summary, stages), Path()).find("FunctionSummary", "f")
        assert part is not None
        assert part.inner("FunctionMetadata") == {"Stage": "LIVE"}


def test_lists_of_functions_and_lambda_get_function_are_taken() -> None:
    bundle = gather(
        [
            document({"FunctionList": {"Items": [{"Name": "f"}, 5]}}),
            document({"Configuration": {"FunctionName": "l", "FunctionArn": "arn:l:1"}, "Code": {"Location": "x"}}),
        ],
        Path(),
    )
    assert bundle.find("FunctionSummary", "f") is not None
    assert list(bundle.lambdas) == ["arn:l:1"]


@pytest.mark.parametrize(
    "values",
    [{}, {"CachePolicy": 5}, {"CachePolicyList": 5}, {"Items": 5}, {"Items": [{"Key": "a"}]}, {"Configuration": 5}],
)
def test_what_is_none_of_the_api_s_structures_is_left_alone(values: dict[str, object]) -> None:
    bundle = gather([document(values)], Path())
    assert (bundle.parts, bundle.distributions, bundle.lambdas, bundle.keys) == ({}, [], {}, [])
    assert bundle.find("CachePolicy", "x") is None


@pytest.mark.parametrize(
    ("files", "name", "found"),
    [
        (["f.js", "f", "f.txt"], "f", "f.js"),
        (["f", "f.txt"], "f", "f"),
        (["f.json", "f.mjs"], "f", "f.mjs"),
        (["f.json"], "f", None),
        (["f.js"], "../f", None),
        (["f.js"], "f*", None),
    ],
)
def test_code_is_found_by_the_function_s_name(tmp_path: Path, files: list[str], name: str, found: str | None) -> None:
    for file in files:
        (tmp_path / file).touch()
    assert Bundle(folder=tmp_path).code_of(name) == (tmp_path / found if found else None)


def test_a_folder_that_cannot_be_listed_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "f").touch()
    (tmp_path / "d.json").mkdir()
    assert readable(tmp_path / "f", (".json",), "f") == []
    assert readable(tmp_path, (".json",), "f") == []
