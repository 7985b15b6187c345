from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgeware.config.loading import load
from edgeware.config.model import (
    ALL_METHODS,
    READ_AND_OPTIONS,
    READ_METHODS,
    App,
    CustomErrorResponse,
    GeoRestriction,
    Origin,
)
from tests.fixtures.config.builders import FOLDER, behavior, native, refused, the_error


def test_the_smallest_mapping_is_a_distribution_in_front_of_the_app() -> None:
    loaded = load({"version": 1, "default_behavior": {"origin": "app"}})
    assert loaded.origins == {"app": Origin(id="app", domain_name="app.local", target=App())}
    assert loaded.default_behavior.cache_policy.name == "Managed-CachingDisabled"
    assert loaded.default_behavior.viewer_protocol_policy == "allow-all"
    assert loaded.enabled
    assert loaded.notices == ()


def test_a_mapping_reads_as_in_the_manual(tmp_path: Path) -> None:
    (tmp_path / "fn.js").write_text("function handler(event) { return event.response; }")
    source = {
        "version": 1,
        "default_behavior": {
            "origin": "app",
            "viewer_response": "fn.js",
            "cache_policy": "Managed-CachingOptimized",
        },
    }
    loaded = load(source, base=tmp_path)
    assert loaded.default_behavior.cache_policy.id == "658327ea-f89d-4fab-a63d-7e88639e58f6"
    assert loaded.functions["fn.js"].code.path == tmp_path / "fn.js"


def test_the_minimal_file_of_the_manual_needs_only_its_function(tmp_path: Path) -> None:
    file = tmp_path / "minimal.yaml"
    file.write_bytes((FOLDER / "native" / "minimal.yaml").read_bytes())
    message = the_error(file)
    assert message.startswith(f"{file}:5 default_behavior.viewer_request: 'functions/tag.js' has no code")
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "tag.js").touch()
    assert load(file).default_behavior.function_at("viewer-request") is not None


def test_the_scalars_of_a_distribution_are_read() -> None:
    source = native(
        name="shop",
        enabled=False,
        aliases=["www.example.com"],
        default_root_object="index.html",
        http_version="http3",
        id="E123",
        domain_name="d123.cloudfront.net",
    )
    loaded = load(source)
    assert (loaded.name, loaded.enabled, loaded.aliases) == ("shop", False, ("www.example.com",))
    assert (loaded.default_root_object, loaded.http_version) == ("index.html", "http3")
    assert (loaded.id, loaded.domain_name) == ("E123", "d123.cloudfront.net")


def test_made_up_ids_follow_the_name_or_else_the_path(tmp_path: Path) -> None:
    assert load(native(name="shop")).id == load(native(name="shop"), base=tmp_path).id
    assert load(native()).id != load(native(), base=tmp_path).id
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("version: 1\ndefault_behavior: {origin: app}")
    assert load(tmp_path / "a.yaml").id != load(tmp_path / "b.yaml").id


@pytest.mark.parametrize(
    ("said", "methods"),
    [
        ("read", READ_METHODS),
        ("read+options", READ_AND_OPTIONS),
        ("all", ALL_METHODS),
        (["GET", "HEAD", "OPTIONS"], READ_AND_OPTIONS),
        (None, READ_METHODS),
    ],
)
def test_methods_are_a_word_or_a_list(said: object, methods: frozenset[str]) -> None:
    assert load(behavior(allowed_methods=said)).default_behavior.allowed_methods == methods


def test_a_lone_origin_need_not_be_named_by_behaviors() -> None:
    loaded = load(native(origins={"web": {"local": "app"}}, default_behavior={}, behaviors=[{"path_pattern": "/a"}]))
    assert [found.target_origin_id for found in loaded.behaviors] == ["web", "web"]


def test_custom_error_responses_and_countries_are_read() -> None:
    source = native(
        custom_error_responses=[
            {"error_code": 404, "response_page_path": "/404.html", "response_code": 404},
            {"error_code": 503, "error_caching_min_ttl": 0},
        ],
        geo_restriction={"type": "whitelist", "locations": ["NO", "DE"]},
    )
    loaded = load(source)
    assert loaded.custom_error_responses == {
        404: CustomErrorResponse(error_code=404, response_page_path="/404.html", response_code=404),
        503: CustomErrorResponse(error_code=503, error_caching_min_ttl=0),
    }
    assert loaded.geo_restriction == GeoRestriction(type="whitelist", locations=frozenset({"NO", "DE"}))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"default_behavior": {"origin": "app"}}, "version: is missing. Add version: 1. (N-version)"),
        (native(version=2), "version: is not 1, the only one there is. (N-version)"),
        (native(version="1"), "version: must be a whole number, not text. (N-value)"),
        ({"version": 1}, "default_behavior: is missing. Add default_behavior: {origin: app}. (V10)"),
        (native(default_behavior=[]), "default_behavior: must be a mapping, not a list. (N-value)"),
        (native(defualt_root_object="x"), "Did you mean 'default_root_object'?"),
        (behavior(cache_polcy="x"), "default_behavior.cache_polcy: 'cache_polcy' is not known here."),
        (behavior(path_pattern="/*"), "default_behavior.path_pattern: the default behavior takes every path"),
        (native(behaviors=[{"origin": "app"}]), "behaviors[0].path_pattern: the path pattern is missing."),
        (native(behaviors={"a": 1}), "behaviors: must be a list, not a mapping."),
        (behavior(allowed_methods="reed"), "cannot be 'reed'. Did you mean 'read'?"),
        (behavior(viewer_protocol_policy="https"), "default_behavior.viewer_protocol_policy: cannot be 'https'."),
        (native(origins={"a": {}, "b": {}}, default_behavior={}), "default_behavior.origin: is missing."),
        (native(custom_error_responses=[{"response_code": 200}]), "custom_error_responses[0].error_code: is missing."),
        (
            native(custom_error_responses=[{"error_code": 404}, {"error_code": 404}]),
            "custom_error_responses[1].error_code: 404 has a custom error response already.",
        ),
        (native(geo_restriction={"type": "deny"}), "geo_restriction.type: cannot be 'deny'."),
        (native(http_version="2"), "http_version: cannot be '2'."),
        (native(parameters={"Stage": "dev"}), "parameters: 'parameters' is for the file that `import` names"),
        (native(region="eu-west-1"), "region: 'region' is for the file that `import` names"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(source: object, words: str) -> None:
    errors = refused(source)
    assert any(words in error for error in errors), errors


def test_all_errors_come_at_once_with_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "edge.yaml"
    file.write_text(
        "version: 1\n"
        "default_behavior:\n"
        "  origin: ap\n"
        "  compres: true\n"
        "behaviors:\n"
        "  - path_pattern: /a%20b\n"
        "    origin: app\n"
        "    allowed_methods: [GET, PUT]\n"
    )
    assert [error.split(": ")[0].removeprefix(str(file)) for error in refused(file)] == [
        ":4 default_behavior.compres",
        ":3 default_behavior.origin",
        ":6 behaviors[0].path_pattern",
        ":8 behaviors[0].allowed_methods",
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    """
    version name enabled aliases origins app origin origin_groups functions key_value_stores cache_policies behaviors
    origin_request_policies response_headers_policies default_behavior path_pattern custom_error_responses data file
    geo_restriction viewer disable strict public_keys key_groups type domain_name headers members status_codes code
    error_code forwarded_values cookies query_strings include exclude viewer_request origin_request lambda function
    security_headers strict_transport_security custom_headers remove_headers server_timing cors local url directory
    import Distribution DistributionConfig CallerReference Origins Items Id CacheBehaviors DefaultCacheBehavior
    """.split()
)
KNOWN = st.recursive(
    JSON,
    lambda inner: st.dictionaries(KEYS, inner, max_size=6) | st.lists(inner, max_size=3),
    max_leaves=20,
)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=100, deadline=None)
@given(st.dictionaries(KEYS | st.text(max_size=5), KNOWN, max_size=6))
def test_random_mappings_never_raise_anything_but_a_configuration_error(source: dict[str, object]) -> None:
    assert isinstance(refused(source), tuple)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=100, deadline=None)
@given(st.dictionaries(KEYS, KNOWN, max_size=6), st.dictionaries(KEYS, KNOWN, max_size=6))
def test_random_values_in_a_native_mapping_never_raise_anything_else(
    top: dict[str, object], inside: dict[str, object]
) -> None:
    source = {**top, "version": 1, "default_behavior": {"origin": "app", **inside}}
    assert isinstance(refused(source), tuple)
