from __future__ import annotations

import re

from edgeware.dice import draw, request_id


def test_a_request_id_is_56_characters_that_pass_in_a_url_and_comes_once() -> None:
    ids = {request_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{54}==", id) for id in ids)


def test_a_draw_is_a_percentage() -> None:
    draws = [draw() for _ in range(1000)]
    assert all(0 <= number < 100 for number in draws)
    assert min(draws) < 50 < max(draws)
