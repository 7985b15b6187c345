from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.config.loading.documents import Document, read
from edgeware.config.loading.native_spelling import spelling
from edgeware.config.place import Words

FILE = """\
version: 1
origins:
  app:
    headers: {X-A: b}
default_behavior:
  origin: app
  viewer_request:
    function: a/fn.js
behaviors:
  - path_pattern: /a
    origin_request: {lambda: b/fn.js}
  - viewer_response: named
  - 5
functions:
  named: {file: x.js, runtime: cloudfront-js-2.0}
custom_error_responses:
  - {error_code: 404}
  - error_code: 503
    response_code: 200
  - 7
cache_policies:
  target_origin_id: {min_ttl: 5}
"""


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("default_behavior", "target_origin_id"), ":6 default_behavior.origin"),
        (("behaviors", 0, "path_pattern"), ":10 behaviors[0].path_pattern"),
        (("behaviors", 0, "allowed_methods"), ":10 behaviors[0].allowed_methods"),
        (("behaviors", 9, "allowed_methods"), ":9 behaviors[9].allowed_methods"),
        (("behaviors", 2, "allowed_methods"), ":13 behaviors[2].allowed_methods"),
        (("behaviors", 0, "associations", "origin-request"), ":11 behaviors[0].origin_request"),
        (("origins", "app", "custom_headers", "X-A"), ":4 origins.app.headers.X-A"),
        (("functions", "named", "runtime"), ":15 functions.named.runtime"),
        (("functions", "a/fn.js"), ":7 default_behavior.viewer_request"),
        (("functions", "b/fn.js (lambda-edge)", "runtime"), ":11 behaviors[0].origin_request"),
        (("functions", "c/fn.js"), ":14 functions.c/fn.js"),
        (("custom_error_responses", 503, "response_code"), ":19 custom_error_responses[1].response_code"),
        (("custom_error_responses", 500), ":17 custom_error_responses[0]"),
        (("custom_error_responses",), ":16 custom_error_responses"),
        (("cache_policies", "target_origin_id", "min_ttl"), ":22 cache_policies.target_origin_id.min_ttl"),
        (("geo_restriction",), " geo_restriction"),
    ],
)
def test_a_place_of_the_model_is_spelled_as_in_the_file(tmp_path: Path, words: Words, place: str) -> None:
    file = tmp_path / "f.yaml"
    file.write_text(FILE)
    assert spelling(read(file))(words) == f"{file}{place}"


@pytest.mark.parametrize(
    ("values", "words", "place"),
    [
        ({}, ("functions", "a.js"), "functions.a.js"),
        ({"behaviors": 5, "default_behavior": 6}, ("functions", "a.js"), "functions.a.js"),
        ({"default_behavior": {"viewer_request": "a.js"}}, ("functions", "a.js"), "default_behavior.viewer_request"),
        ({"custom_error_responses": 5}, ("custom_error_responses", 404), "custom_error_responses[0]"),
    ],
)
def test_a_mapping_has_no_file_and_no_lines(values: dict[str, object], words: Words, place: str) -> None:
    assert spelling(Document(values=values, base=Path()))(words) == place
