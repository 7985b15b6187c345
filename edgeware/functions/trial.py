"""Functions on events of one's own making, as ``aws cloudfront test-function`` runs them [test-function]."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

from edgeware.config.loading.key_value_stores import imported
from edgeware.config.model import CloudFrontFunction, Code, EventType, KeyValueStore, LambdaFunction
from edgeware.config.validation.quotas import FUNCTION_BYTES
from edgeware.core import function_trial, lambda_trial
from edgeware.core.effects import Failure, Invoke, Invoked, LambdaReport
from edgeware.core.error_page import FUNCTION_EXECUTION_ERROR
from edgeware.core.given import Given
from edgeware.core.lambda_report import log_lines
from edgeware.exceptions import UsageError
from edgeware.functions.javascript import Budget
from edgeware.functions.meter import FULL
from edgeware.functions.njs.findings import Runtime
from edgeware.functions.njs.witness import Statement, attest, differences
from edgeware.functions.source import text_of
from edgeware.functions.workers import Workers

ROUNDS = 151
"""How many runs make a steady number of what a function computes."""
LONGEST_EVENT = 40_960
"""Bytes of an event [API FunctionEventObject]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionResult:
    """What came of one run of a function."""

    output: Any = None
    """What the function returned: for a CloudFront Function ``{"request": ...}`` or ``{"response": ...}``."""
    error: str = ""
    """Why it did not return, in CloudFront's words; empty where it did."""
    where: str | None = None
    """``file:line`` of the error, where it is known."""
    logs: tuple[str, ...] = ()
    """What it logged, a line an element."""
    report: LambdaReport | None = None
    """Of a Lambda@Edge function."""
    utilization: int = 0
    """Percent of the processor time that it may use: relative, of this machine (``functions.meter``)."""
    validation_errors: tuple[str, ...] = ()
    """What an edge location would refuse of the output, which AWS's test does not say, each with its AWS page."""
    doubts: tuple[str, ...] = ()
    """What it would take, and what may not be meant."""

    @property
    def ok(self) -> bool:
        """Whether a viewer would get what the function returned."""
        return not self.error and not self.validation_errors

    def fields(self) -> dict[str, Any]:
        """AWS's fields of a TestResult, and ``EdgeValidationErrors``."""
        return {
            "FunctionOutput": "" if self.output is None else json.dumps(self.output, ensure_ascii=False),
            "FunctionExecutionLogs": list(self.logs if self.report is None else log_lines(self.report, self.logs)),
            "FunctionErrorMessage": self.error,
            "ComputeUtilization": str(min(self.utilization, round(FULL))),
            "EdgeValidationErrors": list(self.validation_errors),
        }


def function_of(
    path: Path, runtime: str | None = None, handler: str | None = None
) -> CloudFrontFunction | LambdaFunction:
    """The function in a file, or for Lambda@Edge a directory, named after it.

    ``runtime`` is ``cloudfront-js-2.0`` unless said otherwise, and ``python3.13`` for a ``.py`` file. ``handler`` is
    for Lambda@Edge. UsageError for what cannot be run.
    """
    runtime = runtime or ("python3.13" if path.suffix == ".py" else "cloudfront-js-2.0")
    code = Code(path=path)
    for known in get_args(Runtime):
        if runtime == known:
            if handler is not None:
                raise UsageError(f"{runtime} has no handler to choose: the function is called `handler`.")
            return CloudFrontFunction(name=path.stem, code=code, runtime=known)
    if not runtime.startswith(("python", "nodejs")):
        raise UsageError(f"There is no runtime {runtime!r}: cloudfront-js-1.0, cloudfront-js-2.0, python3.x, nodejs2x.")
    name = handler or f"{path.stem}.{'lambda_handler' if runtime.startswith('python') else 'handler'}"
    return LambdaFunction(name=path.stem, code=code, runtime=runtime, handler=name, timeout=30)


def parsed(text: str | bytes, where: str) -> object:
    """An event from JSON text. UsageError, with the place, for text that is none or too long."""
    size = len(text.encode() if isinstance(text, str) else text)
    if size > LONGEST_EVENT:
        raise UsageError(f"{where}: the event has {size} bytes; CloudFront takes {LONGEST_EVENT}.")
    try:
        found: object = json.loads(text)
    except ValueError as error:
        raise UsageError(f"{where}: the event is not JSON: {error}") from error
    return found


def _oversize(function: CloudFrontFunction | LambdaFunction) -> tuple[str, ...]:
    size = 0 if isinstance(function, LambdaFunction) else len(text_of(function).encode("utf-8", "replace"))
    if size <= FUNCTION_BYTES:
        return ()
    what = f"the code has {size} bytes: FunctionSizeLimitExceeded, a function has {FUNCTION_BYTES} at most"
    return (f"{what} [cloudfront-limits]",)


def _with_store(
    function: CloudFrontFunction | LambdaFunction, given: Path | KeyValueStore
) -> tuple[CloudFrontFunction, dict[str, KeyValueStore]]:
    if isinstance(function, LambdaFunction) or function.runtime != "cloudfront-js-2.0":
        raise UsageError(f"{function.runtime} has no key value stores: only functions of cloudfront-js-2.0 read them.")
    store = given
    if isinstance(store, Path):
        store = KeyValueStore(name=store.stem, data=imported(store), seeds=(store,))
    return replace(function, key_value_store=store.name), {store.name: store}


class Trial:
    """Runs one function on many events, in a child process as the edge does.

    ``budget`` is the processor time that a CloudFront Function may use, in the milliseconds of ``functions.meter``.
    ``clock`` gives the seconds since the epoch that the function sees, ``seed`` makes its Math.random repeatable.
    ``key_value_store`` is what a CloudFront Function may read: a store, or a file in the form that CloudFront imports.
    FunctionError for code that is not there, UsageError for a store that the function cannot have,
    ConfigurationError for a file that CloudFront would not import.
    """

    def __init__(
        self,
        function: CloudFrontFunction | LambdaFunction,
        *,
        budget: float = 1.0,
        clock: Callable[[], float] | None = None,
        seed: int | None = None,
        key_value_store: Path | KeyValueStore | None = None,
    ) -> None:
        self.function, stores = function, dict[str, KeyValueStore]()
        if key_value_store is not None:
            self.function, stores = _with_store(function, key_value_store)
        measured = Budget(budget, measured=True)
        self._workers = Workers(clock=clock, seed=seed, stores=stores, budget=measured, reuse=False)  # every run counts
        self._workers.check(self.function)
        self._oversize = _oversize(function)
        self._kind: ModuleType = lambda_trial if isinstance(function, LambdaFunction) else function_trial

    def __enter__(self) -> Trial:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child processes."""
        self._workers.close()

    def run(self, event: object, event_type: EventType | None = None, *, rounds: int = 1) -> FunctionResult:
        """Run the function on an event, given as JSON values.

        How much it computes is that of a quick one of ``rounds`` runs, all else is of the first. UsageError for an
        event that no edge location would send.
        """
        given: Given = self._kind.given(event, event_type)
        invoked = self._invoke(self.function, given)
        if invoked.failure is not None:
            return self._failed(invoked, invoked.failure)
        judged = self._kind.judged(given, invoked.output)
        return FunctionResult(
            output=judged.shown,
            logs=invoked.logs,
            report=invoked.report,
            utilization=self._utilization(given, invoked, rounds),
            validation_errors=self._oversize + judged.errors,
            doubts=judged.doubts,
        )

    def compare(self, event: object, event_type: EventType | None = None) -> tuple[str, ...]:
        """Where Debian's njs does otherwise with the function and the event, a line each.

        MissingDependencyError without njs, UsageError for what it cannot run.
        """
        if isinstance(self.function, LambdaFunction):
            raise UsageError("njs runs CloudFront Functions only.")
        given: Given = self._kind.given(event, event_type)
        invoked = self._invoke(self.function, given)
        error = "" if invoked.failure is None else invoked.failure.message
        theirs = attest(text_of(self.function), self.function.runtime, given.value, given.raw_query)
        # The engine's words come line by line, whatever of them one call of console.log said.
        lines = tuple(line for log in invoked.logs for line in log.splitlines() or [""])
        return tuple(differences(Statement(invoked.output, error, lines), theirs))

    def _utilization(self, given: Given, invoked: Invoked, rounds: int) -> int:
        """What else the machine does mostly adds to a run: so a quick one counts, and not the quickest."""
        runs = [invoked, *(self._invoke(self.function, given) for _ in range(rounds - 1) if invoked.utilization)]
        measured = sorted(run.utilization for run in runs if run.utilization is not None)
        return round(measured[len(measured) // 10]) if measured else 0

    def _invoke(self, function: CloudFrontFunction | LambdaFunction, given: Given) -> Invoked:
        answer = self._workers.invoke(Invoke(function, given.event_type, given.value, given.raw_query))
        return answer.result() if isinstance(answer, Future) else answer

    def _failed(self, invoked: Invoked, failure: Failure) -> FunctionResult:
        utilization = round(FULL) if failure.kind == "timeout" else 0
        error = self._error(failure)
        return FunctionResult(
            error=error,
            where=failure.where,
            logs=invoked.logs,
            report=invoked.report,
            utilization=utilization,
            validation_errors=self._oversize,
        )

    def _error(self, failure: Failure) -> str:
        """TestFunction's sentence; Lambda's own text for a function of its."""
        if isinstance(self.function, LambdaFunction):
            return failure.message
        kind = "" if failure.kind == "syntax" else "Error: "
        return f"{FUNCTION_EXECUTION_ERROR} {kind}{failure.message}"
