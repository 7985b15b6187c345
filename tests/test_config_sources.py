from __future__ import annotations

import json
from pathlib import Path

import pytest

from edgeware.config.loading import load
from tests.fixtures.config.builders import FOLDER, api, native, refused, said, the_error


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"version": 3, "deployment": {}}, "holds no distribution"),
        ({"DistributionList": {"Items": []}}, "is a list of summaries"),
        ({"Distribution": 5}, "holds a distribution that is no mapping"),
        ({"import": 5}, "import: must be the path"),
        ({"import": ""}, "import: must be the path"),
        ({"import": "x.yaml", "name": "shop"}, "name: comes from the imported x.yaml"),
        ({"import": "/none/x.yaml"}, "/none/x.yaml: cannot be read"),
    ],
)
def test_what_is_not_read_yet_says_what_to_do(source: dict[str, object], words: str) -> None:
    assert words in the_error(source)


def test_a_template_in_yaml_is_known_in_spite_of_its_tags(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("Resources:\n  Bucket: !Sub '${X}'\n")
    assert "t.yaml: holds no distribution" in the_error(tmp_path / "t.yaml")


def test_files_that_import_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("import: b.yaml")
    (tmp_path / "b.yaml").write_text("import: a.yaml")
    assert "more than 5 files import each other" in the_error(tmp_path / "a.yaml")


def test_a_directory_without_a_distribution_is_refused(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    assert "no file in it holds a distribution" in the_error(tmp_path)


def test_of_one_distribution_printed_twice_the_fuller_one_is_taken(tmp_path: Path) -> None:
    config = api({})
    full = {"Distribution": {"Id": "E9", "DomainName": "d9.cloudfront.net", **config}}
    for first, second in (("a", "b"), ("b", "a")):
        (tmp_path / f"{first}.json").write_text(json.dumps(config))
        (tmp_path / f"{second}.json").write_text(json.dumps(full))
        assert load(tmp_path).id == "E9"


def test_of_two_distributions_one_must_be_named(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.json").write_text(json.dumps(api({"CallerReference": name})))
    first, *listed = refused(tmp_path)
    assert "holds 2 distributions" in first
    assert [line for line in listed if "a.json" in line]
    assert load(tmp_path / "a.json").origins["app"].domain_name == "app.example"


def test_sisters_of_a_file_are_read_with_it() -> None:
    loaded = load(FOLDER / "api" / "get-distribution-config.json", overlay={"functions": {"*": {"skip": True}}})
    assert loaded.behaviors[1].cache_policy.name == "img"


def test_parameters_that_nothing_takes_are_worth_a_warning() -> None:
    (notice,) = said(native(), "N-inputs", parameters={"Stage": "dev"})
    assert notice.text == "a native file takes no parameters and no outputs: Stage changes nothing."
    assert said(FOLDER / "api", "N-inputs", overlay={"outputs": {"a": "b"}, "functions": {"*": {"skip": True}}})


def test_a_native_mapping_is_what_is_none_of_these() -> None:
    assert refused(native()) == ()
    assert "Did you mean 'version'?" in "".join(refused({"versoin": 1}))
