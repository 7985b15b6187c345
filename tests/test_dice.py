from __future__ import annotations

import os
import random  # noqa: TID251 - what an application may do
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


def test_no_seed_of_an_application_makes_a_request_id_come_twice() -> None:
    random.seed(1)
    first = request_id()
    random.seed(1)
    assert request_id() != first


def test_a_forked_process_has_request_ids_of_its_own() -> None:
    reader, writer = os.pipe()
    if (pid := os.fork()) == 0:
        os.write(writer, request_id().encode())
        os._exit(0)
    os.waitpid(pid, 0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        assert pipe.read().decode() != request_id()
