from __future__ import annotations

import pytest

from edgeware.config.loading import load
from edgeware.config.model import App, Origin, OriginGroup, Unmapped
from tests.fixtures.config.builders import api, api_origin, refused, said

S3: dict[str, object] = {
    "Id": "site",
    "DomainName": "site.s3.eu-west-1.amazonaws.com",
    "S3OriginConfig": {"OriginAccessIdentity": ""},
}


def origins(*items: dict[str, object]) -> dict[str, object]:
    return api({"Origins": {"Quantity": len(items), "Items": list(items)}})


def test_a_custom_origin_is_read_whole() -> None:
    source = origins(
        api_origin(
            OriginPath="/v1",
            CustomHeaders={"Quantity": 1, "Items": [{"HeaderName": "X-A", "HeaderValue": "s3cret"}]},
            CustomOriginConfig={
                "HTTPPort": 8080,
                "HTTPSPort": 8443,
                "OriginProtocolPolicy": "https-only",
                "OriginSslProtocols": {"Quantity": 1, "Items": ["TLSv1.1"]},
                "OriginReadTimeout": 60,
                "OriginKeepaliveTimeout": 61,
                "IpAddressType": "ipv4",
            },
            ConnectionAttempts=1,
            ConnectionTimeout=2,
            ResponseCompletionTimeout=90,
            OriginShield={"Enabled": False},
            OriginAccessControlId="",
        )
    )
    loaded = load(source)
    assert loaded.origins == {
        "app": Origin(
            id="app",
            domain_name="app.example",
            origin_path="/v1",
            custom_headers=(("X-A", "s3cret"),),
            protocol_policy="https-only",
            http_port=8080,
            https_port=8443,
            ssl_protocols=("TLSv1.1",),
            read_timeout=60,
            keepalive_timeout=61,
            response_completion_timeout=90,
            connection_attempts=1,
            connection_timeout=2,
            target=App(),
        )
    }
    assert loaded.notices == ()
    assert "s3cret" not in repr(loaded)


@pytest.mark.parametrize(
    ("change", "kind", "access"),
    [
        ({}, "s3", "none"),
        ({"OriginAccessControlId": "E1"}, "s3", "oac"),
        ({"S3OriginConfig": {"OriginAccessIdentity": "origin-access-identity/cloudfront/E2"}}, "s3", "oai"),
        ({"S3OriginConfig": None}, "s3", "none"),
        ({"S3OriginConfig": None, "DomainName": "site.s3.amazonaws.com"}, "s3", "none"),
        ({"S3OriginConfig": None, "VpcOriginConfig": {"VpcOriginId": "vo_1"}}, "vpc", "none"),
    ],
)
def test_the_kind_of_an_origin_and_its_access(change: dict[str, object], kind: str, access: str) -> None:
    found = load(origins(api_origin(), {**S3, **change})).origins["site"]
    assert (found.type, found.access) == (kind, access)


def test_the_only_origin_that_could_be_the_app_is_the_app() -> None:
    loaded = load(origins(api_origin(), S3))
    assert loaded.origins["app"].target == App()
    assert isinstance(loaded.origins["site"].target, Unmapped)
    two = load(origins(api_origin(), api_origin(Id="spare")))
    why = "nothing local is named for 'app', and it is one of 2 origins that could be the app"
    assert two.origins["app"].target == Unmapped(why=why)


@pytest.mark.parametrize("endpoint", ["s3-website-us-east-1", "s3-website.eu-central-1"])
def test_a_website_endpoint_is_the_app_only_where_nothing_else_could_be(endpoint: str) -> None:
    website = api_origin(Id="website", DomainName=f"site.{endpoint}.amazonaws.com")
    loaded = load(origins(api_origin(), website))
    assert loaded.origins["app"].target == App()
    assert loaded.origins["website"].target == Unmapped(why="nothing local is named for the bucket 'website'")
    alone = load(origins({**website, "Id": "app"}))
    assert alone.origins["app"].target == App()


def test_origin_groups_are_read() -> None:
    group = {
        "Id": "ha",
        "FailoverCriteria": {"StatusCodes": {"Quantity": 2, "Items": [500, 502]}},
        "Members": {"Quantity": 2, "Items": [{"OriginId": "app"}, {"OriginId": "site"}]},
        "SelectionCriteria": "media-quality-based",
    }
    source = origins(api_origin(), S3)
    source["DistributionConfig"]["OriginGroups"] = {"Quantity": 1, "Items": [group]}  # type: ignore[index]
    assert load(source).origin_groups == {
        "ha": OriginGroup(id="ha", members=("app", "site"), status_codes=frozenset({500, 502}))
    }
    assert len(said(source, "N-selection-criteria")) == 1
    group["SelectionCriteria"] = "default"
    assert said(source, "N-selection-criteria") == []
    group["Members"] = {"Quantity": 1, "Items": [{"OriginId": "app"}]}
    assert any("(V9)" in error for error in refused(source))
    group["Id"] = "app"
    assert any("(V2)" in error for error in refused(source))


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([api_origin(), api_origin()], "'app' is the id of two origins. The ids of origins"),
        ([api_origin(S3OriginConfig={"OriginAccessIdentity": ""})], "it has S3OriginConfig and CustomOriginConfig"),
        ([api_origin(CustomOriginConfig=None)], "Origins/0: it has none of them. An origin has exactly one"),
        (
            [
                api_origin(),
                {**S3, "OriginAccessControlId": "E1", "S3OriginConfig": {"OriginAccessIdentity": "x/E2"}},
            ],
            "IllegalOriginAccessConfiguration",
        ),
        ([api_origin(Id="")], "Origins/0/Id: is missing"),
        ([api_origin(DomainName=None)], "Origins/0/DomainName: is missing"),
        ([api_origin(CustomHeaders={"Items": [{"HeaderValue": "s3cret"}]})], "HeaderName: is missing"),
    ],
)
def test_a_wrong_origin_is_refused(items: list[dict[str, object]], words: str) -> None:
    errors = refused(origins(*items))
    assert any(words in error for error in errors), errors
    assert "s3cret" not in "".join(errors)


def test_what_is_not_emulated_of_an_origin_is_noted() -> None:
    shielded = api_origin(OriginShield={"Enabled": True, "OriginShieldRegion": "eu-west-1"})
    assert len(said(origins(shielded), "N-shield")) == 1
    secured = api_origin(CustomOriginConfig={"OriginMtlsConfig": {"ClientCertificateArn": "x"}})
    assert len(said(origins(secured), "N-origin-mtls")) == 1
