from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from edgeware.core.access_log import FIELDS, HEADER, LogFacts, fields, line
from edgeware.messages import Headers, Request
from tests.vectors_path import load

TABLE: dict[str, Any] = load("access_log_fields.json")
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
REQUEST = Request(
    method="GET",
    path="/index.html",
    headers=Headers([("Host", "www.example.com"), ("User-Agent", AGENT)]),
    client_ip="192.0.2.100",
    client_port=11040,
    http_version="2",
)
FACTS = LogFacts(
    request=REQUEST,
    domain_name="d111111abcdef8.cloudfront.net",
    pop="SEA19-C1",
    request_id="SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==",
    status=200,
    response_headers=Headers([("Content-Type", "text/html; charset=utf-8"), ("Content-Length", "78")]),
    result_type="Hit",
    finished_at=1575493351.9,
    time_taken=0.0014,
    time_to_first_byte=0.00049,
    response_body_size=78,
    tls="TLSv1.3:TLS_AES_128_GCM_SHA256:fullHandshake",
)


def logged(**changes: Any) -> dict[str, str]:
    return dict(fields(replace(FACTS, **changes)))


def asked(**changes: Any) -> dict[str, str]:
    return logged(request=replace(REQUEST, **changes))


def test_the_fields_are_the_guides_in_the_guides_order() -> None:
    assert list(FIELDS) == TABLE["fields"]
    assert list(fields(FACTS)) == TABLE["fields"]
    version, names = HEADER
    assert (version, names) == ("#Version: 1.0", "#Fields: " + " ".join(TABLE["fields"]))


def test_a_hit_over_https() -> None:
    assert fields(FACTS) == dict.fromkeys(FIELDS, "-") | {
        "date": "2019-12-04",
        "time": "21:02:31",
        "x-edge-location": "SEA19-C1",
        "sc-bytes": str(len("HTTP/1.1 200 \r\n\r\n") + 40 + 20 + 78),
        "c-ip": "192.0.2.100",
        "cs-method": "GET",
        "cs(Host)": "d111111abcdef8.cloudfront.net",
        "cs-uri-stem": "/index.html",
        "sc-status": "200",
        "cs(User-Agent)": "Mozilla/5.0%20(Windows%20NT%2010.0;%20Win64;%20x64)%20AppleWebKit/537.36"
        "%20(KHTML,%20like%20Gecko)",
        "x-edge-result-type": "Hit",
        "x-edge-request-id": FACTS.request_id,
        "x-host-header": "www.example.com",
        "cs-protocol": "https",
        "cs-bytes": str(len("GET /index.html HTTP/1.1\r\n\r\n") + 23 + 14 + len(AGENT)),
        "time-taken": "0.001",
        "ssl-protocol": "TLSv1.3",
        "ssl-cipher": "TLS_AES_128_GCM_SHA256",
        "x-edge-response-result-type": "Hit",
        "cs-protocol-version": "HTTP/2.0",
        "c-port": "11040",
        "time-to-first-byte": "0.000",
        "x-edge-detailed-result-type": "Hit",
        "sc-content-type": "text/html;%20charset=utf-8",
        "sc-content-len": "78",
    }


def test_a_line_is_33_values_between_tabs() -> None:
    values = line(fields(FACTS)).split("\t")
    assert values == list(fields(FACTS).values())
    assert len(values) == 33


@pytest.mark.parametrize("character", [chr(code) for code in range(33)] + list("<>\"#%{}|\\^~[]`'\x7f\x80\xff"))
def test_what_the_guide_lists_is_percent_encoded(character: str) -> None:
    assert asked(path=f"/{character}")["cs-uri-stem"] == f"/%{ord(character):02X}"


def test_everything_else_is_written_as_it_is() -> None:
    plain = "/abcXYZ019-._!$&()*+,:;=?@"
    assert asked(path=plain)["cs-uri-stem"] == plain
    assert asked(path="/\u20ac")["cs-uri-stem"] == "/%3F"


def test_no_value_of_a_request_can_begin_a_new_field_or_line() -> None:
    evil = "a\tb\r\nc"
    headers = Headers((name, evil) for name in ("Host", "Referer", "User-Agent", "Cookie", "X-Forwarded-For"))
    request = replace(REQUEST, method=evil, path=evil, query=evil, headers=headers)
    answer = Headers([("Content-Type", evil), ("Content-Length", evil)])
    written = line(fields(replace(FACTS, request=request, response_headers=answer, cookies=True)))
    assert written.count("\t") == 32
    assert "\n" not in written
    assert written.count("a%09b%0D%0Ac") == 10


def test_referer_query_and_forwarded_for_are_the_viewers() -> None:
    headers = Headers([("Referer", "https://a.example/"), ("X-Forwarded-For", "1.2.3.4"), ("X-Forwarded-For", "::1")])
    written = asked(headers=headers, query="a=b c")
    assert written["cs(Referer)"] == "https://a.example/"
    assert written["cs-uri-query"] == "a=b%20c"
    assert written["x-forwarded-for"] == "1.2.3.4,%20::1"
    assert written["x-host-header"] == "-"
    assert written["cs-bytes"] == str(len("GET /index.html?a=b c HTTP/1.1\r\n\r\n") + 29 + 26 + 22)


def test_cookies_are_logged_only_where_that_is_on() -> None:
    request = replace(REQUEST, headers=Headers([("Cookie", "a=1"), ("Cookie", "b=2")]))
    assert logged(request=request)["cs(Cookie)"] == "-"
    assert logged(request=request, cookies=True)["cs(Cookie)"] == "a=1;%20b=2"


def test_over_http_there_is_no_tls() -> None:
    written = asked(scheme="http", http_version="1.1")
    assert (written["cs-protocol"], written["ssl-protocol"], written["ssl-cipher"]) == ("http", "-", "-")
    assert written["cs-protocol-version"] == "HTTP/1.1"


def test_the_result_types_may_differ() -> None:
    written = logged(result_type="Error", response_result_type="Miss", detail="ClientCommError")
    assert written["x-edge-result-type"] == "Error"
    assert written["x-edge-response-result-type"] == "Miss"
    assert written["x-edge-detailed-result-type"] == "ClientCommError"


def test_a_viewer_that_left_before_the_response_is_status_000_and_no_bytes() -> None:
    written = logged(status=0, response_body_size=0)
    assert (written["sc-status"], written["sc-bytes"]) == ("000", "0")


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [("bytes 0-99/200", "0", "99"), ("bytes 5-9/*", "5", "9"), ("bytes */200", "-", "-"), ("items 1-2/3", "-", "-")],
)
def test_a_partial_response_tells_its_range(value: str, first: str, last: str) -> None:
    written = logged(response_headers=Headers([("Content-Range", value)]))
    assert (written["sc-range-start"], written["sc-range-end"]) == (first, last)


def test_bodies_count() -> None:
    assert int(logged(request_body_size=100)["cs-bytes"]) == int(logged()["cs-bytes"]) + 100
    assert int(logged(response_body_size=178)["sc-bytes"]) == int(logged()["sc-bytes"]) + 100
