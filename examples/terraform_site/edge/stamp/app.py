"""Lambda@Edge at origin-request: tells the API who asked for it."""

from typing import Any


def handler(event: dict[str, Any], context: Any) -> Any:
    request = event["Records"][0]["cf"]["request"]
    request["headers"]["x-asked-by"] = [{"key": "X-Asked-By", "value": context.function_name}]
    return request
