"""Functions and their code as a native file gives them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from edgeware.config.files import is_directory
from edgeware.config.model import CloudFrontFunction, Code, Distribution, LambdaFunction
from edgeware.config.writing.origins import relative

Values = Mapping[str, object]


def functions(distribution: Distribution, folder: Path) -> Values:
    """All functions, under their keys."""
    return {key: _function(key, found, folder) for key, found in distribution.functions.items()}


def _function(key: str, found: CloudFrontFunction | LambdaFunction, folder: Path) -> Values:
    if isinstance(found, CloudFrontFunction):
        own: dict[str, object] = {
            "kind": "cloudfront-function",
            "runtime": found.runtime,
            "stage": None if found.stage == "LIVE" else found.stage,
            "key_value_store": found.key_value_store,
        }
    else:
        own = {
            "kind": "lambda-edge",
            "runtime": found.runtime or None,
            "handler": found.handler or None,
            "timeout": found.timeout,
            "memory_size": found.memory_size,
            "version": None if found.version == "1" else found.version,
        }
    values = {"name": None if found.name == key else found.name, **own, **_code(found.code, folder)}
    return {name: value for name, value in values.items() if value is not None}


def _code(code: Code, folder: Path) -> Values:
    """Where the code is; nothing where there is none, so that the file says so when it is loaded."""
    if code.text is not None:
        return {"code": code.text}
    if code.path is None:
        return {}
    return {"directory" if is_directory(code.path) else "file": relative(code.path, folder)}
