"""Any sequence of requests and turns of the clock, against a plain model of the rules: both worlds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgeware.config.model import CachePolicy
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
    """What the origin says at the moment; the version changes only when it is told to."""

    status: int = 200
    control: Control = field(default_factory=Control)
    validates: bool = False
    version: int = 1

    def __call__(self, asked: Asked) -> Says:
        lines = [("Content-Type", "text/plain")]
        if self.control.header:
            lines.append(("Cache-Control", self.control.header))
        if self.status != 200:
            return Says(self.status, lines, (b"error",))
        etag = f'"{self.version}"'
        if self.validates:
            lines.append(("ETag", etag))
            if asked.headers.get("if-none-match") == etag:
                return Says(304, lines)
        return Says(200, lines, (b"%d" % self.version,))


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


class Expected(NamedTuple):
    status: int
    x_cache: str
    body: bytes


class Model:
    """The rules of the specification's parts 8, 9 and 11, told once more in the plainest way."""

    def __init__(self, policy: CachePolicy, origin: Origin) -> None:
        self.policy = policy
        self.origin = origin
        self.entries: dict[str, Entry] = {}

    def get(self, path: str, now: float) -> Expected:
        entry = self.entries.get(path)
        if entry is None:
            return self._fetched(path, None, now)
        if now < entry.fresh or (now < entry.retry and now < entry.sie):
            return self._stored(entry)
        if now < entry.swr:
            answer = self._stored(entry)
            if now >= entry.retry:
                self._fetched(path, entry, now)
            return answer
        return self._fetched(path, entry, now)

    def _stored(self, entry: Entry, x_cache: str = "Hit") -> Expected:
        return Expected(entry.status, "Error" if entry.status >= 400 else x_cache, entry.body)

    def _fetched(self, path: str, entry: Entry | None, now: float) -> Expected:
        status, body = self.origin.status, b"%d" % self.origin.version
        if status >= 500 and entry is not None and (now < entry.sie or entry.fresh <= now < entry.swr):
            entry.retry = now + ERROR_CACHING_MIN_TTL
            return self._stored(entry)
        if status >= 400:
            seconds = self._error_seconds()
            if seconds:
                until = now + seconds
                self.entries[path] = Entry(status, b"error", None, until, until, until, revalidates=False)
            return Expected(status, "Error", b"error")
        etag = f'"{self.origin.version}"' if self.origin.validates else None
        confirmed = entry is not None and entry.revalidates and entry.etag is not None and entry.etag == etag
        self._store(path, body, etag, now)
        return Expected(200, "RefreshHit" if confirmed else "Miss", body)

    def _store(self, path: str, body: bytes, etag: str | None, now: float) -> None:
        policy, control = self.policy, self.origin.control
        if control.blocking:
            seconds = policy.min_ttl
            if not seconds and not policy.max_ttl:
                return
        elif control.max_age is None:
            seconds = max(policy.min_ttl, policy.default_ttl)
        else:
            seconds = max(policy.min_ttl, min(control.max_age, policy.max_ttl))
        fresh = now + seconds
        last = max(fresh, now + policy.max_ttl)
        swr = fresh if control.blocking else min(fresh + control.swr, last)
        sie = last if control.sie is None else min(fresh + control.sie, last)
        revalidates = bool(policy.min_ttl) or control.blocking in ("", "no-cache")
        self.entries[path] = Entry(200, body, etag, fresh, swr, sie, revalidates=revalidates)

    def _error_seconds(self) -> int:
        control = self.origin.control
        if self.origin.status == 403:
            if control.max_age is None:
                return 0
        elif self.origin.status == 404 and control.blocking:
            return 0
        if control.blocking or control.max_age is None:
            return ERROR_CACHING_MIN_TTL
        return max(ERROR_CACHING_MIN_TTL, min(control.max_age, self.policy.max_ttl))


CONTROLS = st.builds(
    Control,
    max_age=st.sampled_from([None, 0, 3, 20, 1000]),
    blocking=st.sampled_from(["", "", "", "no-cache", "no-store", "private"]),
    swr=st.sampled_from([0, 0, 5, 500]),
    sie=st.sampled_from([None, None, 0, 5, 500]),
)
STEPS = st.one_of(
    st.tuples(st.just("get"), st.sampled_from(["/a", "/b"])),
    st.tuples(st.just("get"), st.sampled_from(["/a", "/b"])),
    st.tuples(st.just("wait"), st.sampled_from([1, 2, 4, 9, 10, 11, 30, 400])),
    st.tuples(st.just("origin"), st.sampled_from([200, 200, 403, 404, 500, 503])),
    st.tuples(st.just("control"), CONTROLS),
    st.tuples(st.just("validates"), st.booleans()),
    st.tuples(st.just("version"), st.none()),
    st.tuples(st.just("invalidate"), st.sampled_from(["/a", "/*"])),
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
@given(policy=POLICIES, control=CONTROLS, steps=st.lists(STEPS, max_size=25))
def test_the_viewer_gets_what_the_rules_say(
    world: Any, policy: CachePolicy, control: Control, steps: list[tuple[str, Any]]
) -> None:
    clock, origin = TurnableClock(), Origin(control=control)
    model = Model(policy, origin)
    viewer = world(App(origin), site(cache_policy=policy), clock=clock)
    try:
        for step, argument in steps:
            if step == "get":
                got = viewer.get(argument)
                assert Expected(got.status, got.x_cache, got.body) == model.get(argument, clock.now)
            elif step == "wait":
                clock.advance(argument)
            elif step == "version":
                origin.version += 1
            elif step == "invalidate":
                viewer.edge.create_invalidation([argument])
                model.entries = {} if argument == "/*" else {p: e for p, e in model.entries.items() if p != argument}
            else:
                setattr(origin, {"origin": "status"}.get(step, step), argument)
    finally:
        viewer.edge.close()
