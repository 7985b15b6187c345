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
SIGNED = Origin(id="signed", domain_name="x.lambda-url.eu-west-1.on.aws", access="oac")
ORIGINS = {one.id: one for one in (FIRST, SECOND, BUCKET, VPC, SIGNED)}
SITE = PreparedDistribution(replace(site(origin=FIRST, target_origin_id="first"), origins=ORIGINS))
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


def test_an_access_control_that_never_signs_is_none() -> None:
    control = {"enabled": True, "signingBehavior": "always", "signingProtocol": "sigv4", "originType": "lambda"}
    assert choice(["updateRequestOrigin", {"originAccessControlConfig": control}]).members[0].access == "oac"
    never = {"originAccessControlConfig": {**control, "signingBehavior": "never"}, "domainName": "a.example.com"}
    settings = {**never, "hostHeader": "h.example.com"}
    assert choice(["updateRequestOrigin", settings], assigned=BUCKET).members[0].access == "none"


def test_a_bucket_ignores_how_a_custom_origin_is_connected_to() -> None:
    settings = {
        "customOriginConfig": {"port": 8443, "protocol": "https", "sslProtocols": []},
        "timeouts": {"keepAliveTimeout": 9},
    }
    origin = choice(["updateRequestOrigin", settings], assigned=BUCKET).members[0]
    assert origin == replace(BUCKET, keepalive_timeout=9)


def test_a_timeout_has_to_fit_the_one_that_the_assigned_origin_keeps() -> None:
    slow = replace(FIRST, read_timeout=30, response_completion_timeout=60)
    for given, read in (({"readTimeout": 61}, 61), ({"responseCompletionTimeout": 29}, 30)):
        assert findings(["updateRequestOrigin", {"timeouts": given}], assigned=slow) == [
            "updateRequestOrigin.timeouts.responseCompletionTimeout must not be smaller than readTimeout, "
            f"which is {read}"
        ]
    assert (
        choice(["updateRequestOrigin", {"timeouts": {"readTimeout": 60}}], assigned=slow).members[0].read_timeout == 60
    )
    early = replace(FIRST, response_completion_timeout=10)
    assert choice(["updateRequestOrigin", {"originPath": "/p"}], assigned=early).members[0].origin_path == "/p"


def test_calls_build_on_one_another() -> None:
    assert choice(["selectRequestOriginById", "second", None]).members[0] == SECOND
    selected = choice(["selectRequestOriginById", "second", {"hostHeader": "h.example.com"}]).members[0]
    assert selected == replace(SECOND, host_header="h.example.com")
    both = choice(["selectRequestOriginById", "second", None], ["updateRequestOrigin", {"originPath": "/x"}])
    assert both.members == (replace(SECOND, origin_path="/x"),)
    assert choice(["selectRequestOriginById", "vpc", None]).members[0] == VPC


def test_a_group_has_two_origins_and_what_makes_it_fail_over() -> None:
    assert choice(["createRequestOriginGroup", TWO]) == Origins((FIRST, SECOND), frozenset({404, 500}))
    overrides = {"originId": "second", "originOverrides": {"hostHeader": "h.example.com"}}
    mixed = choice(["createRequestOriginGroup", {**TWO, "originIds": [overrides, {"originId": "first"}]}])
    assert mixed.members == (replace(SECOND, host_header="h.example.com"), FIRST)
    vpc = {"originId": "vpc", "originOverrides": {"hostHeader": "h.example.com"}}
    named = choice(["createRequestOriginGroup", {**TWO, "originIds": ["first", vpc]}])
    assert named.members == (FIRST, replace(VPC, host_header="h.example.com"))
    quality = choice(["createRequestOriginGroup", {**TWO, "selectionCriteria": "media-quality-score"}])
    assert quality.members == (FIRST, SECOND)


def test_an_update_changes_the_primary_of_a_group_only() -> None:
    made = choice(["createRequestOriginGroup", TWO], ["updateRequestOrigin", {"originPath": "/x"}])
    assert made == Origins((replace(FIRST, origin_path="/x"), SECOND), frozenset({404, 500}))


KNOWN = "must name an origin of this distribution: bucket, first, second, signed, vpc"
OVERRIDES = "cannot be overridden: only hostHeader, sni, allowedCertificateNames can"
PEM = "cloudfront-viewer-cert-pem, client-cert, client-cert-chain"
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
         "selectRequestOriginById's second argument.sni must be a DNS name of 253 characters at most, no IP address, "
         "without a port"),
        (["selectRequestOriginById", "second", {"originPath": "/p"}],
         f"selectRequestOriginById's second argument.originPath {OVERRIDES}"),
        (["selectRequestOriginById", "bucket", {"sni": "a.b"}],
         "selectRequestOriginById's second argument.sni can only be set for a custom origin"),
        (["selectRequestOriginById", "signed", {"hostHeader": "a.b"}],
         "selectRequestOriginById's second argument.hostHeader cannot be set while requests are signed by an origin "
         "access control"),
        (["createRequestOriginGroup", None], "createRequestOriginGroup must be given an object"),
        (["createRequestOriginGroup",
          {**TWO, "originIds": ["first", {"originId": "second", "originOverrides": {"originPath": "/o"}}]}],
         f"createRequestOriginGroup.originIds[1].originOverrides.originPath {OVERRIDES}"),
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
         f"mtls.renameClientCertHeaders['x-a'] must be one of {PEM}, cloudfront-viewer-cert-serial-number, "
         "cloudfront-viewer-cert-issuer, cloudfront-viewer-cert-subject, cloudfront-viewer-cert-validity, "
         "cloudfront-viewer-cert-present, cloudfront-viewer-cert-sha256"),
        (["renameClientCertHeaders", {"cloudfront-viewer-cert-pem": "x b"}],
         "mtls.renameClientCertHeaders['cloudfront-viewer-cert-pem'] must give a header name that a function may set"),
        (["renamePemHeaders", {"cloudfront-viewer-cert-pem": "x-b"}],
         "mtls.renamePemHeaders['cloudfront-viewer-cert-pem'] must give a header name that a function may set"),
        (["renamePemHeaders", {"CloudFront-Viewer-Cert-Subject": {"newHeaderName": "x-b"}}],
         f"mtls.renamePemHeaders['CloudFront-Viewer-Cert-Subject'] must be one of {PEM}"),
        (["combinePemHeaders", {"newHeaderName": "x-edge-a"}],
         "mtls.combinePemHeaders must give a header name that a function may set"),
        (["combinePemHeaders", {"newHeaderName": "x-a", "pemCertFormatInfo": ""}],
         "mtls.combinePemHeaders.pemCertFormatInfo must be an object"),
        (["combinePemHeaders", {"newHeaderName": "x-a", "pemCertFormatInfo": {"certFooter": 1}}],
         "mtls.combinePemHeaders.pemCertFormatInfo.certFooter must be a string"),
        (["renamePemHeaders",
          {"client-cert": {"newHeaderName": "x-a", "pemCertFormatInfo": {"keepNewlinesInCertData": 1}}}],
         "mtls.renamePemHeaders['client-cert'].pemCertFormatInfo.keepNewlinesInCertData must be true or false"),
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
    rename = ["renameClientCertHeaders", {"CloudFront-Viewer-Cert-Subject": "X-Subject", "Client-Cert": "x-leaf"}]
    form = {"certHeader": "", "certFooter": "", "certEndMarker": ",", "keepNewlinesInCertData": True}
    pem = ["renamePemHeaders", {"Client-Cert-Chain": {"newHeaderName": "x-pem", "pemCertFormatInfo": form}}]
    combine = ["combinePemHeaders", {"newHeaderName": "x-all"}]
    assert choice(rename, pem, combine).members[0] is FIRST
    custom = ["updateRequestOrigin", {"customHeaders": {"x-subject": "1", "x-pem": "2", "x-other": "3"}}]
    assert findings(rename, custom, pem) == [
        "updateRequestOrigin.customHeaders['x-pem'] is what cf.mtls names a header",
        "updateRequestOrigin.customHeaders['x-subject'] is what cf.mtls names a header",
    ]
