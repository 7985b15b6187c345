"""Every example, run as its own text says, by the servers and the command line that it names."""

from __future__ import annotations

import re
import shutil
import signal
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.servers.process import REPOSITORY, serving, still_running

EXAMPLES = REPOSITORY / "examples"
PICTURE = (EXAMPLES / "shared" / "images" / "product.png").read_bytes()
RUN = "edgeware run {app} --distribution edge.yaml --port {{port}}"

SHOPS = {
    "fastapi_shop": [
        "uvicorn main:edge --port {port}",
        RUN.format(app="main:app"),
    ],
    "starlette_shop": [
        "uvicorn main:edge --port {port}",
        RUN.format(app="main:app"),
    ],
    "flask_shop": [
        "flask --app main run --port {port}",
        "gunicorn main:app --bind 127.0.0.1:{port}",
    ],
    "django_shop": [
        "gunicorn main:edge --bind 127.0.0.1:{port}",
        "uvicorn main:asgi_edge --port {port}",
        RUN.format(app="main:app"),
    ],
}
LAMBDAS = {
    "token_auth": [
        "uvicorn main:edge --port {port}",
        RUN.format(app="main:app"),
        RUN.format(app="main:app").replace("edge.yaml", "edge.node.yaml"),
    ],
    "country_pages": [
        "uvicorn main:edge --port {port}",
        RUN.format(app="main:app"),
        RUN.format(app="main:app").replace("edge.yaml", "edge.node.yaml"),
    ],
    "external_call": [
        "uvicorn main:edge --port {port}",
        RUN.format(app="main:app"),
    ],
    "mangum_origin": [
        "uvicorn main:edge --port {port}",
        RUN.format(app="main:app"),
    ],
}
OTHERS = {
    "lambda_ab_test": [
        "uvicorn main:edge --port {port}",
        RUN.format(app="main:app"),
    ],
}

SITES = {
    "cdk_site": [
        "uvicorn main:edge --port {port}",
        "edgeware run main:app --distribution cdk.out --port {port}",
    ],
    "sam_site": [
        "uvicorn main:edge --port {port}",
        "edgeware run main:app --distribution edgeware.local.yaml --port {port}",
    ],
}


def commands(examples: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(example, command) for example, lines in examples.items() for command in lines]


def test_every_example_is_run_here_and_has_a_line_in_the_readme() -> None:
    present = {path.parent.name for path in EXAMPLES.glob("*/main.py")}
    assert present == SHOPS.keys() | OTHERS.keys() | LAMBDAS.keys() | SITES.keys()
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert [name for name in sorted(present) if f"(examples/{name}/)" not in readme] == []


@pytest.mark.parametrize(("example", "command"), commands(SHOPS | OTHERS | LAMBDAS | SITES))
def test_every_command_that_is_run_here_stands_in_the_example(example: str, command: str) -> None:
    text = (EXAMPLES / example / "main.py").read_text(encoding="utf-8")
    told = re.sub(r" (--bind 127\.0\.0\.1:|--port )\{port\}", "", command)
    assert told in re.sub(r"  +", "  ", text)


@pytest.mark.parametrize(("example", "command"), commands(SHOPS))
def test_the_shop_runs_behind_the_edge(example: str, command: str, tmp_path: Path) -> None:
    with serving(command.split(), tmp_path / "log", cwd=EXAMPLES / example) as server:
        for x_cache in ("Miss from cloudfront", "Hit from cloudfront"):
            picture = server.get("/images/product.png")
            assert (picture.status, picture.header("X-Cache")) == (200, x_cache), server.log
            assert picture.body == PICTURE
            assert picture.header("Strict-Transport-Security") == "max-age=63072000; includeSubdomains; preload"
        products = server.get("/api/products")
        assert (products.status, products.header("Content-Type")) == (200, "application/json")
        assert products.header("Strict-Transport-Security") is None
        home = server.get("/")
        assert home.status == 200
        assert b"<h1>Mug</h1>" in home.body
        processes = server.tree()
        server.end(signal.SIGINT)
        assert still_running(processes) == []


@pytest.mark.parametrize(("example", "command"), commands(OTHERS))
def test_the_lambda_functions_tell_two_versions_apart(example: str, command: str, tmp_path: Path) -> None:
    with serving(command.split(), tmp_path / "log", cwd=EXAMPLES / example) as server:
        moved = server.get("/old-offer")
        assert (moved.status, moved.header("Location")) == (301, "/offer"), server.log
        assert moved.header("X-Cache") == "LambdaGeneratedResponse from cloudfront"
        for variant in ("a", "b"):
            for x_cache in ("Miss from cloudfront", "Hit from cloudfront"):
                offer = server.get("/offer", Cookie=f"variant={variant}")
                assert offer.status == 200, server.log
                assert offer.body.decode() == f"This is version {variant}, asked for by the edge.\n"
                assert offer.header("X-Cache") == x_cache
                assert offer.header("Set-Cookie") == f"variant={variant}; Path=/; Max-Age=86400"
        new_viewer = server.get("/offer")
        assert new_viewer.header("X-Cache") == "Hit from cloudfront"
        assert (new_viewer.header("Set-Cookie") or "").startswith("variant=")


@pytest.mark.parametrize("command", LAMBDAS["token_auth"])
def test_only_who_has_a_token_reaches_the_app(command: str, tmp_path: Path) -> None:
    with serving(command.split(), tmp_path / "log", cwd=EXAMPLES / "token_auth") as server:
        for authorization in ({}, {"Authorization": "Bearer nothing-like-it"}, {"Authorization": "Basic let-me-in"}):
            refused = server.get("/", **authorization)
            assert (refused.status, refused.header("WWW-Authenticate")) == (401, "Bearer"), server.log
            assert refused.header("X-Cache") == "LambdaGeneratedResponse from cloudfront"
            assert refused.body == b"A token, please.\n"
        for token, name in (("let-me-in", "Ada"), ("me-too", "Grace")):
            answer = server.get("/", Authorization=f"Bearer {token}")
            assert (answer.status, answer.body.decode()) == (200, f"Hello {name}.\n"), server.log


@pytest.mark.parametrize("command", LAMBDAS["country_pages"])
@pytest.mark.parametrize(
    ("country", "page"), [("DE", "<h1>Becher</h1><p>9,50 €</p>\n"), ("GB", "<h1>Mug</h1><p>£8.20</p>\n")]
)
def test_each_country_has_its_page_which_is_rendered_once(
    command: str, country: str, page: str, tmp_path: Path
) -> None:
    copy = shutil.copytree(EXAMPLES / "country_pages", tmp_path / "example")
    for file in copy.glob("edge*.yaml"):
        file.write_text(file.read_text().replace("country: DE", f"country: {country}"))
    with serving(command.split(), tmp_path / "log", cwd=copy) as server:
        for x_cache in ("LambdaGeneratedResponse from cloudfront", "Hit from cloudfront"):
            answer = server.get("/")
            assert (answer.status, answer.body.decode()) == (200, page), server.log
            assert answer.header("X-Cache") == x_cache
        assert server.get("/api/countries").body == b'["DE","GB"]'


@pytest.mark.parametrize("command", LAMBDAS["external_call"])
def test_a_function_asks_a_service_once_a_plan(command: str, tmp_path: Path) -> None:
    folder = EXAMPLES / "external_call"
    with serving("uvicorn main:service --port {port}".split(), tmp_path / "service", cwd=folder) as service:
        address = {"FEATURES_SERVICE": f"http://127.0.0.1:{service.port}"}
        with serving(command.split(), tmp_path / "log", cwd=folder, environment=address) as server:
            for plan, features in (("pro", "new-checkout"), ("free", "none")):
                for x_cache in ("Miss from cloudfront", "Hit from cloudfront"):
                    answer = server.get(f"/?plan={plan}")
                    assert (answer.status, answer.body.decode()) == (200, f"features: {features}\n"), server.log
                    assert answer.header("X-Cache") == x_cache
        assert service.log.count("GET /features?plan=pro") == 1
    with serving(command.split(), tmp_path / "log", cwd=folder, environment=address) as server:
        assert server.get("/?plan=pro").body == b"features: none\n", "the service is gone"


@pytest.mark.parametrize("command", LAMBDAS["mangum_origin"])
def test_an_asgi_application_answers_as_a_function(command: str, tmp_path: Path) -> None:
    with serving(command.split(), tmp_path / "log", cwd=EXAMPLES / "mangum_origin") as server:
        assert server.get("/").body == b"from the origin\n"
        for x_cache in ("LambdaGeneratedResponse from cloudfront", "Hit from cloudfront"):
            answer = server.get("/api/greet?name=Ada")
            assert (answer.status, answer.body) == (200, b'{"hello":"Ada"}'), server.log
            assert (answer.header("X-Cache"), answer.header("Content-Length")) == (x_cache, "15")
        posted = server.request("POST", "/api/echo", body=b"some words")
        assert (posted.status, posted.body) == (201, b'{"you_said":"some words"}'), server.log


@pytest.mark.parametrize(("example", "command"), commands(SITES))
def test_the_site_runs_from_what_is_deployed(example: str, command: str, tmp_path: Path) -> None:
    with serving(command.split(), tmp_path / "log", cwd=EXAMPLES / example) as server:
        for x_cache in ("Miss from cloudfront", "Hit from cloudfront"):
            docs = server.get("/docs/")
            assert (docs.status, docs.header("X-Cache")) == (200, x_cache), server.log
            assert b"<h1>Docs</h1>" in docs.body
        products = server.get("/api/products")
        assert (products.status, products.header("X-Stamped-By")) == (200, "origin-response"), server.log
        assert server.get("/none").status == 403


def test_the_first_command_of_the_readme_prints_two_requests_that_work(tmp_path: Path) -> None:
    command = "examples.fastapi_shop.main --port {port}"
    with serving(command.split(), tmp_path / "log") as server:
        lines = [line for line in server.log.splitlines() if line.startswith("curl -i ")]
        urls = [urlsplit(line.removeprefix("curl -i ")) for line in lines]
        assert [(url.hostname, url.port) for url in urls] == [("127.0.0.1", server.port)] * 2
        for x_cache in ("Miss from cloudfront", "Hit from cloudfront"):
            answer = server.get(urls[0].path)
            assert (answer.status, answer.header("X-Cache")) == (200, x_cache)
            assert answer.header("Content-Security-Policy") == "default-src 'self';"
            assert answer.headers.get_all("Server") == ["CloudFront"]
            assert len(answer.headers.get_all("Date", [])) == 1
        assert server.get(urls[1].path).status == 200
