from __future__ import annotations

from dataclasses import replace

import pytest

from edgeware.config.model import (
    Cors,
    CustomErrorResponse,
    Distribution,
    OriginGroup,
    PolicyHeader,
    ResponseHeadersPolicy,
    Unmapped,
)
from tests.fixtures.config.builders import DEFAULT, DISTRIBUTION, ORIGIN, breaches, listed
from tests.vectors_path import load

KEPT = load("response_header_rules.json")["rhp_remove_forbidden"]
CODES = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)


def with_error(code: int = 404, **fields: object) -> Distribution:
    response = CustomErrorResponse(error_code=code, **fields)  # type: ignore[arg-type]
    return replace(DISTRIBUTION, custom_error_responses={code: response})


@pytest.mark.parametrize("code", CODES)
def test_v29_these_errors_can_be_customised(code: int) -> None:
    assert breaches(with_error(code), "V29") == []


@pytest.mark.parametrize("code", [200, 401, 402, 412, 415, 429, 505, 0])
def test_v29_other_codes_cannot(code: int) -> None:
    assert breaches(with_error(code), "V29") == [("error", f"custom_error_responses[{code}].error_code")]


@pytest.mark.parametrize("code", [200, *CODES])
def test_v30_a_page_goes_out_with_such_a_code(code: int) -> None:
    assert breaches(with_error(response_page_path="/e.html", response_code=code), "V30") == []


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"response_page_path": "/e.html", "response_code": 201}, ".response_code"),
        ({"response_page_path": "/e.html"}, ""),
        ({"response_code": 200}, ""),
        ({"response_page_path": "e.html", "response_code": 200}, ".response_page_path"),
        ({"error_caching_min_ttl": -1}, ".error_caching_min_ttl"),
    ],
)
def test_v30_a_page_and_its_code_go_together(fields: dict[str, object], place: str) -> None:
    assert breaches(with_error(**fields), "V30") == [("error", f"custom_error_responses[404]{place}")]  # type: ignore[arg-type]


def test_v31_a_page_comes_from_an_origin_that_is_there() -> None:
    away = replace(ORIGIN, id="away", target=Unmapped(why="x"))
    errors = replace(DEFAULT, path_pattern="/errors/*", target_origin_id="away")
    page = {404: CustomErrorResponse(error_code=404, response_page_path="/errors/404.html", response_code=404)}
    place = ("warn", "custom_error_responses[404].response_page_path")
    source = replace(listed(errors), origins={"app": ORIGIN, "away": away}, custom_error_responses=page)
    assert breaches(source, "V31") == [place]
    assert breaches(replace(source, behaviors=(replace(errors, path_pattern="/other/*"), DEFAULT)), "V31") == []
    assert breaches(replace(source, custom_error_responses={}), "V31") == []
    assert breaches(with_error(), "V31") == []
    group = OriginGroup(id="ha", members=("away", "app"), status_codes=frozenset({500}))
    grouped = replace(source, origin_groups={"ha": group}, behaviors=(replace(errors, target_origin_id="ha"), DEFAULT))
    assert breaches(grouped, "V31") == [place]


# --- response headers policies --------------------------------------------------------------------------------------


def with_policy(**fields: object) -> Distribution:
    policy = ResponseHeadersPolicy(name="own", **fields)  # type: ignore[arg-type]
    return replace(DISTRIBUTION, behaviors=(replace(DEFAULT, response_headers_policy=policy),))


def cors(*methods: str, origins: tuple[str, ...] = ("*",)) -> dict[str, object]:
    return {"cors": Cors(allow_origins=origins, allow_methods=methods)}


def security(name: str, value: str) -> dict[str, object]:
    return {"security_headers": (PolicyHeader(name=name, value=value),)}


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        (cors("ALL"), None),
        (cors("GET", "POST"), None),
        (cors("ALL", "GET"), "cors"),
        (cors("TRACE"), "cors"),
        (cors(origins=()), "cors"),
        (security("X-XSS-Protection", "1; mode=block"), None),
        (security("X-XSS-Protection", "1; report=/x"), None),
        (security("X-XSS-Protection", "1; mode=block; report=/x"), "security_headers"),
        (security("Content-Security-Policy", "x" * 1783), None),
        (security("Content-Security-Policy", "x" * 1784), "security_headers"),
        ({"remove_headers": ("Server", "X-Powered-By")}, None),
        ({"server_timing": 0}, None),
        ({"server_timing": 12.3456}, None),
        ({"server_timing": 100.0}, None),
        ({"server_timing": 12.34567}, "server_timing"),
        ({"server_timing": 101.0}, "server_timing"),
        ({"server_timing": -1.0}, "server_timing"),
        ({"server_timing": float("nan")}, "server_timing"),
    ],
)
def test_v34_a_policy_keeps_to_cloudfront_s_values(fields: dict[str, object], place: str | None) -> None:
    found = breaches(with_policy(**fields), "V34")
    assert found == ([] if place is None else [("error", f"response_headers_policies.own.{place}")])


@pytest.mark.parametrize("name", [name.replace(".*", "Any") for name in KEPT])
def test_v34_some_headers_cannot_be_removed(name: str) -> None:
    place = ("error", "response_headers_policies.own.remove_headers")
    assert breaches(with_policy(remove_headers=(name,)), "V34") == [place]
    assert breaches(with_policy(remove_headers=(name.upper(),)), "V34") == [place]


def test_v37_a_policy_has_ten_custom_headers() -> None:
    headers = tuple(PolicyHeader(name=f"X-{number}", value="") for number in range(11))
    assert breaches(with_policy(custom_headers=headers[:10]), "V37") == []
    assert breaches(with_policy(custom_headers=headers), "V37") == [
        ("warn", "response_headers_policies.own.custom_headers")
    ]
