"""What all views have in common: the templates, and the secrets that none shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from edgeware.edge import Edge, Exchange
from edgeware.inspector.masking import Secrets
from edgeware.inspector.references import linked
from edgeware.inspector.summary import summary

HERE = Path(__file__).parent


class Pages:
    """What is rendered. Autoescape is on for all of it: whatever an exchange holds is shown as text."""

    def __init__(self, edge: Edge) -> None:
        self.secrets = Secrets(edge.distribution)
        self._edge = edge
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._templates.filters["linked"] = linked
        self._row: Callable[[object], str] = self._templates.get_template("row.html").module.row  # type: ignore[attr-defined]

    def row(self, exchange: Exchange) -> str:
        """An exchange as a row of the list."""
        return str(self._row(summary(exchange, self.secrets)))

    def page(self, request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
        """A whole page."""
        text = self._templates.get_template(template).render(
            base=f"{request.scope['root_path']}/", name=self._edge.distribution.name or "", **values
        )
        # A header or a log may hold half a surrogate pair, which is no text that could be sent.
        return HTMLResponse(text.encode("utf-8", "replace"), status)

    async def error(self, request: Request, error: Exception) -> Response:
        """What went wrong, in the page's own form."""
        assert isinstance(error, HTTPException)
        return self.page(request, "error.html", error.status_code, detail=error.detail)
