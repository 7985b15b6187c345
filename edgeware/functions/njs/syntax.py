"""What production refuses of a function's source, before it runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from edgeware.functions.njs import bindings, callables, doubts, expressions, frames, literals, modules, statements
from edgeware.functions.njs.broken import broken
from edgeware.functions.njs.expressions import Rule
from edgeware.functions.njs.findings import PAGES, Finding, Refusal, Runtime
from edgeware.functions.njs.modules import Import
from edgeware.functions.njs.script import Script, visits

__all__ = ["Finding", "Import", "Runtime", "check", "imports"]

_RULES: dict[str, list[Rule]] = defaultdict(list)
for _room in (callables, doubts, expressions, literals, modules, statements):
    for _type, _rule in _room.RULES.items():
        _RULES[_type].append(_rule)

# What is wrong only if the parser has put the parts around it together.
_OF_THE_WHOLE = frozenset("arguments await await-in-arguments label reserved-word return try".split())


def check(source: str, runtime: Runtime) -> tuple[Finding, ...]:
    """What is wrong with a source, and then what is doubtful, each in the order of the source.

    The first finding, where it is an error, is what CloudFront reports: ``str(finding)`` is its text. A source with
    an error does not run at all: every request ends in a 503 [functions-javascript-runtime-20]. What only running the
    code can show, such as a name that is not defined, is not looked for. Any text may be given; nothing is raised.
    """
    script = Script(source, runtime)
    refusals = list(_refusals(script))
    stuck = broken(script)
    if stuck is not None:
        refusals = [*_before(script, stuck, refusals), stuck]
    refusals.sort(key=lambda refusal: (refusal.severity == "warn", refusal.late, refusal.offset))
    return tuple(_finding(script, refusal) for refusal in refusals)


def imports(source: str) -> tuple[Import, ...]:
    """The imports at top level of a module's default, ``import cf from 'cloudfront'``, in order.

    Statements of another form are left out: ``check`` refuses them.
    """
    return tuple(modules.imports(Script(source, "cloudfront-js-2.0")))


def _refusals(script: Script) -> Iterator[Refusal]:
    open_frames, open_scopes = frames.Frames(script), bindings.Bindings(script)
    nothing: Sequence[Rule] = ()
    for node, entering in visits(script.root):
        kind = node.type
        if not entering:
            if kind in frames.LEFT:
                yield from open_frames.leave(node)
            if kind in bindings.LEFT:
                open_scopes.leave(node)
            continue
        for rule in _RULES.get(kind, nothing):
            yield from rule(script, node)
        if kind in bindings.ENTERED:
            yield from open_scopes.enter(node)
        if kind in frames.ENTERED:
            yield from open_frames.enter(node)


def _before(script: Script, stuck: Refusal, refusals: Sequence[Refusal]) -> list[Refusal]:
    """The refusals that count in a source that cannot be parsed: what the parser made of the rest is a guess.

    What stands before it may be a program of its own, as where a brace too many has ended a function early.
    """
    early = Script(script.data[: stuck.offset].decode("utf-8", "replace"), script.runtime)
    if not early.root.has_error:
        return [refusal for refusal in _refusals(early) if not refusal.late]
    held = (refusal for refusal in refusals if refusal.offset < stuck.offset and not refusal.late)
    return [refusal for refusal in held if refusal.feature not in _OF_THE_WHOLE]


def _finding(script: Script, refusal: Refusal) -> Finding:
    line, column = script.place(refusal.offset)
    return Finding(
        name=refusal.name,
        message=refusal.message,
        line=line,
        column=column,
        severity=refusal.severity,
        feature=refusal.feature,
        page=PAGES[script.runtime],
        located=refusal.located,
    )
