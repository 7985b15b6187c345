from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edgeware.asgi import ASGIEdge
from edgeware.parity.differences import Difference, Kind
from edgeware.parity.local import serving
from edgeware.parity.reasons import explained
from edgeware.parity.saved import saved
from tests.parity_sites import app

SITE: dict[str, Any] = {
    "version": 1,
    "default_behavior": {
        "origin": "app",
        "cache_policy": "Managed-CachingOptimized",
        "response_headers_policy": "tidy",
        "viewer_response": "tag.js",
    },
    "behaviors": [
        {"path_pattern": "/secure", "origin": "app", "viewer_protocol_policy": "redirect-to-https"},
        {"path_pattern": "/gone", "origin": "app", "cache_policy": "Managed-CachingOptimized"},
        {"path_pattern": "/boxed", "origin": "app", "cache_policy": "Managed-CachingOptimized", "compress": True},
    ],
    "response_headers_policies": {
        "tidy": {
            "custom_headers": {"X-Policy": "tidy"},
            "remove_headers": ["X-Removed"],
            "cors": {"allow_origins": ["*"]},
        }
    },
    "viewer": {"scheme": "http"},
}
TAG = "function handler(event) { event.response.headers['x-tag'] = {value: '1'}; return event.response; }"


def reason(path: str, kind: Kind, name: str, tmp_path: Path, times: int = 1, **site: Any) -> tuple[str, str]:
    (tmp_path / "tag.js").write_text(TAG)
    default = {**SITE["default_behavior"], "viewer_response": str(tmp_path / "tag.js")}
    edge = ASGIEdge(app, {**SITE, "default_behavior": default, **site})
    with serving(edge) as served:
        for _ in range(times):
            exchange = served.exchange(served.send(saved("GET", path, [], "f:1")))
        assert exchange is not None
    found = explained(Difference(kind=kind, name=name, local="", production=""), exchange, edge.edge.distribution)
    return found.rule, found.page


POLICIES = "understanding-response-headers-policies"


@pytest.mark.parametrize(
    ("path", "kind", "name", "rule", "page"),
    [
        ("/", "status", "", "origin app answered 200", "HTTPStatusCodes"),
        ("/", "body", "", "origin app answered 200", "HTTPStatusCodes"),
        ("/secure", "status", "", "viewer protocol policy: redirect-to-https", "using-https-viewers-to-cloudfront"),
        ("/secure", "header-different", "location", "viewer protocol policy: redirect", "using-https-viewers"),
        ("/", "header-different", "x-tag", "viewer-response: tag changed it", "lambda-cloudfront-trigger-events"),
        ("/", "header-different", "x-policy", "response headers policy tidy", POLICIES),
        ("/", "header-missing", "x-removed", "response headers policy tidy", POLICIES),
        ("/", "header-missing", "access-control-allow-origin", "response headers policy tidy", POLICIES),
        ("/", "header-extra", "server", "the edge's own header", "RequestAndResponseBehaviorCustomOrigin"),
        ("/", "header-different", "server", "origin app answered 200", "HTTPStatusCodes"),
        ("/boxed", "header-missing", "etag", "origin app answered 404", "HTTPStatusCodes"),
        ("/", "header-different", "x-origin", "origin app answered 200", "HTTPStatusCodes"),
        ("/secure", "body", "", "behavior /secure", "DownloadDistValuesCacheBehavior"),
        ("/", "cache-state", "", "store: ", "Expiration"),
        ("/secure", "cache-state", "", "viewer protocol policy: redirect", "using-https-viewers-to-cloudfront"),
    ],
)
def test_what_decided_is_read_from_the_trace(
    path: str, kind: Kind, name: str, rule: str, page: str, tmp_path: Path
) -> None:
    found = reason(path, kind, name, tmp_path)
    assert found[0].startswith(rule), found
    assert found[1].startswith(page)


def test_an_object_from_the_cache_is_what_answered(tmp_path: Path) -> None:
    assert reason("/", "body", "", tmp_path, times=2)[0].startswith("cache: fresh for")
