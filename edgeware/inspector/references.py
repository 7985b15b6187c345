"""Links to the AWS pages that the edge's own lines name, for whoever clicks: the page itself loads nothing of them."""

from __future__ import annotations

import re

from markupsafe import Markup

GUIDE = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
PAGES = frozenset(
    """
    CNAMEs Cookies DefaultRootObject DownloadDistValuesCacheBehavior DownloadDistValuesOrigin Expiration
    GeneratingCustomErrorResponses HTTPStatusCodes Invalidation QueryStringParameters RangeGETs
    RequestAndResponseBehaviorCustomOrigin RequestAndResponseBehaviorS3Origin ServingCompressedFiles
    add-origin-custom-headers adding-cloudfront-headers cache-key-understand-cache-policy
    cloudfront-function-restrictions cloudfront-limits custom-error-pages-expiration edge-function-restrictions-all
    functions-custom-methods functions-event-structure functions-javascript-runtime-10 functions-javascript-runtime-20
    general-helper-methods georestrictions helper-functions-origin-modification high_availability_origin_failover
    http-403-permission-denied http-502-bad-gateway http-503-service-unavailable http-504-gateway-timeout
    kvs-with-functions lambda-at-edge-function-restrictions lambda-cloudfront-trigger-events lambda-event-structure
    lambda-generating-http-responses mtls-helper-methods origin-request-understand-origin-request-policy
    private-content-signed-cookies private-content-trusted-signers standard-logs-reference test-function
    understanding-how-origin-request-policies-and-cache-policies-work-together understanding-response-headers-policies
    understanding-the-cache-key using-https-viewers-to-cloudfront using-managed-cache-policies
    using-managed-origin-request-policies
    """.split()
)
"""Pages of CloudFront's guide. Only these become links: a viewer may have sent something else in brackets."""

_BRACKETS = re.compile(r"\[([\w-]+)\]")


def linked(text: str) -> Markup:
    """A text, escaped, in which each ``[page]`` of the guide is a link."""
    parts = _BRACKETS.split(text)
    return Markup("").join(_link(part) if number % 2 else part for number, part in enumerate(parts))


def _link(page: str) -> Markup | str:
    return Markup('[<a href="{}{}.html">{}</a>]').format(GUIDE, page, page) if page in PAGES else f"[{page}]"
