from __future__ import annotations

from collections.abc import Iterator

from edgeware.cache.memory import MemoryStore
from edgeware.cache.store import Entry
from edgeware.edge import Edge
from edgeware.inspector.masking import Secrets
from edgeware.inspector.objects import rows
from edgeware.testing.clock import Clock
from tests.inspecting import SECRET, Site, distribution, sites


class Closed(MemoryStore):
    """A store that fails to list what is in it."""

    def listing(self) -> Iterator[Entry]:
        raise OSError("the disk is gone")


def test_an_object_shows_its_key_its_lifetime_and_its_hits() -> None:
    with sites() as site:
        for path in ("/a", "/a", "/a", f"/b/{SECRET}", "/hostile/x"):
            site.get(path)
        found = rows(site.edge, Secrets(site.edge.distribution))
        assert found is not None
        by_path = {one.path: one for one in found}
        assert set(by_path) == {"/a", "/b/***"}
        row = by_path["/a"]
        assert (row.status, row.size, row.hits) == (200, row.size, 2)
        assert 0 < row.fresh_for <= 60
        assert 0 < row.left <= 100
        assert "path: /a" in row.key
        assert by_path["/b/***"].hits == 0


def test_what_has_expired_has_nothing_left() -> None:
    clock = Clock()
    site = Site(distribution(), clock=clock)
    site.get("/a")
    clock.advance(hours=1)
    (row,) = rows(site.edge, Secrets(site.edge.distribution)) or ()
    assert (row.age, row.fresh_for, row.left) == (3600, 0, 0)
    site.edge.close()


def test_a_store_may_fail_to_be_listed() -> None:
    edge = Edge(distribution(), store=Closed())
    assert rows(edge, Secrets(edge.distribution)) is None
    edge.close()
