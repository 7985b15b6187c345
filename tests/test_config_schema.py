"""The schema says what the reader reads: no key more, no key less."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from edgeware.config.loading import examine, load
from edgeware.config.loading.documents import read
from edgeware.config.reading import Section
from edgeware.config.schema import native_schema
from edgeware.config.writing import native_values
from tests.fixtures.config.builders import FOLDER, behavior, native
from tests.servers.process import REPOSITORY

# What the reader asks for and no file may hold yet.
REFUSED = {"headers", "verify"}
EVERYTHING: dict[str, Any] = {
    "version": 1,
    "origins": {
        "app": {"local": {"directory": "site", "website": {"routing_rules": [{"key_prefix_equals": "a"}]}}},
        "b": {"local": {"url": "http://x.test"}},
        "c": {"local": {"app": "main:app"}},
        "d": {"local": {"directory": "site", "beneath": [{"directory": "site", "prefix": "x"}]}},
        "e": {"local": {"status": 503, "body": "closed"}},
    },
    "origin_groups": {"g": {"members": ["app", "b"], "status_codes": [500]}},
    "functions": {"f": {"code": "x"}, "l": {"kind": "lambda-edge", "directory": "lambda/auth"}},
    "key_value_stores": {"s": {"data": {"a": "b"}}},
    "key_groups": {},
    "public_keys": {"K": None},
    "cache_policies": {"c": {"headers": {"include": ["A"]}}},
    "origin_request_policies": {"r": {"headers": {"viewer_and": ["CloudFront-Viewer-City"]}, "cookies": "all"}},
    "response_headers_policies": {
        "h": {
            "cors": {"allow_origins": ["*"]},
            "custom_headers": {"X-A": "1"},
            "security_headers": {
                "strict_transport_security": {"max_age": 1},
                "content_type_options": {"override": True},
                "frame_options": {},
                "referrer_policy": {},
                "content_security_policy": {"content_security_policy": "x"},
                "xss_protection": {"protection": True},
            },
        }
    },
    "default_behavior": {"origin": "app", "viewer_request": {"function": "f"}},
    "behaviors": [{"path_pattern": "/a", "origin": "app", "forwarded_values": {"cookies": {"forward": "all"}}}],
    "custom_error_responses": [{"error_code": 404}],
    "geo_restriction": {"type": "none"},
    "viewer": {"geography": [{"cidr": "192.0.2.0/24", "country": "DE"}]},
}


def valid(values: object) -> bool:
    return jsonschema.Draft202012Validator(dict(native_schema())).is_valid(json.loads(json.dumps(values)))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(dict(native_schema()))


@pytest.mark.parametrize(
    "path",
    [
        *(FOLDER / "native").glob("shop.*"),
        *(REPOSITORY / "examples").glob("*/edge*.yaml"),
        *(REPOSITORY / "examples").glob("*/local.yaml"),
    ],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_every_native_file_here_is_valid(path: Path) -> None:
    values = read(path).values
    assert valid(values) or "Resources" in values


@pytest.mark.parametrize("source", ["api", "terraform/shop.plan.json", "native/shop.yaml"])
def test_what_is_written_is_valid(source: str) -> None:
    assert valid(native_values(examine(FOLDER / source), FOLDER))


@pytest.mark.parametrize(
    "values",
    [
        native(nmae="x"),
        native(enabled="yes"),
        native(version=2),
        behavior(viewer_protocol_policy="http"),
        behavior(cache_plicy="x"),
        native(functions={"f": {"fiel": "x"}}),
        native(origins={"app": {"lokal": "app"}}),
        native(switches={"store_haed": True}),
        native(viewer={"device": "watch"}),
    ],
)
def test_what_the_reader_refuses_the_schema_does_too(values: dict[str, object]) -> None:
    assert not valid(values)


def known_to_the_schema(schema: Any) -> set[str]:
    """Every key that some mapping of the schema has."""
    found: set[str] = set()
    if isinstance(schema, dict):
        found |= set(schema.get("properties", {}))
        found |= set().union(*(known_to_the_schema(inner) for inner in schema.values()))
    elif isinstance(schema, list):
        found |= set().union(*(known_to_the_schema(inner) for inner in schema)) if schema else set()
    return found


def test_every_key_that_the_reader_asks_for_is_in_the_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    close = Section.close

    def watched(section: Section) -> None:
        asked.update(section.asked)
        close(section)

    monkeypatch.setattr(Section, "close", watched)
    assert valid(EVERYTHING)
    load(EVERYTHING, base=FOLDER, overlay={"functions": {"l": {"timeout": 5}}})
    names = {name for table in EVERYTHING.values() if isinstance(table, dict) for name in table if len(name) == 1}
    keys = {key for key in asked if key not in names | {"app", "X-A"}}
    known = known_to_the_schema(native_schema())
    assert keys - known - REFUSED == set()
    # The words of a selection are compared, not asked for; the last is of a list that stands for a mapping.
    assert known - asked <= {"import", "include", "exclude", "viewer_and", "header"}
