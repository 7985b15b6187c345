from __future__ import annotations

import json
from contextlib import suppress
from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgeware.core.signed_policy import SignedPolicy, matches, parsed

URL = "https://cdn.example.com/a/b.jpg?size=big"
D = "https://d111111abcdef8.cloudfront.net"


def policy(resource: object = "*", **condition: object) -> bytes:
    statement = {"Resource": resource, "Condition": {"DateLessThan": {"AWS:EpochTime": 2000}, **condition}}
    return json.dumps({"Statement": [statement]}).encode()


def test_a_policy_says_when_from_where_and_for_what_it_holds() -> None:
    text = policy("https://a/*", DateGreaterThan={"AWS:EpochTime": 1000}, IpAddress={"AWS:SourceIp": "203.0.113.0/24"})
    assert parsed(text) == SignedPolicy(
        resource="https://a/*", before=2000, after=1000, source=ip_network("203.0.113.0/24")
    )


def test_a_policy_may_leave_out_all_but_its_end() -> None:
    text = b' { "Statement" : [ { "Condition" : { "DateLessThan" : { "AWS:EpochTime" : 7 } } } ] } '
    assert parsed(text) == SignedPolicy(resource=None, before=7)


def changed(**parts: object) -> bytes:
    return json.dumps({"Statement": [{**json.loads(policy())["Statement"][0], **parts}]}).encode()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"hello",
        b"\xff",
        b"[]",
        b"null",
        b"{}",
        b'{"Statement": []}',
        b'{"Statement": {}}',
        b'{"Statement": [1]}',
        b'{"Statement": [null]}',
        json.dumps({"Statement": [json.loads(policy())["Statement"][0]] * 2}).encode(),
        changed(Condition=None),
        changed(Condition={}),
        changed(Condition=[]),
        changed(Condition={"DateLessThan": 2000}),
        changed(Condition={"DateLessThan": {}}),
        policy(DateLessThan={"AWS:EpochTime": "2000"}),
        policy(DateLessThan={"AWS:EpochTime": 2000.5}),
        policy(DateLessThan={"AWS:EpochTime": True}),
        policy(DateLessThan={"AWS:EpochTime": float("inf")}),
        policy(DateGreaterThan={}),
        policy(DateGreaterThan={"AWS:EpochTime": None}),
        policy(IpAddress={}),
        policy(IpAddress="203.0.113.1"),
        policy(IpAddress={"AWS:SourceIp": "here"}),
        policy(IpAddress={"AWS:SourceIp": ["203.0.113.1"]}),
        policy(IpAddress={"AWS:SourceIp": 1}),
        policy(7),
        policy(["*"]),
        b"[" * 100_000,
        b'{"Statement": [{"Condition": {"DateLessThan": {"AWS:EpochTime": ' + b"9" * 5000 + b'}}, "Resource": 1}]}',
    ],
)
def test_what_is_no_policy_is_refused_with_a_reason(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parsed(text)


@pytest.mark.parametrize(
    ("text", "now", "address", "word"),
    [
        (policy(), 1999.9, "203.0.113.1", None),
        (policy(), 2000.0, "203.0.113.1", "expired"),
        (policy(DateGreaterThan={"AWS:EpochTime": 1000}), 1000.0, "203.0.113.1", "holds from"),
        (policy(DateGreaterThan={"AWS:EpochTime": 1000}), 1000.1, "203.0.113.1", None),
        (policy(IpAddress={"AWS:SourceIp": "203.0.113.0/24"}), 1000.0, "203.0.113.9", None),
        (policy(IpAddress={"AWS:SourceIp": "203.0.113.7/24"}), 1000.0, "203.0.113.9", None),
        (policy(IpAddress={"AWS:SourceIp": "203.0.113.0/24"}), 1000.0, "::ffff:203.0.113.9", None),
        (policy(IpAddress={"AWS:SourceIp": "203.0.113.0/24"}), 1000.0, "198.51.100.1", "comes from"),
        (policy(IpAddress={"AWS:SourceIp": "203.0.113.0/24"}), 1000.0, "2001:db8::1", "comes from"),
        (policy(IpAddress={"AWS:SourceIp": "203.0.113.0/24"}), 1000.0, "nowhere", "comes from"),
        (policy(IpAddress={"AWS:SourceIp": "203.0.113.9"}), 1000.0, "203.0.113.9", None),
        (policy(IpAddress={"AWS:SourceIp": "203.0.113.9"}), 1000.0, "203.0.113.8", "comes from"),
        (policy(IpAddress={"AWS:SourceIp": "0.0.0.0/0"}), 1000.0, "2001:db8::1", None),
        (policy("https://cdn.example.com/a/*"), 1000.0, "203.0.113.1", None),
        (policy("https://cdn.example.com/b/*"), 1000.0, "203.0.113.1", "asked for"),
        (changed(Resource=None), 1000.0, "203.0.113.1", None),
    ],
)
def test_a_policy_lets_pass_or_says_why_not(text: bytes, now: float, address: str, word: str | None) -> None:
    objection = parsed(text).objection(URL, address, now)
    assert objection is None if word is None else word in (objection or "")


@pytest.mark.parametrize(
    ("resource", "url", "takes"),
    [
        ("*", "http://anything/at?all", True),
        (f"{D}/a.jpg", f"{D}/a.jpg", True),
        (f"{D}/a.jpg", f"{D}/a.jpg?x=1", False),
        (f"{D}/a.jpg", f"{D}/b.jpg", False),
        (f"{D}/a.jpg", "http://d111111abcdef8.cloudfront.net/a.jpg", False),
        ("http*://d111111abcdef8.cloudfront.net/a.jpg", f"{D}/a.jpg", True),
        ("HTTPS://D111111ABCDEF8.cloudfront.net/a.jpg", f"{D}/a.jpg", True),
        (f"{D}/A.jpg", f"{D}/a.jpg", False),
        ("*://d111111abcdef8.cloudfront.net/a.jpg", "http://d111111abcdef8.cloudfront.net/a.jpg", True),
        ("*.cloudfront.net/a.jpg", f"{D}/a.jpg", True),
        ("*/a.jpg", f"{D}/a.jpg", True),
        ("d111111abcdef8.cloudfront.net/a.jpg", f"{D}/a.jpg", False),
        ("/a.jpg", f"{D}/a.jpg", False),
        (f"{D}/*", f"{D}/a/b/c.jpg", True),
        (f"{D}/*", f"{D}/a.jpg?x=1", True),
        (f"{D}/*.jpg", f"{D}/a/b.jpg", True),
        (f"{D}/*.jpg", f"{D}/a/b.jpg?x=1", False),
        (f"{D}/*.jpg", f"{D}/a.png?b.jpg", False),
        (f"{D}/*.jpg*", f"{D}/a.jpg?x=1", True),
        (f"{D}/a?.jpg", f"{D}/ab.jpg", True),
        (f"{D}/a?.jpg", f"{D}/a.jpg", False),
        (f"{D}/a?.jpg", f"{D}/a?.jpg", True),
        (f"{D}/a.jpg?x=1", f"{D}/a.jpg?x=1", True),
        (f"{D}/a.jpg\\?x=1", f"{D}/a.jpg?x=1", True),
        (f"{D}/a.jpg\\?x=?", f"{D}/a.jpg?x=2", True),
        (f"{D}/a.jpg\\?x=?", f"{D}/a.jpg?x=22", False),
        (f"{D}/a.jpg?x=*", f"{D}/a.jpg?x=1&y=2", True),
        (f"{D}/a.jpg?x=*", f"{D}/a.jpg", False),
        (f"{D}/a.jpg\\?*", f"{D}/a.jpg?", True),
        (f"{D}/a.jpg\\?*", f"{D}/a.jpg", False),
        ("https://d111*", f"{D}/a/b.jpg?x=1", True),
        ("https://d112*", f"{D}/a/b.jpg?x=1", False),
        (D, f"{D}/", True),
        (D, f"{D}/a", False),
        (D, f"{D}/?a", False),
        ("https://d*net/a.jpg", f"{D}/a.jpg", True),
        ("https://d*/a.jpg", "https://d.net/x/a.jpg", False),
        (f"{D}/[ab].jpg", f"{D}/a.jpg", False),
        (f"{D}/[ab].jpg", f"{D}/[ab].jpg", True),
        ("", f"{D}/a.jpg", False),
    ],
)
def test_a_resource_takes_a_url_section_by_section(resource: str, url: str, takes: bool) -> None:
    assert matches(resource, url) is takes


def test_many_wild_cards_take_no_time() -> None:
    """With a matcher that backtracks from star to star this would not end."""
    assert not matches(f"{D}/{'*a' * 100}b", f"{D}/{'a' * 8000}")
    assert not matches(f"{D}/{'?' * 200}b", f"{D}/{'a' * 199}c")
    assert matches(f"{D}/{'*a' * 100}*", f"{D}/{'a' * 8000}")


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reading_of_a_policy_fail_otherwise(text: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(parsed(text).before, int)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Statement", "Resource", "Condition", "DateLessThan", "DateGreaterThan", "IpAddress", "AWS:EpochTime"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON, JSON)
def test_nor_does_any_json(value: Any, condition: Any) -> None:
    for candidate in (value, {"Statement": [value]}, {"Statement": [{"Condition": condition, "Resource": value}]}):
        with suppress(ValueError):
            found = parsed(json.dumps(candidate).encode())
            assert found.objection(URL, "203.0.113.1", float(found.before)) is not None


@given(st.text("*?/\\:.ab", max_size=30), st.text("?/:.ab", max_size=30))
def test_no_resource_and_no_url_make_matching_fail(resource: str, path: str) -> None:
    assert matches(resource, f"https://cdn.example.com/{path}") in (True, False)
    plain = f"https://cdn.example.com/{path.replace('?', '')}"
    assert matches(plain, plain)
    assert matches("https://cdn.example.com/*", f"https://cdn.example.com/{path}")
