"""The origin block of an origin-request event, and the origin that a function makes of it [lambda-event-structure]."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal, TypeAlias

from edgeware.config.model import Origin, Unmapped
from edgeware.core.function_headers import is_disallowed
from edgeware.core.lambda_findings import ORIGIN, ORIGIN_HEADERS, ORIGIN_KIND, Finding, finding
from edgeware.core.lambda_headers import STRUCTURE, edited, header_map, read_header_map, wire
from edgeware.core.lambda_limits import CURRENT, LambdaLimits
from edgeware.core.origin_values import (
    SSL_PROTOCOLS,
    are_ssl_protocols,
    is_bucket_name,
    is_custom_path,
    is_denied_custom_header,
    is_dns_name,
    is_number,
    is_path,
    is_port,
)
from edgeware.messages import Headers

Kind: TypeAlias = Literal["custom", "s3"]

OAI = "origin-access-identity"
_BUCKET_REGION = re.compile(r"\.s3[.-]([a-z]+-[a-z-]+-[0-9]+)\.amazonaws\.com")

# --- the block as it is sent ----------------------------------------------------------------------------------------


def origin_block(origin: Origin, scheme: str) -> dict[str, Any]:
    """The ``origin`` field of an event; ``scheme`` is the viewer's, for an origin that follows it."""
    if origin.type == "s3":
        return {"s3": _s3_block(origin) | _completion(origin)}
    return {"custom": _custom_block(origin, scheme) | _completion(origin)}


def _custom_block(origin: Origin, scheme: str) -> dict[str, Any]:
    protocol = scheme if origin.protocol_policy == "match-viewer" else origin.protocol_policy.removesuffix("-only")
    return {
        "customHeaders": header_map(Headers(origin.custom_headers)),
        "domainName": origin.domain_name,
        "keepaliveTimeout": origin.keepalive_timeout,
        "path": origin.origin_path,
        "port": origin.https_port if protocol == "https" else origin.http_port,
        "protocol": protocol,
        "readTimeout": origin.read_timeout,
        "sslProtocols": list(origin.ssl_protocols),
    }


def _s3_block(origin: Origin) -> dict[str, Any]:
    region = _BUCKET_REGION.search(origin.domain_name)
    with_oai = origin.access == "oai"
    return {
        "authMethod": OAI if with_oai else "none",
        "customHeaders": header_map(Headers(origin.custom_headers)),
        "domainName": origin.domain_name,
        "path": origin.origin_path,
        "readTimeout": origin.read_timeout,
        # A bucket named without its region is in us-east-1.
        "region": (region.group(1) if region else "us-east-1") if with_oai else "",
    }


def _completion(origin: Origin) -> dict[str, Any]:
    limit = origin.response_completion_timeout
    return {} if limit is None else {"responseCompletionTimeout": limit}


# --- the block as it comes back -------------------------------------------------------------------------------------


def changed_origin(
    origin: Origin,
    sent: Mapping[str, Any],
    returned: object,
    header_names: frozenset[str],
    findings: list[Finding],
    limits: LambdaLimits = CURRENT,
) -> Origin:
    """The origin that a returned block stands for; the very same object where nothing changed.

    ``sent`` is the whole request of the event, ``header_names`` are those of the returned request, in lower case:
    none may be a custom header too. An origin of another domain name has the target Unmapped until somebody maps it.
    After a finding the result means nothing.
    """
    before = sent["origin"]
    if returned == before:
        _check_shared_names(_custom_headers(before), sent, header_names, findings)
        return origin
    kind = _kind(returned)
    if kind is None or not isinstance(returned, dict):
        findings.append(finding(ORIGIN_KIND, "origin", "must have exactly one of custom and s3, an object", STRUCTURE))
        return origin
    block = returned[kind]
    found = [*_check_fields(kind, block, limits), *_check_access(origin, kind, block)]
    headers = _checked_headers(origin, sent, block, header_names, found)
    findings.extend(found)
    return origin if found else _replaced(origin, kind, before.get(kind, {}), block, headers)


def _kind(returned: object) -> Kind | None:
    kinds: tuple[Kind, Kind] = ("custom", "s3")
    found = [kind for kind in kinds if isinstance(returned, dict) and kind in returned]
    if len(found) != 1 or not isinstance(returned, dict) or not isinstance(returned[found[0]], dict):
        return None
    return found[0]


_CHECKS: Mapping[Kind, Mapping[str, tuple[Callable[[object], bool], str]]] = {
    "custom": {
        "domainName": (is_dns_name, "must be a DNS name of 1 to 253 characters, without a port, not an IP address"),
        "path": (is_custom_path, 'must be "" or begin and not end with a slash, URL-encoded, 255 characters at most'),
        "port": (is_port, "must be the number 80, 443 or one from 1024 to 65535"),
        "protocol": (lambda value: value in ("http", "https"), "must be http or https"),
        "sslProtocols": (are_ssl_protocols, f"must be an array out of {', '.join(SSL_PROTOCOLS)}"),
    },
    "s3": {
        "domainName": (is_bucket_name, "must be a bucket's DNS name of 1 to 128 characters in lower case"),
        "path": (is_path, 'must be "" or begin and not end with a slash'),
        "authMethod": (lambda value: value in (OAI, "none"), f"must be {OAI} or none"),
        "region": (lambda value: isinstance(value, str), 'must be a string; "" will do without an identity'),
    },
}


def _check_fields(kind: Kind, block: Mapping[str, object], limits: LambdaLimits) -> list[Finding]:
    findings = [
        _bad_field(kind, name, rule) for name, (holds, rule) in _CHECKS[kind].items() if not holds(block.get(name))
    ]
    findings.extend(_check_timeouts(kind, block, limits))
    completion = block.get("responseCompletionTimeout", 0)
    read = block.get("readTimeout")
    low = read if isinstance(read, int) else 1
    if completion != 0 and not is_number(completion, low, 10**9):
        findings.append(_bad_field(kind, "responseCompletionTimeout", "must be a number, 0 or readTimeout at least"))
    return findings


def _check_timeouts(kind: Kind, block: Mapping[str, object], limits: LambdaLimits) -> list[Finding]:
    """An s3 origin may leave its one timeout out, a custom origin has both."""
    ranges = {"readTimeout": limits.read_timeout} | (
        {"keepaliveTimeout": limits.keepalive_timeout} if kind == "custom" else {}
    )
    return [
        _bad_field(kind, name, f"must be a number from {low} to {high} (seconds)")
        for name, (low, high) in ranges.items()
        if not (kind == "s3" and block.get(name) is None) and not is_number(block.get(name), low, high)
    ]


def _check_access(origin: Origin, kind: Kind, block: Mapping[str, object]) -> list[Finding]:
    if kind == "custom" or block.get("authMethod") != OAI:
        return []
    if origin.access != "oai":
        rule = "an origin access identity cannot be taken up: the origin of the behavior has none"
        return [_bad_field(kind, "authMethod", rule)]
    return [] if block.get("region") else [_bad_field(kind, "region", f"is needed with authMethod {OAI}")]


def _bad_field(kind: Kind, name: str, rule: str) -> Finding:
    message = f"{ORIGIN}The value of {name[0].upper()}{name[1:]} is invalid."
    return finding(message, f"origin.{kind}.{name}", rule, STRUCTURE)


# --- custom headers -------------------------------------------------------------------------------------------------


def _custom_headers(returned: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(name for block in returned.values() for name in block["customHeaders"])


def _checked_headers(
    origin: Origin, sent: Mapping[str, Any], block: Mapping[str, object], names: frozenset[str], found: list[Finding]
) -> Headers:
    headers = Headers(origin.custom_headers)
    before = header_map(headers)
    read: list[Finding] = []
    lines = read_header_map(block.get("customHeaders", {}), before, read, "origin.customHeaders")
    found.extend(Finding(ORIGIN_HEADERS, text) for _, text in read)
    for name in lines:
        if is_disallowed(name) or is_denied_custom_header(name):
            where = f"origin.customHeaders.{name}"
            found.append(
                finding(ORIGIN_HEADERS, where, "cannot be sent as a custom header", "add-origin-custom-headers")
            )
    _check_shared_names(frozenset(lines), sent, names, found)
    return edited(headers, before, lines)


def _check_shared_names(
    custom: frozenset[str], sent: Mapping[str, Any], names: frozenset[str], findings: list[Finding]
) -> None:
    """No name may be both a header and a custom header, unless it was when the event was sent."""
    already = _custom_headers(sent["origin"]) & sent["headers"].keys()
    for name in sorted((custom & names) - already):
        what = "stands in request.headers as well; it may stand in one of the two"
        findings.append(finding(ORIGIN_HEADERS, f"origin.customHeaders.{name}", what, STRUCTURE))


# --- the new origin -------------------------------------------------------------------------------------------------


def _replaced(origin: Origin, kind: Kind, before: Mapping[str, Any], block: dict[str, Any], headers: Headers) -> Origin:
    domain_name: str = block["domainName"]
    why = f"an origin-request function chose {domain_name}, and nothing local is mapped to that name"
    same_kind = kind == ("s3" if origin.type == "s3" else "custom")
    changed = replace(
        origin,
        domain_name=domain_name,
        type=origin.type if same_kind else kind,
        origin_path=wire(block["path"]),
        custom_headers=headers.lines,
        read_timeout=block.get("readTimeout") or 30,
        response_completion_timeout=block.get("responseCompletionTimeout") or None,
        access=_access(origin, block) if same_kind else "none",
        target=origin.target if domain_name == origin.domain_name else Unmapped(why=why),
    )
    return changed if kind == "s3" else _connected(changed, before, block)


def _access(origin: Origin, block: Mapping[str, Any]) -> Literal["none", "oai", "oac"]:
    """An origin access control shows as authMethod none, so that only an identity can be given up."""
    return "none" if origin.access == "oai" and block.get("authMethod") == "none" else origin.access


def _connected(origin: Origin, before: Mapping[str, Any], block: Mapping[str, Any]) -> Origin:
    """A custom origin with the block's connection settings; a protocol and port left alone stay those of the policy."""
    settled = replace(origin, keepalive_timeout=block["keepaliveTimeout"], ssl_protocols=tuple(block["sslProtocols"]))
    port: int = block["port"]
    if (block["protocol"], port) == (before.get("protocol"), before.get("port")):
        return settled
    if block["protocol"] == "https":
        return replace(settled, protocol_policy="https-only", https_port=port)
    return replace(settled, protocol_policy="http-only", http_port=port)
