"""A header set at viewer-response is on every response, also from the cache; the stored object stays as it was."""

from __future__ import annotations

from pathlib import Path

from edgeware.config.model import CloudFrontFunction, Code
from tests.worlds.apps import Asked, Says, constant, page
from tests.worlds.conftest import NewViewer
from tests.worlds.sites import SECURITY_HEADERS, TurnableClock, js, site

HSTS = "max-age=63072000; includeSubdomains; preload"
CSP = "default-src 'self';"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def image(asked: Asked) -> Says:
    return Says(200, [("Content-Type", "image/png"), ("Content-Length", str(len(PNG)))], (PNG,))


def test_the_function_runs_on_the_miss_and_on_the_hit(viewer_of: NewViewer, clock: TurnableClock) -> None:
    viewer = viewer_of(image, site({"viewer-response": js(SECURITY_HEADERS)}))
    first = viewer.get("/images/product.png")
    clock.advance(7)
    second = viewer.get("/images/product.png")
    assert (first.x_cache, second.x_cache) == ("Miss", "Hit")
    assert "age" not in first.headers
    assert second.headers.get("age") == "7"
    assert first.body == second.body == PNG
    assert viewer.app.calls == 1
    for got in (first, second):
        assert got.headers.get("strict-transport-security") == HSTS
        assert got.headers.get("content-security-policy") == CSP


def test_the_stored_object_holds_neither_header(viewer_of: NewViewer) -> None:
    viewer = viewer_of(image, site({"viewer-response": js(SECURITY_HEADERS)}))
    viewer.get("/images/product.png")
    viewer.get("/images/product.png")
    key = viewer.edge.key(viewer.edge.exchanges[-1].request)
    stored = viewer.edge.store.get(key).object
    assert stored is not None
    assert stored.headers.names() == {"content-type", "content-length", "date"}
    assert stored.body == PNG


def test_a_changed_function_changes_the_next_hit_and_not_the_store(viewer_of: NewViewer, tmp_path: Path) -> None:
    code = tmp_path / "headers.js"
    code.write_text("function handler(e) { e.response.headers['x-v'] = {value: 'one'}; return e.response; }")
    function = CloudFrontFunction(name="headers", code=Code(path=code))
    viewer = viewer_of(image, site({"viewer-response": function}))
    assert viewer.get("/a").headers.get("x-v") == "one"
    code.write_text("function handler(e) { e.response.headers['x-v'] = {value: 'the second'}; return e.response; }")
    again = viewer.get("/a")
    assert again.headers.get("x-v") == "the second"
    assert again.x_cache == "Hit"
    assert viewer.app.calls == 1


def test_a_function_of_one_behavior_does_not_run_for_another(viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page(b"{}")), site({"viewer-response": js(SECURITY_HEADERS)}, path_pattern="/images/*"))
    assert viewer.get("/images/a.png").headers.get("strict-transport-security") == HSTS
    got = viewer.get("/api/products")
    assert "strict-transport-security" not in got.headers
    assert viewer.edge.exchanges[-1].trace.functions == ()


def test_the_edge_puts_its_own_headers_on_every_response(viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page()), site())
    got = viewer.get("/")
    assert got.headers.get(
        "via",
    ).endswith(".cloudfront.net (CloudFront)")  # type: ignore[union-attr]
    assert got.headers.get("x-amz-cf-pop")
    assert len(got.headers.get("x-amz-cf-id") or "") == 56
    assert got.headers.get("server") == "CloudFront"
    assert got.headers.get("date")
