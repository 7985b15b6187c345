"""Edge functions as a native file or an overlay gives them: kind, runtime and code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias, cast, get_args

from edgeware.config.files import NODE_SUFFIXES, PYTHON_SUFFIXES, absolute, handler_files, is_file
from edgeware.config.loading.archives import unpacked
from edgeware.config.model import (
    Association,
    CloudFrontFunction,
    Code,
    EventType,
    FunctionAssociation,
    LambdaFunction,
    LambdaFunctionAssociation,
)
from edgeware.config.place import guess, shown
from edgeware.config.reading import Section
from edgeware.exceptions import ConfigurationError

EdgeFunction: TypeAlias = CloudFrontFunction | LambdaFunction
Kind: TypeAlias = Literal["cloudfront-function", "lambda-edge"]
Stage: TypeAlias = Literal["LIVE", "DEVELOPMENT", "UNPUBLISHED"]
CffRuntime: TypeAlias = Literal["cloudfront-js-1.0", "cloudfront-js-2.0"]

CFF_RUNTIMES: tuple[CffRuntime, ...] = get_args(CffRuntime)
STAGES: tuple[Stage, ...] = get_args(Stage)
KINDS: tuple[Kind, ...] = get_args(Kind)
EVENTS: tuple[EventType, ...] = get_args(EventType)
VIEWER_EVENTS = ("viewer-request", "viewer-response")
NODE = "nodejs22.x"
PYTHON = "python3.13"

_CODE_SUFFIXES = (*NODE_SUFFIXES, *PYTHON_SUFFIXES, ".zip")
_LAMBDA_SUFFIXES = frozenset({".mjs", ".cjs", ".py", ".zip"})
_LAMBDA_KEYS = ("directory", "zip", "handler", "timeout", "memory_size")


def function(name: str, section: Section, base: Path) -> EdgeFunction:
    """A function of a file: `kind`, where it is not said, follows from its runtime, its keys and its suffix."""
    runtime = section.text("runtime")
    if section.choice("kind", _kind(section, runtime), KINDS) == "lambda-edge":
        found: EdgeFunction = _lambda(name, section, base, runtime)
    else:
        found = CloudFrontFunction(
            name=section.text("name", name),
            code=code(section, base),
            runtime=section.choice("runtime", "cloudfront-js-2.0", CFF_RUNTIMES),
            key_value_store=section.optional_text("key_value_store"),
            stage=section.choice("stage", "LIVE", STAGES),
        )
    section.close()
    return found


def _kind(section: Section, runtime: str) -> Kind:
    if runtime:
        return "cloudfront-function" if runtime.startswith("cloudfront-js") else "lambda-edge"
    if any(key in section.values for key in _LAMBDA_KEYS) or _suffix(section.text("file")) in _LAMBDA_SUFFIXES:
        return "lambda-edge"
    return "cloudfront-function"


def _lambda(name: str, section: Section, base: Path, runtime: str) -> LambdaFunction:
    found = code(section, base)
    if found.missing is None:
        handler = section.text("handler") or usual_handler(found)
        runtime = runtime or usual_runtime(found, handler)
    else:
        # Both follow from the code that an overlay gives.
        handler = section.text("handler")
    return LambdaFunction(
        name=section.text("name", name),
        code=found,
        version=section.text("version", "1"),
        runtime=runtime,
        handler=handler,
        timeout=section.number("timeout", 3),
        memory_size=section.number("memory_size", 128),
    )


def code(section: Section, base: Path) -> Code:
    """The code that `file`, `directory` or `code` gives; relative paths start from `base`."""
    given = [key for key in ("file", "directory", "zip", "code") if section.has(key)]
    if len(given) > 1:
        section.complain(
            given[1], f"'{given[0]}' gives the code already.", "Keep one of file, directory, zip and code."
        )
    if not given:
        return Code(missing="neither file, directory nor code is given")
    text = section.text(given[0])
    if given[0] == "code":
        return Code(text=text)
    if given[0] == "zip" or _suffix(text) == ".zip":
        return archived(absolute(base / text))
    return Code(path=absolute(base / text))


def archived(path: Path) -> Code:
    """The code of a zip archive, unpacked."""
    try:
        return Code(path=unpacked(path))
    except ConfigurationError as error:
        return Code(missing=error.problems[0].rstrip("."))


def usual_handler(found: Code) -> str:
    """The handler of code that names none: `handler`, in the file itself or in `index`."""
    if found.path is not None and _suffix(found.path.name) in _CODE_SUFFIXES:
        return f"{found.path.stem}.handler"
    return "index.handler"


def usual_runtime(found: Code, handler: str) -> str:
    """The runtime of code that names none, by its suffix, or by what the handler's file is."""
    if found.path is None:
        return NODE
    if found.path.suffix in _CODE_SUFFIXES:
        return PYTHON if found.path.suffix in PYTHON_SUFFIXES else NODE
    python = any(is_file(path) for path in handler_files(found.path, handler, PYTHON))
    return PYTHON if python else NODE


def is_path(text: str) -> bool:
    """Whether an association's text is a path to code, not the name of a function."""
    return "/" in text or _suffix(text) in _CODE_SUFFIXES


def _suffix(text: str) -> str:
    return PurePosixPath(text).suffix.lower()


@dataclass(slots=True, kw_only=True)
class Functions:
    """The functions of a native file, growing by those that associations give as paths."""

    base: Path
    known: dict[str, EdgeFunction]
    listed: frozenset[str]
    """The keys of the file's own table of functions."""

    def associations(self, behavior: Section) -> Mapping[EventType, Association]:
        """What a behavior runs at each event."""
        found: dict[EventType, Association] = {}
        for event in EVENTS:
            key = event.replace("-", "_")
            if behavior.has(key):
                association = self._association(behavior, key, event)
                if association is not None:
                    found[event] = association
        return found

    def _association(self, behavior: Section, key: str, event: EventType) -> Association | None:
        value, include_body, kind = behavior.raw(key), False, None
        if isinstance(value, Mapping):
            section = behavior.section(key)
            include_body = section.flag("include_body")
            kind = "lambda-edge" if section.has("lambda") else None
            value = section.optional_text("function" if kind is None else "lambda")
            section.close()
        if not isinstance(value, str):
            behavior.complain(key, "names no function.", "Say a function's name, a path, or {function, include_body}.")
            return None
        return self._attached(behavior, key, event, value, include_body, kind)

    def _attached(
        self, behavior: Section, key: str, event: EventType, value: str, include_body: bool, kind: str | None
    ) -> Association | None:
        name = value if value in self.listed and kind is None else self._from_path(value, event, kind)
        if name is None:
            hint = (
                guess(value, tuple(self.listed)) or "List it under functions, or give a path such as functions/tag.js."
            )
            behavior.complain(key, f"there is no function '{shown(value)}'.", hint, code="N-function")
            return None
        found = self.known[name]
        if include_body and isinstance(found, CloudFrontFunction):
            behavior.complain(key, "include_body is for Lambda@Edge; a CloudFront Function never sees a body.")
        return associated(found, event, name, include_body)

    def _from_path(self, value: str, event: EventType, kind: str | None) -> str | None:
        if kind is None and not is_path(value):
            return None
        name = re.sub(r"[^A-Za-z0-9_-]", "-", PurePosixPath(value).stem)[:64] or "function"
        code = Code(path=absolute(self.base / value))
        if _suffix(value) == ".zip":
            code = archived(absolute(self.base / value))
        if kind is None and event in VIEWER_EVENTS and _suffix(value) not in _LAMBDA_SUFFIXES:
            return self._kept(value, CloudFrontFunction(name=name, code=code))
        handler = usual_handler(code)
        runtime = usual_runtime(code, handler)
        return self._kept(value, LambdaFunction(name=name, code=code, runtime=runtime, handler=handler))

    def _kept(self, value: str, made: EdgeFunction) -> str:
        """The key of a function made from a path; one file may be both kinds in one distribution."""
        same_kind = type(self.known.get(value, made)) is type(made)
        key = value if same_kind else f"{value} ({_kind_of(made)})"
        self.known.setdefault(key, made)
        return key


def _kind_of(found: EdgeFunction) -> Kind:
    return "lambda-edge" if isinstance(found, LambdaFunction) else "cloudfront-function"


def associated(found: EdgeFunction, event: EventType, key: str, include_body: bool) -> Association:
    """A function attached to an event; a CloudFront Function at an origin event is left for rule V23b to refuse."""
    if isinstance(found, LambdaFunction):
        return LambdaFunctionAssociation(event_type=event, function=key, include_body=include_body)
    viewer = cast(Literal["viewer-request", "viewer-response"], event)
    return FunctionAssociation(event_type=viewer, function=key)
