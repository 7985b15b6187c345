"""Lambda@Edge: what leaves the API says which stage of the request it has passed."""

from typing import Any


def handler(event: dict[str, Any], context: object) -> Any:
    response = event["Records"][0]["cf"]["response"]
    response["headers"]["x-stamped-by"] = [{"key": "X-Stamped-By", "value": "origin-response"}]
    return response
