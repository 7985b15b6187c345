"""The JavaScript that a child evaluates around a function's code. The child loads this module by its path."""

from __future__ import annotations

import os

HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib doubles the time to start

LIBRARY = "basics errors characters json dates dice patterns sorting symbols console".split()
"""The scripts in ``njs`` that make QuickJS's globals those of njs, in their order."""
INNER = "words blame reader dump perl cwt".split()
"""Those that any context asks for when it needs them: code never holds anything of theirs."""
LATE = "bytes text querystring crypto".split()
"""Those that a context of a run's own asks for when it needs them: every context parses anew what it is given. A shared
one has them from the start, as all that code can reach there must be frozen."""
FIRST = ["bytestrings"]
"""What only cloudfront-js-1.0 has."""
SECOND = ["buffer", "cloudfront"]
"""What only cloudfront-js-2.0 has, and as late."""
LAST = ["modules", "globals"]


def programs() -> dict[tuple[bool, bool], bytes]:
    """The one expression that a context evaluates, by whether runs share it and whether it is for cloudfront-js-1.0."""
    scripts = {name: script(f"njs/{name}.js") for name in (*LIBRARY, *LATE, *FIRST, *SECOND, *LAST)}
    trampoline, sharing, recording = map(script, ("trampoline.js", "sharing.js", "recording.js"))
    found = {}
    for shared in (True, False):
        for first in (True, False):
            library = ",".join(scripts[name] for name in _names(shared, first))
            of_many = f"{sharing},{recording}" if shared else "null,null"
            arguments = f"[{library}],{of_many},{str(first).lower()}"
            found[shared, first] = f"({trampoline})(call_python,{arguments})".encode()
    return found


def _names(shared: bool, first: bool) -> list[str]:
    if first:
        return [*LIBRARY, *(LATE if shared else ["bytes"]), *FIRST, *LAST]
    return [*LIBRARY, *([*LATE, *SECOND] if shared else []), *LAST]


def late() -> dict[bytes, bytes]:
    """The scripts to ask for, as JSON."""
    return {name.encode(): quoted(script(f"njs/{name}.js")) for name in (*INNER, *LATE, *SECOND)}


def script(name: str) -> str:
    """A script of this package, without indentation and the lines that are comments."""
    with open(os.path.join(HERE, name), encoding="utf-8") as file:  # noqa: PTH118, PTH123 - as above
        lines = (line.lstrip() for line in file)
        return "".join(line for line in lines if not line.startswith("//"))


def quoted(text: str) -> bytes:
    """A script as JSON."""
    return b'"%s"' % text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n").encode()
