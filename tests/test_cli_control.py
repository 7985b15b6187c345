"""How a running edge is reached by other commands."""

from __future__ import annotations

import os
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edgeware.cli.control import order, reachable
from edgeware.edge import Edge
from edgeware.exceptions import UsageError
from tests.stores import BrokenStore, fill, key
from tests.worlds.sites import site


@pytest.fixture
def short() -> Iterator[Path]:
    """A directory whose name leaves room for a socket's: pytest's own can be too long for that."""
    with tempfile.TemporaryDirectory(prefix="ew") as name:
        yield Path(name)


@pytest.fixture(autouse=True)
def runtime(short: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short))
    return short / "edgeware"


@pytest.fixture
def edge() -> Iterator[Edge]:
    edge = Edge(site())
    yield edge
    edge.close()


def asked(*paths: str, **more: Any) -> dict[str, Any]:
    return {"create_invalidation": {"paths": paths, **more}}


def test_a_running_edge_carries_out_what_it_is_told_and_says_so_in_the_words_of_the_api(edge: Edge) -> None:
    fill(edge.store, "/a")
    with reachable(edge):
        (answer,) = order(edge.distribution, asked("/a", "#Tag", caller_reference="deploy-1"))
    assert edge.store.get(key("/a")).object is None
    assert answer["Status"] == "Completed"
    assert answer["InvalidationBatch"] == {
        "Paths": {"Quantity": 2, "Items": ["/a", "#tag"]},
        "CallerReference": "deploy-1",
    }


@pytest.mark.parametrize(
    ("what", "says"),
    [
        (asked("a"), "begins with /"),
        ({"open_the_door": {}}, "it was not carried out"),
        ({"create_invalidation": {}}, "it was not carried out"),
    ],
)
def test_what_cannot_be_carried_out_is_an_error(edge: Edge, what: dict[str, Any], says: str) -> None:
    with reachable(edge), pytest.raises(UsageError, match=says):
        order(edge.distribution, what)


def test_a_store_that_does_not_take_it_is_an_error() -> None:
    class Broken(BrokenStore):
        def invalidate(self, marks: object) -> None:
            raise ConnectionError("the store is gone")

    edge = Edge(site(), store=Broken())
    with reachable(edge), pytest.raises(UsageError, match="the store is gone"):
        order(edge.distribution, asked("/a"))
    edge.close()


def test_nobody_answers_where_no_edge_of_that_distribution_runs(edge: Edge, runtime: Path) -> None:
    assert order(edge.distribution, asked("/a")) == []
    with reachable(edge):
        assert len(list(runtime.iterdir())) == 1
        other = Edge({"version": 1, "name": "other", "default_behavior": {"origin": "app"}})
        assert order(other.distribution, asked("/a")) == []
        other.close()
    assert list(runtime.iterdir()) == []


def left_behind(edge: Edge, runtime: Path, process: int) -> socket.socket:
    """A socket beside that of the running edge, as of another process."""
    (own,) = runtime.iterdir()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(own.with_name(own.name.replace(str(os.getpid()), str(process)))))
    return listener


def test_what_a_killed_edge_left_behind_is_cleaned_up(edge: Edge, runtime: Path) -> None:
    with reachable(edge):
        left_behind(edge, runtime, 1).close()
        assert len(order(edge.distribution, asked("/a"))) == 1
        assert len(list(runtime.iterdir())) == 1


def test_an_edge_that_does_not_answer_is_named(edge: Edge, runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with reachable(edge), left_behind(edge, runtime, 1) as silent:
        silent.listen()
        monkeypatch.setattr("edgeware.cli.control.TIMEOUT", 0.05)
        with pytest.raises(UsageError, match="the edge of process 1 does not answer: timed out"):
            order(edge.distribution, asked("/a"))


def test_whoever_leaves_without_waiting_harms_nobody(edge: Edge, runtime: Path) -> None:
    with reachable(edge):
        (path,) = runtime.iterdir()
        with socket.socket(socket.AF_UNIX) as hasty:
            hasty.connect(str(path))
        assert len(order(edge.distribution, asked("/a"))) == 1


def test_the_directory_is_for_its_user_only(edge: Edge, runtime: Path) -> None:
    with reachable(edge):
        assert stat.S_IMODE(runtime.stat().st_mode) == 0o700
    runtime.chmod(0o755)
    with pytest.raises(UsageError, match="is not yours alone"):
        order(edge.distribution, asked("/a"))


def test_without_a_runtime_directory_there_is_one_among_the_temporary_files(
    edge: Edge, short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr("tempfile.tempdir", str(short))
    with reachable(edge):
        assert len(list((short / f"edgeware-{os.getuid()}").iterdir())) == 1


def test_a_directory_that_cannot_be_made_is_an_error(
    edge: Edge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "file"))
    with pytest.raises(UsageError, match="no directory for the edge's socket"):
        order(edge.distribution, asked("/a"))


def test_an_edge_that_cannot_be_reached_is_served_all_the_same(
    edge: Edge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / ("x" * 100)))
    with reachable(edge):
        assert (
            "warning: `edgeware invalidate` will not reach this edge: AF_UNIX path too long" in capsys.readouterr().err
        )
