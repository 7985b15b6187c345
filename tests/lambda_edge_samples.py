"""The messages and origins of which the sample events of tests/vectors/lambda_edge_events.json are made."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from edgeware.config.model import Distribution, Origin
from edgeware.core.effects import RequestBody
from edgeware.messages import Headers, Request, Response
from tests.vectors_path import load

EVENTS: dict[str, Any] = {name: value for name, value in load("lambda_edge_events.json").items() if "-re" in name}
RETURNS: dict[str, Any] = load("lambda_edge_events.json")["returns"]


def cf_of(name: str) -> dict[str, Any]:
    cf: dict[str, Any] = EVENTS[name]["Records"][0]["cf"]
    return cf


def headers(entries: dict[str, list[dict[str, str]]]) -> Headers:
    return Headers((line["key"], line["value"]) for lines in entries.values() for line in lines)


def distribution(config: dict[str, Any]) -> Distribution:
    return Distribution(
        id=config["distributionId"], domain_name=config["distributionDomainName"], origins={}, behaviors=()
    )


def request(shown: dict[str, Any]) -> Request:
    return Request(
        method=shown["method"],
        path=shown["uri"],
        query=shown["querystring"],
        headers=headers(shown["headers"]),
        client_ip=shown["clientIp"],
    )


def response(shown: dict[str, Any] | None) -> Response | None:
    if shown is None:
        return None
    return Response(status=int(shown["status"]), reason=shown["statusDescription"], headers=headers(shown["headers"]))


def body(shown: dict[str, Any] | None) -> RequestBody | None:
    return None if shown is None else RequestBody(b64decode(shown["data"]), truncated=shown["inputTruncated"])


def origin(shown: dict[str, Any] | None) -> Origin | None:
    if shown is None:
        return None
    return s3_origin(shown["s3"]) if "s3" in shown else custom_origin(shown["custom"])


def custom_origin(block: dict[str, Any]) -> Origin:
    return Origin(
        id="app",
        domain_name=block["domainName"],
        origin_path=block["path"],
        custom_headers=headers(block["customHeaders"]).lines,
        protocol_policy="https-only" if block["protocol"] == "https" else "http-only",
        http_port=block["port"] if block["protocol"] == "http" else 80,
        https_port=block["port"] if block["protocol"] == "https" else 443,
        ssl_protocols=tuple(block["sslProtocols"]),
        keepalive_timeout=block["keepaliveTimeout"],
        read_timeout=block["readTimeout"],
        response_completion_timeout=block.get("responseCompletionTimeout"),
    )


def s3_origin(block: dict[str, Any]) -> Origin:
    return Origin(
        id="bucket",
        type="s3",
        domain_name=block["domainName"],
        origin_path=block["path"],
        custom_headers=headers(block["customHeaders"]).lines,
        read_timeout=block["readTimeout"],
        response_completion_timeout=block.get("responseCompletionTimeout"),
        access="oai" if block["authMethod"] == "origin-access-identity" else "none",
    )
