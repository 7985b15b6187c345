"""Which objects an invalidation makes gone."""

from __future__ import annotations

import pytest

from edgeware.cache import invalidations as module
from edgeware.cache.invalidations import Invalidations
from edgeware.core.cached_object import CachedObject
from tests.stores import key, mark, stored


def covers(invalidations: Invalidations, object: CachedObject) -> bool:
    return invalidations.cover(key(object.path), object)


@pytest.mark.parametrize(
    ("item", "object", "gone"),
    [
        ("/a.jpg", stored("/a.jpg"), True),
        ("/a.jpg", stored("/A.jpg"), False),
        ("/a.jpg", stored("/a.jpg", "w=1"), False),
        ("/a.jpg?w=1", stored("/a.jpg", "w=1"), True),
        ("/a.jpg?w=1", stored("/a.jpg", "w=2"), False),
        ("/a.jpg?w=*", stored("/a.jpg", "w=2"), True),
        ("/a.jpg*", stored("/a.jpg", "w=1"), True),
        ("/a.jpg*", stored("/a.jpg"), True),
        ("/dir/*", stored("/dir/a/b"), True),
        ("/dir/*", stored("/dir/"), True),
        ("/dir/*", stored("/dir"), False),
        ("/dir/*", stored("/directory"), False),
        ("/dir*", stored("/dir"), True),
        ("/dir*", stored("/directory"), True),
        ("/dir", stored("/dir/"), False),
        ("/*", stored("/anything", "x"), True),
        ("/", stored("/"), True),
        ("/", stored("/index.html"), False),
        ("/a*b", stored("/axb"), False),
        ("/a*b", stored("/a*b"), True),
        ("/caf%C3%A9", stored("/caf%C3%A9"), True),
        ("#red", stored("/a", tags=("red",)), True),
        ("#red", stored("/a", tags=("reddish",)), False),
        ("#red", stored("/a"), False),
        ("#red", stored("#red"), True),
    ],
)
def test_a_path_or_tag_covers_what_the_guide_says(item: str, object: CachedObject, gone: bool) -> None:
    invalidations = Invalidations()
    invalidations.mark([mark(item)])
    assert invalidations.generation == 1
    assert covers(invalidations, object) is gone


def test_an_object_asked_for_after_the_mark_stays() -> None:
    invalidations = Invalidations()
    invalidations.mark([mark("/a"), mark("/b*"), mark("#t")])
    for later in (stored("/a", generation=1), stored("/b", generation=1), stored("/x", generation=1, tags=("t",))):
        assert not covers(invalidations, later)
    invalidations.mark([mark("/c")])
    for later in (stored("/a", generation=1), stored("/bb", generation=1), stored("/x", generation=1, tags=("t",))):
        assert not covers(invalidations, later)
    invalidations.mark([mark("/a")])
    assert covers(invalidations, stored("/a", generation=2))


def test_what_others_have_marked_counts_like_ones_own() -> None:
    invalidations = Invalidations()
    invalidations.learn(700, 500, [(mark("/a"), 650), (mark("/b*"), 700)])
    assert [covers(invalidations, stored(path, generation=600)) for path in ("/a", "/bb", "/c")] == [True, True, False]
    assert covers(invalidations, stored("/c", generation=499)), "older than the floor"
    invalidations.learn(650, 400, [])
    assert (invalidations.generation, invalidations.floor) == (700, 500), "an older lesson takes nothing back"


def test_too_many_marks_forget_the_older_half_and_the_objects_from_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_MARKS", 4)
    invalidations = Invalidations()
    for item in ("/1", "/2", "/3*", "/4", "/5"):
        invalidations.mark([mark(item)])
    assert invalidations.floor == 3
    assert covers(invalidations, stored("/other", generation=2))
    assert not covers(invalidations, stored("/other", generation=3))
    assert covers(invalidations, stored("/4", generation=3))
