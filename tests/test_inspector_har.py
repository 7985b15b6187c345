from __future__ import annotations

import json

from edgeware.inspector.har import har
from edgeware.inspector.masking import Secrets
from edgeware.messages import Request
from tests.inspecting import SECRET, sites


def test_the_archive_holds_each_request_that_has_ended() -> None:
    with sites() as site:
        secrets = Secrets(site.edge.distribution)
        site.get("/a?b=1&c=", headers={"X-Echo": SECRET})
        site.get("/missing")
        site.edge.exchange(Request(method="GET", path="/under-way"))
        log = har(site.edge.exchanges, secrets)["log"]
        first, second = log["entries"]
        assert log["version"] == "1.2"
        assert first["request"]["url"] == "https://localhost/a?b=1&c="
        assert first["request"]["queryString"] == [{"name": "b", "value": "1"}, {"name": "c", "value": ""}]
        assert {"name": "X-Echo", "value": "***"} in first["request"]["headers"]
        assert first["response"]["content"] == {"size": 2, "mimeType": "text/plain; charset=utf-8"}
        assert (first["_xCache"], first["_behavior"], first["_functions"]) == (
            "Miss from cloudfront",
            "Default (*)",
            ["tag"],
        )
        assert (second["request"]["url"], second["response"]["status"]) == ("https://localhost/missing", 404)
        assert SECRET not in json.dumps(log)
