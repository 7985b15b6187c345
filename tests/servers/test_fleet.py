"""Two servers that share a Redis server: one fetch for both, and invalidations that both see."""

from __future__ import annotations

import asyncio
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from edgeware.cli import main
from tests.servers.process import PATIENCE, Server, free_port, serving
from tests.servers.redis_server import redis_server
from tests.stores import until

VIEWERS = 1000
EDGE = """
version: 1
name: fleet
default_behavior: {origin: app, cache_policy: CachingOptimized}
"""


class Origin(ThreadingHTTPServer):
    """Counts what it is asked for, and answers when it is told to."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Origin
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.answers.wait(PATIENCE)
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: object) -> None: ...


@contextmanager
def running_origin() -> Iterator[Origin]:
    with Origin() as origin:
        thread = threading.Thread(target=origin.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield origin
        finally:
            origin.answers.set()
            origin.shutdown()
            thread.join()


def waiting(metrics_port: int) -> int:
    """How many requests wait at a server; none while it is still starting."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{metrics_port}/metrics", timeout=PATIENCE) as answer:
            found = re.search(rb"edgeware_waiting_requests (\d+)", answer.read())
    except urllib.error.URLError:
        return 0
    assert found
    return int(found[1])


async def ask(port: int, count: int) -> list[bytes]:
    async def one() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /cold HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        return answer

    return await asyncio.gather(*(one() for _ in range(count)))


def test_a_thousand_viewers_at_two_processes_cause_one_fetch_and_one_invalidation_reaches_both(
    tmp_path: Path,
) -> None:
    (tmp_path / "edge.yaml").write_text(EDGE)
    with ExitStack() as stack:
        url = f"{stack.enter_context(redis_server(tmp_path)).url}?socket_timeout={PATIENCE}"
        origin = stack.enter_context(running_origin())
        metrics_ports = [free_port(), free_port()]
        servers: list[Server] = []
        for number, metrics_port in enumerate(metrics_ports):
            command = ["edgeware", "run", f"http://127.0.0.1:{origin.server_port}", "-d", "edge.yaml", "--store", url]
            command += ["--store-timeout", str(PATIENCE), "--metrics-port", str(metrics_port), "--port", "{port}"]
            servers.append(stack.enter_context(serving(command, tmp_path / f"log{number}", cwd=tmp_path)))

        answers: list[bytes] = []

        def viewers(server: Server) -> None:
            answers.extend(asyncio.run(ask(server.port, VIEWERS // 2)))

        threads = [threading.Thread(target=viewers, args=(server,)) for server in servers]
        for thread in threads:
            thread.start()
        until(lambda: sum(map(waiting, metrics_ports)) == VIEWERS - 2, "all but the two leaders wait")
        origin.answers.set()
        for thread in threads:
            thread.join()
        assert origin.asked == ["/cold"]
        assert len(answers) == VIEWERS
        assert all(answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"\r\n\r\nhello") for answer in answers)
        assert sum(b"Miss from cloudfront" in answer for answer in answers) == 1
        assert main(["invalidate", "/*", "-d", str(tmp_path / "edge.yaml"), "--store", url]) == 0
        seen = [server.get("/cold").header("x-cache") for server in (*servers, servers[0])]
        assert seen == ["Miss from cloudfront", "Hit from cloudfront", "Hit from cloudfront"]
