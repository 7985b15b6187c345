"""The overlay: what the cloud's definition cannot know, laid over a distribution that has been read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from edgeware.config.loading.documents import Document
from edgeware.config.loading.draft import NOT_GIVEN, Draft
from edgeware.config.loading.functions import EdgeFunction, code, usual_handler, usual_runtime
from edgeware.config.loading.inputs import inputs
from edgeware.config.loading.key_value_stores import extended, store
from edgeware.config.loading.keys import public_keys
from edgeware.config.loading.settings import disable, store_name, viewer
from edgeware.config.loading.switches import switches
from edgeware.config.loading.targets import target
from edgeware.config.model import (
    CacheBehavior,
    CloudFrontFunction,
    Code,
    Directory,
    Distribution,
    LambdaFunction,
    Notice,
)
from edgeware.config.place import NATIVE, Place, guess, plain, shown
from edgeware.config.reading import Section

ON_MISSING: tuple[Literal["error", "skip"], ...] = ("error", "skip")

Names = Mapping[str, Sequence[str]]


def overlaid(draft: Draft, document: Document) -> Draft:
    """The draft with an overlay's targets, code, stores and settings. Complaints are added to the draft's."""
    draft.notices.extend(document.notices)
    top = Section(values=document.values, place=Place(source=document.source), notices=draft.notices, dialect=NATIVE)
    top.ignore("import", "version")
    distribution = _origins(top, draft, document.base)
    distribution = _functions(top, draft, distribution, document.base)
    distribution = _stores(top, draft, distribution, document.base)
    distribution = _public_keys(top, draft, distribution, document.base)
    draft.distribution = replace(
        distribution,
        viewer=viewer(top, distribution.viewer),
        store=store_name(top, distribution.store, document.base),
        switches=switches(top, distribution.switches),
    )
    draft.disable = (*draft.disable, *disable(top))
    draft.strict = top.flag("strict", draft.strict)
    inputs(top)  # they have been taken before anything was read; only complaints are left
    draft.remote = top.flag("allow_remote_origins", draft.remote)
    on_missing = top.choice("on_missing_function", "skip" if draft.skip_missing else "error", ON_MISSING)
    draft.skip_missing = on_missing == "skip"
    top.close()
    return draft


def matches(key: str, names: Names) -> list[str]:
    """The parts that an overlay's key means: by id, else by name, domain name or ARN, else by glob over all of them."""
    if key in names:
        return [key]
    exact = [part for part, others in names.items() if key in others]
    if exact:
        return exact
    return [part for part, others in names.items() if any(fnmatchcase(name, key) for name in (part, *others))]


def _matched(section: Section, at: str | None, key: str, names: Names, what: str) -> list[str]:
    found = matches(key, names)
    if not found:
        section.complain(at, f"'{shown(key)}' matches no {what}.", guess(key, tuple(names)), code="N-overlay")
    return found


# --- origins --------------------------------------------------------------------------------------------------------


def _origins(top: Section, draft: Draft, base: Path) -> Distribution:
    section, origins = top.section("origins"), dict(draft.distribution.origins)
    names = {name: (origin.domain_name,) for name, origin in origins.items()}
    for key in map(str, section.values):
        found = target(section, key, base)
        for name in _matched(section, key, key, names, "origin"):
            own = found
            if isinstance(found, Directory) and found.website is None:
                own = replace(found, website=draft.websites.get(name))
            origins[name] = replace(origins[name], target=own if own is not NOT_GIVEN else origins[name].target)
    return replace(draft.distribution, origins=origins)


# --- functions ------------------------------------------------------------------------------------------------------


def _functions(top: Section, draft: Draft, distribution: Distribution, base: Path) -> Distribution:
    functions = dict(distribution.functions)
    names = {key: (function.name, *draft.names.get(key, ())) for key, function in functions.items()}
    skipped: set[str] = set()
    for key, section in top.entries("functions", short="file"):
        found = _matched(section, None, key, names, "function")
        if section.flag("skip"):
            skipped.update(found)
            if found:
                section.remark("warn", None, "N-skip", f"{', '.join(found)} will not run.")
        else:
            functions.update({name: _replaced(functions[name], section, base) for name in found})
        section.ignore("file", "directory", "zip", "code", "handler", "runtime", "timeout", "memory_size")
        section.close()
    return _without(replace(distribution, functions=functions), skipped)


def _replaced(function: EdgeFunction, section: Section, base: Path) -> EdgeFunction:
    if isinstance(function, LambdaFunction):
        return _replaced_lambda(function, section, base)
    for key in ("directory", "handler", "runtime", "timeout", "memory_size"):
        if section.has(key):
            section.complain(key, f"'{key}' is for Lambda@Edge; '{function.name}' is a CloudFront Function.")
    return replace(function, code=_code(function, section, base))


def _replaced_lambda(function: LambdaFunction, section: Section, base: Path) -> LambdaFunction:
    found = _code(function, section, base)
    handler = section.text("handler") or function.handler or usual_handler(found)
    return replace(
        function,
        code=found,
        handler=handler,
        runtime=section.text("runtime") or function.runtime or usual_runtime(found, handler),
        timeout=section.number("timeout", function.timeout),
        memory_size=section.number("memory_size", function.memory_size),
    )


def _code(function: CloudFrontFunction | LambdaFunction, section: Section, base: Path) -> Code:
    gives_code = any(section.has(key) for key in ("file", "directory", "zip", "code"))
    return code(section, base) if gives_code else function.code


def without_missing(draft: Draft) -> Distribution:
    """The draft's distribution without the functions that have no code, where an overlay wants them skipped."""
    distribution = draft.distribution
    missing = {key: function for key, function in distribution.functions.items() if function.code.missing}
    if not draft.skip_missing:
        return distribution
    for key, function in missing.items():
        text = f"{shown(function.name)} has no code and will not run: {function.code.missing}."
        where = draft.spelling(("functions", key))
        draft.notices.append(Notice(code="N-skip", severity="warn", where=where, text=text))
    return _without(distribution, set(missing), told=True)


def _without(distribution: Distribution, skipped: set[str], *, told: bool = False) -> Distribution:
    """The distribution without some functions; ``told``: each response is to name those that its behavior lacks."""
    if not skipped:
        return distribution
    kept = {key: function for key, function in distribution.functions.items() if key not in skipped}
    # A header carries them.
    names = {key: plain(distribution.functions[key].name).encode("ascii", "replace").decode() for key in skipped}
    behaviors = tuple(_unattached(behavior, skipped, names if told else {}) for behavior in distribution.behaviors)
    return replace(distribution, functions=kept, behaviors=behaviors)


def _unattached(behavior: CacheBehavior, skipped: set[str], names: Mapping[str, str]) -> CacheBehavior:
    left = {event: found for event, found in behavior.associations.items() if found.function not in skipped}
    lost = dict.fromkeys(names[one.function] for one in behavior.associations.values() if one.function in names)
    return replace(behavior, associations=left, skipped=(*behavior.skipped, *lost))


# --- key value stores -----------------------------------------------------------------------------------------------


def _stores(top: Section, draft: Draft, distribution: Distribution, base: Path) -> Distribution:
    stores = dict(distribution.key_value_stores)
    names = {key: (found.name, *draft.names.get(key, ())) for key, found in stores.items()}
    for key, section in top.entries("key_value_stores", short="file"):
        given = store(key, section, base)
        for name in _matched(section, None, key, names, "key value store"):
            stores[name] = extended(stores[name], given)
    return replace(distribution, key_value_stores=stores)


# --- public keys ----------------------------------------------------------------------------------------------------


def _public_keys(top: Section, draft: Draft, distribution: Distribution, base: Path) -> Distribution:
    """Keys of one's own under the ids of the distribution's, so that signatures made here are good here."""
    section, groups = top.section("public_keys"), dict(distribution.key_groups)
    names = {key: draft.names.get(key, ()) for group in groups.values() for key in group.public_keys}
    given: dict[str, str] = {}
    for key, pem in public_keys(section, base).items():
        given.update(dict.fromkeys(_matched(section, key, key, names, "public key"), pem))
    for name, group in groups.items():
        groups[name] = replace(group, public_keys={key: given.get(key, pem) for key, pem in group.public_keys.items()})
    return replace(distribution, key_groups=groups)
