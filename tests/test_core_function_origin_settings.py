from __future__ import annotations

from typing import Any

import pytest

from edgeware.core.function_origin_settings import Kind, complaints, kind_of

CONNECTION = {"port": 443, "protocol": "https", "sslProtocols": ["TLSv1.2"]}

CONTROL = {"enabled": True, "signingBehavior": "always", "signingProtocol": "sigv4", "originType": "s3"}


def wrong(settings: object, kind: Kind = "custom", taken: frozenset[str] = frozenset()) -> list[str]:
    return [where for where, _ in complaints(settings, kind, taken)]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"domainName": "a.example.com"},
        {"domainName": "x" * 63 + "." + "y" * 63 + "." + "z" * 63 + "." + "w" * 61},
        {"hostHeader": "a.example.com", "sni": "b.example.com"},
        {"allowedCertificateNames": ["*.example.com", "a.example.com"]},
        {"allowedCertificateNames": ["a.b"] * 20},
        {"originPath": ""},
        {"originPath": "/a/b"},
        {"originPath": "/" + "a" * 254},
        {"customHeaders": {}},
        {"customHeaders": {"x-a": "1", "x-b": "é"}},
        {"connectionAttempts": 1},
        {"connectionAttempts": 3},
        {"originShield": {"enabled": False}},
        {"originShield": {"enabled": True, "region": "us-east-1"}},
        {"originAccessControlConfig": {"enabled": False}},
        {"originAccessControlConfig": CONTROL},
        {"originAccessControlConfig": {**CONTROL, "region": "us-east-1"}},
        {
            "timeouts": {
                "readTimeout": 1,
                "responseCompletionTimeout": 1,
                "keepAliveTimeout": 120,
                "connectionTimeout": 10,
            }
        },
        {"customOriginConfig": CONNECTION},
        {"customOriginConfig": {**CONNECTION, "port": 1024, "protocol": "http", "sslProtocols": []}},
        {"customOriginConfig": {**CONNECTION, "ipAddressType": "dualstack"}, "domainName": "a.b"},
        {"mTLSConfig": "off"},
    ],
    ids=str,
)
def test_what_is_documented_is_taken(settings: Any) -> None:
    assert wrong(settings) == []


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        (None, ""),
        ([], ""),
        ("a", ""),
        ({"domainName": "a.b:80"}, ".domainName"),
        ({"domainName": "127.0.0.1"}, ".domainName"),
        ({"domainName": "a" * 254}, ".domainName"),
        ({"domainName": 1}, ".domainName"),
        ({"hostHeader": "::1"}, ".hostHeader"),
        ({"sni": ""}, ".sni"),
        ({"allowedCertificateNames": "a.b"}, ".allowedCertificateNames"),
        ({"allowedCertificateNames": ["a.b"] * 21}, ".allowedCertificateNames"),
        ({"allowedCertificateNames": ["a" * 65]}, ".allowedCertificateNames"),
        ({"allowedCertificateNames": [1]}, ".allowedCertificateNames"),
        ({"originPath": "a"}, ".originPath"),
        ({"originPath": "/a/"}, ".originPath"),
        ({"originPath": "/é"}, ".originPath"),
        ({"originPath": "/" + "a" * 255}, ".originPath"),
        ({"customHeaders": []}, ".customHeaders"),
        ({"customHeaders": {"X-A": "1"}}, ".customHeaders['X-A']"),
        ({"customHeaders": {"x a": "1"}}, ".customHeaders['x a']"),
        ({"customHeaders": {"x-edge-a": "1"}}, ".customHeaders['x-edge-a']"),
        ({"customHeaders": {"via": "1"}}, ".customHeaders['via']"),
        ({"customHeaders": {"connection": "1"}}, ".customHeaders['connection']"),
        ({"customHeaders": {"x-taken": "1"}}, ".customHeaders['x-taken']"),
        ({"customHeaders": {"x-a": 1}}, ".customHeaders['x-a']"),
        ({"customHeaders": {"x-a": "1\r\n"}}, ".customHeaders['x-a']"),
        ({"connectionAttempts": 0}, ".connectionAttempts"),
        ({"connectionAttempts": 4}, ".connectionAttempts"),
        ({"connectionAttempts": True}, ".connectionAttempts"),
        ({"originShield": True}, ".originShield"),
        ({"originShield": {}}, ".originShield.enabled"),
        ({"originShield": {"enabled": 1}}, ".originShield.enabled"),
        ({"originShield": {"enabled": True}}, ".originShield.region"),
        ({"originShield": {"enabled": True, "region": ""}}, ".originShield.region"),
        ({"originAccessControlConfig": {}}, ".originAccessControlConfig.enabled"),
        (
            {"originAccessControlConfig": {**CONTROL, "signingBehavior": "x"}},
            ".originAccessControlConfig.signingBehavior",
        ),
        ({"originAccessControlConfig": {**CONTROL, "region": 1}}, ".originAccessControlConfig.region"),
        *(
            (
                {"originAccessControlConfig": {name: CONTROL[name] for name in CONTROL if name != missing}},
                f".originAccessControlConfig.{missing}",
            )
            for missing in ("signingBehavior", "signingProtocol", "originType")
        ),
        ({"timeouts": {"readTimeout": 0}}, ".timeouts.readTimeout"),
        ({"timeouts": {"readTimeout": 121}}, ".timeouts.readTimeout"),
        ({"timeouts": {"readTimeout": 1.5}}, ".timeouts.readTimeout"),
        ({"timeouts": {"keepAliveTimeout": 121}}, ".timeouts.keepAliveTimeout"),
        ({"timeouts": {"connectionTimeout": 11}}, ".timeouts.connectionTimeout"),
        ({"customOriginConfig": {"port": 443, "protocol": "https"}}, ".customOriginConfig.sslProtocols"),
        ({"customOriginConfig": {**CONNECTION, "port": 81}}, ".customOriginConfig.port"),
        ({"customOriginConfig": {**CONNECTION, "protocol": "ftp"}}, ".customOriginConfig.protocol"),
        ({"customOriginConfig": {**CONNECTION, "sslProtocols": ["TLSv1.3"]}}, ".customOriginConfig.sslProtocols"),
        ({"customOriginConfig": {**CONNECTION, "ipAddressType": "ipv4"}}, ".customOriginConfig.ipAddressType"),
        ({"customOriginConfig": None}, ".customOriginConfig"),
        ({"mTLSConfig": "on"}, ".mTLSConfig"),
        ({"domain": "a.b"}, ".domain"),
    ],
    ids=str,
)
def test_what_is_not_documented_is_refused_by_its_place(settings: Any, where: str) -> None:
    assert wrong(settings, taken=frozenset({"x-taken"})) == [where]


@pytest.mark.parametrize(
    ("settings", "places"),
    [
        ({"domainName": "bucket.s3.us-east-1.amazonaws.com", "originPath": "/é"}, []),
        ({"domainName": "Bucket.s3.us-east-1.amazonaws.com"}, [".domainName"]),
        ({"domainName": "a" * 129}, [".domainName"]),
        ({"originPath": "/a/"}, [".originPath"]),
        ({"timeouts": {"keepAliveTimeout": 5}, "customOriginConfig": CONNECTION}, []),
        ({"timeouts": {"keepAliveTimeout": 0}}, [".timeouts.keepAliveTimeout"]),
        (
            {"hostHeader": "a.b", "sni": "a.b", "allowedCertificateNames": []},
            [".hostHeader", ".sni", ".allowedCertificateNames"],
        ),
    ],
)
def test_a_bucket_has_rules_of_its_own(settings: Any, places: list[str]) -> None:
    assert wrong(settings, "s3") == places


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({}, "s3"),
        ({"domainName": 1}, "s3"),
        ({"domainName": "a.example.com"}, "custom"),
        ({"domainName": "b.s3.amazonaws.com"}, "s3"),
        ({"domainName": "b.s3.eu-west-1.amazonaws.com"}, "s3"),
        ({"domainName": "b.s3-eu-west-1.amazonaws.com"}, "s3"),
        ({"domainName": "b.s3.dualstack.eu-west-1.amazonaws.com"}, "s3"),
        ({"domainName": "b.s3-website-eu-west-1.amazonaws.com"}, "custom"),
        ({"domainName": "b.s3-website.eu-west-1.amazonaws.com"}, "custom"),
        ({"domainName": "b.s3.amazonaws.com", "customOriginConfig": {}}, "s3"),
        ({"customOriginConfig": {}}, "s3"),
    ],
)
def test_the_kind_of_origin_follows_from_the_settings(settings: Any, kind: str) -> None:
    assert kind_of(settings, "s3") == kind
