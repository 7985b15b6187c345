from __future__ import annotations

from urllib.error import HTTPError

import pytest

from edgeware.messages import Request
from tests.inspecting import SECRET, distribution, read, watched

BY_COUNTRY = """
function handler(event) {
    var headers = event.request.headers;
    var country = headers['cloudfront-viewer-country'], mobile = headers['cloudfront-is-mobile-viewer'];
    return {statusCode: 200, headers: {
        'x-seen': {value: (country ? country.value : '-') + ' ' + (mobile ? mobile.value : '-')},
        'x-given': {value: headers['x-given'] ? headers['x-given'].value : '-'}
    }};
}
"""
POLICY = {
    "place": {"headers": {"include": ["CloudFront-Viewer-Country", "CloudFront-Is-Mobile-Viewer"]}},
}


def test_the_two_stand_side_by_side_with_what_differs() -> None:
    functions = {**distribution()["functions"], "tag": {"code": BY_COUNTRY}}
    with watched(functions=functions, cache_policies=POLICY, default_behavior=behavior()) as (site, inspector):
        exchange = site.seen("/a")
        place = f"requests/{exchange.request_id}/replay"
        assert 'id="both"' not in read(inspector, place)
        page = read(inspector, place, headers="Host: a.example\nX-Given: yes", country="no", device="mobile")
        assert "<ins>NO true</ins>" in page
        assert "<ins>yes</ins>" in page
        assert len(site.edge.exchanges) == 1


def behavior() -> dict[str, str]:
    return {"origin": "app", "cache_policy": "place", "viewer_request": "tag"}


@pytest.mark.parametrize("path", ["/a", "/hostile/x"])
def test_the_origins_answer_is_the_one_of_then(path: str) -> None:
    with watched() as (site, inspector):
        for _ in range(2):
            exchange = site.seen(path)
            page = read(inspector, f"requests/{exchange.request_id}/replay", headers="Host: a", device="none")
            assert "app answered 200" in page
            assert SECRET not in page


def test_a_request_that_was_never_answered_can_be_replayed_too() -> None:
    with watched() as (site, inspector):
        exchange = site.edge.exchange(Request(method="GET", path="/b"))
        failed = site.seen("/fail/x")
        for one in (exchange, failed):
            assert 'id="both"' in read(inspector, f"requests/{one.request_id}/replay", headers="Host: a")


def test_what_is_forgotten_cannot_be_replayed() -> None:
    with watched() as (_, inspector):
        with pytest.raises(HTTPError, match="404") as caught:
            read(inspector, "requests/none/replay")
        caught.value.close()
