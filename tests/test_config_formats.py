from __future__ import annotations

import subprocess
import sys

import pytest

from edgeware.config.loading.formats import FILES
from tests.fixtures.config.builders import api, native
from tests.servers.process import REPOSITORY


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (api({}), "API output"),
        ({"CallerReference": "x", "Origins": {}}, "API output"),
        ({"Distribution": {}}, "API output"),
        ({"Resources": {}}, "a CloudFormation template"),
        ({"AWSTemplateFormatVersion": "2010-09-09"}, "a CloudFormation template"),
        ({"format_version": "1.0", "planned_values": {}}, "Terraform's JSON"),
        ({"format_version": "1.0", "values": {}}, "Terraform's JSON"),
        ({"version": 4, "lineage": "x"}, "a Terraform state"),
        ({"version": 3, "deployment": {}}, "a Pulumi stack export"),
        (native(), "a native file"),
        ({}, "a native file"),
    ],
)
def test_a_format_is_told_by_what_it_holds(values: dict[str, object], name: str) -> None:
    assert next(form.name for form in FILES if form.sees(values)) == name


@pytest.mark.parametrize("reader", ["api_sources", "cloudformation.assembly", "native", "pulumi", "terraform.hcl"])
def test_any_reader_may_be_the_first_that_is_imported(reader: str) -> None:
    module = f"edgeware.config.loading.{reader}"
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True, cwd=REPOSITORY)
