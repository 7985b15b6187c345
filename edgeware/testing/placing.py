"""The distribution of a site under test, with what is tested in the place of its origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from edgeware.config.loading import load
from edgeware.config.model import App, Directory, Distribution, Overlay, Unmapped, Url
from edgeware.exceptions import UsageError


def distribution_of(
    source: Distribution | str | Path | Mapping[str, object],
    app: object,
    *,
    named: str | None = None,
    parameters: Mapping[str, str] | None = None,
    overlay: Overlay | Sequence[Overlay] | None = None,
) -> Distribution:
    """Read a distribution, and let an application, an origin URL or a folder stand where the source has the app.

    UsageError where nothing in it would ask the application; what ``load`` raises passes through.
    """
    found = load(source, distribution=named, parameters=parameters, overlay=overlay)
    origins = found.origins.values()
    nowhere = [one for one in origins if isinstance(one.target, Unmapped)]
    free = [one for one in origins if isinstance(one.target, App)] or (nowhere if len(nowhere) == 1 else [])
    if not free:
        raise UsageError("the distribution has the app at none of its origins, so nothing would ask it")
    target = _target(app)
    return replace(found, origins={**found.origins, **{one.id: replace(one, target=target) for one in free}})


def _target(app: object) -> App | Url | Directory:
    if isinstance(app, Path):
        return Directory(path=app)
    return Url(url=app) if isinstance(app, str) else App()
