"""CloudFront Functions: what a JavaScript child is told, and what it says."""

from __future__ import annotations

import json
import math
import re
import struct
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path

from edgeware.config.model import CloudFrontFunction
from edgeware.core.effects import Failure, Invoke, Invoked
from edgeware.exceptions import FunctionError, UsageError
from edgeware.functions.event_codec import EventCodec
from edgeware.functions.key_value_store import MemoryKeyValueStore
from edgeware.functions.njs.chain import has_one_chain
from edgeware.functions.njs.reads import parts_read
from edgeware.functions.njs.rewriting import rewritten
from edgeware.functions.njs.syntax import Runtime, check
from edgeware.functions.program import Limits, Request, Stdio
from edgeware.functions.reuse import Reuse
from edgeware.functions.source import text_of

ANSWER = struct.Struct(">IiII")
LOG_LIMIT = 10 * 1024
"""Bytes of console.log that one run may write; the rest is cut off [cloudfront-function-restrictions]."""

# Some code can tell a context that many runs share from a fresh one: it gets a context a run. Other code that needs one
# is found by its failing in the shared one.
_NEEDS_OWN_CONTEXT = re.compile(
    r"\b(?:import|queueMicrotask|fromAsync|Reflect|Proxy|WeakRef|FinalizationRegistry|Atomics"
    r"|SharedArrayBuffer|getOwnPropertyDescriptors?|isFrozen|isSealed|isExtensible|defineProperty|defineProperties"
    r"|setPrototypeOf|__proto__|__defineGetter__|__defineSetter__|__lookupGetter__|__lookupSetter__|toJSON)\b"
    r"|\b[gs]et\s+[\w$\"'\[]"
)
# Without one of these words no job gets into the promise queue: the trampoline sees to it.
_QUEUES_JOBS = re.compile(r"\b(?:async|Promise)\b|['\"]cloudfront['\"]")
_FRAME = re.compile(r"<input>:(\d+):(\d+)")
_PROPERTY_OF_NOTHING = re.compile(r'TypeError: cannot get property "(.+)" of (?:undefined|null)\Z', re.DOTALL)
_UNKNOWN_NAME = re.compile(r'ReferenceError: "(\S+)" is not defined\Z')
_WRAPPER = len('(()=>{"use strict";')


@cache
def engine() -> str:
    """Where dukpy's C module is. FunctionError where it is not installed."""
    package = PathFinder.find_spec("dukpy")
    places = None if package is None else package.submodule_search_locations
    module = PathFinder.find_spec("_dukpy", places) if places else None
    if module is None or module.origin is None:
        raise FunctionError("CloudFront Functions need dukpy, which is not installed: pip install dukpy")
    return module.origin


def command(soft_limit: float, budget: Budget) -> Sequence[str]:
    """The command line of a child that can run any CloudFront Function, with its limit in seconds of processor time."""
    worker = Path(__file__).with_name("worker.py")
    how = (str(budget.milliseconds), "measured" if budget.measured else "")
    return (sys.executable, "-I", "-S", str(worker), engine(), str(soft_limit), *how)


def needs_own_context(source: str) -> bool:
    """Whether every run of a source gets a JavaScript context of its own, which takes its time to be made."""
    return _NEEDS_OWN_CONTEXT.search(source) is not None


@dataclass(frozen=True, slots=True)
class Budget:
    """The processor time that production gives a run of a CloudFront Function (``functions.meter``).

    UsageError for what is no number of milliseconds.
    """

    milliseconds: float = 1.0
    """0 for no budget."""
    measured: bool = False
    """Whether it is to be known of every run what it uses, or only that it is not too much."""

    def __post_init__(self) -> None:
        if not 0 <= self.milliseconds < math.inf:
            raise UsageError(f"A compute budget is a number of milliseconds, 0 for none: not {self.milliseconds!r}.")


NORMAL_BUDGET = Budget()


class JavaScript:
    """A CloudFront Function's code at one moment."""

    def __init__(
        self,
        function: CloudFrontFunction,
        clock: Callable[[], float],
        seed: int,
        soft_limit: float,
        hard_limit: float,
        store: MemoryKeyValueStore | None = None,
        pop: str = "LCL50-C1",
        *,
        budget: Budget = NORMAL_BUDGET,
        reuse: bool = True,
    ) -> None:
        self.command = command(soft_limit, budget)
        self.directory = "/"
        self.stdio: Stdio = "pipes"
        self.environment: Mapping[str, str] = {}
        self.limits = Limits(start=10, call=hard_limit, processor=soft_limit)
        self._soft_limit = soft_limit
        source = text_of(function)
        self._source, self._wide = rewritten(source, function.runtime)
        self._first_runtime = function.runtime == "cloudfront-js-1.0"
        self._file = str(function.code.path) if function.code.text is None else function.name
        chained = has_one_chain(source, function.runtime)
        self._jobs: bool | str = "chain" if chained else _QUEUES_JOBS.search(self._source) is not None
        self._codec = EventCodec(parts_read(source, function.runtime))
        self._clock = clock
        self._seed = seed
        self._location = {"name": pop[:3], "serverIp": "127.0.0.1", "region": "us-east-1"}
        self.store = store
        self._reuse = Reuse() if reuse else None
        self.refusal = self._refusal(source, function.runtime)
        """Why production does not even begin to run the code, whatever the event [functions-javascript-runtime-20]."""

    def _refusal(self, source: str, runtime: Runtime) -> Failure | None:
        first = next(iter(check(source, runtime)), None)
        if first is None or first.severity != "error":
            return None
        return Failure("syntax", str(first), f"{self._file}:{first.line}")

    @property
    def setup(self) -> bytes:
        """Whether every run needs a context of its own, which runtime the code is for, the code and its facts."""
        own = 1 if needs_own_context(self._source) else 0
        source = [self._source, self._wide] if self._wide else self._source
        facts = {
            "jobs": self._jobs,
            "stores": False if self.store is None else self.store.ids,
            "location": self._location,
        }
        return b"%d" % (own + 2 * self._first_runtime) + json.dumps([source, facts, False]).encode()

    def ready(self, payload: bytes) -> Invoked:
        """A child has nothing to say of the code: what is wrong with it, every run says."""
        if payload:
            raise ValueError(payload)
        return Invoked()

    def request(self, effect: Invoke, number: int) -> Request:
        """The event, when it is, and a seed for this run's dice."""
        if self.store is not None:
            self.store.refresh()
        seed = (self._seed + number * 0x5851F42D) & 0xFFFFFFFF
        now, recorded = int(self._clock() * 1000), self._reuse is not None and self._reuse.wanted
        return self._codec.encode(effect.event, now, seed, effect.raw_query, recorded=recorded)

    def known(self, effect: Invoke) -> Invoked | None:
        """The answer that a run would give, where that is known."""
        if self.refusal is not None:
            return Invoked(failure=self.refusal)
        return None if self._reuse is None else self._reuse.find(effect)

    def answer(self, payload: bytes, effect: Invoke) -> Invoked:
        """Processor time, logs, what was asked of the edge, and the result."""
        microseconds, hundredths, size, asked = ANSWER.unpack_from(payload)
        middle = ANSWER.size + size
        end = middle + asked
        logs = _logs(payload[ANSWER.size : middle]) if size else ()
        requests = tuple(json.loads(payload[middle:end])) if asked else ()
        seconds, percent = microseconds / 1e6, hundredths / 100 if hundredths >= 0 else None
        result = payload[end:].decode()
        if result[0] == "e":
            message, stack = json.loads(result[1:])
            return Invoked(None, self._failure(message, stack), logs, seconds, utilization=percent)
        if result == "t":
            return Invoked(None, self._expired(percent), logs, seconds, utilization=percent)
        if result[0] == "r" and self._reuse is not None:
            return self._reuse.learn(effect, json.loads(result[1:]), logs, seconds)
        if self._reuse is not None:
            self._reuse.spoiled()
        output = self._codec.decode(result, effect.event)
        return Invoked(output, None, logs, seconds, requests, utilization=percent)

    def _expired(self, percent: float | None) -> Failure:
        if percent is None:
            return Failure("timeout", f"The function used more than {self._soft_limit * 1000:g} ms of processor time.")
        return Failure("timeout", f"The function used {percent:.0f} % of the processor time that it may use.")

    def late(self, number: int) -> Failure:
        """What only a kill could end, such as a loop inside a built-in."""
        return Failure("timeout", f"The function did not end within {self.limits.call * 1000:g} ms and was killed.")

    def close(self) -> None:
        """Nothing was made."""

    def _failure(self, message: str, stack: str) -> Failure:
        line = self._line(message, stack)
        return Failure("execution", message, None if line is None else f"{self._file}:{line}")

    def _line(self, message: str, stack: str) -> int | None:
        """The line that failed.

        QuickJS knows where calls are. Other places it takes for the call before: from there on the name is looked for.
        """
        frame = _FRAME.search(stack)
        if frame is None:
            return None
        line, column = int(frame[1]), int(frame[2])
        read = _read_of(message)
        if read is None:
            return line
        before = sum(len(text) + 1 for text in self._source.split("\n")[: line - 1])
        place = read.search(self._source, before + max(0, column - 1 - (_WRAPPER if line == 1 else 0)))
        return line if place is None else self._source.count("\n", 0, place.start()) + 1


def _read_of(message: str) -> re.Pattern[str] | None:
    """How the code that failed is written, if the message tells."""
    if (name := _PROPERTY_OF_NOTHING.match(message)) is not None:
        key = re.escape(name[1])
        return re.compile(rf"\.\s*{key}(?![\w$])|\[\s*['\"]{key}['\"]\s*\]")
    if (name := _UNKNOWN_NAME.match(message)) is not None:
        return re.compile(rf"(?<![\w$.'\"]){re.escape(name[1])}(?![\w$])")
    return None


def _logs(text: bytes) -> tuple[str, ...]:
    """The lines, cut where they reach the limit."""
    lines: list[str] = []
    room = LOG_LIMIT
    for line in json.loads(text):
        data = line.encode("utf-8", "surrogatepass")
        lines.append(line if len(data) <= room else data[:room].decode("utf-8", "ignore"))
        room -= len(data)
        if room <= 0:
            break
    return tuple(lines)
