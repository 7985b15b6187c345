"""The child process that runs CloudFront Functions: started by path, with nothing but the standard library.

Frames on stdin and stdout are ``>IQ`` (length of the payload, request id) and the payload. The first frame in (id 0)
holds the code: a digit, 1 if every run needs a JavaScript context of its own, plus 2 for cloudfront-js-1.0, then the
JSON text ``[source, facts, false]``; an empty payload answers it. Another frame with id 0 holds news of the
key value store or a part of many inputs (``njs/host.py``), and is not answered. Every other frame is a run's input as
the trampoline takes it. Its answer is ``>IiII`` (microseconds of processor time, hundredths of a percent of the budget
or less than 0, lengths of the two lists that follow), the logs and what it asked of the edge (``njs/cloudfront.js``),
each a JSON array or nothing, and the result as the trampoline gives it: ``d``, ``j`` or ``e`` with its text, or ``t``
for a run that was stopped or is beyond its budget.

Only the parent's kill ends a native loop that never looks at signals. Two things end this process without a parent:
the end of stdin, and a processor timer of the kernel's own for a run that never comes back to read it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from importlib.machinery import ExtensionFileLoader, ModuleSpec, SourceFileLoader
from time import tzset
from types import FrameType, ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:  # the child takes longer to start with the module `typing`
    from edgeware.functions.context import Context

HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib doubles the time to start

TICK = 0.005
"""Seconds of processor time between two looks at what a run has used. The kernel's own ticks are not much shorter."""
KERNEL_LIMIT = 2.0
"""Seconds of processor time without such a look, after which the kernel ends the process, whoever is left to see it."""
LARGEST_RESULT = 4 << 20
RECORDED = b",true]"
"""The end of the input of a run that is recorded (``event_codec``), and of no other."""
TOO_LARGE = b'e["Error: the result is larger than 4 MB",""]'


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


context = sibling("context")


class Worker:
    """Reads runs, runs them, answers them; one at a time."""

    def __init__(
        self,
        native: ModuleType,
        source_fd: int,
        sink_fd: int,
        soft_limit: float,
        budget: float = 0.0,
        measured: bool = False,
    ) -> None:
        self.native = native
        self.soft_limit = soft_limit
        self.meter = sibling("meter").Meter(native, budget, every=measured)
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
        self._again = False
        self._input = b""
        self._result = b""

    # --- life -------------------------------------------------------------------------------------------------------

    def serve(self) -> None:
        """Answer runs until the parent closes its end."""
        signal.signal(signal.SIGPROF, self._on_timer)
        signal.setitimer(signal.ITIMER_VIRTUAL, KERNEL_LIMIT)
        signal.setitimer(signal.ITIMER_PROF, TICK, TICK)
        try:
            while not self._closed and self._refusal is None:
                context.Context(self, shared=not self.isolated).run()
            while not self._closed:
                self._refuse_next()
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    def _refuse_next(self) -> None:
        try:
            self.next_input()
        except context.Left:
            return
        assert self._refusal is not None
        self.answer(self._refusal)

    def _on_timer(self, _number: int, _frame: FrameType | None) -> None:
        signal.setitimer(signal.ITIMER_VIRTUAL, KERNEL_LIMIT)
        # A timer that fires while C code runs is delivered late, perhaps when no run is on any more.
        if self.busy and self.meter.is_hopeless(self.soft_limit):
            self._expired = True
            raise context.Expired

    # --- the code ---------------------------------------------------------------------------------------------------

    def source_for(self, asking: Context) -> bytes:
        """The trampoline's ``[source, good]``. The first context waits for it, and may prove to be the wrong one."""
        if self._source is None:
            payload = self._read()
            self.isolated = payload[:1] in b"13"
            self.first_runtime = payload[:1] in b"23"
            self._source = payload[1:]
        if (asking.shared and self.isolated) or asking.first_runtime != self.first_runtime:
            raise context.Left
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
        """Wait for a run, or repeat one; its time counts from here."""
        payload = self._input if self._again else self._read()
        self._again = False
        self.notes.forget()
        self._expired = False
        self.meter.begin()
        self.busy = True
        self._input = payload
        return payload

    def run_alone(self, message: bytes) -> None:
        """Repeat a run that threw in the shared context in one of its own.

        If it succeeds there, it wanted to change what all runs share: the function gets a context a run from now on.
        """
        self.notes.forget()
        context.Context(self, shared=False, given=self._input).run()
        if self._result[:1] == b"j":
            self.isolated = True
        elif b"out of memory" in message:
            raise context.Left

    def unchain(self) -> None:
        """Repeat a run that asked for more than one chain of jobs, and give up on chains: the next context has none."""
        assert self._source is not None
        self._source = self._source.replace(b'"jobs": "chain"', b'"jobs": true')  # in a string it has backslashes
        self.busy = False
        self._again = True
        raise context.Left

    def keep(self, note: Callable[[bytes], bytes], message: bytes) -> bytes:
        """Note what a run says; nothing after the time is out."""
        return b"null" if self._expired else note(message[1:])

    def ask(self, message: bytes) -> bytes:
        """What the library wants to know; nothing after the time is out, or code might spend its life here.

        A script it always gets, and only once: where errors are made, a wait for the signal would never end.
        """
        if message[:1] == b"p":
            self.meter.pause()
            return self.late[message[1:]]
        return b"null" if self._expired else bytes(self.host.answer(message))

    def account(self, kind: bytes) -> bytes:
        """What follows is not the function's doing, or is again."""
        (self.meter.pause if kind == b"(" else self.meter.resume)()
        return b"0"

    def answer(self, result: bytes) -> None:
        """Send what came of the run, unless its time ran out before, or that is to be seen again."""
        if not self.busy:
            raise context.Left
        self.busy = False
        use = self.meter.read(stopped=self._expired, slowed=self._input.endswith(RECORDED))
        self._result = result
        self._again = use.again
        if use.again and self._input.endswith(RECORDED):
            self._input = self._input[: -len(RECORDED)] + b"]"
        if use.beyond:
            result = b"t"
        elif len(result) > LARGEST_RESULT:
            result = TOO_LARGE
        if not use.again:
            self.pipes.write(self.notes.packed(use.seconds, use.percent) + result)

    def _read(self) -> bytes:
        """The next payload. What is no run's own is kept on the way."""
        while True:
            try:
                payload: bytes = self.pipes.read()
            except EOFError:
                self._closed = True
                raise context.Left from None
            if self.pipes.request_id or payload[:1] not in b"kfF":
                return payload
            self.host.hear(payload)


def main(
    path: str, soft_limit: str, budget: str, measured: str
) -> None:  # pragma: no cover - it confines, for good, the process that it runs in
    """Be the child process."""
    os.environ["TZ"] = "UTC"
    tzset()
    worker = Worker(load(path), 0, 1, float(soft_limit), float(budget), measured == "measured")
    sibling("confinement").confine()
    try:
        worker.serve()
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":  # pragma: no cover - the same
    main(*sys.argv[1:])
