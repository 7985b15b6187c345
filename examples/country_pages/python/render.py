"""origin-request: runs on a miss only; its page is cached under the viewer's country."""

from html import escape
from typing import Any

PRODUCTS = {"DE": ("Becher", "9,50 €"), "GB": ("Mug", "£8.20")}
ELSEWHERE = ("Mug", "$10.00")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    request: dict[str, Any] = event["Records"][0]["cf"]["request"]
    country = request["headers"].get("cloudfront-viewer-country", [{"value": ""}])[0]["value"]
    name, price = PRODUCTS.get(country, ELSEWHERE)
    print(f"rendering for {country}")
    return {
        "status": "200",
        "headers": {
            "content-type": [{"key": "Content-Type", "value": "text/html; charset=utf-8"}],
            "cache-control": [{"key": "Cache-Control", "value": "max-age=300"}],
        },
        "body": f"<h1>{escape(name)}</h1><p>{escape(price)}</p>\n",
    }
