"""The command that makes a running edge, or a shared store, forget."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edgeware.cache.disk import DiskStore
from edgeware.cli import main
from edgeware.config.loading import load
from tests.fixtures.config.builders import FOLDER
from tests.servers.process import serving
from tests.stores import fill, key

EDGE = """
version: 1
name: shop
default_behavior: {origin: app, cache_policy: CachingOptimized}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "edge.yaml").write_text(EDGE)
    (tmp_path / "site").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "site" / name).write_text("hello")
    monkeypatch.chdir(tmp_path)
    with tempfile.TemporaryDirectory(prefix="ew") as short:  # pytest's own names can be too long for a socket
        monkeypatch.setenv("XDG_RUNTIME_DIR", short)
        yield tmp_path


def invalidate(*arguments: str) -> int:
    return main(["invalidate", *arguments, "--distribution", "edge.yaml"])


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)["Invalidation"]
    return found


def test_a_running_edge_forgets(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["edgeware", "run", "site", "--distribution", "edge.yaml", "--port", "{port}"]
    with serving(command, folder / "log", cwd=folder) as server:
        for path in ("/a.txt", "/b.txt"):
            server.get(path)
        assert invalidate("/a*", "--caller-reference", "deploy-1") == 0
        made = printed(capsys)
        assert made["InvalidationBatch"]["Paths"] == {"Quantity": 1, "Items": ["/a*"]}
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", made["CreateTime"])
        seen = [server.get(path).header("x-cache") for path in ("/a.txt", "/b.txt")]
        assert seen == ["Miss from cloudfront", "Hit from cloudfront"]
        assert invalidate("/a*", "--caller-reference", "deploy-1") == 0
        assert printed(capsys)["Id"] == made["Id"]
        assert invalidate("/b*", "--caller-reference", "deploy-1") == 2
        assert "InvalidationBatchAlreadyExists" in capsys.readouterr().err


@pytest.mark.parametrize("named", ["by the file", "on the command line"])
def test_a_shared_store_forgets_while_no_edge_runs(
    folder: Path, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if named == "by the file":
        (folder / "edge.yaml").write_text(f"{EDGE}store: disk:cache\n")
    store = DiskStore(folder / "cache")
    name = key(site=load("edge.yaml").domain_name)
    fill(store, name=name)
    assert invalidate("/a", *([] if named == "by the file" else ["--store", "disk:cache"])) == 0
    assert printed(capsys)["Status"] == "Completed"
    assert store.get(name).object is None
    store.close()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["/a"], "no edge of edge.yaml runs here"),
        (["a", "--store", "disk:cache"], "begins with /"),
        (["/a", "--store", "memory"], "in the process of its edge"),
        (["/a", "--store", "disk:cache", "--caller-reference", "x"], "only a running edge remembers"),
        (["/a", "--store", "redis://:geheim@127.0.0.1:1/0"], r"the store redis://\*\*\*@127.0.0.1:1/0 was not told"),
        (["/a", "--store", "nothing"], "is of no kind"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert invalidate(*arguments) == 2
    said = capsys.readouterr().err
    assert re.search(says, said)
    assert "geheim" not in said


def test_one_of_several_distributions_is_meant(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = ["--distribution", str(FOLDER / "cdk/cdk.out"), "--store", "disk:cache"]
    assert main(["invalidate", "/a", *source, "--named", "CrossRef/D"]) == 0
    assert json.loads(capsys.readouterr().out)["Invalidation"]["InvalidationBatch"]["Paths"]["Items"] == ["/a"]
    assert main(["invalidate", "/a", *source]) == 2
