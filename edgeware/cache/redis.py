"""A store in Redis, shared by many processes and machines: entries, invalidations, and one fetch for all of them."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from math import ceil
from typing import Any

from edgeware.cache.invalidations import MAX_MARKS, Invalidations
from edgeware.cache.record import CorruptRecordError, head_of, key_and_object, object_of
from edgeware.cache.redis_flights import RedisFlights
from edgeware.cache.store import Entry
from edgeware.core.cached_object import CachedObject
from edgeware.core.effects import Boarding, Found
from edgeware.exceptions import MissingDependencyError, UsageError

logger = logging.getLogger("edgeware")

PREFIX = "edgeware:"
TIMEOUT = 0.25
"""Seconds for which a connection waits for the server."""
REVALIDATION_SECONDS = 86_400
"""How long an object stays that is of no more use by itself: the origin may confirm it with a 304."""

# All marks are one sorted set, so that the server can only lose all of them at once: paths and tags by generation, and
# the generation and the floor themselves. A set that is not there, or knows less than its caller, has been lost: then
# everything stored before counts as gone. The first generation is the time in microseconds.
KNOWN = """
local marks, known = KEYS[1], tonumber(ARGV[1])
local generation = tonumber(redis.call('ZSCORE', marks, 'generation'))
if not generation or generation < known then
  local now = redis.call('TIME')
  generation = math.max(tonumber(now[1]) * 1000000 + tonumber(now[2]), known + 1)
  local score = string.format('%.0f', generation)
  redis.call('DEL', marks)
  redis.call('ZADD', marks, score, 'generation', score, 'floor')
end
"""
LEARN = KNOWN + "return redis.call('ZRANGEBYSCORE', marks, '(' .. ARGV[1], '+inf', 'WITHSCORES')"
MARK = (
    KNOWN
    + """
local score = string.format('%.0f', generation + 1)
for i = 3, #ARGV do redis.call('ZADD', marks, score, ARGV[i]) end
if redis.call('ZCARD', marks) > tonumber(ARGV[2]) then
  local middle = math.floor(tonumber(ARGV[2]) / 2)
  local floor = redis.call('ZRANGE', marks, middle, middle, 'WITHSCORES')[2]
  redis.call('ZREMRANGEBYSCORE', marks, '-inf', floor)
  redis.call('ZADD', marks, floor, 'floor')
end
redis.call('ZADD', marks, score, 'generation')
"""
)
CLEAR = (
    KNOWN
    + """
local score = string.format('%.0f', generation + 1)
redis.call('ZADD', marks, score, 'generation', score, 'floor')
"""
)


class RedisStore:
    """Objects in a Redis server (5 or later), of all distributions that share it; the server's own limits bound it.

    ``url`` is redis-py's: ``redis://[[user]:password@]host[:port][/db]``, ``rediss://…``, ``unix://…``. Give the server
    ``maxmemory`` and ``maxmemory-policy allkeys-lru``. MissingDependencyError without the extra ``redis``.
    """

    threads = 16

    def __init__(self, url: str, *, timeout: float = TIMEOUT) -> None:
        self._client = _client(url, timeout)
        self._marks = f"{PREFIX}marks"
        self._learn = self._client.register_script(LEARN)
        self._mark = self._client.register_script(MARK)
        self._clear = self._client.register_script(CLEAR)
        self._invalidations = Invalidations()
        self._flights = RedisFlights(self._client, PREFIX)

    # --- what a store does ------------------------------------------------------------------------------------------

    def get(self, key: str) -> Found:
        """The object under a key, fresh or not, unless an invalidation covers it."""
        with self._client.pipeline(transaction=False) as pipeline:
            pipeline.zscore(self._marks, "generation")
            pipeline.hmget(_name(key), "head", "body")
            score, (head, body) = pipeline.execute()
        generation = self._known(None if score is None else int(score))
        if head is None or body is None:
            return Found(None, generation)
        object = _read(key, head, body)
        if object is None:
            self.delete(key)
        # One that is covered stays: whoever has looked it up in vain will replace it, if nobody else just has.
        if object is None or self._invalidations.cover(key, object):
            return Found(None, generation)
        return Found(object, generation)

    def put(self, key: str, object: CachedObject) -> bool:
        """Keep an object; False where it is older than all that the store may hold."""
        if object.generation < self._invalidations.floor:
            return False
        name = _name(key)
        with self._client.pipeline(transaction=True) as pipeline:
            pipeline.hset(name, mapping={"head": head_of(key, object), "body": object.body})
            pipeline.expire(name, _useful_seconds(object))
            pipeline.execute()
        return True

    def delete(self, key: str) -> None:
        """Forget an object."""
        self._client.unlink(_name(key))

    def invalidate(self, marks: Sequence[str]) -> None:
        """Make every object gone that one of these marks names, for everybody at once."""
        self._mark(keys=[self._marks], args=[self._invalidations.generation, MAX_MARKS, *marks])

    def listing(self) -> Iterator[Entry]:
        """What is in it."""
        self._known(None)
        for name in self._client.scan_iter(f"{PREFIX}object:*"):
            head = self._client.hget(name, "head")
            with suppress(CorruptRecordError, TypeError):  # TypeError: it has gone meanwhile
                key, object, length = key_and_object(head, None)
                if not self._invalidations.cover(key, object):
                    yield Entry(key, object, object.size + length)

    def clear(self) -> None:
        """Forget every object. The server removes them as they expire, or as it needs the room."""
        self._clear(keys=[self._marks], args=[self._invalidations.generation])

    def close(self) -> None:
        """Close the connections, and end the flights."""
        self._flights.close()
        self._client.close()

    # --- request collapsing for the fleet ---------------------------------------------------------------------------

    def board(self, key: str, call: Callable[[Boarding], None]) -> Callable[[bool], None]:
        """Lead the fetch of a key for all who share the server, or wait for the one who does."""
        return self._flights.board(key, call)

    # --- invalidations ----------------------------------------------------------------------------------------------

    def _known(self, generation: int | None) -> int:
        """The count of invalidations, when all marks up to it are known here too."""
        known = self._invalidations.generation
        if generation != known:
            self._take_over(self._learn(keys=[self._marks], args=[known]))
        return self._invalidations.generation

    def _take_over(self, answer: list[bytes]) -> None:
        marks = {mark.decode(): int(float(score)) for mark, score in zip(answer[::2], answer[1::2], strict=True)}
        # Not among them where nothing is later than what is known by now.
        generation, floor = marks.pop("generation", 0), marks.pop("floor", 0)
        self._invalidations.learn(generation, floor, marks.items())


def _client(url: str, timeout: float) -> Any:
    try:
        from redis import Redis, RedisError
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError as error:
        raise MissingDependencyError("the store redis:// needs redis-py: pip install 'edgeware[redis]'") from error
    # Once more at once: the connection may be one that a server closed which has been started anew since.
    retry = Retry(NoBackoff(), 1)
    try:
        return Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=timeout, retry=retry)
    except (ValueError, RedisError):  # its text may hold a part of the password
        raise UsageError(
            "the store's URL is not one of redis-py's: redis://[[user]:password@]host[:port][/db]; in a password, "
            "characters that mean something in a URL have to be percent-encoded"
        ) from None


def _name(key: str) -> str:
    """A key may hold cookies and be long: the server gets its digest, and the record the key itself."""
    return f"{PREFIX}object:{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _useful_seconds(object: CachedObject) -> int:
    until = max(object.fresh_until, object.stale_while_revalidate_until, object.stale_if_error_until)
    return ceil(max(0.0, until - object.stored_at)) + REVALIDATION_SECONDS


def _read(key: str, head: bytes, body: bytes) -> CachedObject | None:
    try:
        return object_of(key, head, body)
    except CorruptRecordError as error:
        logger.warning("store: an object is damaged (%s): it is removed", error)
        return None
