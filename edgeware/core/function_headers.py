"""The header names that edge functions may not see, or may see and not touch [edge-function-restrictions-all]."""

from __future__ import annotations

from collections.abc import Mapping

from edgeware.config.model import EventType

DISALLOWED = frozenset(
    """
    connection expect keep-alive proxy-authenticate proxy-authorization proxy-connection trailer upgrade
    x-accel-buffering x-accel-charset x-accel-limit-rate x-accel-redirect x-amzn-auth x-amzn-cf-billing x-amzn-cf-id
    x-amzn-cf-xff x-amzn-errortype x-amzn-fle-profile x-amzn-header-count x-amzn-header-order
    x-amzn-lambda-integration-tag x-amzn-requestid x-cache x-forwarded-proto x-real-ip
    """.split()
)
NEWLY_DISALLOWED = frozenset({"client-cert", "client-cert-chain", "cloudfront-viewer-cert-pem"})
"""Named by projects that quote the page's newest version; older ones do not have them."""
DISALLOWED_PREFIXES = ("x-amz-cf-", "x-edge-")

CLOUDFRONT_FUNCTION_READ_ONLY: Mapping[EventType, frozenset[str]] = {
    "viewer-request": frozenset({"cdn-loop", "content-length", "host", "transfer-encoding", "via"}),
    "viewer-response": frozenset({"via", "warning"}),
}
LAMBDA_READ_ONLY: Mapping[EventType, frozenset[str]] = {
    "viewer-request": frozenset({"cdn-loop", "content-length", "host", "transfer-encoding", "via"}),
    "origin-request": frozenset(
        """
        accept-encoding cdn-loop content-length if-modified-since if-none-match if-range if-unmodified-since
        transfer-encoding via
        """.split()
    ),
    "origin-response": frozenset({"transfer-encoding", "via"}),
    "viewer-response": frozenset({"content-encoding", "content-length", "transfer-encoding", "via", "warning"}),
}


def is_disallowed(name: str) -> bool:
    """Whether a header, named in lower case, is hidden from edge functions and refused when one adds it."""
    return name in DISALLOWED or name in NEWLY_DISALLOWED or name.startswith(DISALLOWED_PREFIXES)
