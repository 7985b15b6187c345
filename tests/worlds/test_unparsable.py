"""A Python result that JSON cannot hold is CloudFront's own 502."""

from __future__ import annotations

from tests.worlds.apps import constant, page
from tests.worlds.conftest import NewViewer
from tests.worlds.sites import py, site


def test_nan_in_a_result_is_the_502_for_what_is_not_parsable(viewer_of: NewViewer) -> None:
    function = py("def handler(event, context):\n    return {'status': float('nan')}\n")
    got = viewer_of(constant(page()), site({"viewer-request": function})).get("/")
    assert (got.status, got.x_cache) == (502, "LambdaValidationError")
    assert b"The json output is not parsable" in got.body
