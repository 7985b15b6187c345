"""Only who has a token reaches the app: checked at viewer-request by Lambda@Edge, in Python or in Node.js.

uvicorn main:edge                                    the app behind the edge, the check in Python
edgeware run main:app --distribution edge.yaml       the same with the unchanged app
edgeware run main:app --distribution edge.node.yaml  the check in Node.js

The function in Python looks the token up in an SQLite database that lies beside it. Not every Node.js has SQLite (the
module node:sqlite came with 22.5), and this example is to run without npm: the function in Node.js has the same rows in
a JSON file. Both keep the SHA-256 of a token, not the token.
"""

import hashlib
import json
import sqlite3
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from edgeware import ASGIEdge

HERE = Path(__file__).resolve().parent
TOKENS = {"let-me-in": "Ada", "me-too": "Grace"}


def write_tokens() -> None:
    """What a deployment would put beside the functions."""
    rows = {hashlib.sha256(token.encode()).hexdigest(): name for token, name in TOKENS.items()}
    (HERE / "node" / "tokens.json").write_text(json.dumps(rows), encoding="utf-8")
    database = sqlite3.connect(HERE / "python" / "tokens.db")
    with database:
        database.execute("CREATE TABLE IF NOT EXISTS tokens (digest TEXT PRIMARY KEY, name TEXT NOT NULL)")
        database.executemany("INSERT OR REPLACE INTO tokens VALUES (?, ?)", rows.items())
    database.close()


async def page(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"Hello {request.headers['x-viewer-name']}.\n")


write_tokens()
app = Starlette(routes=[Route("/", page)])
edge = ASGIEdge(app, distribution=HERE / "edge.yaml")
