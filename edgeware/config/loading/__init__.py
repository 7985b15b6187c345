"""Reading a distribution: one reader a format, told apart by what the source holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TypeAlias, cast

from edgeware.config.loading.documents import Document, read
from edgeware.config.loading.draft import NOT_GIVEN, Draft
from edgeware.config.loading.inputs import Inputs, inputs_of
from edgeware.config.loading.overlay import overlaid, without_missing
from edgeware.config.loading.rules import relaxed
from edgeware.config.loading.settings import disabled
from edgeware.config.loading.sources import draft_of
from edgeware.config.model import App, Distribution, Notice, Origin, Overlay, Unmapped, Url
from edgeware.config.place import plain, spelled
from edgeware.config.validation import RULES, problems
from edgeware.exceptions import ConfigurationError

__all__ = ["Overlay", "Source", "examine", "load"]

Source: TypeAlias = str | PathLike[str] | Mapping[str, object] | Distribution


def load(
    source: Source,
    *,
    distribution: str | None = None,
    parameters: Mapping[str, str] | None = None,
    overlay: Overlay | Sequence[Overlay] | None = None,
    base: str | PathLike[str] | None = None,
    strict: bool | None = None,
) -> Distribution:
    """Read a distribution, check it, and return it with what is to be said about it in `notices`.

    ``source`` is the path of a native file (YAML, TOML, or [tool.edgeware] of a pyproject.toml), of API output or of a
    directory of it, or a native mapping, whose relative paths start from ``base`` (the working directory). A
    Distribution without an overlay is returned as it is. ``overlay``, a path or a mapping or several of them, is laid
    over it, the later over the earlier. Of a source with several distributions ``distribution`` names one, by address,
    logical id, id, alias or name; ``parameters`` are those of a template. Both win over what an overlay says.

    ``strict=True`` makes errors of warnings and notes; ``strict=False`` makes warnings of the errors that CloudFront
    may bend; None does what the file's own `strict` says. Raises ConfigurationError with every error at once.
    """
    examined = examine(
        source, distribution=distribution, parameters=parameters, overlay=overlay, base=base, strict=strict
    )
    errors = [notice for notice in examined.notices if notice.severity == "error"]
    # A Distribution that has been loaded already may be passed on with whatever it says.
    if errors and examined is not source:
        raise ConfigurationError([_line(notice) for notice in errors])
    return examined


def examine(
    source: Source,
    *,
    distribution: str | None = None,
    parameters: Mapping[str, str] | None = None,
    overlay: Overlay | Sequence[Overlay] | None = None,
    base: str | PathLike[str] | None = None,
    strict: bool | None = None,
) -> Distribution:
    """The same as `load`, but errors come as notices like everything else: for who wants to see them all.

    Raises ConfigurationError for what cannot be read at all.
    """
    folder = Path(base or ".").resolve()
    overlays = [_document(one, folder) for one in _several(overlay)]
    if not isinstance(source, Distribution):
        wanted = Inputs(distribution=distribution, parameters=parameters or {})
        for document in reversed(overlays):
            wanted = wanted.over(inputs_of(document))
        draft = draft_of(_located(source, folder), wanted)
    elif not overlays:
        return source
    else:
        # What the rules said of it they will say again.
        checked = {rule.id for rule in RULES if rule.check is not None}
        notices = [notice for notice in source.notices if notice.code not in checked]
        draft = Draft(distribution=source, notices=notices, spelling=spelled, native=False)
    for document in overlays:
        draft = overlaid(draft, document)
    return _finished(draft, strict)


def _several(overlay: Overlay | Sequence[Overlay] | None) -> Sequence[Overlay]:
    if overlay is None:
        return ()
    return list(overlay) if isinstance(overlay, list | tuple) else [cast(Overlay, overlay)]


def _document(overlay: Overlay, folder: Path) -> Document:
    located = _located(overlay, folder)
    return located if isinstance(located, Document) else read(located)


def _located(source: object, folder: Path) -> str | PathLike[str] | Document:
    if isinstance(source, Mapping):
        return Document(values=source, base=folder)
    if isinstance(source, str | PathLike):
        return source
    raise ConfigurationError([f"a distribution is a path, a mapping or a Distribution, not a {type(source).__name__}."])


def _finished(draft: Draft, strict: bool | None) -> Distribution:
    distribution = _mapped(without_missing(draft), draft.native, draft.remote)
    found = (*draft.notices, *problems(distribution, draft.spelling, strict=strict is not False))
    hard = draft.strict if strict is None else strict
    notices = tuple(dict.fromkeys(_judged(notice, hard, strict is False) for notice in found))
    return replace(disabled(distribution, draft.disable), notices=notices)


def _mapped(distribution: Distribution, native: bool, remote: bool) -> Distribution:
    """The app stands for the only origin that could be an app, or for a native origin of that name.

    A website endpoint of S3 is a bucket, and could be the app only where there is nothing else.
    What is left is asked for where it really is, if that was allowed; otherwise nothing stands for it.
    """
    origins = dict(distribution.origins)
    open_ids = [name for name, origin in origins.items() if origin.target is NOT_GIVEN]
    custom = [name for name in open_ids if origins[name].type != "s3"]
    possible = [name for name in custom if ".s3-website" not in origins[name].domain_name] or custom
    if len(possible) == 1:
        origins[possible[0]] = replace(origins[possible[0]], target=App())
    elif native and "app" in open_ids:
        origins["app"] = replace(origins["app"], target=App())
    for name in open_ids:
        if origins[name].target is NOT_GIVEN:
            target = _itself(origins[name]) if remote else Unmapped(why=_why(name, possible))
            origins[name] = replace(origins[name], target=target)
    return replace(distribution, origins=origins)


def _itself(origin: Origin) -> Url:
    """The origin's own address; over HTTPS unless it takes HTTP only."""
    if origin.protocol_policy == "http-only":
        return Url(url=f"http://{origin.domain_name}:{origin.http_port}")
    return Url(url=f"https://{origin.domain_name}:{origin.https_port}")


def _why(name: str, possible: list[str]) -> str:
    if name in possible:
        return f"nothing local is named for '{name}', and it is one of {len(possible)} origins that could be the app"
    return f"nothing local is named for the bucket '{name}'"


def _judged(notice: Notice, strict: bool, relax: bool) -> Notice:
    """The notice with the severity that was asked for, its texts fit for a terminal whatever the source held."""
    severity = notice.severity
    if strict:
        severity = "error"
    elif relax and severity == "error" and relaxed(notice.code):
        severity = "warn"
    where, text, hint = plain(notice.where), plain(notice.text), plain(notice.hint)
    return replace(notice, severity=severity, where=where, text=text, hint=hint)


def _line(notice: Notice) -> str:
    """An error as one line: where, what, what CloudFront says to it, what to do."""
    return f"{notice.where}: {notice.text}{' ' if notice.hint else ''}{notice.hint} ({notice.code})"
