"""The limits of Lambda@Edge that have changed over time, as profiles to choose from [cloudfront-limits]."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from edgeware.config.switches import LambdaProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class LambdaLimits:
    """One profile. Times are in seconds, ranges include both ends."""

    viewer_seconds: int
    """How long a function may take at viewer-request and viewer-response."""
    read_timeout: tuple[int, int]
    keepalive_timeout: tuple[int, int]
    truncates_bodies: bool
    """A request body that is returned too large is cut off; else it is refused."""


CURRENT = LambdaLimits(viewer_seconds=30, read_timeout=(1, 120), keepalive_timeout=(1, 120), truncates_bodies=False)
LIMITS: Mapping[LambdaProfile, LambdaLimits] = {
    "current": CURRENT,
    "2023": LambdaLimits(viewer_seconds=5, read_timeout=(4, 60), keepalive_timeout=(1, 60), truncates_bodies=True),
}
