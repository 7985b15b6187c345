from __future__ import annotations

import pytest

from edgeware.testing import Site
from edgeware.testing.interventions import Failing, Holding
from tests.worlds.apps import App, constant, page
from tests.worlds.sites import site


@pytest.mark.parametrize("world", ["asgi", "wsgi"])
def test_origins_fail_for_a_while_and_answer_again(world: str) -> None:
    with Site(getattr(App(constant(page(b"up"))), world), site()) as shop:
        with shop.intervened(Failing()):
            assert (shop.get("/a").status, shop.get("/a").text) == (503, "failing")
        assert shop.get("/b").text == "up"


@pytest.mark.parametrize("world", ["asgi", "wsgi"])
def test_a_request_is_held_back_until_another_one_waits_for_it(world: str) -> None:
    app = App(constant(page(b"up")))
    with Site(getattr(app, world), site()) as shop:
        with Holding(shop.edge, lambda: shop.get("/")) as holding, shop.intervened(holding):
            first = shop.get("/")
        assert holding.second is not None
        second = holding.second.result()
    assert (first.x_cache, second.x_cache) == ("Miss from cloudfront", "Hit from cloudfront")
    assert app.calls == 1
