"""Debian's njs as a witness: the same function on the same event, in the engine itself.

It is not the very version that production runs, which nobody outside knows; 0.7.9 is near ``cloudfront-js-2.0``. It is
somebody else's program in a process of its own, in its sandbox, without an environment. Still, run only code that you
trust in it: what confines our own children does not confine this one.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from edgeware.exceptions import MissingDependencyError, UsageError
from edgeware.functions.njs.findings import Runtime
from edgeware.functions.njs.modules import MODULES
from edgeware.functions.njs.syntax import imports

SECONDS = 10
UNSETTLED = "Error: the promise that the handler returned never settles"
_END = "edgeware:end:"
_PLACE = re.compile(r" in string:(\d+)\Z")
# What the command has and production has not. On the source's first line, so that lines keep their numbers.
_BEFORE = (
    "['process','print','$262','setTimeout','clearTimeout','setImmediate','global','njs','crypto']"
    ".forEach(function (name) { delete globalThis[name] });"
)
# Of cloudfront-js-2.0 only.
_RAW_QUERY = "Object.defineProperty(event.request, 'rawQueryString', { value: function () { return %s } });"
# What the engine itself says when a function calls what only old engines have; no line of the function's.
_DEPRECATED = re.compile(r"\S+ is deprecated and will be removed in the future")
_AFTER = """
;(function () {
    var event = %s;
    %s
    function done(kind, value) { console.log(%s + JSON.stringify([kind, value === undefined ? null : value])) }
    function failed(error) { done('error', String(error)) }
    try {
        Promise.resolve(handler(event)).then(function (value) { done('value', value) }, failed);
    } catch (error) { failed(error) }
})();
"""


class Statement(NamedTuple):
    """What a function did."""

    output: object = None
    error: str = ""
    logs: tuple[str, ...] = ()


def attest(source: str, runtime: Runtime, event: Mapping[str, Any], query: str | None = None) -> Statement:
    """Run a function in njs; ``query`` is what ``rawQueryString()`` gives there.

    MissingDependencyError without it; UsageError for code that it could not run alone.
    """
    command = shutil.which("njs")
    if command is None:
        raise MissingDependencyError("There is no njs on this machine: apt-get install njs")
    for found in imports(source):
        if found.module not in MODULES[runtime] - {"cloudfront"}:
            raise UsageError(f"njs has no module {found.module!r}: it cannot run this function alone.")
    raw = "" if runtime == "cloudfront-js-1.0" else _RAW_QUERY % ("undefined" if query is None else json.dumps(query))
    after = _AFTER % (json.dumps(event), raw, json.dumps(_END))
    return _read(_run([command, "-s", "-u", "-c", _BEFORE + source + after]))


def _run(command: list[str]) -> str:
    try:
        ended = subprocess.run(  # noqa: S603 - the command is njs, found on the user's own path
            command, capture_output=True, timeout=SECONDS, env={}, cwd="/", stdin=subprocess.DEVNULL, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"njs did not end within {SECONDS} s.") from error
    return (ended.stdout + ended.stderr).decode("utf-8", "replace")


def _read(text: str) -> Statement:
    lines = _DEPRECATED.sub("", text).splitlines()
    for number, line in enumerate(lines):
        logs = tuple(lines[:number])
        if line == "Thrown:":
            return Statement(error=_PLACE.sub(r" in \1", lines[number + 1]), logs=logs)
        if line.startswith(_END):
            kind, value = json.loads(line.removeprefix(_END))
            return Statement(value, logs=logs) if kind == "value" else Statement(error=value, logs=logs)
    return Statement(error=UNSETTLED, logs=tuple(lines))


def differences(ours: Statement, theirs: Statement) -> Iterator[str]:
    """Where two statements differ, a line each, empty where they do not."""
    for what in Statement._fields:
        here, there = getattr(ours, what), getattr(theirs, what)
        if here != there:
            yield f"{what}: here {_shown(here)}, njs {_shown(there)}"


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if value not in ("", None, ()) else "none"
