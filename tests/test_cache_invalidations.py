"""Which objects an invalidation makes gone."""

from __future__ import annotations

import pytest

from edgeware.cache.invalidations import Invalidations
from edgeware.core.cached_object import CachedObject
from edgeware.exceptions import UsageError
from edgeware.messages import Headers


def stored(path: str, query: str = "", generation: int = 0) -> CachedObject:
    return CachedObject(
        status=200,
        headers=Headers(),
        body=b"",
        path=path,
        query=query,
        stored_at=0,
        fresh_until=60,
        stale_while_revalidate_until=60,
        stale_if_error_until=60,
        generation=generation,
    )


@pytest.mark.parametrize(
    ("path", "object", "gone"),
    [
        ("/a.jpg", stored("/a.jpg"), True),
        ("/a.jpg", stored("/A.jpg"), False),
        ("/a.jpg", stored("/a.jpg", "w=1"), False),
        ("/a.jpg?w=1", stored("/a.jpg", "w=1"), True),
        ("/a.jpg*", stored("/a.jpg", "w=1"), True),
        ("/dir/*", stored("/dir/a/b"), True),
        ("/dir/*", stored("/dir"), False),
        ("/dir*", stored("/dir"), True),
        ("/*", stored("/anything", "x"), True),
        ("/a*b", stored("/axb"), False),
        ("/a*b", stored("/a*b"), True),
    ],
)
def test_a_path_covers_what_the_guide_says(path: str, object: CachedObject, gone: bool) -> None:
    invalidations = Invalidations()
    assert invalidations.mark([path]) == 1
    assert invalidations.cover(object) is gone


def test_an_object_asked_for_after_the_mark_stays() -> None:
    invalidations = Invalidations()
    invalidations.mark(["/a", "/b*"])
    assert not invalidations.cover(stored("/a", generation=1))
    assert not invalidations.cover(stored("/b", generation=1))
    invalidations.mark(["/c"])
    assert not invalidations.cover(stored("/a", generation=1))
    assert not invalidations.cover(stored("/bb", generation=1))


@pytest.mark.parametrize(
    ("path", "says"), [("a.jpg", "begins with /"), ("#tag", "cache tags"), ("/" + "x" * 4000, "4000 at most")]
)
def test_a_path_that_cloudfront_refuses_marks_nothing(path: str, says: str) -> None:
    invalidations = Invalidations()
    with pytest.raises(UsageError, match=says):
        invalidations.mark(["/fine", path])
    assert invalidations.generation == 0
