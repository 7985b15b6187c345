"""A distribution as JSON that is the same for the same distribution, byte for byte, and holds no secret."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from edgeware.config.files import is_directory, is_file
from edgeware.config.model import (
    App,
    CacheBehavior,
    CachePolicy,
    CloudFrontFunction,
    Code,
    Directory,
    Distribution,
    LambdaFunction,
    LambdaFunctionAssociation,
    Origin,
    OriginRequestPolicy,
    OtherApp,
    Selection,
    Static,
    Target,
    Url,
    Website,
)

MASK = "***"

Json = Mapping[str, object]
Shown = Callable[[Path], str]


def canonical(distribution: Distribution, base: str | os.PathLike[str] | None = None) -> str:
    """The distribution as JSON: snake_case, behaviors in order with the default last, sets sorted, secrets masked.

    Code is given as its location and the SHA-256 of its bytes; paths are relative to ``base`` where one is given.
    """
    shown = _relative_to(base)
    text = json.dumps(_distribution(distribution, shown), indent=2, ensure_ascii=False)
    # Half a surrogate pair, which JSON may hold, is no text that could be written.
    return text.encode("utf-8", "replace").decode() + "\n"


def _relative_to(base: str | os.PathLike[str] | None) -> Shown:
    if base is None:
        return lambda path: path.as_posix()
    start = os.fspath(Path(base).resolve())
    return lambda path: Path(os.path.relpath(path, start)).as_posix()


def _distribution(distribution: Distribution, shown: Shown) -> Json:
    return {
        "id": distribution.id,
        "domain_name": distribution.domain_name,
        "name": distribution.name,
        "enabled": distribution.enabled,
        "aliases": list(distribution.aliases),
        "default_root_object": distribution.default_root_object,
        "http_version": distribution.http_version,
        "origins": {name: _origin(origin, shown) for name, origin in sorted(distribution.origins.items())},
        "origin_groups": _origin_groups(distribution),
        "behaviors": [_behavior(behavior) for behavior in distribution.behaviors],
        "response_headers_policies": _response_headers_policies(distribution),
        "functions": {name: _function(found, shown) for name, found in sorted(distribution.functions.items())},
        "key_value_stores": _key_value_stores(distribution),
        "key_groups": {name: sorted(group.public_keys) for name, group in sorted(distribution.key_groups.items())},
        "custom_error_responses": _custom_error_responses(distribution),
        "geo_restriction": {
            "type": distribution.geo_restriction.type,
            "locations": sorted(distribution.geo_restriction.locations),
        },
        "cache_tag_header": distribution.cache_tag_header,
        "store": _store(distribution.store),
        "viewer": asdict(distribution.viewer),
        "switches": {**asdict(distribution.switches), "rhp_on": sorted(distribution.switches.rhp_on)},
    }


def _store(name: str | None) -> str | None:
    """The kind of a store alone: the rest may hold a password."""
    kind, colon, _ = (name or "").partition(":")
    return f"{kind}:{MASK}" if colon else name


def _origin_groups(distribution: Distribution) -> Json:
    return {
        name: {"members": list(group.members), "status_codes": sorted(group.status_codes)}
        for name, group in sorted(distribution.origin_groups.items())
    }


def _response_headers_policies(distribution: Distribution) -> Json:
    policies = {behavior.response_headers_policy for behavior in distribution.behaviors}
    named = {policy.name: asdict(policy) for policy in policies if policy is not None}
    return dict(sorted(named.items()))


def _key_value_stores(distribution: Distribution) -> Json:
    stores = sorted(distribution.key_value_stores.items())
    return {name: dict.fromkeys(sorted(store.data), MASK) for name, store in stores}


def _custom_error_responses(distribution: Distribution) -> Json:
    return {
        str(code): {
            "response_page_path": response.response_page_path,
            "response_code": response.response_code,
            "error_caching_min_ttl": response.error_caching_min_ttl,
        }
        for code, response in sorted(distribution.custom_error_responses.items())
    }


def _origin(origin: Origin, shown: Shown) -> Json:
    common = {
        "kind": origin.type,
        "domain_name": origin.domain_name,
        "path": origin.origin_path,
        "custom_headers": dict.fromkeys((name for name, _ in origin.custom_headers), MASK),
        "access": origin.access,
        "connection_attempts": origin.connection_attempts,
        "connection_timeout": origin.connection_timeout,
        "response_completion_timeout": origin.response_completion_timeout,
        "local": _target(origin.target, shown),
    }
    if origin.type == "s3":
        return common
    return {
        **common,
        "protocol_policy": origin.protocol_policy,
        "http_port": origin.http_port,
        "https_port": origin.https_port,
        "ssl_protocols": list(origin.ssl_protocols),
        "read_timeout": origin.read_timeout,
        "keepalive_timeout": origin.keepalive_timeout,
    }


def _target(target: Target, shown: Shown) -> object:
    if isinstance(target, App):
        return "app"
    if isinstance(target, OtherApp):
        return {"app": target.import_string}
    if isinstance(target, Url):
        return _url(target, shown)
    if isinstance(target, Directory):
        more: dict[str, object] = {} if target.website is None else {"website": _website(target.website)}
        more |= {key: value for key in ("prefix", "index") if (value := getattr(target, key))}
        if target.beneath:
            more["beneath"] = [{"directory": shown(one.path), "prefix": one.prefix} for one in target.beneath]
        return {"directory": shown(target.path), "not_found": target.not_found, **more}
    if isinstance(target, Static):
        return {"status": target.status, "body": target.body}
    return None


def _url(target: Url, shown: Shown) -> Json:
    more: dict[str, object] = {}
    if target.headers:
        more["headers"] = dict.fromkeys((name for name, _ in target.headers), MASK)
    if target.verify is not True:
        more["verify"] = shown(target.verify) if isinstance(target.verify, Path) else False
    return {"url": target.url, "preserve_host": target.preserve_host, **more}


def _website(website: Website) -> Json:
    rules = [{key: value for key, value in asdict(rule).items() if value is not None} for rule in website.routing_rules]
    return {"index": website.index, "error": website.error, **({"routing_rules": rules} if rules else {})}


def _behavior(behavior: CacheBehavior) -> Json:
    response_headers = behavior.response_headers_policy
    return {
        "path_pattern": behavior.path_pattern,
        "target": behavior.target_origin_id,
        "viewer_protocol_policy": behavior.viewer_protocol_policy,
        "allowed_methods": sorted(behavior.allowed_methods),
        "cached_methods": sorted(behavior.cached_methods),
        "compress": behavior.compress,
        "cache_policy": _cache_policy(behavior.cache_policy),
        "origin_request_policy": _origin_request_policy(behavior.origin_request_policy),
        "response_headers_policy": None if response_headers is None else response_headers.name,
        "associations": {
            event: {
                "function": found.function,
                "include_body": isinstance(found, LambdaFunctionAssociation) and found.include_body,
            }
            for event, found in sorted(behavior.associations.items())
        },
        "trusted_key_groups": list(behavior.trusted_key_groups),
        "trusted_signers": list(behavior.trusted_signers),
    }


def _cache_policy(policy: CachePolicy) -> Json:
    return {
        "id": policy.id,
        "name": policy.name,
        "min_ttl": policy.min_ttl,
        "default_ttl": policy.default_ttl,
        "max_ttl": policy.max_ttl,
        "gzip": policy.gzip,
        "brotli": policy.brotli,
        "headers": _selection(policy.headers),
        "cookies": _selection(policy.cookies),
        "query_strings": _selection(policy.query_strings),
        "legacy": policy.legacy,
    }


def _origin_request_policy(policy: OriginRequestPolicy | None) -> Json | None:
    if policy is None:
        return None
    return {
        "id": policy.id,
        "name": policy.name,
        "headers": _selection(policy.headers),
        "cookies": _selection(policy.cookies),
        "query_strings": _selection(policy.query_strings),
    }


def _selection(selection: Selection) -> list[object]:
    return [selection.mode, sorted(selection.names)]


def _function(function: CloudFrontFunction | LambdaFunction, shown: Shown) -> Json:
    code = _code(function.code, shown)
    if isinstance(function, CloudFrontFunction):
        return {
            "kind": "cloudfront-function",
            "name": function.name,
            "runtime": function.runtime,
            "stage": function.stage,
            "key_value_store": function.key_value_store,
            "code": code,
        }
    return {
        "kind": "lambda-edge",
        "name": function.name,
        "runtime": function.runtime,
        "handler": function.handler,
        "timeout": function.timeout,
        "memory_size": function.memory_size,
        "version": function.version,
        "code": code,
    }


def _code(code: Code, shown: Shown) -> Json:
    if code.text is not None:
        return {"location": "inline", "sha256": hashlib.sha256(code.text.encode("utf-8", "replace")).hexdigest()}
    if code.path is None:
        return {"location": None, "sha256": None}
    return {"location": shown(code.path), "sha256": _digest(code.path)}


def _digest(path: Path) -> str | None:
    """The digest of a file, or of a directory's file names and files in order; None where there is nothing."""
    if is_file(path):
        return hashlib.sha256(path.read_bytes()).hexdigest()
    if not is_directory(path):
        return None
    digest = hashlib.sha256()
    for file in sorted(file for file in path.rglob("*") if is_file(file)):
        digest.update(file.relative_to(path).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
