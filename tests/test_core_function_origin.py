from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from edgeware.config.model import App, Origin, Unmapped, Url
from edgeware.core.function_origin import INVALID_REWRITE, chosen
from edgeware.core.invalid import Invalid
from edgeware.core.prepared import Origins, PreparedDistribution
from tests.worlds.sites import site

FIRST = Origin(id="first", domain_name="first.example.com")
SECOND = Origin(id="second", domain_name="second.example.com", target=Url(url="http://127.0.0.1:1"))
BUCKET = Origin(id="bucket", domain_name="b.s3.eu-west-1.amazonaws.com", type="s3", access="oac")
VPC = Origin(id="vpc", domain_name="vpc.example.com", type="vpc")
SITE = PreparedDistribution(
    replace(site(origin=FIRST, target_origin_id="first"), origins={one.id: one for one in (FIRST, SECOND, BUCKET, VPC)})
)
TWO = {"originIds": ["first", "second"], "failoverCriteria": {"statusCodes": [500, 404]}}


def choice(*requests: list[Any], assigned: Origin = FIRST) -> Origins:
    found = chosen(SITE, Origins((assigned,)), frozenset({"x-taken"}), requests)
    assert isinstance(found, Origins), found
    return found


def findings(*requests: list[Any], assigned: Origin = FIRST) -> list[str]:
    found = chosen(SITE, Origins((assigned,)), frozenset({"x-taken"}), requests)
    assert isinstance(found, Invalid)
    assert found.message == INVALID_REWRITE
    assert all(
        line.endswith(("[helper-functions-origin-modification]", "[mtls-helper-methods]")) for line in found.findings
    )
    return [line.rpartition(" [")[0].removeprefix("cf.") for line in found.findings]


def test_without_a_call_it_is_the_behaviors_own() -> None:
    assert choice().members[0] is FIRST
    assert choice(["logCustomData", "x"]).members[0] is FIRST


def test_settings_take_the_place_of_the_assigned_origins_and_the_rest_stays() -> None:
    settings = {
        "originPath": "/p",
        "customHeaders": {"x-a": "é"},
        "connectionAttempts": 1,
        "timeouts": {
            "readTimeout": 7,
            "responseCompletionTimeout": 9,
            "keepAliveTimeout": 8,
            "connectionTimeout": 2,
        },
        "customOriginConfig": {"port": 8443, "protocol": "https", "sslProtocols": ["TLSv1.1"]},
        "mTLSConfig": "inherit",
    }
    assert choice(["updateRequestOrigin", settings]).members[0] == replace(
        FIRST,
        origin_path="/p",
        custom_headers=(("x-a", "Ã©"),),
        connection_attempts=1,
        read_timeout=7,
        response_completion_timeout=9,
        keepalive_timeout=8,
        connection_timeout=2,
        https_port=8443,
        protocol_policy="https-only",
        ssl_protocols=("TLSv1.1",),
    )


def test_another_domain_name_is_where_that_name_is_mapped() -> None:
    known = choice(["updateRequestOrigin", {"domainName": "second.example.com"}]).members[0]
    assert (known.id, known.target, known.host_header) == ("first", SECOND.target, "second.example.com")
    unknown = choice(["updateRequestOrigin", {"domainName": "third.example.com"}]).members[0]
    assert isinstance(unknown.target, Unmapped)
    assert "third.example.com" in unknown.target.why
    assert isinstance(choice(["updateRequestOrigin", {"hostHeader": "h.example.com"}]).members[0].target, App)


def test_plain_http_has_its_own_port() -> None:
    connection = {"port": 8080, "protocol": "http", "sslProtocols": []}
    origin = choice(["updateRequestOrigin", {"customOriginConfig": connection}]).members[0]
    assert (origin.protocol_policy, origin.http_port, origin.https_port) == ("http-only", 8080, 443)


def test_a_bucket_stays_one_until_another_kind_of_name_is_given() -> None:
    assert choice(["updateRequestOrigin", {"originPath": "/é"}], assigned=BUCKET).members[0].type == "s3"
    custom = {"domainName": "first.example.com", "originAccessControlConfig": {"enabled": False}}
    origin = choice(["updateRequestOrigin", custom], assigned=BUCKET).members[0]
    assert (origin.type, origin.access) == ("custom", "none")
    control = {"originAccessControlConfig": {"enabled": True, "originType": "lambda"}}
    assert choice(["updateRequestOrigin", control]).members[0].access == "oac"


def test_calls_build_on_one_another() -> None:
    assert choice(["selectRequestOriginById", "second", None]).members[0] == SECOND
    selected = choice(["selectRequestOriginById", "second", {"hostHeader": "h.example.com"}]).members[0]
    assert selected == replace(SECOND, host_header="h.example.com")
    both = choice(["selectRequestOriginById", "second", None], ["updateRequestOrigin", {"originPath": "/x"}])
    assert both.members == (replace(SECOND, origin_path="/x"),)
    assert choice(["selectRequestOriginById", "vpc", None]).members[0] == VPC


def test_a_group_has_two_origins_and_what_makes_it_fail_over() -> None:
    assert choice(["createRequestOriginGroup", TWO]) == Origins((FIRST, SECOND), frozenset({404, 500}))
    overrides = {"originId": "second", "originOverrides": {"originPath": "/o"}}
    mixed = choice(["createRequestOriginGroup", {**TWO, "originIds": [overrides, {"originId": "first"}]}])
    assert mixed.members == (replace(SECOND, origin_path="/o"), FIRST)
    quality = choice(["createRequestOriginGroup", {**TWO, "selectionCriteria": "media-quality-score"}])
    assert quality.members == (FIRST, SECOND)


def test_an_update_changes_the_primary_of_a_group_only() -> None:
    made = choice(["createRequestOriginGroup", TWO], ["updateRequestOrigin", {"originPath": "/x"}])
    assert made == Origins((replace(FIRST, origin_path="/x"), SECOND), frozenset({404, 500}))


KNOWN = "must name an origin of this distribution: bucket, first, second, vpc"
CODES = "must be a list out of 400, 403, 404, 416, 429, 500, 502, 503, 504"


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (["updateRequestOrigin", None], "updateRequestOrigin must be an object"),
        (["updateRequestOrigin", {"customHeaders": {"x-taken": "1"}}],
         "updateRequestOrigin.customHeaders['x-taken'] must not be a header that the request has already"),
        (["selectRequestOriginById", "third", None], f"selectRequestOriginById {KNOWN}"),
        (["selectRequestOriginById", None, None], f"selectRequestOriginById {KNOWN}"),
        (["selectRequestOriginById", "second", 1], "selectRequestOriginById's second argument must be an object"),
        (["selectRequestOriginById", "second", {"sni": 1}],
         "selectRequestOriginById.sni must be a DNS name of 253 characters at most, no IP address, without a port"),
        (["createRequestOriginGroup", None], "createRequestOriginGroup must be given an object"),
        (["createRequestOriginGroup", {**TWO, "originIds": ["first"]}],
         "createRequestOriginGroup.originIds must be a list of exactly two origins, the primary first"),
        (["createRequestOriginGroup", {**TWO, "originIds": "first"}],
         "createRequestOriginGroup.originIds must be a list of exactly two origins, the primary first"),
        (["createRequestOriginGroup", {**TWO, "originIds": ["first", "third"]}],
         f"createRequestOriginGroup.originIds[1] {KNOWN}"),
        (["createRequestOriginGroup", {**TWO, "originIds": ["first", {"originOverrides": {}}]}],
         f"createRequestOriginGroup.originIds[1].originId {KNOWN}"),
        (["createRequestOriginGroup", {**TWO, "originIds": ["first", {"originId": "second", "originOverrides": 1}]}],
         "createRequestOriginGroup.originIds[1].originOverrides must be an object"),
        (["createRequestOriginGroup", {**TWO, "selectionCriteria": "best"}],
         "createRequestOriginGroup.selectionCriteria must be default or media-quality-score"),
        (["createRequestOriginGroup", {"originIds": ["first", "second"]}],
         f"createRequestOriginGroup.failoverCriteria.statusCodes {CODES}"),
        (["createRequestOriginGroup", {**TWO, "failoverCriteria": {"statusCodes": []}}],
         f"createRequestOriginGroup.failoverCriteria.statusCodes {CODES}"),
        (["createRequestOriginGroup", {**TWO, "failoverCriteria": {"statusCodes": [200]}}],
         f"createRequestOriginGroup.failoverCriteria.statusCodes {CODES}"),
        (["renameClientCertHeaders", 1], "mtls.renameClientCertHeaders must be given an object of header names"),
        (["renameClientCertHeaders", {"x-a": "x-b"}],
         "mtls.renameClientCertHeaders['x-a'] must be a CloudFront-Viewer-Cert-* header"),
        (["renameClientCertHeaders", {"cloudfront-viewer-cert-pem": "x b"}],
         "mtls.renameClientCertHeaders['cloudfront-viewer-cert-pem'] must give a header name that a function may set"),
        (["renamePemHeaders", {"cloudfront-viewer-cert-pem": "x-b"}],
         "mtls.renamePemHeaders['cloudfront-viewer-cert-pem'] must give a header name that a function may set"),
        (["combinePemHeaders", {"newHeaderName": "x-edge-a"}],
         "mtls.combinePemHeaders must give a header name that a function may set"),
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_value_is_found_by_its_place(request_: list[Any], expected: str) -> None:
    assert findings(request_) == [expected]


def test_all_findings_of_all_calls_are_told() -> None:
    assert len(findings(["updateRequestOrigin", {"sni": 1, "domain": 1}], ["selectRequestOriginById", "x", None])) == 3


def test_a_vpc_origin_cannot_be_changed() -> None:
    assert findings(["updateRequestOrigin", {}], assigned=VPC) == ["updateRequestOrigin cannot change a VPC origin"]


def test_requests_that_are_signed_have_the_host_of_their_origin() -> None:
    signed = "updateRequestOrigin.hostHeader cannot be set while requests are signed by an origin access control"
    settings = {"domainName": "first.example.com", "hostHeader": "h.example.com"}
    assert findings(["updateRequestOrigin", settings], assigned=BUCKET) == [signed]


def test_headers_of_certificates_are_renamed_to_what_no_custom_header_is_called() -> None:
    rename = ["renameClientCertHeaders", {"CloudFront-Viewer-Cert-Subject": "X-Subject"}]
    pem = ["renamePemHeaders", {"cloudfront-viewer-cert-pem": {"newHeaderName": "x-pem"}}]
    combine = ["combinePemHeaders", {"newHeaderName": "x-all"}]
    assert choice(rename, pem, combine).members[0] is FIRST
    custom = ["updateRequestOrigin", {"customHeaders": {"x-subject": "1", "x-pem": "2", "x-other": "3"}}]
    assert findings(rename, custom, pem) == [
        "updateRequestOrigin.customHeaders['x-pem'] is what cf.mtls names a header",
        "updateRequestOrigin.customHeaders['x-subject'] is what cf.mtls names a header",
    ]
