"""Recorded exchanges as fixtures: what was asked is asked again, and the answer compared with the one of then."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from edgeware.config.canonical import MASK
from edgeware.exceptions import UsageError
from edgeware.messages import Headers
from edgeware.parity.differences import Difference, Sides, differences
from edgeware.parity.requests import read_requests
from edgeware.parity.saved import SavedRequest
from edgeware.parity.sending import Received
from edgeware.testing.outcome import Response

WINDOW = 1.0
"""Seconds by which Expires may lie nearer to Date than it did, or farther."""


class Recorded:
    """One request of a recording, and the answer that it got then."""

    def __init__(self, request: SavedRequest) -> None:
        self.request = request

    @property
    def method(self) -> str:
        """The method."""
        return self.request.method

    @property
    def target(self) -> str:
        """Path and query string as on the wire."""
        return self.request.target

    @property
    def status(self) -> int:
        """The status of then. UsageError where no answer was recorded."""
        return self._answered().status

    @property
    def headers(self) -> Headers:
        """The response headers of then. UsageError where no answer was recorded."""
        return self._answered().headers

    def differences(self, response: Response, *, ignore: Collection[str] = ()) -> list[str]:
        """Where a response is not what was answered then, a line each.

        What differs each time does not count (ids, Date, Via, Age), and neither does what was masked. ``ignore`` names
        headers, and kinds of differences such as ``body`` and ``cache-state``. UsageError where no answer was recorded.
        """
        found = self._found(response)
        return [_line(one) for one in found if one.kind not in ignore and one.name.lower() not in ignore]

    def _found(self, response: Response) -> Iterator[Difference]:
        then, masked = self._answered(), self._masked()
        now = Received(status=response.status, headers=Headers(response.headers.items()), body=response.body)
        host = response.request.headers.get("host")
        sides = Sides(
            local=now,
            production=then,
            local_base=f"//{host}",
            production_base=f"//{self.request.host or host}",
            cold=(now, then),
        )
        for one in differences(sides, WINDOW):
            if one.name.lower() not in masked and not (one.kind == "body" and self._body() is None):
                yield one

    def _answered(self) -> Received:
        answer = self.request.answer
        if answer is None:
            raise UsageError(f"{self.request.where}: no answer was recorded, so there is nothing to compare with")
        return Received(status=answer.status, headers=answer.headers, body=self._body() or b"")

    def _body(self) -> bytes | None:
        return None if self.request.answer is None else self.request.answer.body

    def _masked(self) -> frozenset[str]:
        return frozenset(name.lower() for name, value in self.headers if MASK in value)

    def __repr__(self) -> str:
        return f"<Recorded {self.method} {self.target} ({self.request.where})>"


def recording(path: str | Path) -> Sequence[Recorded]:
    """All requests of a file, in order: of ``edgeware run --record``, a browser's HAR, an access log, curl lines.

    UsageError, with the line or the entry, for what is no request.
    """
    return [Recorded(request) for request in read_requests(Path(path))]


def _line(one: Difference) -> str:
    what = f"{one.kind} {one.name}".rstrip()
    return f"{what}: {one.local or 'nothing'} now, {one.production or 'nothing'} then"
