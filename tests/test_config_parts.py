from __future__ import annotations

from pathlib import Path

from edgeware.config.loading.terraform.parts import bundle
from edgeware.config.loading.terraform.resources import Resource
from edgeware.config.place import Place

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"


def resource(kind: str, managed: bool = True, /, **values: object) -> Resource:
    return Resource(address=f"{kind}.n", type=kind, name="n", managed=managed, values=values, place=Place())


def test_an_older_version_has_the_code_that_the_state_knows() -> None:
    site = resource(
        "aws_cloudfront_distribution",
        default_cache_behavior=[{"lambda_function_association": [{"lambda_arn": f"{ARN}:3"}]}],
    )
    function = resource(
        "aws_lambda_function",
        arn=ARN,
        runtime="nodejs22.x",
        vpc_config=[{"subnet_ids": ["s"]}],
        environment=[{"variables": {"A": "b"}}],
        tracing_config=[{"mode": "Active"}],
        ephemeral_storage=[{"size": 1024}],
        layers=[],
    )
    found = bundle(site, [site, function], Path(), [])
    assert found.names == {f"{ARN}:3": ("aws_lambda_function.n",)}
    assert found.lambdas[f"{ARN}:3"].values == {
        "Runtime": "nodejs22.x",
        "VpcConfig": ["s"],
        "Environment": {"A": "b"},
        "TracingConfig": {"Mode": "Active"},
        "EphemeralStorage": {"Size": 1024},
    }
    assert found.code[f"{ARN}:3"].missing


def test_a_resource_counts_for_more_than_a_data_source_of_the_same_id() -> None:
    own = resource("aws_cloudfront_cache_policy", id="p", name="own")
    data = resource("aws_cloudfront_cache_policy", False, id="p", name="data")
    for resources in ([own, data], [data, own]):
        part = bundle(own, resources, Path(), []).find("CachePolicy", "p")
        assert part is not None
        assert part.inner("CachePolicyConfig")["Name"] == "own"


def test_a_function_without_code_says_so() -> None:
    function = resource("aws_cloudfront_function", arn="a", name="f")
    assert bundle(function, [function], Path(), []).code["a"].missing == (
        "the state does not hold the code of aws_cloudfront_function.n"
    )
