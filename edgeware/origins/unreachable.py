"""An origin that gave no answer, or not all of it."""

from __future__ import annotations

from typing import Literal


class OriginUnreachable(Exception):  # noqa: N818 - a state of the world that drivers answer, not a mistake of a caller
    """Raised by what stands for an origin: before the head in its place, or instead of the rest of a body.

    ``detail`` is the access log's error detail, such as ``OriginDnsError`` [standard-logs-reference]; ``status`` what
    the viewer gets, 504 for a timeout and 502 for the rest [http-502-bad-gateway, http-504-gateway-timeout]; ``reason``
    is for people.
    """

    def __init__(self, detail: str, status: Literal[502, 504] = 502, reason: str = "") -> None:
        super().__init__(f"{detail}: {reason}" if reason else detail)
        self.detail = detail
        self.status = status
        self.reason = reason
