"""A case for each rule of the manual, V1 to V40: one source that breaks it, one beside it that does not."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from edgeware.config.loading import examine
from edgeware.config.loading.rules import READING
from edgeware.config.validation import RULES
from tests.fixtures.config.builders import FOLDER, api, api_behavior, api_origin, native

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:f"
FUNCTION = "arn:aws:cloudfront::123456789012:function/f"


class Case(NamedTuple):
    severity: str
    broken: dict[str, Any]
    sound: dict[str, Any]


def behavior(**changes: object) -> dict[str, Any]:
    return native(default_behavior={"origin": "app", **changes})


def origin(**changes: object) -> dict[str, Any]:
    return native(origins={"app": {"local": "app", **changes}})


def patterns(*texts: object) -> dict[str, Any]:
    return native(behaviors=[{"path_pattern": text, "origin": "app"} for text in texts])


def policy(**changes: object) -> dict[str, Any]:
    return {**behavior(cache_policy="own"), "cache_policies": {"own": changes}}


def request_policy(headers: object) -> dict[str, Any]:
    return {**behavior(origin_request_policy="own"), "origin_request_policies": {"own": {"headers": headers}}}


def response_policy(**changes: object) -> dict[str, Any]:
    return {**behavior(response_headers_policy="own"), "response_headers_policies": {"own": changes}}


def forwarded(**changes: object) -> dict[str, Any]:
    return behavior(forwarded_values=changes)


def function(event: str = "viewer_request", body: bool = False, **changes: Any) -> dict[str, Any]:
    attached: object = {"function": "f", "include_body": True} if body else "f"
    return {**behavior(**{event: attached}), "functions": {"f": {"code": "x", **changes}}}


def both(one: str, other: str) -> dict[str, Any]:
    functions = {"f": {"code": "x"}, "l": {"code": "x", "kind": "lambda-edge"}}
    return {**behavior(**{one: "f", other: "l"}), "functions": functions}


def of_lambda(**changes: Any) -> dict[str, Any]:
    return function("origin_request", kind="lambda-edge", **changes)


def error_page(**changes: object) -> dict[str, Any]:
    return native(custom_error_responses=[{"error_code": 404, **changes}])


def group(**changes: object) -> dict[str, Any]:
    given = {"members": ["app", "b"], "status_codes": [500], **changes}
    return native(origins={"app": {"local": "app"}, "b": {"local": "app"}}, origin_groups={"g": given})


def api_with(**changes: object) -> dict[str, Any]:
    return api({"DefaultCacheBehavior": api_behavior(**changes)})


def associated(key: str, arn_key: str, *arns: str, **changes: object) -> dict[str, Any]:
    items = [{arn_key: arn, "EventType": "viewer-request"} for arn in arns]
    return api_with(**{key: {"Quantity": len(items), "Items": items}, **changes})


def lambdas(*arns: str, **changes: object) -> dict[str, Any]:
    return associated("LambdaFunctionAssociations", "LambdaFunctionARN", *arns, **changes)


def functions(*arns: str, **changes: object) -> dict[str, Any]:
    return associated("FunctionAssociations", "FunctionARN", *arns, **changes)


BOTH = {"CustomOriginConfig": {"HTTPPort": 80}, "S3OriginConfig": {"OriginAccessIdentity": ""}}
OAI = {"OriginAccessIdentity": "origin-access-identity/cloudfront/E1"}
S3 = {"Id": "app", "DomainName": "b.s3.amazonaws.com"}
KVS_ITEMS = [{"KeyValueStoreARN": f"arn:aws:cloudfront::123456789012:key-value-store/{name}"} for name in "ab"]


def of_accounts(one: str, other: str) -> dict[str, Any]:
    function = {"FunctionARN": FUNCTION.replace("123456789012", one), "EventType": "viewer-request"}
    handler = {"LambdaFunctionARN": f"{LAMBDA}:1".replace("123456789012", other), "EventType": "origin-request"}
    return api_with(FunctionAssociations={"Items": [function]}, LambdaFunctionAssociations={"Items": [handler]})


def summary(stores: int) -> dict[str, Any]:
    config = {"Runtime": "cloudfront-js-2.0", "KeyValueStoreAssociations": {"Items": KVS_ITEMS[:stores]}}
    return {**functions(FUNCTION), "FunctionSummary": {"Name": "f", "FunctionConfig": config}}


CASES: dict[str, Case] = {
    "V1": Case("error", behavior(origin="none"), behavior()),
    "V2": Case("error", api({"Origins": {"Items": [api_origin(), api_origin()]}}), api({})),
    "V3": Case("error", api({"Origins": {"Items": [api_origin(**BOTH)]}}), api({"Origins": {"Items": [S3]}})),
    "V3a": Case("error", origin(domain_name="https://app.example"), origin(domain_name="app.example")),
    "V4": Case(
        "error",
        api({"Origins": {"Items": [{**S3, "OriginAccessControlId": "E1", "S3OriginConfig": OAI}]}}),
        api({"Origins": {"Items": [{**S3, "S3OriginConfig": OAI}]}}),
    ),
    "V5": Case("error", origin(origin_path="v1/"), origin(origin_path="/v1")),
    "V6": Case("error", origin(http_port=81), origin(http_port=8080)),
    "V7": Case("error", origin(read_timeout=121), origin(read_timeout=120)),
    "V8": Case("error", origin(headers={"Host": "x"}), origin(headers={"X-Host": "x"})),
    "V9": Case("error", group(members=["app", "app"]), group()),
    "V10": Case("error", native(behaviors=[{"origin": "app"}]), patterns("/a")),
    "V11": Case("error", patterns("/a", "/a"), patterns("/a", "/b")),
    "V12": Case("error", patterns("/a b"), patterns("/a-b")),
    "V13": Case("error", behavior(allowed_methods=["GET"]), behavior(allowed_methods="all")),
    "V14": Case("error", behavior(forwarded_values={}, cache_policy="CachingOptimized"), behavior(forwarded_values={})),
    "V15": Case(
        "error",
        behavior(forwarded_values={}, origin_request_policy="AllViewer"),
        behavior(cache_policy="CachingOptimized", origin_request_policy="AllViewer"),
    ),
    "V16": Case("error", behavior(cache_policy="none"), behavior(cache_policy="CachingOptimized")),
    "V17": Case("error", policy(min_ttl=9, default_ttl=5), policy(min_ttl=5, default_ttl=9)),
    "V18": Case(
        "error",
        policy(min_ttl=0, default_ttl=0, max_ttl=0, gzip=True),
        policy(min_ttl=0, default_ttl=0, max_ttl=0),
    ),
    "V19": Case("error", policy(gzip=True, headers={"include": ["Accept-Encoding"]}), policy(gzip=True)),
    "V20": Case("error", request_policy({"include": ["Authorization"]}), request_policy({"include": ["X-A"]})),
    "V21": Case("error", policy(cookies={"include": []}), policy(cookies={"include": ["a"]})),
    "V22": Case("error", forwarded(headers=["*", "Host"]), forwarded(headers=["*"])),
    "V23": Case("error", functions(FUNCTION, f"{FUNCTION}2"), functions(FUNCTION)),
    "V23a": Case("error", both("viewer_request", "viewer_response"), both("viewer_request", "origin_response")),
    "V23b": Case("error", function("origin_request", kind="cloudfront-function"), function("viewer_response")),
    "V23c": Case("error", function(stage="DEVELOPMENT"), function(stage="LIVE")),
    "V23d": Case("error", lambdas(f"{LAMBDA}:$LATEST"), lambdas(f"{LAMBDA}:1")),
    "V23e": Case(
        "error",
        function("origin_response", kind="lambda-edge", body=True),
        function("origin_request", kind="lambda-edge", body=True),
    ),
    "V23f": Case("warn", of_accounts("111111111111", "222222222222"), of_accounts("111111111111", "111111111111")),
    "V24": Case("warn", of_lambda(runtime="ruby3.3"), of_lambda(runtime="nodejs22.x")),
    "V25": Case("warn", of_lambda(timeout=31), of_lambda(timeout=30)),
    "V26": Case("error", summary(2), summary(1)),
    "V26a": Case(
        "error",
        function(key_value_store="s"),
        {**function(key_value_store="s"), "key_value_stores": {"s": {"data": {}}}},
    ),
    "V27": Case("error", function(code="x" * 10241), function(code="x" * 10240)),
    "V28": Case("error", functions(FUNCTION, SmoothStreaming=True), functions(FUNCTION, SmoothStreaming=False)),
    "V29": Case("error", native(custom_error_responses=[{"error_code": 418}]), error_page()),
    "V30": Case("error", error_page(response_code=200), error_page(response_code=200, response_page_path="/404")),
    "V31": Case(
        "warn",
        {**error_page(response_code=200, response_page_path="/404"), "origins": {"app": {"local": "none"}}},
        error_page(response_code=200, response_page_path="/404"),
    ),
    "V32": Case("error", native(default_root_object="/index.html"), native(default_root_object="index.html")),
    "V33": Case(
        "error",
        native(geo_restriction={"type": "blacklist"}),
        native(geo_restriction={"type": "blacklist", "locations": ["NO"]}),
    ),
    "V34": Case("error", response_policy(remove_headers=["Via"]), response_policy(remove_headers=["Server"])),
    "V35": Case("warn", api({"Aliases": {"Quantity": 2, "Items": []}}), api({"Aliases": {"Quantity": 0, "Items": []}})),
    "V36": Case("warn", api({"Nwe": 1}), api({"PriceClass": "PriceClass_All"})),
    "V37": Case("warn", native(aliases=[f"a{n}.example" for n in range(101)]), native(aliases=["a.example"])),
    "V38": Case("warn", native(aliases=["a.*.example"]), native(aliases=["*.example.com"])),
    "V39": Case("warn", patterns("/a/*", "/a/b"), patterns("/a/b", "/a/*")),
    "V40": Case("note", native(origins={"app": {}, "b": {"local": "app"}}), origin()),
}


def found(source: dict[str, Any], rule: str) -> set[str]:
    return {notice.severity for notice in examine(source, base=FOLDER).notices if notice.code == rule}


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_tells_what_breaks_it_from_what_does_not(rule: str) -> None:
    case = CASES[rule]
    assert case.severity in found(case.broken, rule)
    assert found(case.sound, rule) == set()


def test_every_rule_of_the_manual_has_a_case() -> None:
    rules = {rule.id for rule in (*RULES, *READING.values()) if rule.id.startswith("V")}
    assert rules | {f"V{number}" for number in range(1, 41)} == set(CASES)


@pytest.mark.parametrize("rule", [rule for rule, case in CASES.items() if case.severity != "note"])
def test_a_breach_says_where_and_what_cloudfront_says_or_why(rule: str) -> None:
    (first, *_) = [notice for notice in examine(CASES[rule].broken, base=FOLDER).notices if notice.code == rule]
    assert first.where
    assert first.text.endswith(".")
    assert first.hint
