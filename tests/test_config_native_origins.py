from __future__ import annotations

import pytest

from edgeware.config.loading import load
from edgeware.config.model import App, Origin, OriginGroup, Unmapped
from tests.fixtures.config.builders import native, refused


def origin(**changes: object) -> Origin:
    return load(native(origins={"app": {"local": "app", **changes}})).origins["app"]


def test_an_origin_has_cloudfront_s_defaults() -> None:
    assert origin() == Origin(id="app", domain_name="app.local", target=App())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("domain_name", "app.internal.example"),
        ("type", "s3"),
        ("type", "vpc"),
        ("origin_path", "/v1"),
        ("protocol_policy", "https-only"),
        ("http_port", 8080),
        ("https_port", 8443),
        ("read_timeout", 60),
        ("keepalive_timeout", 60),
        ("response_completion_timeout", 90),
        ("connection_attempts", 1),
        ("connection_timeout", 2),
        ("access", "oac"),
    ],
)
def test_each_key_of_an_origin_is_read(key: str, value: object) -> None:
    assert getattr(origin(**{key: value}), key) == value


def test_a_bucket_has_an_origin_access_control_unless_it_is_said() -> None:
    assert (origin(type="s3").access, origin(type="vpc").access, origin(type="s3", access="none").access) == (
        "oac",
        "none",
        "none",
    )


def test_custom_headers_are_filled_from_the_environment_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGE_SECRET", "s3cret")
    found = origin(headers={"X-Verify": "${EDGE_SECRET}", "X-Number": 5})
    assert found.custom_headers == (("X-Verify", "s3cret"), ("X-Number", "5"))
    assert "s3cret" not in repr(found)


def test_an_origin_without_a_target_gets_one_where_there_is_no_doubt() -> None:
    lone = load(native(origins={"web": {}, "site": {"type": "s3"}}, default_behavior={"origin": "web"}))
    assert lone.origins["web"].target == App()
    assert isinstance(lone.origins["site"].target, Unmapped)
    named = load(native(origins={"app": {}, "web": {}}))
    assert named.origins["app"].target == App()
    assert isinstance(named.origins["web"].target, Unmapped)
    assert [notice.where for notice in named.notices if notice.code == "N-unmapped"] == ["origins.web"]


def test_origin_groups_are_read() -> None:
    source = native(
        origins={"app": {}, "spare": {"local": "http://127.0.0.1:9"}},
        origin_groups={"ha": {"members": ["app", "spare"], "status_codes": [500, 502]}},
        default_behavior={"origin": "ha"},
    )
    group = OriginGroup(id="ha", members=("app", "spare"), status_codes=frozenset({500, 502}))
    assert load(source).origin_groups == {"ha": group}


@pytest.mark.parametrize(
    ("origins", "words"),
    [
        ({"app": {"typ": "s3"}}, "Did you mean 'type'?"),
        ({"app": {"type": "bucket"}}, "cannot be 'bucket'"),
        ({"app": {"headers": {"X-A": "${EDGE_UNSET}"}}}, "the environment variable EDGE_UNSET is not set"),
        ({"app": {"headers": {"X-A": ["s3cret"]}}}, "origins.app.headers.X-A: must be text, not a list"),
        ({"app": {"http_port": "80"}}, "must be a whole number"),
        ({"app": 5}, "must be a mapping"),
    ],
)
def test_a_wrong_origin_is_refused(origins: object, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EDGE_UNSET", raising=False)
    errors = refused(native(origins=origins))
    assert any(words in error for error in errors), errors
    assert "s3cret" not in "".join(errors)


def test_a_group_has_two_members() -> None:
    errors = refused(native(origin_groups={"ha": {"members": ["app"], "status_codes": [500]}}))
    assert [error for error in errors if "(V9)" in error]
