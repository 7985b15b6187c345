"""Origins as a native file gives them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from edgeware.config.loading.environment import escaped
from edgeware.config.model import (
    App,
    Directory,
    Distribution,
    Origin,
    OtherApp,
    RoutingRule,
    Static,
    Target,
    Url,
    Website,
)

Values = Mapping[str, object]


def origins(distribution: Distribution, folder: Path) -> Values:
    """All origins."""
    return {name: _origin(origin, folder) for name, origin in distribution.origins.items()}


def _origin(origin: Origin, folder: Path) -> Values:
    values: dict[str, object] = {
        "type": origin.type,
        "domain_name": origin.domain_name,
        "origin_path": origin.origin_path,
        "headers": {name: escaped(value) for name, value in origin.custom_headers},
        "protocol_policy": origin.protocol_policy,
        "http_port": origin.http_port,
        "https_port": origin.https_port,
        "ssl_protocols": list(origin.ssl_protocols),
        "read_timeout": origin.read_timeout,
        "keepalive_timeout": origin.keepalive_timeout,
        "response_completion_timeout": origin.response_completion_timeout,
        "connection_attempts": origin.connection_attempts,
        "connection_timeout": origin.connection_timeout,
        "access": origin.access,
        "local": _target(origin.target, folder),
    }
    usual = _usual(origin)
    return {key: value for key, value in values.items() if value not in (None, "", {}) and value != usual.get(key)}


def _usual(origin: Origin) -> Values:
    return {
        "type": "custom",
        "protocol_policy": "match-viewer",
        "http_port": 80,
        "https_port": 443,
        "ssl_protocols": ["TLSv1.2"],
        "read_timeout": 30,
        "keepalive_timeout": 5,
        "connection_attempts": 3,
        "connection_timeout": 10,
        "access": "oac" if origin.type == "s3" else "none",
    }


def _target(target: Target, folder: Path) -> object:
    if isinstance(target, App):
        return "app"
    if isinstance(target, OtherApp):
        return {"app": target.import_string}
    if isinstance(target, Url):
        return _url(target, folder)
    if isinstance(target, Directory):
        return _directory(target, folder)
    if isinstance(target, Static):
        return {"status": target.status, "body": target.body}
    return "none"


def _url(target: Url, folder: Path) -> object:
    usual = {"preserve_host": True, "headers": {}, "verify": True}
    values = {
        "preserve_host": target.preserve_host,
        "headers": {name: escaped(value) for name, value in target.headers},
        "verify": relative(target.verify, folder) if isinstance(target.verify, Path) else target.verify,
    }
    said = {key: value for key, value in values.items() if value != usual[key]}
    return {"url": escaped(target.url), **said} if said else escaped(target.url)


def _directory(target: Directory, folder: Path) -> Values:
    values: dict[str, object] = {"directory": relative(target.path, folder), "not_found": target.not_found}
    values.update({key: value for key in ("prefix", "index") if (value := getattr(target, key))})
    if target.beneath:
        layers = ((relative(one.path, folder), one.prefix) for one in target.beneath)
        values["beneath"] = [{"directory": path, **({"prefix": prefix} if prefix else {})} for path, prefix in layers]
    if target.website is not None:
        values["website"] = _website(target.website)
    return values


def _website(website: Website) -> Values:
    error = {} if website.error is None else {"error": website.error}
    usual = asdict(RoutingRule())
    rules = [{k: v for k, v in asdict(rule).items() if v != usual[k]} for rule in website.routing_rules]
    return {"index": website.index, **error, **({"routing_rules": rules} if rules else {})}


def relative(path: Path, folder: Path) -> str:
    """A path as seen from the folder of the file."""
    return Path(os.path.relpath(path, folder)).as_posix()
