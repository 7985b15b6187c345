"""Stores by name, and names that tell no secret."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from edgeware import Edge
from edgeware.cache import opening
from edgeware.cache.disk import DiskStore
from edgeware.cache.memory import MemoryStore
from edgeware.cache.opening import masked, open_store
from edgeware.cache.redis import RedisStore
from edgeware.cache.store import Store
from edgeware.exceptions import MissingDependencyError, UsageError
from tests.worlds.sites import site


def made_elsewhere(name: str) -> Store:
    """What another package registers."""
    return MemoryStore(len(name))


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    points = EntryPoints(
        [
            EntryPoint("elsewhere", "tests.test_cache_opening:made_elsewhere", opening.GROUP),
            EntryPoint("broken", "tests.test_cache_opening:no_such_thing", opening.GROUP),
        ]
    )
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **wanted: points.select(**wanted))


def test_names_open_stores(tmp_path: Path) -> None:
    memory, small = open_store("memory"), open_store("memory:1KB")
    assert isinstance(memory, MemoryStore)
    assert isinstance(small, MemoryStore)
    assert (memory._objects.maxsize, small._objects.maxsize) == (256 << 20, 1024)
    disk, large = open_store(f"disk:{tmp_path}"), open_store(f"disk:{tmp_path}?max=2GB")
    assert isinstance(disk, DiskStore)
    assert isinstance(large, DiskStore)
    assert (disk.directory, disk._max_bytes, large._max_bytes) == (tmp_path, 1 << 30, 2 << 30)
    assert isinstance(open_store("redis://127.0.0.1:1/0"), RedisStore)


def test_another_package_registers_a_store_by_its_scheme(registered: None) -> None:
    store = open_store("elsewhere://x")
    assert isinstance(store, MemoryStore)
    assert store._objects.maxsize == len("elsewhere://x")


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("memcached://user:geheim@host", r"'memcached://\*\*\*@host' is of no kind that is known here"),
        ("", "is of no kind"),
        ("/tmp/cache", "is of no kind"),
        ("memory:lots", "'lots' is no size; write it like 512MB"),
        ("disk:", "names no directory"),
        ("disk:x?max=1TB", "'1TB' is no size"),
        ("redis://:ge/heim@host", "not one of redis-py's"),
        ("broken://x", "its entry point tests.test_cache_opening:no_such_thing does not load"),
    ],
)
def test_a_name_that_opens_nothing_says_what_would(name: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as refusal:
        open_store(name)
    assert "heim" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("memory", "memory"),
        ("disk:/var/cache/edge", "disk:/var/cache/edge"),
        ("redis://host:6379/0", "redis://host:6379/0"),
        ("redis://:geheim@host:6379/0", "redis://***@host:6379/0"),
        ("rediss://user:ge@heim@host/0", "rediss://***@host/0"),
        ("redis://:ge/he?im@host/0", "redis://***@host/0"),
        ("redis://host/0?password=geheim", "redis://host/0?***"),
        ("unix://user:geheim@/run/redis.sock?db=1", "unix://***@/run/redis.sock?***"),
    ],
)
def test_a_name_is_shown_without_its_secrets(name: str, shown: str) -> None:
    assert masked(name) == shown


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'edgeware\[redis\]'"):
        open_store("redis://127.0.0.1")


def test_an_edge_opens_its_store_and_the_distributions(tmp_path: Path) -> None:
    with_name = Edge(site(distribution={"store": f"disk:{tmp_path}"}))
    assert isinstance(with_name.store, DiskStore)
    with_name.close()
    overruled = Edge(site(distribution={"store": f"disk:{tmp_path}"}), store="memory")
    assert isinstance(overruled.store, MemoryStore)
    overruled.close()


def test_a_store_that_nobody_asks_for_is_not_imported() -> None:
    code = "import sys, edgeware.edge; print({'redis', 'edgeware.cache.disk'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
