from __future__ import annotations

from pathlib import Path

from edgeware.config.loading import load
from edgeware.core.effects import Fetched
from edgeware.edge import Edge
from edgeware.inspector.explanation import driven, explained, key_parts, request_for
from edgeware.messages import Headers, Response
from tests.inspecting import SECRET, distribution

LOADED = load(distribution())


def test_a_url_or_a_path_makes_a_request() -> None:
    asked = request_for(LOADED, "get", "https://x.example/a?b=1", Headers())
    assert (asked.method, asked.path, asked.query, asked.headers.get("host")) == ("GET", "/a", "b=1", "x.example")
    plain = request_for(LOADED, "GET", "a", Headers([("Host", "y.example")]))
    assert (plain.path, plain.headers.get_all("host")) == ("/a", ("y.example",))
    assert request_for(LOADED, "GET", "/", Headers()).headers.get("host") == LOADED.domain_name


def test_a_key_is_told_part_by_part() -> None:
    parts = list(key_parts("d1.example\n/a\nq:b=1\nh:x-a:c\ne:gzip"))
    assert parts == [
        "distribution: d1.example",
        "path: /a",
        "query string: b=1",
        "header: x-a:c",
        "accept-encoding: gzip",
    ]


def test_an_explanation_holds_every_section_and_no_secret() -> None:
    edge = Edge(LOADED)
    exchange = driven(edge, request_for(LOADED, "GET", "/a", Headers()), Fetched(Response(status=200)))
    said = list(explained(LOADED, exchange))
    edge.close()
    titles = [line for line in said if not line.startswith(" ")]
    assert titles == ["behavior", "functions", "cache key", "the origin receives", "lifetime", "the viewer gets"]
    assert SECRET not in "".join(said)


def test_a_function_that_wants_the_body_is_given_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "f.py").write_text("def handler(event, context):\n    return event['Records'][0]['cf']['request']\n")
    function = {"file": str(tmp_path / "f.py"), "runtime": "python3.13", "handler": "f.handler"}
    reading = {"function": "f", "include_body": True}
    origins = {"shop": {"domain_name": "shop.example.com", "local": "http://shop.invalid"}}  # which nobody looks up
    behavior = {
        "origin": "shop",
        "cache_policy": "CachingDisabled",
        "allowed_methods": "all",
        "origin_request": reading,
    }
    loaded = load(distribution(origins=origins, functions={"f": function}, behaviors=[], default_behavior=behavior))
    edge = Edge(loaded)
    exchange = driven(edge, request_for(loaded, "POST", "/a", Headers()), Fetched(Response(status=200)))
    edge.close()
    assert "origin-request: f ran" in "".join(explained(loaded, exchange))
