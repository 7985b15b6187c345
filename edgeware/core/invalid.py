"""What an edge function returned and CloudFront refuses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invalid:
    """A refused result: the viewer gets a 502."""

    message: str
    """The diagnostic sentence on the viewer's page, in production's words where they are known."""
    findings: tuple[str, ...]
    """Everything that is wrong, for the developer: field, what, and the AWS page. The first is the one answered."""
