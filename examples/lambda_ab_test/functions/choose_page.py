"""origin-request: runs only on a miss; turns the version into a path and tells the origin who asks."""

from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    request: dict[str, Any] = event["Records"][0]["cf"]["request"]
    variant: str = request["headers"]["x-variant"][0]["value"]
    request["uri"] = f"/{variant}{request['uri']}"
    request["headers"]["x-asked-by"] = [{"key": "X-Asked-By", "value": "the edge"}]
    return request
