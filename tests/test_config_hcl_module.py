"""A module of Terraform's language: what its references lead to."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.config.loading.inputs import Inputs
from edgeware.config.loading.terraform import hcl_module
from edgeware.config.loading.terraform.hcl_expressions import evaluated
from edgeware.config.loading.terraform.hcl_module import Module
from edgeware.config.loading.terraform.hcl_syntax import expression, parse
from edgeware.config.reading import Unresolved


def module(text: str, folder: Path = Path(), /, **parameters: str) -> Module:
    folder = folder.resolve()
    files = [parse(text, "main.tf")]
    return Module(folder=folder, root=folder, inputs=Inputs(parameters=parameters), source=".", files=files)


def value(text: str, of: str, **parameters: str) -> object:
    return evaluated(expression(of), module(text, Path(), **parameters), {})


def why(text: str, of: str) -> str:
    found = value(text, of)
    assert isinstance(found, Unresolved)
    return found.why


@pytest.mark.parametrize(
    ("text", "reference", "found"),
    [
        ('variable "a" {\ndefault = "x"\n}', "var.a", "x"),
        ("locals {\na = local.b\nb = 1\n}", "local.a", 1),
        ("", "path.module", "."),
        ("", "path.root", "."),
        ("", "terraform.workspace", "default"),
        ('resource "aws_s3_bucket" "b" {\nbucket = "shop"\n}', "aws_s3_bucket.b.bucket", "shop"),
        ('resource "aws_s3_bucket" "b" {\nbucket = "shop"\n}', "aws_s3_bucket.b.id", "shop"),
        (
            'resource "aws_s3_bucket" "b" {\nbucket = "shop"\n}',
            "aws_s3_bucket.b.bucket_regional_domain_name",
            "shop.s3.us-east-1.amazonaws.com",
        ),
        ('data "aws_caller_identity" "me" {}', "data.aws_caller_identity.me.account_id", "123456789012"),
        ('data "aws_region" "here" {}', "data.aws_region.here.name", "us-east-1"),
        ('data "aws_partition" "p" {}', "data.aws_partition.p.dns_suffix", "amazonaws.com"),
        (
            'resource "aws_s3_bucket" "b" {\ncount = 2\nbucket = "shop-${count.index}"\n}',
            "aws_s3_bucket.b[1].bucket",
            "shop-1",
        ),
        (
            'resource "aws_s3_bucket" "b" {\ncount = 2\nbucket = "shop-${count.index}"\n}',
            "aws_s3_bucket.b[*].bucket",
            ["shop-0", "shop-1"],
        ),
        (
            'resource "aws_s3_bucket" "b" {\nfor_each = toset(["x"])\nbucket = each.value\n}',
            'one(values({ a = aws_s3_bucket.b["x"].bucket }))',
            "x",
        ),
        (
            'resource "aws_s3_bucket" "b" {\nbucket = "shop"\n}',
            'lookup(aws_s3_bucket.b, "arn", null)',
            "arn:aws:s3:::shop",
        ),
        (
            'resource "x" "b" {\nfor_each = { a = "1", c = "2" }\ny = each.value\n}',
            "[for key, one in x.b : join(key, [one.y, one.y])]",
            ["1a1", "2c2"],
        ),
        ('resource "x" "b" {\ncount = 2\ny = count.index\n}', "[for one in x.b : one.y]", [0, 1]),
        ('resource "aws_s3_bucket" "b" {\ncount = "1"\nbucket = "shop"\n}', "aws_s3_bucket.b.0.bucket", "shop"),
    ],
)
def test_what_references_lead_to(text: str, reference: str, found: object) -> None:
    assert value(text, reference) == found


@pytest.mark.parametrize(
    ("text", "reference", "reason"),
    [
        ("", "var.a", "there is no variable 'a'."),
        ("locals {\nb = 1\n}", "local.a", "there is no local 'a'."),
        ("", "nothing", "'nothing' is not known here."),
        ("", "module.a.b", "there is no module 'a'."),
        ("", "module.a", "module.a is only known when it is made."),
        ("", "aws_lb.x.dns_name", "aws_lb.x.dns_name is only known when it is made."),
        ("locals {\na = local.b\nb = local.a\n}", "local.a", "local.a refers to itself."),
        ('variable "a" {\ndefault = var.a\n}', "var.a", "the variable 'a' refers to itself."),
        ('resource "x" "b" {\ny = x.b\n}', "x.b.y.y", "x.b refers to itself."),
        ('resource "aws_s3_bucket" "b" {}', "aws_s3_bucket.b.x", "aws_s3_bucket.b.x is only known when it is made."),
        ('resource "x" "b" {\ny = x.b.y\n}', "x.b.y", "resource.x.b..y refers to itself."),
        ('resource "x" "b" {\ncount = 0\n}', "x.b[0].id", "x.b[0].id is not made: there are 0 of it."),
        ('resource "x" "b" {\ncount = 2\n}', "x.b[local.a].id", "there is no local 'a'."),
        ('module "a" {\nsource = "./nowhere"\n}', "module.a.b", "the module 'a' is not in ./nowhere."),
        (
            'module "a" {\nsource = var.a\n}',
            "module.a.b",
            "the module 'a' comes from elsewhere, and terraform init has not put it here.",
        ),
    ],
)
def test_what_they_do_not(text: str, reference: str, reason: str) -> None:
    assert why(text, reference) == reason


def test_a_name_that_hangs_on_itself_does_not_hang_the_reader() -> None:
    text = 'resource "aws_s3_bucket" "b" {\nbucket = aws_s3_bucket.b.arn\n}'
    assert value(text, "aws_s3_bucket.b.arn") == "arn:aws:s3:::aws-s3-bucket-b"


def test_parameters_are_texts_or_expressions_by_the_variables_type() -> None:
    text = 'variable "a" {\ntype = %s\n}\n'
    assert value(text % "string", "var.a", a="[1]") == "[1]"
    assert value(text % "list(string)", "var.a", a='["x"]') == ["x"]
    assert value(text % "bool", "var.a", a="true") is True
    assert value(text % "list(string)", "var.a", a="no list") == "no list"
    assert value('variable "a" {}\n', "var.a", a="1") == "1"


def test_instances_of_what_nobody_knows_are_one() -> None:
    unknown = 'variable "n" {}\nresource "x" "b" {\n%s\n}'
    for text in ("count = var.n", "for_each = var.n"):
        found = module(unknown % text)
        assert [one.address for one in found.resources(("x",))] == ["x.b"]
    # What stands for an instance of them is the only one.
    assert isinstance(value(unknown % "for_each = var.n\ny = each.value", "x.b[var.n].y"), Unresolved)


def test_instances_are_made_by_the_dozen_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hcl_module, "MAX_INSTANCES", 2)
    assert len(list(module('resource "x" "b" {\ncount = 9\n}').resources(("x",)))) == 2
    several = module('resource "x" "b" {\nfor_each = { a = 1, b = 2, c = 3 }\n}\nresource "x" {}')
    assert [one.address for one in several.resources(("x",))] == ['x.b["a"]', 'x.b["b"]']


def test_a_name_that_is_not_to_be_had_gets_a_stand_in() -> None:
    found = module('variable "p" {}\nresource "aws_lambda_function" "b" {\nfunction_name = "${var.p}-auth"\n}')
    (function,) = found.resources(("aws_lambda",))
    assert function.values["function_name"] == "p-auth"
    assert function.values["qualified_arn"] == "arn:aws:lambda:us-east-1:123456789012:function:p-auth:1"


def test_modules_give_outputs_and_resources(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    inner = 'variable "a" {}\noutput "b" {\nvalue = "${var.a}${path.module}"\n}\nresource "x" "y" {\nz = var.a\n}'
    (tmp_path / "inner/main.tf").write_text(inner)
    call = 'module "m" {\ncount = %s\nsource = "./inner"\na = "1"\n}'
    outer = module(call % 1, tmp_path)
    assert evaluated(expression("module.m[0].b"), outer, {}) == "1inner"
    assert evaluated(expression("module.m.b"), outer, {}) == "1inner"
    assert evaluated(expression("module.m[*].b"), outer, {}) == ["1inner"]
    missing = evaluated(expression("module.m.c"), outer, {})
    assert isinstance(missing, Unresolved)
    assert missing.why == "the module 'm' has no output 'c'."
    (child,) = outer.children()
    assert [one.address for one in child.resources(("x",))] == ["module.m.x.y"]
    assert list(module(call % 0, tmp_path).children()) == []


def test_modules_that_call_each_other_end(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('module "m" {\nsource = "./."\n}')
    outer = module('module "m" {\nsource = "./."\n}', tmp_path)
    assert len(list(outer.children())) == hcl_module.MAX_DEPTH
