"""The rules that only a reader can check: the model cannot hold what breaks them."""

from __future__ import annotations

from edgeware.config.reading import Section
from edgeware.config.rules import Rule

_ROWS = (
    Rule(
        id="V2",
        page="DownloadDistValuesOrigin",
        error="InvalidArgument",
        sentence="The ids of origins and origin groups are unique within a distribution.",
    ),
    Rule(
        id="V3",
        page="DownloadDistValuesOrigin",
        error="InvalidOrigin",
        sentence="An origin has exactly one of S3OriginConfig, CustomOriginConfig and VpcOriginConfig.",
    ),
    Rule(
        id="V4",
        page="private-content-restricting-access-to-s3",
        error="IllegalOriginAccessConfiguration",
        sentence="An origin has an origin access control or an origin access identity, not both.",
    ),
    Rule(
        id="V10",
        page="DownloadDistValuesCacheBehavior",
        error="InvalidArgument",
        sentence="Every behavior has a path pattern, but for the default behavior, which has none.",
    ),
    Rule(
        id="V14",
        page="controlling-the-cache-key",
        error="InvalidArgument",
        sentence="A behavior has a cache policy, or forwarded values with their TTLs; never both.",
    ),
    Rule(
        id="V15",
        page="controlling-origin-requests",
        error="InvalidArgument",
        sentence="An origin request policy needs a cache policy on the same behavior.",
    ),
    Rule(
        id="V16",
        page="controlling-the-cache-key",
        error="NoSuchCachePolicy, NoSuchOriginRequestPolicy or NoSuchResponseHeadersPolicy",
        sentence="A policy that a behavior names exists.",
    ),
    Rule(
        id="V23",
        page="edge-function-restrictions-all",
        error="InvalidFunctionAssociation",
        sentence="A behavior has one function for each event type, counting both kinds together.",
    ),
    Rule(
        id="V23d",
        page="lambda-at-edge-function-restrictions",
        error="InvalidLambdaFunctionAssociation",
        sentence="A Lambda function is associated by the ARN of a numbered version in us-east-1.",
        relaxable=True,
    ),
    Rule(
        id="V23f",
        severity="warn",
        page="edge-function-restrictions-all",
        sentence="A distribution and its functions belong to one account.",
    ),
    Rule(
        id="V24",
        severity="warn",
        page="lambda-at-edge-function-restrictions",
        error="InvalidLambdaFunctionAssociation",
        sentence="Lambda@Edge has no layers, VPC, dead-letter queue, tracing, container image, arm64 or environment.",
    ),
    Rule(
        id="V26",
        page="kvs-with-functions-associate",
        error="InvalidArgument",
        sentence="A function has one key value store at most.",
        relaxable=True,
    ),
    Rule(
        id="V28",
        page="edge-function-restrictions-all",
        error="InvalidArgument",
        sentence="Functions exclude Smooth Streaming; gRPC excludes Lambda@Edge and needs all methods and HTTP/2.",
        relaxable=True,
    ),
    Rule(
        id="V29",
        page="GeneratingCustomErrorResponses",
        error="InvalidErrorCode",
        sentence="An error code has one custom error response.",
    ),
    Rule(
        id="V38",
        severity="warn",
        page="cnames-and-https-requirements",
        error="InvalidViewerCertificate or InvalidProtocolSettings",
        sentence="Alternate domain names need a certificate of their own, and SNI excludes SSLv3.",
    ),
)

READING = {row.id: row for row in _ROWS}


def refuse(section: Section, key: str | None, rule_id: str, text: str, hint: str = "") -> None:
    """Note a breach of a reader's rule at a key of a section, or at the section itself."""
    where = section.place if key is None else section.place_of(key)
    section.notices.append(READING[rule_id].notice(str(where), text, hint))


def relaxed(rule_id: str) -> bool:
    """Whether a rule of a reader may be relaxed to a warning."""
    return rule_id in READING and READING[rule_id].relaxable
