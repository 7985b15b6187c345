"""A site whose Lambda@Edge functions do what the query string says: answer, raise, hang, die, or return nonsense."""

from __future__ import annotations

from dataclasses import replace

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from edgeware import ASGIEdge
from edgeware.config.model import Distribution
from tests.worlds.sites import DISABLED, node, py, site

SECONDS = 3
"""Until a function that hangs is killed."""

PYTHON = """
import os
def handler(event, context):
    request = event["Records"][0]["cf"]["request"]
    order = request["querystring"]
    print("asked to", order)
    if order == "raise":
        raise ValueError(order)
    while order == "hang":
        pass
    if order == "die":
        os._exit(1)
    return None if order == "nonsense" else request
"""
NODE = """
exports.handler = async (event) => {
  const { request } = event.Records[0].cf;
  const order = request.querystring;
  console.log("asked to", order);
  if (order === "raise") throw new Error(order);
  while (order === "hang");
  if (order === "die") {
    setTimeout(() => { throw new Error(order); });
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  }
  return order === "nonsense" ? null : request;
};
"""


def distribution() -> Distribution:
    in_python = site(
        {"viewer-request": py(PYTHON, "in-python", timeout=SECONDS)}, path_pattern="/python", cache_policy=DISABLED
    )
    in_node = site(
        {"viewer-request": node(NODE, "in-node", timeout=SECONDS)}, path_pattern="/node", cache_policy=DISABLED
    )
    functions = {**in_python.functions, **in_node.functions}
    return replace(in_node, behaviors=(in_python.behaviors[0], *in_node.behaviors), functions=functions)


async def page(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.url.path)


edge = ASGIEdge(Starlette(routes=[Route("/{language}", page)]), distribution())
