"""The main job, on real servers: a cached picture whose function runs on hits too, in front of real applications."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.servers.process import REPOSITORY, Server, serving, still_running

PICTURE = (REPOSITORY / "examples" / "shared" / "images" / "product.png").read_bytes()

# {app} is the application's import string; {port} is filled in later.
ASGI_SERVERS: dict[str, str] = {
    "uvicorn": "uvicorn --port {port} {app}",
    "hypercorn": "hypercorn --bind 127.0.0.1:{port} {app}",
    "gunicorn-uvicorn": "gunicorn --bind 127.0.0.1:{port} --worker-class uvicorn_worker.UvicornWorker {app}",
}
WSGI_SERVERS: dict[str, str] = {
    "gunicorn-sync": "gunicorn --bind 127.0.0.1:{port} --worker-class sync {app}",
    "gunicorn-gthread": "gunicorn --bind 127.0.0.1:{port} --worker-class gthread --threads 4 {app}",
    "gunicorn-preload": "gunicorn --bind 127.0.0.1:{port} --preload {app}",
    "waitress": "waitress --listen=127.0.0.1:{port} {app}",
    "werkzeug": "tests.servers.werkzeug_server {app} {port}",
}
ASGI_APPS = {"fastapi": "fastapi_shop:app", "starlette": "starlette_shop:app", "django-asgi": "django_shop:asgi_app"}
WSGI_APPS = {"flask": "flask_shop:app", "django": "django_shop:app"}

PAIRS = [
    pytest.param((app, command), id=f"{framework}-on-{server}")
    for apps, servers in ((ASGI_APPS, ASGI_SERVERS), (WSGI_APPS, WSGI_SERVERS))
    for framework, app in apps.items()
    for server, command in servers.items()
]


def command_line(command: str, app: str) -> Sequence[str]:
    return command.replace("{app}", f"tests.servers.counted.{app}").split()


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """The file with a line for each request that reached the app."""
    file = tmp_path / "runs"
    file.touch()
    return file


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path, runs: Path) -> Iterator[Server]:
    app, command = request.param
    with serving(
        command_line(command, app), tmp_path / "log", environment={"EDGEWARE_TEST_RUNS": str(runs)}
    ) as running:
        yield running


def do_the_main_job(server: Server, runs: Path) -> None:
    first = server.get("/images/product.png")
    second = server.get("/images/product.png")
    for answer, x_cache in ((first, "Miss from cloudfront"), (second, "Hit from cloudfront")):
        assert answer.status == 200, server.log
        assert answer.header("X-Cache") == x_cache
        assert answer.header("Strict-Transport-Security") == "max-age=63072000; includeSubdomains; preload"
        assert answer.header("Content-Security-Policy") == "default-src 'self';"
        assert answer.header("Content-Type") == "image/png"
        assert answer.body == PICTURE
    assert first.header("Age") is None
    assert (second.header("Age") or "").isdigit()

    for _ in range(2):
        products = server.get("/api/products")
        assert products.status == 200
        assert products.header("X-Cache") == "Miss from cloudfront"
        assert products.header("Strict-Transport-Security") is None
        assert products.header("Content-Security-Policy") is None
        assert b'"mug"' in products.body

    assert runs.read_text().split() == ["/images/product.png", "/api/products", "/api/products"]


@pytest.mark.parametrize("server", PAIRS, indirect=True)
def test_the_picture_is_cached_and_its_function_runs_on_the_hit(server: Server, runs: Path) -> None:
    do_the_main_job(server, runs)
    processes = server.tree()
    server.end(signal.SIGTERM)
    assert still_running(processes) == []


ONE_OF_EACH = [
    pytest.param((ASGI_APPS["fastapi"], ASGI_SERVERS["uvicorn"]), id="uvicorn"),
    pytest.param((WSGI_APPS["flask"], WSGI_SERVERS["gunicorn-gthread"]), id="gunicorn"),
]


@pytest.mark.parametrize("server", ONE_OF_EACH, indirect=True)
def test_a_server_that_is_interrupted_leaves_no_process_behind(server: Server) -> None:
    assert server.get("/images/product.png").status == 200
    processes = server.tree()
    server.end(signal.SIGINT)
    assert still_running(processes) == []


@pytest.mark.parametrize("server", ONE_OF_EACH, indirect=True)
def test_a_server_that_is_killed_leaves_no_process_behind(server: Server) -> None:
    assert server.get("/images/product.png").status == 200
    processes = server.tree()
    server.end(signal.SIGKILL)
    assert still_running(processes) == []


@pytest.mark.parametrize("server", ONE_OF_EACH, indirect=True)
def test_head_conditional_and_range_requests_are_answered_from_the_cache(server: Server, runs: Path) -> None:
    whole = server.get("/images/product.png")
    head = server.request("HEAD", "/images/product.png")
    assert (head.status, head.header("X-Cache"), head.body) == (200, "Hit from cloudfront", b"")
    assert head.header("Content-Length") == str(len(PICTURE))
    fresh = server.get("/images/product.png", If_None_Match=whole.header("ETag") or "")
    assert (fresh.status, fresh.body) == (304, b"")
    part = server.get("/images/product.png", Range="bytes=1-3")
    assert (part.status, part.body) == (206, b"PNG")
    for answer in (head, fresh, part):
        assert answer.header("Strict-Transport-Security") == "max-age=63072000; includeSubdomains; preload"
    assert runs.read_text().split() == ["/images/product.png"]
