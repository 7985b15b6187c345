"""Which requests go no further than the edge's door, and with what answer."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from edgeware.config.model import CacheBehavior, GeoRestriction, ViewerDefaults, ViewerRange
from edgeware.config.switches import PolicyOn, Switches
from edgeware.core.admission import arrived, refusal
from edgeware.core.decision import Decision
from edgeware.core.headers import XCache
from edgeware.core.prepared import PreparedDistribution
from edgeware.core.visit import Answer
from edgeware.messages import Headers, Request
from tests.playbook import NOW, around, visit_of
from tests.worlds.sites import DISABLED, site

HOST = ("Host", "www.example.com")


def request(method: str = "GET", path: str = "/x", *lines: tuple[str, str], **more: Any) -> Request:
    return Request(method=method, path=path, headers=Headers([HOST, *lines]), **more)


def refused(asked: Request, **behavior: Any) -> tuple[Answer | None, list[Decision]]:
    visit, decisions = visit_of(site(**behavior), asked)
    return refusal(visit), decisions


def status(asked: Request, **behavior: Any) -> int | None:
    answer, _ = refused(asked, **behavior)
    return None if answer is None else answer.response.status


def test_a_visit_knows_when_it_began_and_which_behavior_took_it() -> None:
    decisions: list[Decision] = []
    listed = CacheBehavior(path_pattern="/images/*", target_origin_id="app", cache_policy=DISABLED)
    prepared = PreparedDistribution(site(behaviors=(listed,)))
    for path in ("/images/a.png", "/other"):
        visit = arrived(prepared, request(path=path), around(lambda: NOW), "id", decisions.append)
        assert visit.started == NOW
    assert [decision.text for decision in decisions] == ["/images/*", "Default (*)"]
    assert {decision.step for decision in decisions} == {"behavior"}


@pytest.mark.parametrize(
    ("root", "path", "asked"),
    [
        ("index.html", "/", "/index.html"),
        ("en/home.html", "/", "/en/home.html"),
        ("index.html", "/dir/", "/dir/"),
        ("", "/", "/"),
    ],
    ids=["the root", "a file in a directory", "not for a directory", "none configured"],
)
def test_the_default_root_object_stands_for_the_root_only(root: str, path: str, asked: str) -> None:
    viewer = request("POST", path, query="a=1")
    visit, _ = visit_of(site(distribution={"default_root_object": root}), viewer)
    assert visit.viewer is viewer
    assert (visit.request.path, visit.request.query) == (asked, "a=1")
    assert visit.viewer_facing == visit.request


def test_the_default_root_object_may_come_after_viewer_request() -> None:
    late = site(distribution={"default_root_object": "index.html", "switches": Switches(root_object_first=False)})
    visit, _ = visit_of(late, request(path="/"))
    assert visit.request.path == "/"


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("/" + "x" * 8191, "", None),
        ("/" + "x" * 8192, "", 414),
        ("/" + "x" * 8180, "y" * 10, None),
        ("/" + "x" * 8180, "y" * 11, 414),
    ],
    ids=["8192 bytes", "8193 bytes", "8192 with the question mark", "8193 with the question mark"],
)
def test_a_url_has_8192_bytes_at_most(path: str, query: str, expected: int | None) -> None:
    assert status(request(path=path, query=query)) == expected


@pytest.mark.parametrize(("size", "expected"), [(32768, None), (32769, 494)])
def test_url_and_headers_together_have_32768_bytes_at_most(size: int, expected: int | None) -> None:
    others = len("/x") + len("Host: www.example.com\r\n") + len("X-Long: \r\n")
    assert status(request("GET", "/x", ("X-Long", "v" * (size - others)))) == expected


@pytest.mark.parametrize(
    ("method", "line", "expected"),
    [
        ("GET", ("Content-Length", "1"), 403),
        ("GET", ("Content-Length", "10"), 403),
        ("GET", ("Content-Length", "nonsense"), 403),
        ("GET", ("Transfer-Encoding", "chunked"), 403),
        ("GET", ("Content-Length", "0"), None),
        ("GET", ("Content-Length", "00"), None),
        ("GET", ("Content-Length", ""), None),
        ("POST", ("Content-Length", "1"), None),
        ("DELETE", ("Transfer-Encoding", "chunked"), None),
    ],
)
def test_only_a_get_may_not_have_a_body(method: str, line: tuple[str, str], expected: int | None) -> None:
    assert status(request(method, "/x", line)) == expected


@pytest.mark.parametrize(
    ("policy", "method", "version", "expected"),
    [
        ("allow-all", "GET", "1.1", None),
        ("allow-all", "POST", "1.0", None),
        ("redirect-to-https", "GET", "1.1", 301),
        ("redirect-to-https", "HEAD", "1.0", 301),
        ("redirect-to-https", "POST", "1.1", 307),
        ("redirect-to-https", "OPTIONS", "2.0", 307),
        ("redirect-to-https", "POST", "1.0", 403),
        ("https-only", "GET", "1.1", 403),
        ("https-only", "POST", "1.1", 403),
    ],
)
def test_the_viewer_protocol_policy_speaks_of_http_only(
    policy: str, method: str, version: str, expected: int | None
) -> None:
    over_http = request(method, scheme="http", http_version=version)
    over_https = request(method, scheme="https", http_version=version)
    assert status(over_http, viewer_protocol_policy=policy) == expected
    assert status(over_https, viewer_protocol_policy=policy) is None


def test_a_redirect_is_final_and_the_response_headers_policy_has_no_say_in_it() -> None:
    answer, decisions = refused(
        request(path="/a", query="b=c", scheme="http"), viewer_protocol_policy="redirect-to-https"
    )
    assert answer is not None
    assert answer.response.headers.get("location") == "https://www.example.com/a?b=c"
    assert (answer.x_cache, answer.final, answer.policy_applies) == (XCache.REDIRECT, True, False)
    assert decisions[0].step == "viewer protocol policy"
    assert "no function runs" in decisions[0].text


@pytest.mark.parametrize(("method", "expected"), [("GET", None), ("HEAD", None), ("OPTIONS", 403), ("TRACE", 403)])
def test_a_method_that_the_behavior_does_not_allow_is_a_403(method: str, expected: int | None) -> None:
    assert status(request(method), allowed_methods=frozenset({"GET", "HEAD"})) == expected


def test_the_response_headers_policy_has_a_say_where_a_switch_says_so() -> None:
    def applies(asked: Request, *kinds: PolicyOn) -> bool:
        distribution = {"switches": Switches(rhp_on=frozenset(kinds))}
        answer, _ = refused(asked, viewer_protocol_policy="redirect-to-https", distribution=distribution)
        assert answer is not None
        return answer.policy_applies

    redirected, wrong = request(scheme="http"), request("TRACE")
    assert (applies(redirected), applies(redirected, "redirects")) == (False, True)
    assert (applies(wrong), applies(wrong, "errors")) == (False, True)


ALIASES = ("www.example.com", "*.example.org")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("d111111abcdef8.cloudfront.net", None),
        ("www.example.com", None),
        ("WWW.Example.com:8443", None),
        ("www.example.com.", None),
        ("a.example.org", None),
        ("a.b.example.org", None),
        ("example.org", 403),
        (".example.org", 403),
        ("evil-example.org", 403),
        ("www.example.net", 403),
        ("", 403),
        ("[::1]:8000", 403),
    ],
)
def test_a_host_of_another_distribution_is_refused_where_it_is_looked_at(host: str, expected: int | None) -> None:
    asked = Request(method="GET", path="/", headers=Headers([("Host", host)]))
    aliases = {"aliases": ALIASES}
    assert status(asked, viewer=ViewerDefaults(check_host=True), distribution=aliases) == expected
    assert status(asked, distribution=aliases) is None


def test_a_request_without_a_host_is_refused_where_it_is_looked_at() -> None:
    answer, _ = refused(Request(method="GET", path="/"), viewer=ViewerDefaults(check_host=True))
    assert answer is not None
    assert b"Bad request." in (answer.response.body or b"")


GEOGRAPHY = ViewerDefaults(
    geography=(
        ViewerRange(cidr="203.0.113.0/24", country="DE"),
        ViewerRange(cidr="198.51.100.0/24", country="FR"),
        ViewerRange(cidr="192.0.2.0/24", city="Nowhere"),
    )
)


@pytest.mark.parametrize(
    ("kind", "address", "expected"),
    [
        ("none", "203.0.113.1", None),
        ("whitelist", "203.0.113.1", None),
        ("whitelist", "198.51.100.1", 403),
        ("whitelist", "192.0.2.1", None),
        ("whitelist", "127.0.0.1", None),
        ("blacklist", "203.0.113.1", 403),
        ("blacklist", "198.51.100.1", None),
        ("blacklist", "192.0.2.1", None),
        ("blacklist", "127.0.0.1", None),
    ],
)
def test_countries_are_let_in_or_kept_out_and_no_country_is_let_in(
    kind: Literal["none", "whitelist", "blacklist"], address: str, expected: int | None
) -> None:
    locations = frozenset({"DE", "NO"}) if kind != "none" else frozenset[str]()
    restriction = GeoRestriction(type=kind, locations=locations)
    answer, decisions = refused(
        request(client_ip=address), viewer=GEOGRAPHY, distribution={"geo_restriction": restriction}
    )
    assert (answer and answer.response.status) == expected
    if answer is not None:
        assert (answer.x_cache, answer.detail, answer.final) == (XCache.ERROR, "ClientGeoBlocked", True)
        assert b"configured to block access from your country" in (answer.response.body or b"")
        assert decisions[0].text.startswith("403 ClientGeoBlocked: ")


@pytest.mark.parametrize(
    ("asked", "code", "detail", "sentence"),
    [
        (request(path="/" + "x" * 9000), 414, "InvalidRequest", "URL is too long"),
        (request("GET", "/x", ("X-Long", "v" * 40000)), 494, "InvalidRequest", "too large"),
        (request("GET", "/x", ("Content-Length", "3")), 403, "InvalidRequest", "may not have a body"),
        (request(scheme="http"), 403, "InvalidRequest", "HTTPS requests only"),
        (request("TRACE"), 403, "InvalidRequestMethod", "not configured to allow the HTTP request method"),
    ],
    ids=["414", "494", "body", "https-only", "method"],
)
def test_a_refusal_says_what_is_wrong_on_the_page_in_the_log_and_in_the_trace(
    asked: Request, code: int, detail: str, sentence: str
) -> None:
    answer, decisions = refused(asked, viewer_protocol_policy="https-only")
    assert answer is not None
    assert answer.response.status == code
    assert answer.response.body is not None
    assert sentence in answer.response.body.decode()
    assert (answer.x_cache, answer.detail, answer.final) == (XCache.ERROR, detail, True)
    assert [decision.step for decision in decisions] == ["request"]
    assert decisions[0].text.startswith(f"{code} {detail}: ")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (request("TRACE", "/" + "x" * 9000, scheme="http"), 414),
        (request("GET", "/x", ("Content-Length", "3"), scheme="http"), 403),
        (request("POST", scheme="http"), 307),
        (request("POST", scheme="http", client_ip="203.0.113.1"), 307),
    ],
    ids=[
        "the size before the protocol",
        "the body before the protocol",
        "the protocol before the method",
        "the protocol before the country",
    ],
)
def test_the_checks_come_in_their_order(asked: Request, expected: int) -> None:
    blocked = GeoRestriction(type="blacklist", locations=frozenset({"DE"}))
    settings = {"viewer": GEOGRAPHY, "distribution": {"geo_restriction": blocked}}
    allowed = frozenset({"GET", "HEAD"})
    assert status(asked, viewer_protocol_policy="redirect-to-https", allowed_methods=allowed, **settings) == expected
