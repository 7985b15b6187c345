"""What ``edgeware run`` says of a distribution when it starts."""

from __future__ import annotations

from collections.abc import Iterator

from edgeware.cli.table import table
from edgeware.config.model import (
    CacheBehavior,
    Directory,
    Distribution,
    EventType,
    Origin,
    OtherApp,
    Static,
    Unmapped,
    Url,
)

ORDER: tuple[EventType, ...] = ("viewer-request", "origin-request", "origin-response", "viewer-response")


def listing(distribution: Distribution) -> Iterator[str]:
    """Lines: every notice, every behavior with its functions, and what stands for each origin."""
    yield from map(str, distribution.notices)
    rows = [(_pattern(one), one.target_origin_id, _functions(distribution, one)) for one in distribution.behaviors]
    yield from table(("behavior", "origin", "functions"), rows)
    yield ""
    yield from table(("origin", "stands for it"), [(one.id, _target(one)) for one in distribution.origins.values()])


def _pattern(behavior: CacheBehavior) -> str:
    return behavior.path_pattern or "default"


def _functions(distribution: Distribution, behavior: CacheBehavior) -> str:
    associations = [(event, behavior.associations[event]) for event in ORDER if event in behavior.associations]
    known = distribution.functions
    names = [f"{event}={known[one.function].name}" for event, one in associations if one.function in known]
    return ", ".join(names) or "-"


def _target(origin: Origin) -> str:
    target = origin.target
    if isinstance(target, OtherApp):
        return target.import_string
    if isinstance(target, Url):
        return target.url
    if isinstance(target, Directory):
        return str(target.path)
    if isinstance(target, Static):
        return f"always {target.status}"
    return f"nothing, 502: {target.why}" if isinstance(target, Unmapped) else "the application"
