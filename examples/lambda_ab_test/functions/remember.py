"""viewer-response: runs on hits too; the cookie keeps a viewer with the version once seen."""

from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    cf: dict[str, Any] = event["Records"][0]["cf"]
    response: dict[str, Any] = cf["response"]
    for line in cf["request"]["headers"].get("x-variant", []):
        cookie = f"variant={line['value']}; Path=/; Max-Age=86400"
        response["headers"]["set-cookie"] = [{"key": "Set-Cookie", "value": cookie}]
    return response
