"""Terraform's language written as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.config.canonical import canonical
from edgeware.config.loading import load
from edgeware.config.loading.terraform import hcl_syntax
from edgeware.config.loading.terraform.hcl_expressions import evaluated
from edgeware.config.loading.terraform.hcl_json import parse
from edgeware.config.loading.terraform.hcl_syntax import Block
from edgeware.config.place import LinedList, LinedMapping
from edgeware.exceptions import ConfigurationError
from tests.fixtures.config.builders import refused, the_error
from tests.test_config_hcl_expressions import UNKNOWN, Values

FOLDER = Path(__file__).parent / "fixtures/config/terraform"


def read(folder: Path, text: str) -> Block:
    (folder / "main.tf.json").write_text(text)
    return parse(folder / "main.tf.json", "main.tf.json")


def test_it_is_the_distribution_that_the_language_says() -> None:
    assert canonical(load(FOLDER / "json/main.tf.json")) == canonical(load(FOLDER / "hcl/main.tf"))
    assert canonical(load(FOLDER / "json")) == canonical(load(FOLDER / "hcl"))


def test_blocks_stand_under_their_labels_alone_or_in_lists(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        """{
          "//": "a word",
          "terraform": {"required_version": "1"},
          "locals": [{"a": 1}, {"b": 2}],
          "resource": [
            {"kind": {"one": {}, "two": [{"x": 1},
                                         {"x": 2}]}},
            {"other": [{"three": {}}]}
          ]
        }""",
    )
    assert [(block.type, block.labels, block.line) for block in file.blocks] == [
        ("resource", ("kind", "one"), 6),
        ("resource", ("kind", "two"), 6),
        ("resource", ("kind", "two"), 7),
        ("resource", ("other", "three"), 8),
        ("locals", (), 4),
        ("locals", (), 4),
    ]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ('"a-${1}"', "a-1"),
        ('"${1}"', 1),
        ('"$${x} \\\\n"', "${x} \\n"),
        ("[1, 2.5, -3, true, false, null]", [1, 2.5, -3, True, False, None]),
        ('{"k-${1}": {"//": "a word", "v": [""]}}', {"k-1": {"v": [""]}}),
        ("{}", {}),
    ],
)
def test_values(tmp_path: Path, said: str, found: object) -> None:
    block = read(tmp_path, f'{{"locals": {{"it": {said}}}}}').blocks[0]
    assert evaluated(block.attributes["it"], Values(), {}) == found


def test_a_key_that_is_not_to_be_had_makes_an_object_that_is_not(tmp_path: Path) -> None:
    block = read(tmp_path, '{"locals": {"it": {"${nowhere}": 1}}}').blocks[0]
    assert evaluated(block.attributes["it"], Values(), {}) == UNKNOWN


def test_values_know_their_lines(tmp_path: Path) -> None:
    block = read(tmp_path, '{"locals": {"it": [\n{"a": 1,\n"b": 2},\n3]}}').blocks[0]
    found = evaluated(block.attributes["it"], Values(), {})
    assert isinstance(found, LinedList)
    assert found.lines == {0: 2, 1: 4}
    assert isinstance(found[0], LinedMapping)
    assert found[0].lines == {"a": 2, "b": 3}


def test_dynamic_blocks_may_stand_in_blocks(tmp_path: Path) -> None:
    inner = '{"dynamic": {"header": {"for_each": ["a"], "iterator": "one", "content": {"name": "${one.value}"}}}}'
    file = read(tmp_path, f'{{"resource": {{"kind": {{"x": {{"tags": {{"a": "b"}}, "origin": [{inner}]}}}}}}}}')
    (block,) = file.blocks
    assert list(block.attributes) == ["tags"]
    (dynamic,) = block.blocks[0].blocks
    assert (block.blocks[0].type, dynamic.type, dynamic.labels) == ("origin", "dynamic", ("header",))
    assert sorted(dynamic.attributes) == ["for_each", "iterator"]
    assert dynamic.blocks[0].type == "content"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"resource": ', "main.tf.json:1: is not JSON"),
        ("[]", "main.tf.json: holds no mapping"),
        ('{"resource": 5}', "holds no distribution"),
        ('{"variable": {\n"x": {\n"type": "stri:"}}}', "main.tf.json:3: 'stri:' is no type."),
        ('{"resource": {"aws_cloudfront_distribution": {"x": 5}}}', "holds no distribution"),
        ('{"resource": {"aws_cloudfront_distribution": {"x": {"dynamic": {"origin": {}}}}}}', "default_cache_behavior"),
        ('{"resource": {"aws_cloudfront_distribution": {"x": {"dynamic": 5, "origin": {"dynamic": []}}}}}', "origin"),
    ],
)
def test_what_is_broken_is_said(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "main.tf.json").write_text(text)
    errors = refused(tmp_path / "main.tf.json")
    assert any(words in error for error in errors), errors
    assert str(tmp_path) in errors[0]


def test_parse_raises_for_what_is_no_json(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^main\.tf\.json:2: is not JSON"):
        read(tmp_path, "{\n,")


PLAIN = """{"resource": {"aws_cloudfront_distribution": {"site": {
  "enabled": true,
  "comment": "%s",
  "origin": {"domain_name": "app.example", "origin_id": "app", "custom_origin_config": {
    "http_port": 80, "https_port": 443, "origin_protocol_policy": "http-only", "origin_ssl_protocols": ["TLSv1.2"]}},
  "default_cache_behavior": {"target_origin_id": "app", "viewer_protocol_policy": "allow-all", "compress": %s,
    "allowed_methods": ["GET", "HEAD"], "cached_methods": ["GET", "HEAD"],
    "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6"}
}}}, "variable": {"name": {"type": "string", "default": "x"}}}"""


def test_plain_json_is_read_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hcl_syntax, "find_spec", lambda name: None)
    (tmp_path / "main.tf.json").write_text(PLAIN % ("shop", "true"))
    for source in (tmp_path, tmp_path / "main.tf.json"):
        assert load(source, parameters={"name": "y"}).name == "shop"
    (tmp_path / "main.tf.json").write_text(PLAIN % ("shop", '"${var.name == 1}"'))
    assert "pip install 'edgeware[hcl]'" in the_error(tmp_path)
    (tmp_path / "terraform.tfvars").write_text("name = 1")
    assert "pip install 'edgeware[hcl]'" in the_error(tmp_path)
    (tmp_path / "variables.tofu").write_text("")
    assert "is Terraform's own language" in the_error(tmp_path)


def test_both_kinds_of_files_make_one_module(tmp_path: Path) -> None:
    (tmp_path / "main.tf.json").write_text(PLAIN % ("${local.full}-${var.other}", "true"))
    (tmp_path / "names.tf").write_text('locals {\n  full = "${var.name}-shop"\n}\nvariable "other" {}')
    (tmp_path / "terraform.tfvars").write_text('name = "lost"\nother = "o"')
    (tmp_path / "terraform.tfvars.json").write_text('{"name": "kept"}')
    (tmp_path / "z.auto.tfvars.json").write_text('{"other": "z"}')
    for source in (tmp_path, tmp_path / "main.tf.json"):
        assert load(source).name == "kept-shop-z"
