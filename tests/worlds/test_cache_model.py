"""Any sequence of requests and turns of the clock, against a plain model of the rules: both worlds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgeware.config.model import CacheBehavior, CachePolicy
from tests.worlds.apps import App, Asked, Says
from tests.worlds.sites import TurnableClock, site
from tests.worlds.viewers import ASGIViewer, WSGIViewer

# werkzeug's lint warns of every answer that nobody reads to its end.
pytestmark = pytest.mark.filterwarnings("ignore:Content-Length and the number of bytes")

ERROR_CACHING_MIN_TTL = 10


class Control(NamedTuple):
    """What the origin says of an answer's lifetime."""

    max_age: int | None = None
    blocking: str = ""
    swr: int = 0
    sie: int | None = None

    @property
    def header(self) -> str:
        parts = [self.blocking] if self.blocking else []
        parts += [f"max-age={self.max_age}"] if self.max_age is not None else []
        parts += [f"stale-while-revalidate={self.swr}"] if self.swr else []
        parts += [f"stale-if-error={self.sie}"] if self.sie is not None else []
        return ", ".join(parts)


@dataclass
class Origin:
    """What the origin says at the moment; the version changes only when it is told to. It knows no ranges."""

    status: int = 200
    control: Control = field(default_factory=Control)
    validates: bool = False
    vary: str = ""
    version: int = 1

    def __call__(self, asked: Asked) -> Says:
        lines = [("Content-Type", "text/plain")]
        if self.control.header:
            lines.append(("Cache-Control", self.control.header))
        if self.status != 200:
            return Says(self.status, lines, (b"" if asked.method == "HEAD" else b"error",))
        if self.vary:
            lines.append(("Vary", self.vary))
        if self.validates:
            lines.append(("ETag", self.etag))
            if asked.headers.get("if-none-match") == self.etag:
                return Says(304, lines[1:])
        return Says(200, lines, (b"" if asked.method == "HEAD" else self.body,))

    @property
    def etag(self) -> str:
        return f'"{self.version}"'

    @property
    def body(self) -> bytes:
        return b"version %d" % self.version


@dataclass
class Entry:
    """What the model keeps: the points in time, counted by hand."""

    status: int
    body: bytes
    etag: str | None
    fresh: float
    swr: float
    sie: float
    retry: float = 0.0
    revalidates: bool = True
    control: Control = field(default_factory=Control)


class Expected(NamedTuple):
    status: int
    x_cache: str
    body: bytes


KNOWN = '"1"'
ASKING: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "get": ("GET", []),
    "head": ("HEAD", []),
    "range": ("GET", [("range", "bytes=0-2")]),
    "known": ("GET", [("if-none-match", KNOWN)]),
    "others": ("GET", [("x-thing", "another"), ("cache-control", "no-cache"), ("authorization", "me")]),
}
"""How a viewer asks: the last says what does not count."""


class Model:
    """The rules of the specification's parts 8, 9 and 11, told once more in the plainest way."""

    def __init__(self, policies: Mapping[str, CachePolicy], origin: Origin) -> None:
        self.policies = policies
        self.origin = origin
        self.entries: dict[str, Entry] = {}

    def answer(self, asks: str, path: str, now: float) -> Expected:
        entry = self.entries.get(path)
        if entry is None:
            return self._fetched(asks, path, None, now)
        if now < entry.fresh or (now < entry.retry and now < entry.sie):
            return self._stored(asks, entry)
        if now < entry.swr:
            answer = self._stored(asks, entry)
            if now >= entry.retry:
                self._fetched("get", path, entry, now)
            return answer
        return self._fetched(asks, path, entry, now)

    def _stored(self, asks: str, entry: Entry, x_cache: str = "Hit") -> Expected:
        body = b"" if asks == "head" else entry.body
        if entry.status >= 400:
            return Expected(entry.status, "Error", body)
        if asks == "known" and entry.etag == KNOWN:
            return Expected(304, x_cache, b"")
        return Expected(206, x_cache, body[:3]) if asks == "range" else Expected(200, x_cache, body)

    def _fetched(self, asks: str, path: str, entry: Entry | None, now: float) -> Expected:
        status, body = self.origin.status, b"" if asks == "head" else self.origin.body
        if status >= 500 and entry is not None and (now < entry.sie or entry.fresh <= now < entry.swr):
            entry.retry = now + ERROR_CACHING_MIN_TTL
            return self._stored(asks, entry)
        if status >= 400:
            seconds = self._error_seconds(self.policies[path])
            if seconds and asks != "head":
                until = now + seconds
                self.entries[path] = Entry(status, b"error", None, until, until, until, revalidates=False)
            return Expected(status, "Error", body and b"error")
        etag = self.origin.etag if self.origin.validates else None
        asked_with = entry.etag if entry is not None and entry.revalidates else None
        if entry is not None and asked_with is not None and asked_with == etag:
            # What a 304 does not say stays as it is stored.
            control = self.origin.control if self.origin.control.header else entry.control
            return self._stored(asks, self._store(path, entry.body, etag, control, now), "RefreshHit")
        if asks == "known" and asked_with is None and etag == KNOWN:
            return Expected(304, "Miss", b"")
        if asks != "head":
            self._store(path, body, etag, self.origin.control, now)
        return Expected(200, "Miss", body)

    def _store(self, path: str, body: bytes, etag: str | None, control: Control, now: float) -> Entry:
        policy = self.policies[path]
        star = self.origin.vary == "*" and policy.min_ttl == 0
        if star:
            seconds = 0
        elif control.blocking:
            seconds = policy.min_ttl
        elif control.max_age is None:
            seconds = max(policy.min_ttl, policy.default_ttl)
        else:
            seconds = max(policy.min_ttl, min(control.max_age, policy.max_ttl))
        fresh = now + seconds
        last = max(fresh, now + policy.max_ttl)
        swr = fresh if control.blocking or star else min(fresh + control.swr, last)
        sie = last if control.sie is None else min(fresh + control.sie, last)
        revalidates = not star and (bool(policy.min_ttl) or control.blocking in ("", "no-cache"))
        entry = Entry(200, body, etag, fresh, swr, sie, revalidates=revalidates, control=control)
        self.entries[path] = entry
        return entry

    def _error_seconds(self, policy: CachePolicy) -> int:
        control = self.origin.control
        if self.origin.status == 403:
            if control.max_age is None:
                return 0
        elif self.origin.status == 404 and control.blocking:
            return 0
        if control.blocking or control.max_age is None:
            return ERROR_CACHING_MIN_TTL
        return max(ERROR_CACHING_MIN_TTL, min(control.max_age, policy.max_ttl))


CONTROLS = st.builds(
    Control,
    max_age=st.sampled_from([None, 0, 3, 20, 1000]),
    blocking=st.sampled_from(["", "", "", "no-cache", "no-store", "private"]),
    swr=st.sampled_from([0, 0, 5, 500]),
    sie=st.sampled_from([None, None, 0, 5, 500]),
)
PATHS = ("/a", "/b", "/other/c")
ASKED = st.tuples(st.sampled_from(sorted(ASKING)), st.sampled_from(PATHS))
STEPS = st.one_of(
    ASKED,
    ASKED,
    st.tuples(st.just("get"), st.sampled_from(PATHS)),
    st.tuples(st.just("wait"), st.sampled_from([1, 2, 4, 9, 10, 11, 30, 400])),
    st.tuples(st.just("origin"), st.sampled_from([200, 200, 403, 404, 500, 503])),
    st.tuples(st.just("control"), CONTROLS),
    st.tuples(st.just("validates"), st.booleans()),
    st.tuples(st.just("vary"), st.sampled_from(["", "X-Thing", "*"])),
    st.tuples(st.just("version"), st.none()),
    st.tuples(st.just("invalidate"), st.sampled_from(["/a", "/*", "/other/*"])),
)
POLICIES = st.sampled_from(
    [
        CachePolicy(name="usual", min_ttl=0, default_ttl=20, max_ttl=300),
        CachePolicy(name="by the origin", min_ttl=0, default_ttl=0, max_ttl=31536000),
        CachePolicy(name="at least", min_ttl=5, default_ttl=20, max_ttl=300),
        CachePolicy(name="no maximum", min_ttl=0, default_ttl=20, max_ttl=20),
    ]
)


@pytest.mark.parametrize("world", [ASGIViewer, WSGIViewer], ids=["asgi", "wsgi"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(policy=POLICIES, other=POLICIES, control=CONTROLS, steps=st.lists(STEPS, max_size=25))
def test_the_viewer_gets_what_the_rules_say(
    world: Any, policy: CachePolicy, other: CachePolicy, control: Control, steps: list[tuple[str, Any]]
) -> None:
    clock, origin = TurnableClock(), Origin(control=control)
    model = Model({path: other if path.startswith("/other/") else policy for path in PATHS}, origin)
    others = CacheBehavior(path_pattern="/other/*", target_origin_id="app", cache_policy=other)
    viewer = world(App(origin), site(cache_policy=policy, behaviors=(others,)), clock=clock)
    try:
        for step, argument in steps:
            if step in ASKING:
                method, lines = ASKING[step]
                got = viewer(method, argument, lines)
                assert Expected(got.status, got.x_cache, got.body) == model.answer(step, argument, clock.now)
            elif step == "wait":
                clock.advance(argument)
            elif step == "version":
                origin.version += 1
            elif step == "invalidate":
                viewer.edge.create_invalidation([argument])
                gone = [path for path in model.entries if fnmatch(path, argument)]
                model.entries = {path: entry for path, entry in model.entries.items() if path not in gone}
            else:
                setattr(origin, {"origin": "status"}.get(step, step), argument)
    finally:
        viewer.edge.close()
