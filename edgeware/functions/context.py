"""One JavaScript context in the child, and the ways out of it. The child loads this module by its path."""

from __future__ import annotations

from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:  # the child takes longer to start with the module `typing`
    from edgeware.functions.worker import Worker

UNSETTLED = b'e["Error: the promise that the handler returned never settles",""]'


class Left(Exception):  # noqa: N818 - a way out, not an error
    """Control leaves a JavaScript context for good."""


class Expired(Exception):  # noqa: N818
    """The run has used up its processor time."""


class Context:
    """One JavaScript context, in the shape that dukpy's C module calls back."""

    def __init__(self, worker: Worker, shared: bool, given: bytes | None = None) -> None:
        self.worker = worker
        self.shared = shared
        self.first_runtime = worker.first_runtime
        self.given = given
        """A run's input that was already read, for a run that starts anew in a context of its own."""
        self._ctx = worker.native.create_context()

    # The C module asks this of every message; anything but False will do, and a builtin is the cheapest.
    _check_exported_function_exists = len

    def _call_python(self, message: bytes, _arguments: bytes) -> bytes:
        worker = self.worker
        kind = message[:1]
        if kind in b"djeur":
            worker.answer(UNSETTLED if kind == b"u" else message)
            return self._next_input()
        if kind == b"l":
            return worker.keep(worker.notes.log, message)
        if kind in b"phbBUkKf":
            return worker.ask(message)
        if kind in b"()":
            return worker.account(kind)
        if kind == b"o":
            return worker.keep(worker.notes.ask, message)
        if kind == b"w":
            return self._drain()
        if kind == b"x":
            worker.run_alone(message)
            return self._next_input()
        if kind == b"c":
            worker.unchain()
        if kind == b"s":
            return worker.source_for(self)
        if kind == b"!":
            worker.refuse(b"e" + message[1:])
            raise Left
        return self._first_input()

    def _first_input(self) -> bytes:
        self.worker.accept()
        if self.given is None:
            return self.worker.next_input()
        self.worker.meter.begin()
        return self.given

    def _next_input(self) -> bytes:
        if not self.shared or self.worker.isolated:
            raise Left
        return self.worker.next_input()

    def _drain(self) -> bytes:
        """Run the jobs in the promise queue, and those that they put there, until it is empty.

        Nothing else can tell that it is. A rejection that nobody handled is told at the end, and does no harm; in a
        context that was broken the second try fails as well, and ends it.
        """
        native, meter = self.worker.native, self.worker.meter
        meter.pause()  # the C module collects garbage before and after; the trampoline says when the run is on
        try:
            native.eval_string(self, b"", b"null")
        except native.JSRuntimeError:
            native.eval_string(self, b"", b"null")
        meter.resume()
        return b"0"

    def _normalize_module(self, _base: str, _name: str) -> str:
        raise Left

    def run(self) -> None:
        """Live until the trampoline leaves, is stopped, or stops by itself."""
        worker = self.worker
        try:
            with suppress(worker.native.JSRuntimeError):
                worker.native.eval_string(self, worker.programs[self.shared, self.first_runtime], b"null")
            if worker.busy:
                worker.answer(UNSETTLED)
        except (Expired, SystemError):  # the latter when a signal finds the exception of the one before still in C code
            worker.answer(b"t")
