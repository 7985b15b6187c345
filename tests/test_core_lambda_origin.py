from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from edgeware.config.model import App, Origin, Unmapped
from edgeware.config.switches import LambdaProfile
from edgeware.core import lambda_findings as lines_of_page
from edgeware.core.function_headers import DISALLOWED, DISALLOWED_PREFIXES
from edgeware.core.lambda_findings import Finding
from edgeware.core.lambda_limits import LIMITS as PROFILES
from edgeware.core.lambda_origin import changed_origin, origin_block
from edgeware.core.origin_values import CUSTOM_HEADERS_DENYLIST
from tests.vectors_path import load

LIMITS = load("lambda_edge_limits.json")["origin_fields"]
CUSTOM = Origin(
    id="app",
    domain_name="app.test",
    origin_path="/v1",
    custom_headers=(("X-Secret", "s3cr3t"),),
    protocol_policy="https-only",
    response_completion_timeout=40,
)
BUCKET = Origin(id="b", type="s3", domain_name="shop.s3.eu-north-1.amazonaws.com", access="oai")
S3_BLOCK = {"domainName": "other.s3.amazonaws.com", "path": "", "authMethod": "none", "region": ""}
CUSTOM_BLOCK = {
    "domainName": "new.test",
    "path": "",
    "port": 443,
    "protocol": "https",
    "sslProtocols": ["TLSv1.2"],
    "readTimeout": 10,
    "keepaliveTimeout": 6,
}


def sent_for(origin: Origin, scheme: str = "https", headers: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"origin": origin_block(origin, scheme), "headers": headers or {}}


def judge(
    origin: Origin, returned: Any, names: frozenset[str] = frozenset(), headers: dict[str, Any] | None = None
) -> tuple[Origin, list[Finding]]:
    findings: list[Finding] = []
    return changed_origin(origin, sent_for(origin, headers=headers), returned, names, findings), findings


def accepted(origin: Origin, returned: Any) -> Origin:
    changed, findings = judge(origin, returned)
    assert findings == []
    return changed


def edit(origin: Origin, **fields: Any) -> dict[str, Any]:
    """The block of an origin with some fields changed; None takes a field away."""
    block = deepcopy(origin_block(origin, "https"))
    (kind,) = block
    block[kind] = {name: value for name, value in (block[kind] | fields).items() if value is not None}
    return block


@pytest.mark.parametrize(
    ("policy", "scheme", "shown"),
    [
        ("http-only", "https", ("http", 8080)),
        ("https-only", "http", ("https", 8443)),
        ("match-viewer", "http", ("http", 8080)),
        ("match-viewer", "https", ("https", 8443)),
    ],
)
def test_the_block_names_the_protocol_and_its_port(policy: Any, scheme: str, shown: tuple[str, int]) -> None:
    origin = Origin(id="o", domain_name="o.test", protocol_policy=policy, http_port=8080, https_port=8443)
    block = origin_block(origin, scheme)["custom"]
    assert (block["protocol"], block["port"]) == shown
    assert "responseCompletionTimeout" not in block


def test_a_vpc_origin_shows_as_a_custom_one_and_stays_one() -> None:
    origin = replace(CUSTOM, type="vpc")
    assert list(origin_block(origin, "https")) == ["custom"]
    assert accepted(origin, edit(origin, path="/v2")).type == "vpc"


@pytest.mark.parametrize(
    ("access", "domain_name", "shown"),
    [
        ("oai", "shop.s3.eu-north-1.amazonaws.com", ("origin-access-identity", "eu-north-1")),
        ("oai", "shop.s3-us-west-2.amazonaws.com", ("origin-access-identity", "us-west-2")),
        ("oai", "shop.s3.amazonaws.com", ("origin-access-identity", "us-east-1")),
        ("oac", "shop.s3.eu-north-1.amazonaws.com", ("none", "")),
        ("none", "shop.s3.eu-north-1.amazonaws.com", ("none", "")),
    ],
)
def test_a_bucket_shows_its_region_with_an_identity_only(access: Any, domain_name: str, shown: tuple[str, str]) -> None:
    block = origin_block(replace(BUCKET, access=access, domain_name=domain_name), "https")["s3"]
    assert (block["authMethod"], block["region"]) == shown


@pytest.mark.parametrize("origin", [CUSTOM, BUCKET, replace(CUSTOM, protocol_policy="match-viewer", read_timeout=180)])
def test_a_block_left_alone_is_the_very_same_origin(origin: Origin) -> None:
    assert accepted(origin, origin_block(origin, "https")) is origin


def test_another_domain_name_is_nowhere_until_it_is_mapped() -> None:
    changed = accepted(CUSTOM, edit(CUSTOM, domainName="b.test"))
    assert isinstance(changed.target, Unmapped)
    assert "b.test" in changed.target.why
    assert replace(changed, domain_name="app.test", target=App()) == CUSTOM


def test_other_settings_change_and_the_target_stays() -> None:
    fields = edit(
        CUSTOM,
        path="/v2",
        readTimeout=7,
        keepaliveTimeout=9,
        sslProtocols=["TLSv1.1"],
        responseCompletionTimeout=0,
        customHeaders={"x-new": [{"value": "crème"}]},
    )
    expected = replace(
        CUSTOM,
        origin_path="/v2",
        read_timeout=7,
        keepalive_timeout=9,
        ssl_protocols=("TLSv1.1",),
        response_completion_timeout=None,
        custom_headers=(("X-New", "cr\xc3\xa8me"),),
    )
    assert accepted(CUSTOM, fields) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"protocol": "http", "port": 80}, {"protocol_policy": "http-only", "http_port": 80}),
        ({"port": 8443}, {"protocol_policy": "https-only", "https_port": 8443}),
        ({"path": "/x"}, {"protocol_policy": "match-viewer", "origin_path": "/x"}),
    ],
    ids=["plain", "another port", "left alone"],
)
def test_the_protocol_policy_follows_the_protocol_and_port(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    origin = replace(CUSTOM, protocol_policy="match-viewer")
    assert accepted(origin, edit(origin, **fields)) == replace(origin, **expected)


def test_a_custom_origin_can_become_a_bucket() -> None:
    expected = replace(
        CUSTOM,
        type="s3",
        domain_name="other.s3.amazonaws.com",
        origin_path="",
        custom_headers=(),
        response_completion_timeout=None,
    )
    changed = accepted(CUSTOM, {"s3": S3_BLOCK})
    assert replace(changed, target=App()) == expected


def test_a_bucket_can_become_a_custom_origin_and_loses_its_identity() -> None:
    changed = accepted(BUCKET, {"custom": CUSTOM_BLOCK})
    assert (changed.type, changed.access, changed.protocol_policy) == ("custom", "none", "https-only")
    assert (changed.read_timeout, changed.keepalive_timeout) == (10, 6)


@pytest.mark.parametrize(
    ("access", "auth_method", "after"),
    [
        ("oai", "origin-access-identity", "oai"),
        ("oai", "none", "none"),
        ("oac", "none", "oac"),
        ("none", "none", "none"),
    ],
)
def test_a_bucket_keeps_its_access_from_bucket_to_bucket(access: Any, auth_method: str, after: str) -> None:
    origin = replace(BUCKET, access=access)
    block = S3_BLOCK | {"authMethod": auth_method, "region": "eu-west-1"}
    assert accepted(origin, {"s3": block}).access == after


@pytest.mark.parametrize("origin", [CUSTOM, replace(BUCKET, access="none"), replace(BUCKET, access="oac")])
def test_an_identity_cannot_be_taken_up(origin: Origin) -> None:
    block = S3_BLOCK | {"authMethod": "origin-access-identity", "region": "eu-west-1"}
    _, (found,) = judge(origin, {"s3": block})
    assert (
        found.message
        == "The Lambda function returned an invalid origin configuration: The value of AuthMethod is invalid."
    )


@pytest.mark.parametrize(
    "returned",
    [
        None,
        [],
        "app.test",
        {},
        {"custom": None},
        {"custom": CUSTOM_BLOCK, "s3": S3_BLOCK},
        {"s3": [S3_BLOCK]},
        {"vpc": CUSTOM_BLOCK},
    ],
    ids=str,
)
def test_an_origin_is_exactly_one_of_two_kinds(returned: Any) -> None:
    origin, (found,) = judge(CUSTOM, returned)
    assert origin is CUSTOM
    assert found.message == lines_of_page.ORIGIN_KIND


ACCEPTED_VALUES = [
    ("domainName", "a" * 63 + ".test"),
    ("domainName", "localhost"),
    ("domainName", "_dmarc.Example.TEST"),
    ("path", ""),
    ("path", "/a%20b/c"),
    ("path", "/" + "a" * 254),
    *(("port", port) for port in (*LIMITS["custom.port"]["allowed"], *LIMITS["custom.port"]["range"])),
    *(("protocol", protocol) for protocol in LIMITS["custom.protocol"]),
    ("sslProtocols", LIMITS["custom.sslProtocols"]["subset_of"]),
    ("sslProtocols", []),
    *(("keepaliveTimeout", seconds) for seconds in LIMITS["custom.keepaliveTimeout"]["range"]),
    *(("readTimeout", seconds) for seconds in (1, 40)),
    ("responseCompletionTimeout", 30),
    ("responseCompletionTimeout", 0),
    ("responseCompletionTimeout", None),
    ("customHeaders", None),
]


@pytest.mark.parametrize(("field", "value"), ACCEPTED_VALUES, ids=str)
def test_a_custom_origin_may_have(field: str, value: Any) -> None:
    accepted(CUSTOM, edit(CUSTOM, **{field: value}))


REFUSED_VALUES: list[tuple[str, Any]] = [
    *(
        ("domainName", name)
        for name in (
            "",
            "a:80",
            "10.0.0.1",
            "::1",
            "a..b",
            "-a.test",
            "a b",
            "a.test\n",
            7,
            None,
            ".".join(["a" * 60] * 5),
        )
    ),
    *(("path", path) for path in ("v1", "/", "/v1/", "/a b", "/é", "/" + "a" * 255, "/a?b", "/a#b", 1, None)),
    *(("port", port) for port in (0, 81, 1023, 65536, "443", 443.5, True, None)),
    *(("protocol", protocol) for protocol in ("ftp", "HTTPS", None, ["http"])),
    *(("sslProtocols", protocols) for protocols in (["TLSv1.3"], "TLSv1.2", [1], None)),
    *(("readTimeout", seconds) for seconds in (0, 121, "30", 1.5, True, None)),
    *(("keepaliveTimeout", seconds) for seconds in (0, 121, "5", None)),
    ("responseCompletionTimeout", 29),
    ("responseCompletionTimeout", "40"),
    ("responseCompletionTimeout", -1),
    ("responseCompletionTimeout", []),
]


@pytest.mark.parametrize(("field", "value"), REFUSED_VALUES, ids=str)
def test_a_custom_origin_may_not_have(field: str, value: Any) -> None:
    _, findings = judge(CUSTOM, edit(CUSTOM, **{field: value}))
    name = field[0].upper() + field[1:]
    message = f"The Lambda function returned an invalid origin configuration: The value of {name} is invalid."
    assert findings[0].message == message
    assert findings[0].text.startswith(f"origin.custom.{field}: ")


@pytest.mark.parametrize(
    ("field", "value", "fits"),
    [
        ("domainName", "a", True),
        ("domainName", "a" * 128, True),
        ("domainName", "a" * 129, False),
        ("domainName", "", False),
        ("domainName", "Shop.s3.amazonaws.com", False),
        ("domainName", None, False),
        ("path", "/été", True),
        ("path", "/x/", False),
        ("authMethod", "origin-access-control", False),
        ("authMethod", None, False),
        ("region", "", False),
        ("region", None, False),
        ("readTimeout", 120, True),
        ("readTimeout", None, True),
        ("readTimeout", "30", False),
        ("responseCompletionTimeout", 30, True),
        ("responseCompletionTimeout", 29, False),
    ],
)
def test_a_bucket_may_and_may_not_have(field: str, value: Any, fits: bool) -> None:
    _, findings = judge(BUCKET, edit(BUCKET, **{field: value}))
    name = field[0].upper() + field[1:]
    assert ([name in found.message for found in findings] == []) is fits
    assert all(name in found.message for found in findings)


@pytest.mark.parametrize(
    "name",
    [
        *load("lambda_edge_headers.json")["origin_custom_headers_denylist"]["exact"],
        "X-Amz-Date",
        "X-Edge-Id",
        "X-Forwarded-Proto",
    ],
)
def test_some_names_cannot_be_custom_headers(name: str) -> None:
    _, findings = judge(CUSTOM, edit(CUSTOM, customHeaders={name.lower(): [{"key": name, "value": "1"}]}))
    assert [found.message for found in findings] == [lines_of_page.ORIGIN_HEADERS]
    assert findings[0].text.startswith(f"origin.customHeaders.{name.lower()}: ")


def test_the_denylist_is_the_documented_one() -> None:
    documented = load("lambda_edge_headers.json")["origin_custom_headers_denylist"]
    assert {name.lower() for name in documented["exact"]} == CUSTOM_HEADERS_DENYLIST
    hidden = load("lambda_edge_headers.json")["disallowed"]
    assert {name.lower() for name in hidden["exact"]} == DISALLOWED
    assert tuple(prefix.lower() for prefix in hidden["prefix"]) == DISALLOWED_PREFIXES


@pytest.mark.parametrize("value", [None, "x", {"x-a": "1"}, {"x-a": [{"key": "X-A", "value": "a\nb"}]}], ids=str)
def test_malformed_custom_headers_have_one_line_and_show_no_value(value: Any) -> None:
    block = edit(CUSTOM)
    block["custom"]["customHeaders"] = value
    _, findings = judge(CUSTOM, block)
    assert [found.message for found in findings] == [lines_of_page.ORIGIN_HEADERS]
    assert "s3cr3t" not in findings[0].text


def test_a_custom_header_may_not_be_a_request_header_too() -> None:
    _, (found,) = judge(CUSTOM, origin_block(CUSTOM, "https"), frozenset({"x-secret", "accept"}))
    assert found.text.startswith("origin.customHeaders.x-secret: ")
    added = edit(CUSTOM, customHeaders={"accept": [{"value": "*/*"}]})
    _, (found,) = judge(CUSTOM, added, frozenset({"accept"}))
    assert found.message == lines_of_page.ORIGIN_HEADERS


def test_a_name_that_was_in_both_when_the_event_was_sent_is_let_be() -> None:
    sent_headers = {"x-secret": [{"key": "X-Secret", "value": "viewer"}]}
    _, findings = judge(CUSTOM, edit(CUSTOM, path="/v2"), frozenset({"x-secret"}), sent_headers)
    assert findings == []


def test_every_field_that_is_wrong_is_told() -> None:
    _, findings = judge(CUSTOM, {"custom": {}})
    assert [found.text.split(":")[0].rpartition(".")[2] for found in findings] == [
        "domainName",
        "path",
        "port",
        "protocol",
        "sslProtocols",
        "readTimeout",
        "keepaliveTimeout",
    ]


PROFILES_AND_COMPLAINTS: list[tuple[LambdaProfile, int]] = [("2023", 1), ("current", 0)]


@pytest.mark.parametrize(("field", "value"), [("readTimeout", 3), ("readTimeout", 61), ("keepaliveTimeout", 61)])
def test_in_2023_the_timeouts_had_narrower_ranges(field: str, value: int) -> None:
    sent, returned = sent_for(CUSTOM), edit(CUSTOM, **{field: value, "responseCompletionTimeout": 0})
    for profile, complaints in PROFILES_AND_COMPLAINTS:
        findings: list[Finding] = []
        changed_origin(CUSTOM, sent, returned, frozenset(), findings, PROFILES[profile])
        assert [found.text.startswith(f"origin.custom.{field}: ") for found in findings] == [True] * complaints
