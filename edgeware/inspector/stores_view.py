"""The view of a key value store: what it holds, and changes to it [kvs-with-functions]."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nsmallest
from typing import Any, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from edgeware.edge import Edge
from edgeware.exceptions import UsageError
from edgeware.functions.key_value_store import MemoryKeyValueStore
from edgeware.inspector.pages import Pages

MOST = 500
"""How many pairs are shown, by the order of their keys."""


class Pair(NamedTuple):
    """A key and its value as they are shown; what is masked or cut cannot be changed from there."""

    key: str
    value: str
    whole: bool


class StoresView:
    """The routes of a store, by its name in the query."""

    def __init__(self, edge: Edge, pages: Pages) -> None:
        self._edge = edge
        self._pages = pages
        self.routes = [Route("/store", self.store), Route("/store/pairs", self.change, methods=["POST"])]

    def store(self, request: Request) -> Response:
        """The pairs whose key holds ``key``; as a run of a function would see them now."""
        store = self._asked(request)
        store.refresh()
        part, pairs = request.query_params.get("key", ""), store.items()
        found = [key for key in pairs if part in key]
        shown = [self._pair(key, pairs[key]) for key in nsmallest(MOST, found)]
        return self._pages.page(
            request,
            "store.html",
            store=store,
            total=len(pairs),
            found=len(found),
            pairs=shown,
            part=part,
            uses=list(self._uses(store.name)),
        )

    async def change(self, request: Request) -> Response:
        """Set ``{"key": ..., "value": ...}``, or remove the key where the value is null; 400 with the reason."""
        store = self._asked(request)
        try:
            given = await request.json()
            _change(store, str(given["key"]), given["value"])
        except UsageError as error:
            return JSONResponse({"error": str(error)}, 400)
        except (ValueError, LookupError, TypeError):
            return JSONResponse({"error": 'The body is not of the form {"key": ..., "value": ...}.'}, 400)
        return JSONResponse({})

    def _asked(self, request: Request) -> MemoryKeyValueStore:
        store = self._edge.key_value_stores.get(request.query_params.get("name", ""))
        if store is None:
            raise HTTPException(404, "The distribution has no such key value store.")
        return store

    def _pair(self, key: str, value: str) -> Pair:
        shown_key, shown = self._pages.secrets.text(key), self._pages.secrets.text(value)
        return Pair(shown_key, shown, whole=(shown_key, shown) == (key, value))

    def _uses(self, name: str) -> Iterator[tuple[str, str]]:
        """Key and name of each function that reads the store."""
        for key, function in self._edge.distribution.functions.items():
            if getattr(function, "key_value_store", None) == name:
                yield key, function.name


def _change(store: MemoryKeyValueStore, key: str, value: Any) -> None:
    if value is None:
        store.delete(key)
    elif isinstance(value, str):
        store.put(key, value)
    else:
        raise TypeError(value)
