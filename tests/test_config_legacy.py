from __future__ import annotations

from edgeware.config.loading import load
from tests.fixtures.config.builders import said
from tests.fixtures.config.templates import default_behavior, resource, template


def legacy(**config: object) -> dict[str, object]:
    values = template(None, **config)
    site = values["Resources"]["Site"]  # type: ignore[index]
    del site["Properties"]["DistributionConfig"]["Origins"]
    return values


def test_cnames_are_aliases() -> None:
    loaded = load(template(CNAMEs=["a.example"]))
    assert loaded.aliases == ("a.example",)
    assert [notice.where for notice in loaded.notices if notice.code == "N-legacy"] == ["CNAMEs"]
    assert load(template(CNAMEs=["a.example"], Aliases=["b.example"])).aliases == ("b.example",)


def test_the_one_origin_of_the_first_years_is_an_origin() -> None:
    custom = {
        "DNSName": "a.example",
        "HTTPPort": "8080",
        "OriginProtocolPolicy": "http-only",
        "OriginSSLProtocols": ["TLSv1"],
    }
    origin = load(legacy(CustomOrigin=custom)).origins["app"]
    assert (origin.domain_name, origin.type, origin.http_port) == ("a.example", "custom", 8080)
    assert (origin.protocol_policy, origin.ssl_protocols) == ("http-only", ("TLSv1",))
    s3 = {"DNSName": "b.s3.amazonaws.com", "OriginAccessIdentity": "origin-access-identity/cloudfront/E1"}
    loaded = load(legacy(S3Origin=s3))
    assert (loaded.origins["app"].type, loaded.origins["app"].access) == ("s3", "oai")
    assert [notice.code for notice in loaded.notices][:1] == ["N-legacy"]


def test_beside_origins_it_is_an_unknown_key() -> None:
    assert [notice.where for notice in said(template(S3Origin={"DNSName": "b"}), "V36")] == ["S3Origin"]


def test_without_a_default_behavior_the_origin_has_a_name_still() -> None:
    values = legacy(
        CustomOrigin={"DNSName": "a.example"}, DefaultCacheBehavior=default_behavior(TargetOriginId="origin")
    )
    assert load(values).origins["origin"].http_port == 80


def test_logging_is_on_where_there_is_a_bucket() -> None:
    assert [notice.where for notice in said(template(Logging={"Bucket": "b"}), "N-logging")] == ["Logging"]
    assert said(template(Logging={"IncludeCookies": False}), "N-logging") == []


def vpc(origin_id: object, **resources: object) -> dict[str, object]:
    origins = [{"Id": "app", "DomainName": "a.internal", "VpcOriginConfig": {"VpcOriginId": origin_id}}, 5]
    return template(resources, Origins=origins[:1])


def test_a_vpc_origin_has_its_ports_in_a_resource_of_its_own() -> None:
    endpoint = {
        "Arn": "x",
        "Name": "n",
        "HTTPPort": 8080,
        "OriginProtocolPolicy": "http-only",
        "OriginSSLProtocols": ["TLSv1.2"],
    }
    values = vpc({"Fn::GetAtt": ["Vpc", "Id"]}, Vpc=resource("CloudFront::VpcOrigin", VpcOriginEndpointConfig=endpoint))
    origin = load(values).origins["app"]
    assert (origin.type, origin.http_port, origin.protocol_policy) == ("vpc", 8080, "http-only")


def test_a_vpc_origin_from_elsewhere_has_the_usual_ports() -> None:
    (notice,) = said(vpc("vo_1"), "N-legacy")
    assert (notice.where, "ports 80 and 443" in notice.text) == ("Origins/0", True)
    origin = load(vpc({"Ref": "Vpc"}, Vpc=resource("CloudFront::VpcOrigin", VpcOriginEndpointConfig=5))).origins["app"]
    assert origin.https_port == 443
