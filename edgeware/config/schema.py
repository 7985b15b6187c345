"""The native file as a JSON Schema, for editors: completion, and a red line under a key that is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TypeAlias

from edgeware.config.loading.functions import CFF_RUNTIMES, KINDS, STAGES
from edgeware.config.loading.native import GEO_TYPES, HTTP_VERSIONS, VIEWER_PROTOCOL_POLICIES
from edgeware.config.loading.native_origins import ACCESS, PROTOCOL_POLICIES, TYPES
from edgeware.config.loading.overlay import ON_MISSING
from edgeware.config.loading.settings import DEVICES, DISABLE, PLACE, SCHEMES
from edgeware.config.loading.switches import KEY_PATHS, POLICY_ON, PROFILES, STALE_CAPS
from edgeware.config.policies import FRAME_OPTIONS, REFERRER_POLICIES
from edgeware.config.switches import Switches

Schema: TypeAlias = Mapping[str, object]

URI = "https://json-schema.org/draft/2020-12/schema"
TEXT: Schema = {"type": ["string", "number"]}
NUMBER: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}


def native_schema() -> Schema:
    """The schema of a native file, or of an overlay, which has keys of the same kind."""
    return {"$schema": URI, "title": "edgeware", **_object(_top())}


def _object(properties: Mapping[str, Schema], *required: str) -> Schema:
    found = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**found, "required": list(required)} if required else found


def _table(of: Schema) -> Schema:
    return {"type": "object", "additionalProperties": of}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _one_of(*words: str) -> Schema:
    return {"enum": list(words)}


def _any(*schemas: Schema) -> Schema:
    return {"anyOf": list(schemas)}


TEXTS = _list(TEXT)


def _top() -> dict[str, Schema]:
    return {
        "version": {"const": 1},
        **dict.fromkeys(("id", "domain_name", "name", "default_root_object"), TEXT),
        "enabled": FLAG,
        "aliases": TEXTS,
        "http_version": _one_of(*HTTP_VERSIONS),
        "origins": _table(_any(_one_of("app", "none"), {"type": "string"}, _origin())),
        "origin_groups": _table(_object({"members": TEXTS, "status_codes": _list(NUMBER)})),
        "functions": _table(_any({"type": "string"}, _function())),
        "key_value_stores": _table(_any({"type": "string"}, _object({"id": TEXT, "file": TEXT, "data": _table(TEXT)}))),
        "public_keys": _table({"type": ["string", "null"]}),
        "key_groups": _table(TEXTS),
        **_policies(),
        "default_behavior": _behavior(),
        "behaviors": _list(_behavior(path_pattern=TEXT)),
        "custom_error_responses": _list(_error_response()),
        "geo_restriction": _object({"type": _one_of(*GEO_TYPES), "locations": TEXTS}),
        "viewer": _viewer(),
        "switches": _switches(),
        "store": TEXT,
        "cache_tag_header": TEXT,
        "disable": _list(_one_of(*DISABLE)),
        "strict": FLAG,
        **_of_overlays(),
    }


def _of_overlays() -> dict[str, Schema]:
    return {
        "import": TEXT,
        **dict.fromkeys(("distribution", "region", "account_id"), TEXT),
        **dict.fromkeys(("parameters", "outputs"), _table({"type": ["string", "number", "boolean", "array"]})),
        "allow_remote_origins": FLAG,
        "on_missing_function": _one_of(*ON_MISSING),
    }


def _targets() -> dict[str, Schema]:
    words = "key_prefix_equals host_name replace_key_prefix_with replace_key_with".split()
    numbers = ("http_error_code_returned_equals", "http_redirect_code")
    rule = {**dict.fromkeys(words, TEXT), **dict.fromkeys(numbers, NUMBER), "protocol": _one_of("http", "https")}
    website = _object({"index": TEXT, "error": TEXT, "routing_rules": _list(_object(rule))})
    return {
        **dict.fromkeys(("app", "url", "directory", "prefix", "index", "body"), TEXT),
        "beneath": {"type": "array", "items": _object({"directory": TEXT, "prefix": TEXT})},
        "status": {"type": "integer", "minimum": 200, "maximum": 599},
        "preserve_host": FLAG,
        "headers": _table(TEXT),
        "verify": _any(FLAG, TEXT),
        "not_found": {"enum": [403, 404]},
        "website": website,
    }


def _origin() -> Schema:
    """An origin of a native file, or what an overlay lets stand for one."""
    numbers = "http_port https_port read_timeout keepalive_timeout connection_attempts connection_timeout".split()
    return _object(
        {
            "type": _one_of(*TYPES),
            **dict.fromkeys(("domain_name", "origin_path"), TEXT),
            "headers": _table(TEXT),
            "protocol_policy": _one_of(*PROTOCOL_POLICIES),
            "ssl_protocols": TEXTS,
            **dict.fromkeys((*numbers, "response_completion_timeout"), NUMBER),
            "access": _one_of(*ACCESS),
            "local": _any({"type": "string"}, _object(_targets())),
            **_targets(),
        }
    )


def _function() -> Schema:
    return _object(
        {
            "kind": _one_of(*KINDS),
            "runtime": _any(_one_of(*CFF_RUNTIMES), {"type": "string"}),
            "stage": _one_of(*STAGES),
            **dict.fromkeys(
                ("name", "version", "file", "directory", "zip", "code", "handler", "key_value_store"), TEXT
            ),
            **dict.fromkeys(("timeout", "memory_size"), NUMBER),
            "skip": FLAG,
        }
    )


def _selection(*words: str) -> Schema:
    return _any(
        _one_of("none", "all", *words),
        _object({"include": TEXTS}, "include"),
        _object({"exclude": TEXTS}, "exclude"),
        *([_object({"viewer_and": TEXTS}, "viewer_and")] if words else []),
    )


def _policies() -> dict[str, Schema]:
    names = {"cookies": _selection(), "query_strings": _selection()}
    cache = {
        "id": TEXT,
        **dict.fromkeys(("min_ttl", "default_ttl", "max_ttl"), NUMBER),
        **dict.fromkeys(("gzip", "brotli"), FLAG),
        "headers": _selection(),
        **names,
    }
    return {
        "cache_policies": _table(_object(cache)),
        "origin_request_policies": _table(_object({"id": TEXT, "headers": _selection("viewer"), **names})),
        "response_headers_policies": _table(_response_headers()),
    }


def _response_headers() -> Schema:
    header = {"value": TEXT, "override": FLAG}
    listed = _list(_object({"header": TEXT, **header}, "header"))
    cors = {
        **dict.fromkeys(("allow_origins", "allow_headers", "allow_methods", "expose_headers"), TEXTS),
        **dict.fromkeys(("allow_credentials", "origin_override"), FLAG),
        "max_age": NUMBER,
    }
    return _object(
        {
            "id": TEXT,
            "cors": _object(cors),
            "security_headers": _object(_security_headers()),
            "custom_headers": _any(_table(_any({"type": "string"}, _object(header))), listed),
            "remove_headers": TEXTS,
            "server_timing": {"type": "number"},
        }
    )


def _security_headers() -> dict[str, Schema]:
    parts: dict[str, dict[str, Schema]] = {
        "strict_transport_security": {"max_age": NUMBER, "include_subdomains": FLAG, "preload": FLAG},
        "content_type_options": {},
        "frame_options": {"frame_option": _one_of(*FRAME_OPTIONS)},
        "referrer_policy": {"referrer_policy": _one_of(*REFERRER_POLICIES)},
        "content_security_policy": {"content_security_policy": TEXT},
        "xss_protection": {"protection": FLAG, "mode_block": FLAG, "report_uri": TEXT},
    }
    return {name: _object({**part, "override": FLAG}) for name, part in parts.items()}


def _behavior(**more: Schema) -> Schema:
    methods = _any(_one_of("read", "read+options", "all"), TEXTS)
    attached = _any({"type": "string"}, _object({"function": TEXT, "lambda": TEXT, "include_body": FLAG}))
    cookies = _object({"forward": _one_of("none", "whitelist", "all"), "names": TEXTS})
    forwarded = {"query_string": FLAG, "query_string_cache_keys": TEXTS, "cookies": cookies, "headers": TEXTS}
    return _object(
        {
            **more,
            "origin": TEXT,
            "viewer_protocol_policy": _one_of(*VIEWER_PROTOCOL_POLICIES),
            **dict.fromkeys(("allowed_methods", "cached_methods"), methods),
            "compress": FLAG,
            **dict.fromkeys(("cache_policy", "origin_request_policy", "response_headers_policy"), TEXT),
            "forwarded_values": _object(forwarded),
            **dict.fromkeys(("min_ttl", "default_ttl", "max_ttl"), NUMBER),
            **dict.fromkeys(("viewer_request", "viewer_response", "origin_request", "origin_response"), attached),
            **dict.fromkeys(("trusted_key_groups", "trusted_signers"), TEXTS),
        }
    )


def _error_response() -> Schema:
    numbers = dict.fromkeys(("error_code", "response_code", "error_caching_min_ttl"), NUMBER)
    return _object({**numbers, "response_page_path": TEXT}, "error_code")


def _viewer() -> Schema:
    place = {**dict.fromkeys(PLACE, TEXT), "asn": NUMBER}
    return _object(
        {
            **place,
            **dict.fromkeys(("ip", "tls", "http_version", "ja3_fingerprint", "ja4_fingerprint"), TEXT),
            "geography": _list(_object({**place, "cidr": TEXT}, "cidr")),
            **dict.fromkeys(("check_host", "override_headers"), FLAG),
            "device": _one_of(*DEVICES),
            "scheme": _one_of(*SCHEMES),
        }
    )


def _switches() -> Schema:
    flags = {field.name: FLAG for field in fields(Switches) if isinstance(field.default, bool)}
    words = {
        "key_path": _one_of(*KEY_PATHS),
        "stale_cap": _one_of(*STALE_CAPS),
        "lambda_limits": _one_of(*PROFILES),
        "rhp_on": _list(_one_of(*POLICY_ON)),
    }
    return _object({**flags, **words})
