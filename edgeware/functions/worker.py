"""The child process that runs CloudFront Functions: started by path, with nothing but the standard library.

Frames on stdin and stdout are ``>IQ`` (length of the payload, request id) and the payload. The first frame in (id 0)
holds the code: a digit, 1 if every run needs a JavaScript context of its own, plus 2 for cloudfront-js-1.0, then the
JSON text ``[source, facts, false]``; an empty payload answers it. A frame with id 0 that begins with ``k`` holds what
is in the key value store from then on (``njs/host.py``), and is not answered. Every other frame is a run's input as
the trampoline takes it. Its answer is ``>III`` (microseconds of processor time, lengths of the two lists that follow),
the logs and what it asked of the edge (``njs/cloudfront.js``), each a JSON array or nothing, and the result as the
trampoline gives it: ``d``, ``j`` or ``e`` with its text, or ``t`` for a run that was stopped.

Only the parent's kill ends a native loop that never looks at signals. Two things end this process without a parent:
the end of stdin, and a processor timer of the kernel's own for a run that never comes back to read it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.machinery import ExtensionFileLoader, ModuleSpec, SourceFileLoader
from time import thread_time, tzset  # a process's own clock ticks in milliseconds while a timer of it is armed
from types import FrameType, ModuleType

HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib doubles the time to start

SOFT_LIMIT_REPEAT = 0.01
KERNEL_LIMIT = 2.0
"""Seconds of processor time after which the kernel ends a run, whoever is left to see it."""
LARGEST_RESULT = 4 << 20
UNSETTLED = b'e["Error: the promise that the handler returned never settles",""]'
TOO_LARGE = b'e["Error: the result is larger than 4 MB",""]'


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
        if kind in b"phbBUkK":
            return worker.ask(message)
        if kind == b"o":
            return worker.keep(worker.notes.ask, message)
        if kind == b"w":
            return self._drain()
        if kind == b"x":
            worker.run_alone(message)
            return self._next_input()
        if kind == b"s":
            return worker.source_for(self)
        if kind == b"!":
            worker.refuse(b"e" + message[1:])
            raise Left
        return self._first_input()

    def _first_input(self) -> bytes:
        self.worker.accept()
        return self.worker.next_input() if self.given is None else self.given

    def _next_input(self) -> bytes:
        if not self.shared or self.worker.isolated:
            raise Left
        return self.worker.next_input()

    def _drain(self) -> bytes:
        """Run the jobs in the promise queue, and those that they put there, until it is empty.

        Nothing else can tell that it is. A rejection that nobody handled is told at the end, and does no harm; in a
        context that was broken the second try fails as well, and ends it.
        """
        native = self.worker.native
        try:
            native.eval_string(self, b"", b"null")
        except native.JSRuntimeError:
            native.eval_string(self, b"", b"null")
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


class Worker:
    """Reads runs, runs them, answers them; one at a time."""

    def __init__(self, native: ModuleType, source_fd: int, sink_fd: int, soft_limit: float) -> None:
        self.native = native
        self.soft_limit = soft_limit
        self.host, self.notes, scripts = sibling("njs.host").Host(), sibling("notes").Notes(), sibling("scripts")
        self.pipes = sibling("pipes").Pipes(source_fd, sink_fd)
        self.programs: dict[tuple[bool, bool], bytes] = scripts.programs()
        self.late: dict[bytes, bytes] = scripts.late()
        self.isolated = False
        """Whether every run gets a context of its own."""
        self.first_runtime = False
        """Whether the code is for cloudfront-js-1.0. Not many are, so a spare process is ready for the other."""
        self.busy = False
        """A run is on, and its time is counted."""
        self._source: bytes | None = None
        self._accepted = False
        self._refusal: bytes | None = None
        self._closed = False
        self._expired = False
        self._started = 0.0
        self._input = b""
        self._result = b""

    # --- life -------------------------------------------------------------------------------------------------------

    def serve(self) -> None:
        """Answer runs until the parent closes its end."""
        signal.signal(signal.SIGPROF, self._on_timer)
        try:
            while not self._closed and self._refusal is None:
                Context(self, shared=not self.isolated).run()
            while not self._closed:
                self._refuse_next()
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    def _refuse_next(self) -> None:
        try:
            self.next_input()
        except Left:
            return
        assert self._refusal is not None
        self.answer(self._refusal)

    def _on_timer(self, _number: int, _frame: FrameType | None) -> None:
        # A timer that fires while C code runs is delivered late, perhaps when no run is on any more.
        if self.busy:
            self._expired = True
            raise Expired

    # --- the code ---------------------------------------------------------------------------------------------------

    def source_for(self, context: Context) -> bytes:
        """The trampoline's ``[source, good]``. The first context waits for it, and may prove to be the wrong one."""
        if self._source is None:
            payload = self._read()
            self.isolated = payload[:1] in b"13"
            self.first_runtime = payload[:1] in b"23"
            self._source = payload[1:]
        if (context.shared and self.isolated) or context.first_runtime != self.first_runtime:
            raise Left
        return self._source

    def accept(self) -> None:
        """The source is good: say so, once, and do not check it again."""
        if not self._accepted:
            self._accepted = True
            assert self._source is not None
            self._source = self._source[: -len(b"false]")] + b"true]"
            self.pipes.write(b"")

    def refuse(self, answer: bytes) -> None:
        """The source does not parse: every run gets the same answer."""
        self._refusal = answer
        self.pipes.write(b"")

    # --- runs -------------------------------------------------------------------------------------------------------

    def next_input(self) -> bytes:
        """Wait for a run; its time counts from here."""
        payload = self._read()
        self.notes.forget()
        self._expired = False
        self._started = thread_time()
        self.busy = True
        signal.setitimer(signal.ITIMER_VIRTUAL, KERNEL_LIMIT)
        signal.setitimer(signal.ITIMER_PROF, self.soft_limit, SOFT_LIMIT_REPEAT)
        self._input = payload
        return payload

    def run_alone(self, message: bytes) -> None:
        """Repeat a run that threw in the shared context in one of its own.

        If it succeeds there, it wanted to change what all runs share: the function gets a context a run from now on.
        """
        self.notes.forget()
        Context(self, shared=False, given=self._input).run()
        if self._result[:1] == b"j":
            self.isolated = True
        elif b"out of memory" in message:
            raise Left

    def keep(self, note: Callable[[bytes], bytes], message: bytes) -> bytes:
        """Note what a run says; nothing after the time is out."""
        return b"null" if self._expired else note(message[1:])

    def ask(self, message: bytes) -> bytes:
        """What the library wants to know; nothing after the time is out, or code might spend its life here.

        A script it always gets, and only once: where errors are made, a wait for the signal would never end.
        """
        if message[:1] == b"p":
            return self.late[message[1:]]
        return b"null" if self._expired else bytes(self.host.answer(message))

    def answer(self, result: bytes) -> None:
        """Send what came of the run, unless its time ran out before."""
        if not self.busy:
            raise Left
        self.busy = False
        if self._expired:
            signal.setitimer(signal.ITIMER_PROF, 0)
            result = b"t"
        elif len(result) > LARGEST_RESULT:
            result = TOO_LARGE
        self._result = result
        self.pipes.write(self.notes.packed(int((thread_time() - self._started) * 1e6)) + result)

    def _read(self) -> bytes:
        """The next payload. What is in the key value store is kept on the way."""
        while True:
            try:
                payload: bytes = self.pipes.read()
            except EOFError:
                self._closed = True
                raise Left from None
            if self.pipes.request_id or payload[:1] != b"k":
                return payload
            self.host.take(payload[1:])


def sibling(name: str) -> ModuleType:
    """A module of this package by its path: this process knows of no package."""
    path = os.path.join(HERE, *name.split(".")) + ".py"  # noqa: PTH118 - as above
    loader = SourceFileLoader(f"edgeware.functions.{name}", path)
    module = ModuleType(loader.name)
    module.__file__ = path
    loader.exec_module(module)
    return module


def load(path: str) -> ModuleType:
    """The C module of dukpy by its path: importing the package around it takes four times as long."""
    loader = ExtensionFileLoader("_dukpy", path)
    module = loader.create_module(ModuleSpec("_dukpy", loader, origin=path))
    loader.exec_module(module)
    return module


def main(path: str, soft_limit: str) -> None:  # pragma: no cover - it confines, for good, the process that it runs in
    """Be the child process."""
    os.environ["TZ"] = "UTC"
    tzset()
    worker = Worker(load(path), 0, 1, float(soft_limit))
    sibling("confinement").confine()
    try:
        worker.serve()
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":  # pragma: no cover - the same
    main(*sys.argv[1:])
