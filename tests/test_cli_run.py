from __future__ import annotations

import asyncio
import http.client
import logging
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from urllib.request import urlopen

import psutil
import pytest
import uvicorn
from starlette.types import Message

from edgeware.asgi import ASGIEdge
from edgeware.cli import main
from edgeware.cli.run import application
from edgeware.cli.sources import lambda_named
from edgeware.config.loading import load
from edgeware.config.model import Directory
from edgeware.exceptions import UsageError
from edgeware.parity.requests import read_requests
from tests.servers.process import PATIENCE, REPOSITORY, Server, free_port, serving, still_running

EDGE = """
version: 1
default_behavior:
  origin: app
  cache_policy: CachingOptimized
  viewer_response: functions/tag.js
"""
TAG = """
function handler(event) {
    event.response.headers['x-tag'] = {value: 'one'};
    return event.response;
}
"""
SITE = """
import signal
from itertools import count
from threading import Event

HEADERS = [("Content-Type", "text/plain"), ("Cache-Control", "max-age=60")]

async def asgi(scope, receive, send):
    if scope["type"] != "http":
        raise RuntimeError("not here")
    headers = [(name.lower().encode(), value.encode()) for name, value in HEADERS]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"from asgi"})

def wsgi(environ, start_response):
    start_response("200 OK", HEADERS)
    return [b"from wsgi"]

def endless(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/event-stream")])
    for number in count():
        yield b"data: %d\\n\\n" % number
        Event().wait(0.05)

async def failing(scope, receive, send):
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "no database"})

async def ending(scope, receive, send):
    await receive()
    await send({"type": "lifespan.startup.complete"})
    signal.raise_signal(signal.SIGINT)
    await receive()
    await send({"type": "lifespan.shutdown.complete"})

def make():
    return wsgi
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "tag.js").write_text(TAG)
    (tmp_path / "edge.yaml").write_text(EDGE)
    (tmp_path / "run_site.py").write_text(SITE)
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "a.txt").write_text("from a directory")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield tmp_path
    sys.modules.pop("run_site", None)


def child(*arguments: str) -> list[str]:
    return ["edgeware", "run", *arguments, "--distribution", "edge.yaml", "--port", "{port}"]


def interrupt(server: Server, times: int = 1) -> list[psutil.Process]:
    """Ctrl-C, as a terminal sends it: to every process. Gives those that are still there afterwards.

    As people do it, again where nothing comes of it, up to so many times: a server that reloads may be about to put one
    process in the place of another.
    """
    processes: list[psutil.Process] = []
    for _ in range(times):
        if server.process.poll() is not None:
            break
        found = server.tree()
        processes += found
        for process in found:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            server.process.wait(PATIENCE / times)
    return still_running(processes)


# --- as a child process ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "path", "body"),
    [
        pytest.param(["run_site:asgi"], "/", b"from asgi", id="an ASGI application"),
        pytest.param(["run_site:wsgi"], "/", b"from wsgi", id="a WSGI application"),
        pytest.param(["run_site:make", "--factory"], "/", b"from wsgi", id="a factory"),
        pytest.param(["dist"], "/a.txt", b"from a directory", id="a directory"),
    ],
)
def test_a_target_is_served_behind_the_edge(
    folder: Path, tmp_path: Path, arguments: list[str], path: str, body: bytes
) -> None:
    with serving(child(*arguments), tmp_path / "log", cwd=folder) as server:
        miss, hit = server.get(path), server.get(path)
        assert (miss.status, miss.body, miss.header("x-cache")) == (200, body, "Miss from cloudfront")
        assert (hit.status, hit.body, hit.header("x-cache")) == (200, body, "Hit from cloudfront")
        assert hit.header("x-tag") == "one"
        assert [len(hit.headers.get_all(name) or ()) for name in ("date", "server", "via")] == [1, 1, 1]
        left = interrupt(server)
    assert (left, server.process.returncode) == ([], 0)
    assert "Traceback" not in server.log
    assert "  default   app     viewer-response=tag" in server.log
    assert f"GET {path} 200 Hit from cloudfront [viewer-response=tag]" in server.log


@pytest.mark.parametrize("more", [[], ["--reload"]], ids=["plain", "reload"])
def test_an_access_log_is_written_and_counters_are_served(folder: Path, tmp_path: Path, more: list[str]) -> None:
    port = free_port()
    command = child("dist", "--access-log", "edge.log", "--metrics-port", str(port), *more)
    with serving(command, tmp_path / "log", cwd=folder) as server:
        for _ in range(2):
            server.get("/a.txt")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE) as answer:
            assert b'edgeware_requests_total{result="Hit"} 1.0' in answer.read()
        assert interrupt(server) == []
    lines = (folder / "edge.log").read_text().splitlines()
    assert [line.split("\t")[13] for line in lines if not line.startswith("#")] == ["Miss", "Hit"]
    assert "Traceback" not in server.log


@pytest.mark.parametrize("more", [[], ["--reload"]], ids=["plain", "reload"])
def test_a_store_on_disk_outlives_the_server(folder: Path, tmp_path: Path, more: list[str]) -> None:
    for expected in ("Miss from cloudfront", "Hit from cloudfront"):
        with serving(
            child("dist", "--store", "disk:cache", "--store-timeout", "30", *more), tmp_path / "log", cwd=folder
        ) as server:
            assert server.get("/a.txt").header("x-cache") == expected
            assert interrupt(server) == []
        assert "Traceback" not in server.log


def test_an_origin_url_is_served_behind_the_edge(folder: Path, tmp_path: Path) -> None:
    with serving(child("run_site:wsgi"), tmp_path / "origin", cwd=folder) as origin:
        with serving(child(f"http://127.0.0.1:{origin.port}"), tmp_path / "log", cwd=folder) as server:
            answer = server.get("/")
            assert (answer.status, answer.body) == (200, b"from wsgi")
            origin.process.kill()
            origin.process.wait(PATIENCE)
            assert server.get("/other").status == 502
            assert interrupt(server) == []
        assert server.process.returncode == 0


def test_ctrl_c_does_not_wait_for_a_stream(folder: Path, tmp_path: Path) -> None:
    with (
        serving(child("run_site:endless"), tmp_path / "log", cwd=folder) as server,
        urllib.request.urlopen(f"http://127.0.0.1:{server.port}/", timeout=PATIENCE) as stream,
    ):
        assert stream.readline() == b"data: 0\n"
        assert interrupt(server) == []
    assert server.process.returncode == 0
    assert "Traceback" not in server.log


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_recording_can_be_read_whatever_ended_the_run(number: signal.Signals, folder: Path, tmp_path: Path) -> None:
    command = "edgeware run run_site:asgi --distribution edge.yaml --record run.har --port {port}"
    with serving(command.split(), tmp_path / "log", cwd=folder) as server:
        for _ in range(2):
            server.get("/")
        deadline = perf_counter() + PATIENCE  # an entry is written when its viewer has everything
        while not wholly_recorded(folder / "run.har", 2) and perf_counter() < deadline:
            pass
        processes = server.tree()
        server.end(number)
        assert still_running(processes) == []
    assert recorded(folder / "run.har") == ["Miss from cloudfront", "Hit from cloudfront"]


def wholly_recorded(har: Path, count: int) -> bool:
    """Whether so many are there. Who reads while one is written may see half of the file before, half of it after."""
    with suppress(UsageError):
        return len(recorded(har)) == count
    return False


def recorded(har: Path) -> list[object]:
    """X-Cache of every entry that a recording holds by now."""
    return [one.answer and one.answer.x_cache for one in read_requests(har)] if har.exists() else []


def test_sigterm_ends_everything(folder: Path, tmp_path: Path) -> None:
    with serving(child("run_site:asgi"), tmp_path / "log", cwd=folder) as server:
        assert server.get("/").status == 200
        processes = server.tree()
        server.end(signal.SIGTERM)
        assert still_running(processes) == []
    assert server.process.returncode == 0


@pytest.mark.parametrize(
    ("file", "before", "after", "header"),
    [
        pytest.param("run_site.py", "max-age=60", "max-age=61", "cache-control", id="the application"),
        pytest.param("functions/tag.js", "'one'", "'two'", "x-tag", id="a function"),
        pytest.param("edge.yaml", "tag.js", "other.js", "x-tag", id="the distribution"),
    ],
)
def test_a_change_is_served_after_a_reload(
    folder: Path, tmp_path: Path, file: str, before: str, after: str, header: str
) -> None:
    (folder / "functions" / "other.js").write_text(TAG.replace("one", "other"))
    recording = child("run_site:asgi", "--reload", "--record", "run.json")
    with serving(recording, tmp_path / "log", cwd=folder) as server:
        first = server.get("/").header(header)
        text = (folder / file).read_text().replace(before, after)
        wait_for_line(server, "(Ctrl-C ends it)")
        for _ in range(int(PATIENCE / 0.2)):
            (folder / file).write_text(text)  # again: a watcher may not be watching yet
            if server.get("/").header(header) != first:
                break
            threading.Event().wait(0.2)
        assert server.get("/").header(header) != first
        starts = server.log.count("behavior  origin")
        assert starts == 1 if file.startswith("functions/") else starts > 1, "only a function needs no new start"
        assert interrupt(server, 3) == []
    values = [one.answer and one.answer.headers.get(header) for one in read_requests(folder / "run.json")]
    assert values[0] == first != values[-1], "each process goes on with the recording"
    assert server.process.returncode == 0
    assert "Traceback" not in server.log


def wait_for_line(server: Server, text: str) -> None:
    for _ in range(int(PATIENCE / 0.1)):
        if text in server.log:
            return
        threading.Event().wait(0.1)
    raise AssertionError(f"{text!r} was not printed:\n{server.log}")


def test_a_broken_change_waits_for_the_next_one(folder: Path, tmp_path: Path) -> None:
    with serving(child("run_site:asgi", "--reload"), tmp_path / "log", cwd=folder) as server:
        assert server.get("/").status == 200
        for _ in range(int(PATIENCE / 0.2)):
            (folder / "edge.yaml").write_text("version: 1\ndefault_behavior: {origin: nope}\n")
            if "waiting for a change" in server.log:
                break
            threading.Event().wait(0.2)
        wait_for_line(server, "waiting for a change")
        (folder / "edge.yaml").write_text(EDGE)
        assert server.get("/").status == 200
        assert interrupt(server, 3) == []
    assert "Traceback" not in server.log


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run_site:nope", "-d", "edge.yaml"], "there is no 'nope' in it"),
        (["nowhere", "-d", "edge.yaml"], "'nowhere' is nothing to run"),
        (["run_site:asgi", "-d", "bad.yaml"], "nope"),
        (["run_site:asgi", "-d", "none.yaml"], "none.yaml"),
        (["run_site:asgi", "-d", "edge.yaml", "--store", "shelf:x"], "the store 'shelf:x' is of no kind"),
        (["run_site:asgi", "-d", "edge.yaml", "--invalidation-delay", "soon"], "'soon' is no length of time"),
        (["run_site:asgi", "-d", "edge.yaml", "--invalidation-delay", "-1"], "'-1' is no length of time"),
        (["run_site:asgi", "-d", "edge.yaml", "--host", "192.0.2.1"], "cannot listen at 192.0.2.1"),
        (["run_site:asgi", "-d", "edge.yaml", "--port", "99999"], "'99999' is no port: 0 to 65535"),
        (["run_site:asgi", "-d", "bad.yaml", "--reload"], "nope"),
        (["run_site:asgi", "-d", "mapped.yaml"], "nothing would ask run_site:asgi"),
    ],
)
def test_what_cannot_be_run_is_said_without_a_traceback(folder: Path, arguments: list[str], message: str) -> None:
    (folder / "bad.yaml").write_text("version: 1\ndefault_behavior: {origin: nope}\n")
    (folder / "mapped.yaml").write_text(
        "version: 1\norigins: {api: {local: 'http://127.0.0.1:1'}}\ndefault_behavior: {origin: api}\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "edgeware", "run", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert ran.returncode == 2
    assert message in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_port_that_is_taken_is_said_without_a_traceback(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = subprocess.run(
            [sys.executable, "-m", "edgeware", "run", "run_site:asgi", "-d", "edge.yaml", "--port", port],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    assert ran.returncode == 2
    assert f"cannot listen at 127.0.0.1, port {port}" in ran.stderr
    assert "Traceback" not in ran.stderr


# --- in this process ------------------------------------------------------------------------------------------------


def run(target: str, *options: str) -> int:
    return main(["run", target, "--distribution", "edge.yaml", "--port", "0", *options])


@pytest.mark.parametrize(
    ("options", "url", "warned"),
    [
        pytest.param([], "http://127.0.0.1:", False, id="loopback by itself"),
        pytest.param(["--host", "localhost"], "http://127.0.0.1:", False, id="loopback by name"),
        pytest.param(["--host", "::1"], "http://[::1]:", False, id="loopback of IPv6"),
        pytest.param(["--host", "0.0.0.0"], "http://0.0.0.0:", True, id="everywhere"),
    ],
)
def test_it_serves_until_ctrl_c(
    folder: Path, options: list[str], url: str, warned: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    assert run("run_site:ending", *options) == 0
    printed = capsys.readouterr()
    assert f"edgeware: {url}" in printed.out
    assert ("warning" in printed.err) == warned
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers


def test_clients_close_idle_connections_before_the_server_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configs: list[uvicorn.Config] = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda server, sockets: configs.append(server.config))
    run("run_site:ending")
    assert [config.timeout_keep_alive for config in configs] == [75]


def test_an_application_that_does_not_start_is_a_failure(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert run("run_site:failing") == 1
    assert "no database" in caplog.text


@contextmanager
def interrupted_after_an_answer() -> Iterator[str]:
    """Gives a port; Ctrl-C comes to this process as soon as somebody has answered a request there."""
    port = free_port()
    over = threading.Event()

    def ask() -> None:
        while not over.wait(0.05):
            with suppress(ConnectionError):
                viewer = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
                viewer.request("GET", "/a.txt")
                viewer.getresponse().read()
                viewer.close()
                os.kill(os.getpid(), signal.SIGINT)
                return

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield str(port)
    finally:
        over.set()
        thread.join()


def test_a_directory_is_served_until_ctrl_c(folder: Path) -> None:
    with interrupted_after_an_answer() as port:
        assert run("dist", "--port", port) == 0


def test_starting_anew_ends_with_ctrl_c(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TARGET", "DISTRIBUTION", "FACTORY", "DEBUG_FUNCTION", "OVERLAYS"):
        monkeypatch.setenv(f"EDGEWARE_RUN_{name}", "")
    with interrupted_after_an_answer() as port:
        assert run("run_site:asgi", "--reload", "--port", port) == 0


@pytest.mark.parametrize(("options", "name"), [([], "uvicorn"), (["--reload"], "watchfiles")])
def test_a_missing_extra_is_named(
    folder: Path, options: list[str], name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    assert run("run_site:asgi", *options) == 2
    assert capsys.readouterr().err == f"edgeware: edgeware run needs {name}: pip install 'edgeware[run]'\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--host", "192.0.2.1"], "cannot listen at 192.0.2.1, port 0"),
        (["--distribution", "mapped.yaml"], "nothing would ask run_site:asgi"),
        (["--record", "nowhere/run.har"], "nowhere/run.har cannot be written"),
        (["--record", "nowhere/run.har", "--reload"], "nowhere/run.har cannot be written"),
    ],
)
def test_what_cannot_be_run_is_said(
    folder: Path, options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "mapped.yaml").write_text(
        "version: 1\norigins: {api: {local: 'http://127.0.0.1:1'}}\ndefault_behavior: {origin: api}\n"
    )
    assert run("run_site:asgi", *options) == 2
    assert message in capsys.readouterr().err


def environment(monkeypatch: pytest.MonkeyPatch, target: str, file: str) -> None:
    names = ("TARGET", target), ("DISTRIBUTION", file), ("FACTORY", ""), ("DEBUG_FUNCTION", ""), ("OVERLAYS", "[]")
    for name, value in names:
        monkeypatch.setenv(f"EDGEWARE_RUN_{name}", value)


def test_the_process_that_starts_anew_finds_its_application_in_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(monkeypatch, "run_site:asgi", "edge.yaml")
    assert isinstance(application(), ASGIEdge)


def test_what_is_laid_over_the_distribution_reaches_that_process_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(monkeypatch, "run_site:asgi", "edge.yaml")
    monkeypatch.setenv("EDGEWARE_RUN_OVERLAYS", '[{"viewer": {"country": "NO"}}]')
    edge = application()
    assert isinstance(edge, ASGIEdge)
    assert edge.edge.distribution.viewer.country == "NO"


def test_the_inspector_stays_where_it_is_when_the_process_starts_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment(monkeypatch, "run_site:asgi", "edge.yaml")
    monkeypatch.setenv("EDGEWARE_RUN_OPTIONS", f'{{"inspect": {{"port": {free_port()}, "token": "mine"}}}}')
    application()
    shown = capsys.readouterr().err.split()[-1]
    assert shown.endswith("/mine/")
    with urlopen(shown, timeout=PATIENCE) as page:
        assert page.status == 200


@pytest.mark.parametrize("options", [[], ["--reload"]])
def test_the_inspector_is_served_beside_the_application(folder: Path, tmp_path: Path, options: list[str]) -> None:
    with serving(child("run_site:asgi", "--inspect", *options), tmp_path / "log", cwd=folder) as server:
        wait_for_line(server, "inspector: ")
        assert server.get("/").header("x-tag") == "one"
        url = server.log.split("inspector: ")[1].split()[0]
        with urlopen(f"{url}requests.har", timeout=PATIENCE) as page:
            assert b'"method":"GET"' in page.read()
        assert interrupt(server) == []
    assert "Traceback" not in server.log


def test_a_logger_that_has_handlers_keeps_them_and_gets_no_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch, "run_site:asgi", "edge.yaml")
    own = logging.NullHandler()
    logger = logging.getLogger("edgeware")
    logger.addHandler(own)
    application()
    assert logger.handlers == [own]
    assert logger.propagate


def test_the_process_that_starts_anew_says_what_is_wrong(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment(monkeypatch, "run_site:nope", "edge.yaml")
    with pytest.raises(SystemExit, match="2"):
        application()
    assert "there is no 'nope' in it" in capsys.readouterr().err


def test_a_bucket_that_nothing_stands_for_may_be_the_target(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "bucket.yaml").write_text("version: 1\norigins: {site: {type: s3}}\ndefault_behavior: {origin: site}\n")
    environment(monkeypatch, "dist", "bucket.yaml")
    edge = application()
    assert isinstance(edge, ASGIEdge)
    assert edge.edge.distribution.origins["site"].target == Directory(path=Path("dist"))


@pytest.mark.parametrize(
    ("scope", "messages", "answers"),
    [
        ("websocket", [], ["websocket.close"]),
        ("lifespan", ["startup", "shutdown"], ["lifespan.startup.complete", "lifespan.shutdown.complete"]),
    ],
)
def test_what_is_no_request_to_a_directory_is_answered(
    folder: Path, monkeypatch: pytest.MonkeyPatch, scope: str, messages: list[str], answers: list[str]
) -> None:
    environment(monkeypatch, "dist", "edge.yaml")
    sent: list[str] = []

    async def receive() -> Message:
        return {"type": f"{scope}.{messages.pop(0)}"}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    async def connection() -> None:
        await application()({"type": scope}, receive, send)

    asyncio.run(connection())
    assert sent == answers


# --- looking into a Lambda@Edge function ------------------------------------------------------------------------------

DEBUGGED = """
version: 1
functions:
  look: {file: functions/look.py}
  "node": {file: functions/look.mjs}
default_behavior: {origin: app, origin_request: look, viewer_response: "node"}
"""
LOOK_PY = """
def handler(event, context):
    breakpoint()
    return event["Records"][0]["cf"]["request"]
"""
LOOK_MJS = "export const handler = async (event) => event.Records[0].cf.response;"


@pytest.fixture
def debugged(folder: Path) -> Path:
    (folder / "edge.yaml").write_text(DEBUGGED)
    (folder / "functions" / "look.py").write_text(LOOK_PY)
    (folder / "functions" / "look.mjs").write_text(LOOK_MJS)
    return folder


class Terminal:
    """The command in a terminal of its own, with somebody who reads and types."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.port = free_port()
        command = [part.format(port=self.port) for part in child("run_site:asgi", *arguments)]
        environ = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
        self.descriptor, end = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=folder, env=environ, stdin=end, stdout=end, stderr=end
        )
        os.close(end)
        self.seen = ""

    def wait_for(self, text: str) -> None:
        while text not in self.seen:
            assert select.select([self.descriptor], [], [], PATIENCE)[0], self.seen
            self.seen += os.read(self.descriptor, 4096).decode()

    def type(self, text: str) -> None:
        os.write(self.descriptor, text.encode())

    def ask(self) -> Future[int]:
        """A request from another thread."""
        answer: Future[int] = Future()

        def request() -> None:
            with urlopen(f"http://127.0.0.1:{self.port}/", timeout=PATIENCE) as response:
                answer.set_result(response.status)

        threading.Thread(target=request, daemon=True).start()
        return answer

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.descriptor)


def test_a_python_function_stops_in_the_terminal(debugged: Path) -> None:
    terminal = Terminal(debugged, "--debug-function", "look")
    try:
        terminal.wait_for("(Ctrl-C ends it)")
        answer = terminal.ask()
        terminal.wait_for("(Pdb)")
        terminal.type("p event['Records'][0]['cf']['config']['eventType']\n")
        terminal.wait_for("'origin-request'")
        terminal.type("continue\n")
        assert answer.result(PATIENCE) == 200
    finally:
        terminal.close()


def test_a_node_js_function_has_its_inspector_on(debugged: Path) -> None:
    (debugged / "functions" / "look.py").write_text(LOOK_PY.replace("    breakpoint()\n", ""))
    terminal = Terminal(debugged, "--debug-function", "node")
    try:
        terminal.wait_for("(Ctrl-C ends it)")
        assert terminal.ask().result(PATIENCE) == 200
        terminal.wait_for("Debugger listening on ws://127.0.0.1:")
    finally:
        terminal.close()


@pytest.mark.parametrize(
    ("file", "there"), [("edge.yaml", "there are look, node"), ("none.yaml", "there is none at all")]
)
def test_a_function_that_is_not_there_cannot_be_looked_into(
    debugged: Path, file: str, there: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (debugged / "none.yaml").write_text("version: 1\ndefault_behavior: {origin: app}\n")
    assert run("run_site:asgi", "--debug-function", "nobody", "--distribution", file) == 2
    error = capsys.readouterr().err
    assert f"--debug-function nobody: the distribution has no Lambda@Edge function of that name; {there}" in error


def test_a_function_may_be_named_by_its_key_or_its_name(debugged: Path) -> None:
    distribution = load(debugged / "edge.yaml")
    renamed = {"key": replace(distribution.functions["look"], name="named")}
    for name in ("key", "named"):
        assert lambda_named(replace(distribution, functions=renamed), name) == "named"
