"""Servers under test, each in processes of its own on a free port, with everything gone at the end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import perf_counter

import psutil

from benchmarks.sites import FRESH, Site

REPOSITORY = Path(__file__).resolve().parent.parent
NJS_MODULE = Path("/usr/lib/nginx/modules/ngx_http_js_module.so")
NGINX = """
{load}
worker_processes 1; daemon off; error_log stderr crit; pid {folder}/pid;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/temp; fastcgi_temp_path {folder}/fast;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi; keepalive_requests 1000000000;
  proxy_cache_path {folder}/cache keys_zone=objects:10m;
  {script}
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://127.0.0.1:{origin}; proxy_cache objects; proxy_cache_lock on; {filter} }}
  }}
}}
"""
NJS = """
function filter(r) {
  r.headersOut['Strict-Transport-Security'] = 'max-age=63072000; includeSubdomains; preload';
  r.headersOut['Content-Security-Policy'] = "default-src 'self';";
}
export default { filter };
"""


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    port: int
    process: subprocess.Popen[bytes]
    report: Path
    """What the server has measured itself, once it has ended."""

    def processes(self) -> list[psutil.Process]:
        """The server's process and all that it has started."""
        server = psutil.Process(self.process.pid)
        return [server, *server.children(recursive=True)]

    def processor_seconds(self) -> float:
        """The processor time that all of them have used."""
        return sum(sum(process.cpu_times()[:2]) for process in self.processes())


def program(name: str) -> str | None:
    """Where a program is, also where only root's PATH leads; None where it is not installed."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def compiled() -> dict[str, str]:
    """An environment in which Python keeps what it has compiled, as it does where nobody forbids it."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, server: subprocess.Popen[bytes], seconds: float = 300) -> None:
    """Return when it answers. RuntimeError where the server has ended, or takes too long."""
    deadline = perf_counter() + seconds
    while perf_counter() < deadline and server.poll() is None:
        with suppress(OSError, HTTPException):
            connection = HTTPConnection("127.0.0.1", port, timeout=seconds)
            connection.request("GET", "/")
            connection.getresponse().read()
            connection.close()
            return
    raise RuntimeError(f"the server under test did not start: {server.args!r}")


@contextmanager
def serving(site: Site, front: str = "") -> Iterator[Running]:
    """A site, alone or behind ``nginx``, ``nginx + njs`` or ``varnish``."""
    with tempfile.TemporaryDirectory() as name, _store(site, Path(name)) as store:
        folder = Path(name)
        if not front:
            with _python(site, store, folder) as server:
                yield server
            return
        with _python(replace(site, edge="none"), store, folder) as origin:
            command = _varnish if front == "varnish" else _nginx
            port = free_port()
            with _process(command(front, folder, port, origin.port), port, folder / "none") as server:
                yield server


@contextmanager
def _python(site: Site, store: str, folder: Path) -> Iterator[Running]:
    port, report = free_port(), folder / "report.json"
    command = [sys.executable, "-m", "benchmarks.serve", site.dumps(), str(port), str(report)]
    if site.world == "wsgi":
        bind = ["--bind", f"127.0.0.1:{port}", "--threads", "16", "--keep-alive", "60", "--log-level", "critical"]
        command = [sys.executable, "-m", "gunicorn", *bind, "benchmarks.serve:site_of_environment()"]
    environment = {"BENCHMARK_SITE": site.dumps(), "BENCHMARK_STORE": store}
    with _process(command, port, report, environment) as server:
        yield server


@contextmanager
def _process(
    command: list[str], port: int, report: Path, environment: dict[str, str] | None = None
) -> Iterator[Running]:
    quiet = subprocess.DEVNULL if environment is None else None  # varnish tells the story of its life
    process = subprocess.Popen(command, cwd=REPOSITORY, env={**compiled(), **(environment or {})}, stderr=quiet)
    try:
        wait_for(port, process)
        yield Running(port, process, report)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


@contextmanager
def _store(site: Site, folder: Path) -> Iterator[str]:
    """The name of a site's store; what it needs is gone at the end."""
    if site.store == "disk":
        yield f"disk:{folder}/objects"
    elif site.store == "redis":
        socket_file = folder / "redis"
        command = ["redis-server", "--port", "0", "--unixsocket", str(socket_file), "--save", "", "--dir", str(folder)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            yield f"unix://{socket_file}"
        finally:
            server.kill()
            server.wait()
    else:
        yield site.store


def _nginx(front: str, folder: Path, port: int, origin: int) -> list[str]:
    with_njs = front == "nginx + njs"
    (folder / "filter.js").write_text(NJS)
    parts = {
        "load": f"load_module {NJS_MODULE};" if with_njs else "",
        "script": f"js_path {folder}; js_import filter from filter.js;" if with_njs else "",
        "filter": "js_header_filter filter.filter;" if with_njs else "",
    }
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port, origin=origin, **parts))
    folder.chmod(0o755)  # root's nginx reads as another user
    return [program("nginx") or "nginx", "-p", str(folder), "-c", str(config)]


def _varnish(front: str, folder: Path, port: int, origin: int) -> list[str]:
    addresses = ["-a", f"127.0.0.1:{port}", "-b", f"127.0.0.1:{origin}"]
    lifetime = FRESH.partition("=")[2]
    return [program("varnishd") or "varnishd", "-F", "-n", str(folder / "varnish"), *addresses, "-t", lifetime]
