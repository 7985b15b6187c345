"""The view of the functions: their source, what ``check`` says of it, and a run on an event of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from edgeware.config.model import CloudFrontFunction, KeyValueStore, LambdaFunction
from edgeware.edge import Edge
from edgeware.exceptions import EdgewareError
from edgeware.functions.njs.findings import Finding
from edgeware.functions.njs.review import review
from edgeware.functions.source import text_of
from edgeware.functions.trial import ROUNDS, Trial, parsed
from edgeware.inspector.computing import Computing
from edgeware.inspector.pages import Pages
from edgeware.inspector.plots import Plot, distribution
from edgeware.inspector.summary import kept
from edgeware.trace import FunctionRun

SUFFIXES = (".py", ".js", ".mjs", ".cjs")
SAMPLE = {
    "version": "1.0",
    "context": {"eventType": "viewer-request"},
    "viewer": {"ip": "198.51.100.11"},
    "request": {"method": "GET", "uri": "/", "querystring": {}, "headers": {}, "cookies": {}},
}
"""An event to begin with, where the function has not run yet."""


class SourceLine(NamedTuple):
    """A line of source, and what is found in it."""

    number: int
    text: str
    findings: tuple[Finding, ...]


class FunctionsView:
    """The routes of ``functions``."""

    def __init__(self, edge: Edge, pages: Pages, computing: Computing) -> None:
        self._edge = edge
        self._pages = pages
        self._computing = computing
        self.routes = [
            Route("/functions", self.functions),
            Route("/function/runs", self.run, methods=["POST"]),
            Route("/function", self.function),
        ]

    def functions(self, request: Request) -> Response:
        """All of them."""
        known = self._edge.distribution.functions
        uses = {key: list(self._uses(key)) for key in known}
        return self._pages.page(
            request, "functions.html", functions=known, uses=uses, stores=self._edge.key_value_stores
        )

    def function(self, request: Request) -> Response:
        """One of them, by its key: often a path, so it stands in the query."""
        key, function = self._asked(request)
        runs = [run for one in kept(self._edge) for run in one.trace.functions if run.name == function.name]
        return self._pages.page(
            request,
            "function.html",
            key=key,
            function=function,
            lines=_lines(function),
            scripted=isinstance(function, CloudFrontFunction),
            uses=list(self._uses(key)),
            store=_store_name(function),
            calls=self._calls(function, [run.invoked.seconds for run in runs]),
            event=self._event(runs),
        )

    async def run(self, request: Request) -> Response:
        """Run it on ``{"event": "JSON text"}``: the fields of ``edgeware test-function``, or ``error``."""
        _, function = self._asked(request)
        try:
            text = str((await request.json())["event"])
            fields = await run_in_threadpool(_run, function, text, self._store(function))
        except EdgewareError as error:
            return JSONResponse({"error": self._pages.secrets.text(str(error))}, 400)
        except (ValueError, LookupError, TypeError):
            return JSONResponse({"error": 'The body is not of the form {"event": ...}.'}, 400)
        return JSONResponse({"result": self._pages.secrets.json(fields)})

    def _asked(self, request: Request) -> tuple[str, CloudFrontFunction | LambdaFunction]:
        key = request.query_params.get("key", "")
        function = self._edge.distribution.functions.get(key)
        if function is None:
            raise HTTPException(404, "The distribution has no such function.")
        return key, function

    def _store(self, function: CloudFrontFunction | LambdaFunction) -> KeyValueStore | None:
        """What a function's key value store holds now."""
        live = self._edge.key_value_stores.get(_store_name(function) or "")
        return None if live is None else KeyValueStore(name=live.name, id=live.id, data=live.items())

    def _uses(self, key: str) -> Iterator[str]:
        for behavior in self._edge.distribution.behaviors:
            for event, association in behavior.associations.items():
                if association.function == key:
                    yield f"{behavior.path_pattern or 'Default (*)'} {event}"

    def _calls(self, function: CloudFrontFunction | LambdaFunction, seconds: Sequence[float]) -> Plot:
        if isinstance(function, CloudFrontFunction):
            return distribution([self._computing.percent(one) for one in seconds], "{:.0f} %")
        return distribution([one * 1000 for one in seconds], "{:.3f} ms")

    def _event(self, runs: list[FunctionRun]) -> str:
        return self._pages.secrets.json(runs[-1].event if runs else SAMPLE)


def _store_name(function: CloudFrontFunction | LambdaFunction) -> str | None:
    return function.key_value_store if isinstance(function, CloudFrontFunction) else None


def _run(function: CloudFrontFunction | LambdaFunction, text: str, store: KeyValueStore | None) -> dict[str, object]:
    with Trial(function, key_value_store=store) as trial:
        result = trial.run(parsed(text, "The event"), rounds=ROUNDS)
    return {**result.fields(), "FunctionOutput": result.output, "Doubts": list(result.doubts)}


def _lines(function: CloudFrontFunction | LambdaFunction) -> tuple[SourceLine, ...]:
    try:
        text = text_of(function) if isinstance(function, CloudFrontFunction) else _handler(function)
    except EdgewareError as error:
        return (SourceLine(1, str(error), ()),)
    found = review(text, function.runtime) if isinstance(function, CloudFrontFunction) else ()
    return tuple(
        SourceLine(number, line, tuple(one for one in found if one.line == number))
        for number, line in enumerate(text.splitlines(), 1)
    )


def _handler(function: LambdaFunction) -> str:
    """The file that a handler stands in."""
    home = function.code.path
    if home is None:
        return function.code.text or ""
    module = function.handler.rpartition(".")[0]
    files = [home] if home.is_file() else [Path(home, module + suffix) for suffix in SUFFIXES]
    there = next((file for file in files if file.is_file()), None)
    return there.read_text(encoding="utf-8", errors="replace") if there else "its file is not to be found"
