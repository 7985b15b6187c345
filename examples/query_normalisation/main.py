"""One cache key for query strings that mean the same: what a CloudFront Function does for the hit ratio.

python main.py                                  the hit ratio of the same visits, before and after
uvicorn main:edge                               the app behind the edge
edgeware run main:app --distribution edge.yaml  the unchanged app behind the edge
"""

import asyncio
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from edgeware import ASGIEdge

HERE = Path(__file__).resolve().parent
SOURCES = ("utm_source=news", "utm_source=mail&utm_medium=link", "gclid=1", "fbclid=2", "")
FILTERS = ("color=red&size=l", "size=l&color=red", "size=m&color=red", "color=red&size=m")


async def products(request: Request) -> PlainTextResponse:
    shown = f"{request.query_params.get('color')} {request.query_params.get('size')}\n"
    return PlainTextResponse(shown, headers={"Cache-Control": "public, max-age=3600"})


app = Starlette(routes=[Route("/products", products), Route("/normalised/products", products)])

edge = ASGIEdge(app, distribution=HERE / "edge.yaml")


async def hit_ratio(path: str) -> float:
    """The part of some visits that the cache answers: people come by different ways, and each of them twice."""
    visits = ["&".join(filter(None, (one, source))) for source in SOURCES for one in FILTERS] * 2
    async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="https://shop.example") as client:
        answers = [(await client.get(f"{path}?{query}")).headers["x-cache"] for query in visits]
    return answers.count("Hit from cloudfront") / len(answers)


if __name__ == "__main__":
    print(f"hit ratio before: {asyncio.run(hit_ratio('/products')):.0%}")
    print(f"hit ratio after:  {asyncio.run(hit_ratio('/normalised/products')):.0%}")
