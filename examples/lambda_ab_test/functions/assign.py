"""viewer-request: send an old address on, and decide which version this viewer sees."""

import zlib
from http.cookies import SimpleCookie
from typing import Any

VARIANTS = ("a", "b")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    request: dict[str, Any] = event["Records"][0]["cf"]["request"]
    if request["uri"] == "/old-offer":
        return redirect("/offer")
    request["headers"]["x-variant"] = [{"key": "X-Variant", "value": variant(request)}]
    return request


def redirect(location: str) -> dict[str, Any]:
    return {
        "status": "301",
        "statusDescription": "Moved Permanently",
        "headers": {"location": [{"key": "Location", "value": location}]},
    }


def variant(request: dict[str, Any]) -> str:
    """What the cookie says; a new viewer gets a version by address, so that a reload shows the same."""
    for line in request["headers"].get("cookie", []):
        cookies = SimpleCookie(line["value"])
        if "variant" in cookies and cookies["variant"].value in VARIANTS:
            return cookies["variant"].value
    return VARIANTS[zlib.crc32(request["clientIp"].encode()) % len(VARIANTS)]
