"""The FastAPI and the Flask example behind an edge with the inspector on, as child processes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.process import REPOSITORY, Server, serving

FASTAPI = ("edgeware", "run", "main:app", "--distribution", "edge.yaml", "--port", "{port}", "--inspect")
FLASK = ("flask", "--app", "inspected:app", "run", "--port", "{port}")
INSPECTED = """
import sys
from pathlib import Path
from edgeware import WSGIEdge

sys.path.insert(0, {shop!r})
from main import app

app.wsgi_app = WSGIEdge(app.wsgi_app.app, distribution=Path({shop!r}) / "edge.yaml", inspect=True)
"""


@contextmanager
def fastapi_shop(folder: Path) -> Iterator[tuple[Server, str]]:
    """``edgeware run --inspect``: the server and the page's URL."""
    with serving(FASTAPI, folder / "log", cwd=REPOSITORY / "examples" / "fastapi_shop") as server:
        yield server, url_of(server)


@contextmanager
def flask_shop(folder: Path) -> Iterator[tuple[Server, str]]:
    """``WSGIEdge(..., inspect=True)``: the same on WSGI."""
    shop = str(REPOSITORY / "examples" / "flask_shop")
    (folder / "inspected.py").write_text(INSPECTED.format(shop=shop))
    with serving(FLASK, folder / "log", cwd=folder) as server:
        yield server, url_of(server)


def url_of(server: Server) -> str:
    """Where the page is, from what the server printed before it listened."""
    found = re.search(r"inspector: (http://\S+)", server.log)
    assert found, server.log
    return found[1]


def visit(server: Server) -> None:
    """What a viewer asks for: a page, a picture twice, and what is not there."""
    for path in ("/", "/images/product.png", "/images/product.png", "/api/products", "/images/none.png"):
        server.get(path, User_Agent="Mozilla/5.0 (X11; Linux x86_64)")
