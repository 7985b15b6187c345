"""What a viewer of the test kit's own holds in the hand."""

from __future__ import annotations

from typing import NamedTuple


class Answer(NamedTuple):
    """A body, and the id by which the edge knows everything else."""

    request_id: str
    body: bytes
