"""The process of ``edgeware run --reload`` that puts one server in the place of another when something changes."""

from __future__ import annotations

from types import FrameType

from uvicorn.supervisors.watchfilesreload import WatchFilesReload


class Reloader(WatchFilesReload):
    """uvicorn's, which a signal always ends.

    Its own sets an Event in the signal's handler. The handler runs in the main thread, between any two steps of it, so
    where the signal meets that thread with the Event's lock held, it waits for itself, and no further Ctrl-C helps.
    Here the main thread holds the lock nowhere but in the handler, which sets the Event once.
    """

    _told = False

    def signal_handler(self, sig: int, frame: FrameType | None) -> None:
        """End soon."""
        if not self._told:
            self._told = True
            self.should_exit.set()

    def pause(self) -> None:
        """Go on at once, unless it is to end: watchfiles itself lets changes gather."""
        if self.should_exit.is_set():
            raise StopIteration
