"""Why the edge went one way and not another, and which of AWS's pages tells of it."""

from __future__ import annotations

from collections.abc import Mapping

from edgeware.messages import value


@value()
class Decision:
    """Why the edge went one way and not another: a line of the trace."""

    step: str
    """The stage: ``behavior``, ``cache``, ``viewer-response`` and so on."""
    text: str
    warning: bool = False
    """Whether somebody should mend something: a function that failed, or returned what CloudFront refuses."""


PAGES: Mapping[str, str] = {
    "behavior": "DownloadDistValuesCacheBehavior",
    "cache": "Expiration",
    "store": "Expiration",
    "compression": "ServingCompressedFiles",
    "custom error response": "GeneratingCustomErrorResponses",
    "origin": "http-502-bad-gateway",
    "origin group": "high_availability_origin_failover",
    "request": "cloudfront-limits",
    "signature": "private-content-trusted-signers",
    "viewer protocol policy": "using-https-viewers-to-cloudfront",
    "viewer-request": "lambda-cloudfront-trigger-events",
    "origin-request": "lambda-cloudfront-trigger-events",
    "origin-response": "lambda-cloudfront-trigger-events",
    "viewer-response": "lambda-cloudfront-trigger-events",
}
"""The AWS page that tells of a step."""
