from __future__ import annotations

from edgeware.config.model import (
    CachePolicy,
    Distribution,
    FunctionAssociation,
    KeyValueStore,
    Notice,
    Origin,
    Selection,
)
from tests.fixtures.config.builders import DEFAULT, DISTRIBUTION, native


def test_the_default_behavior_is_the_last() -> None:
    assert DISTRIBUTION.default_behavior is DEFAULT


def test_a_function_is_found_by_event() -> None:
    association = FunctionAssociation(event_type="viewer-request", function="f")
    behavior = DEFAULT.__class__(
        path_pattern=None,
        target_origin_id="app",
        cache_policy=DEFAULT.cache_policy,
        associations={"viewer-request": association},
    )
    assert behavior.function_at("viewer-request") is association
    assert behavior.function_at("viewer-response") is None


def test_caching_is_off_when_all_ttls_are_0_or_all_headers_are_forwarded() -> None:
    assert CachePolicy(name="p", min_ttl=0, default_ttl=0, max_ttl=0).caching_disabled
    assert CachePolicy(name="p", headers=Selection(mode="all"), legacy=True).caching_disabled
    assert not CachePolicy(name="p", default_ttl=0).caching_disabled


def test_secrets_never_show() -> None:
    origin = Origin(id="app", domain_name="app.example", custom_headers=(("X-A", "s3cret"),))
    assert "s3cret" not in repr(origin)
    assert "s3cret" not in repr(KeyValueStore(name="s", data={"a": "s3cret"}))


def test_a_notice_prints_in_two_lines() -> None:
    notice = Notice(code="V1", severity="warn", where="f.yaml:3 a", text="it is wrong.", hint="Mend it.")
    assert str(notice) == "warn   V1 f.yaml:3 a: it is wrong.\n       Mend it."
    assert str(Notice(code="V1", severity="error", where="a", text="b")) == "error  V1 a: b"


def test_a_distribution_loads_itself() -> None:
    loaded = Distribution.load(native(name="shop"), overlay={"viewer": {"country": "DE"}})
    assert (loaded.name, loaded.viewer.country) == ("shop", "DE")
    assert Distribution.load(loaded) is loaded
