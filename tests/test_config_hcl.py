"""Terraform's own language as a source: what is plain is read, and the rest is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edgeware.config.canonical import canonical
from edgeware.config.loading import examine, load
from edgeware.config.loading.terraform import hcl
from edgeware.config.model import Code, LambdaFunction, OriginRequestPolicy
from tests.fixtures.config.builders import refused, the_error

SITE = """
resource "aws_cloudfront_distribution" "site" {
  enabled = true
  comment = "shop"
  origin {
    domain_name = "app.example"
    origin_id   = "app"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }
  default_cache_behavior {
    target_origin_id       = "app"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = data.aws_cloudfront_cache_policy.optimized.id
    %s
  }
  %s
}
data "aws_cloudfront_cache_policy" "optimized" {
  name = "Managed-CachingOptimized"
}
"""


def site(behavior: str = "", inside: str = "", beside: str = "") -> str:
    return SITE % (behavior, inside) + beside


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.tf"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_a_directory_and_a_file_are_read_as_the_same_distribution(tmp_path: Path) -> None:
    write(tmp_path, main=site())
    assert canonical(load(tmp_path)) == canonical(load(tmp_path / "main.tf"))
    assert load(tmp_path).default_behavior.cache_policy.name == "Managed-CachingOptimized"


def test_it_is_the_distribution_that_the_state_shows(tmp_path: Path) -> None:
    write(tmp_path, main=site())
    values = {
        "enabled": True,
        "comment": "shop",
        "origin": [
            {
                "domain_name": "app.example",
                "origin_id": "app",
                "custom_origin_config": [
                    {
                        "http_port": 80,
                        "https_port": 443,
                        "origin_protocol_policy": "https-only",
                        "origin_ssl_protocols": ["TLSv1.2"],
                    }
                ],
            }
        ],
        "default_cache_behavior": [
            {
                "target_origin_id": "app",
                "viewer_protocol_policy": "redirect-to-https",
                "allowed_methods": ["GET", "HEAD"],
                "cached_methods": ["GET", "HEAD"],
                "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            }
        ],
    }
    one = {"address": "aws_cloudfront_distribution.site", "mode": "managed", "type": "aws_cloudfront_distribution"}
    shown = {
        "format_version": "1.0",
        "values": {"root_module": {"resources": [{**one, "name": "site", "values": values}]}},
    }
    own, other = json.loads(canonical(load(tmp_path))), json.loads(canonical(load(shown)))
    assert {**own, "id": "", "domain_name": ""} == {**other, "id": "", "domain_name": ""}


def test_functions_and_their_code_are_found(tmp_path: Path) -> None:
    association = """
    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.tag.arn
    }
    lambda_function_association {
      event_type = "origin-request"
      lambda_arn = "${aws_lambda_function.auth.arn}:${aws_lambda_function.auth.version}"
    }
    """
    beside = """
    resource "aws_cloudfront_function" "tag" {
      name    = "tag"
      runtime = "cloudfront-js-2.0"
      code    = file("${path.module}/tag.js")
    }
    data "archive_file" "auth" {
      type        = "zip"
      source_dir  = "${path.module}/auth"
      output_path = "auth.zip"
    }
    resource "aws_lambda_function" "auth" {
      function_name = "auth"
      filename      = data.archive_file.auth.output_path
      handler       = "index.handler"
      runtime       = "nodejs22.x"
    }
    """
    write(tmp_path, main=site(association, beside=beside))
    (tmp_path / "tag.js").write_text("function handler(event) { return event.request; }")
    (tmp_path / "auth").mkdir()
    (tmp_path / "auth/index.js").write_text("exports.handler = async (event) => event.Records[0].cf.request;")
    found = load(tmp_path)
    assert found.functions["tag"].code == Code(text="function handler(event) { return event.request; }")
    assert found.functions["auth"] == LambdaFunction(
        name="auth", code=Code(path=tmp_path / "auth"), runtime="nodejs22.x", handler="index.handler"
    )


def test_a_function_whose_code_is_not_there_says_which_file(tmp_path: Path) -> None:
    association = (
        'function_association {\nevent_type = "viewer-request"\nfunction_arn = aws_cloudfront_function.f.arn\n}'
    )
    beside = (
        'resource "aws_cloudfront_function" "f" {\nname = "f"\ncode = file("f.js")\nruntime = "cloudfront-js-2.0"\n}'
    )
    write(tmp_path, main=site(association, beside=beside))
    assert "'f' has no code: f.js: cannot be read" in the_error(tmp_path)


@pytest.mark.parametrize(
    ("association", "snippet"),
    [
        ("function_association {\nfunction_arn = var.f\n", 'functions: {"f": {file: ...}}'),
        (
            "lambda_function_association {\nlambda_arn = var.f\n",
            'functions: {"f": {directory: ..., handler: index.handler}}',
        ),
    ],
)
def test_a_function_from_elsewhere_is_an_overlays(tmp_path: Path, association: str, snippet: str) -> None:
    write(tmp_path, main=site(f'{association}event_type = "viewer-request"\n}}', beside='variable "f" {}'))
    error = the_error(tmp_path)
    assert "the variable 'f' has no value" in error
    assert snippet in error


def test_variables_come_from_parameters_before_files_before_defaults(tmp_path: Path) -> None:
    beside = 'variable "a" { default = "one" }\nvariable "b" { default = "one" }\nvariable "c" { default = "one" }'
    write(tmp_path, main=site(inside="aliases = [var.a, var.b, var.c]", beside=beside))
    (tmp_path / "terraform.tfvars").write_text('b = "two"\nc = "two"\n')
    (tmp_path / "z.auto.tfvars").write_text('c = "three"\n')
    assert load(tmp_path).aliases == ("one", "two", "three")
    assert load(tmp_path, parameters={"c": "four"}).aliases == ("one", "two", "four")


def test_a_parameter_that_no_variable_takes_is_told(tmp_path: Path) -> None:
    write(tmp_path, main=site())
    notices = examine(tmp_path, parameters={"nobody": "x"}).notices
    assert [notice.text for notice in notices if notice.code == "N-parameter"] == [
        "the parameter nobody was given, and there is no such variable."
    ]


def test_what_only_names_something_gets_a_stand_in(tmp_path: Path) -> None:
    beside = 'variable "name" {}\nresource "aws_cloudfront_origin_request_policy" "p" { name = "${var.name}-all" }'
    policy = "origin_request_policy_id = aws_cloudfront_origin_request_policy.p.id"
    write(tmp_path, main=site(policy, "aliases = [var.name]", beside))
    found = load(tmp_path)
    assert isinstance(found.default_behavior.origin_request_policy, OriginRequestPolicy)
    assert found.default_behavior.origin_request_policy.name == "name-all"
    assert found.aliases == ()
    told = [notice for notice in found.notices if notice.code == "N-stand-in"]
    assert [notice.hint for notice in told] == ["--parameter name=..."]


def test_what_the_edge_needs_and_nobody_knows_is_an_error_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, main=site("compress = var.compress", beside='variable "compress" {}'))
    error = the_error(tmp_path)
    assert error.startswith(f"{tmp_path}/main.tf:21 aws_cloudfront_distribution.site.default_cache_behavior.compress: ")
    assert "the variable 'compress' has no value. --parameter compress=..." in error


def test_a_dynamic_block_that_hangs_on_what_nobody_knows_is_told_and_left_out(tmp_path: Path) -> None:
    dynamic = 'dynamic "ordered_cache_behavior" {\nfor_each = var.more\ncontent {\n}\n}'
    write(tmp_path, main=site(inside=dynamic, beside='variable "more" {}'))
    found = load(tmp_path)
    assert len(found.behaviors) == 1
    assert [notice.where for notice in found.notices if notice.code == "N-dynamic"] == [
        f"{tmp_path}/main.tf:23 aws_cloudfront_distribution.site.ordered_cache_behavior"
    ]


def test_local_modules_are_read_with_what_they_are_given(tmp_path: Path) -> None:
    write(
        tmp_path,
        main='module "cdn" {\n  source = "./modules/cdn"\n  names = ["shop.example"]\n}',
        modules__cdn__main=site(inside="aliases = var.names", beside='variable "names" {}'),
    )
    assert load(tmp_path).aliases == ("shop.example",)
    assert load(tmp_path, distribution="module.cdn.aws_cloudfront_distribution.site").name == "shop"


def test_a_file_that_is_named_is_read_with_those_beside_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        main=site(inside="aliases = [local.name]"),
        names='locals {\n  name = "shop.example"\n}',
        other=site().replace('"site"', '"other"'),
        broken="{{{",
    )
    assert load(tmp_path / "main.tf").aliases == ("shop.example",)
    assert the_error(tmp_path).startswith(f"{tmp_path}/broken.tf:1: is not Terraform's language")


def test_no_distribution_and_where_it_may_be(tmp_path: Path) -> None:
    write(tmp_path, main="locals {}")
    assert the_error(tmp_path) == f"{tmp_path}: holds no distribution."
    write(tmp_path, main='module "cdn" {\n  source = "terraform-aws-modules/cloudfront/aws"\n}')
    error = the_error(tmp_path)
    assert "the module 'cdn' comes from terraform-aws-modules/cloudfront/aws, and terraform init has not" in error
    assert "Read it as a plan: terraform plan" in error


def test_several_distributions_are_to_be_chosen_from(tmp_path: Path) -> None:
    write(tmp_path, main=site(inside="count = 2"))
    assert "holds 2 distributions" in refused(tmp_path)[0]
    assert load(tmp_path, distribution="aws_cloudfront_distribution.site[1]").name == "shop"


def test_nesting_without_end_is_refused_in_words(tmp_path: Path) -> None:
    write(tmp_path, main=f"locals {{\n  x = {'[' * 2000}{']' * 2000}\n}}")
    assert the_error(tmp_path) == f"{tmp_path}: is nested too deeply."


def test_without_the_extra_the_command_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hcl, "installed", lambda: False)
    write(tmp_path, main=site())
    for source in (tmp_path, tmp_path / "main.tf"):
        error = the_error(source)
        assert "terraform show -json plan.tfplan > plan.json" in error
        assert "edgeware[hcl]" in error


def test_a_module_of_a_registry_is_read_where_terraform_has_put_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        main='module "cdn" {\n  source  = "terraform-aws-modules/cloudfront/aws"\n  comment = "from a registry"\n}',
    )
    assert "terraform init has not put it here" in the_error(tmp_path)
    inner = site().replace('"shop"', "var.comment") + 'variable "comment" {}'
    write(tmp_path / ".terraform/modules/cdn", main=inner.replace("enabled = true", "enabled = false"))
    listed = [{"Key": "cdn", "Source": "registry.terraform.io/x", "Dir": ".terraform/modules/cdn"}]
    (tmp_path / ".terraform/modules/modules.json").write_text(json.dumps({"Modules": listed}))
    loaded = load(tmp_path)
    assert loaded.name == "from a registry"
    disabled = next(notice.where for notice in loaded.notices if notice.code == "N-disabled")
    assert disabled.startswith(
        f"{tmp_path}/.terraform/modules/cdn/main.tf:3 module.cdn.aws_cloudfront_distribution.site"
    )
