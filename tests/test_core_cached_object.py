from __future__ import annotations

from edgeware.core.cached_object import CachedObject
from edgeware.messages import Headers


def test_the_size_of_an_object_counts_body_header_text_and_a_constant() -> None:
    stored = CachedObject(
        status=200,
        headers=Headers([("ETag", '"x"')]),
        body=b"12345",
        path="/",
        stored_at=0.0,
        fresh_until=60.0,
        stale_while_revalidate_until=60.0,
        stale_if_error_until=60.0,
    )
    assert stored.size == 5 + (4 + 3 + 16) + 512
