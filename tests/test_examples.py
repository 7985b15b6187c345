"""Every example, run as its own text says, by the servers and the command line that it names."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from edgeware.cli import main
from edgeware.config.loading import load
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
ASGI = ["uvicorn main:edge --port {port}", RUN.format(app="main:app")]
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
    "ci_parity": ASGI,
    "lambda_ab_test": ASGI,
    "query_normalisation": ASGI,
    "security_headers": ["flask --app main run --port {port}", "gunicorn main:app --bind 127.0.0.1:{port}"],
    "spa_rewrite": ASGI,
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
REDIRECTS = {
    "kvs_redirects": [
        "uvicorn main:edge --port {port}",
        RUN.format(app="main:app"),
    ],
}


PLANS = {"terraform_site": ["edgeware run main:app --distribution local.yaml --port {port}"]}


def commands(examples: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(example, command) for example, lines in examples.items() for command in lines]


def test_every_example_is_run_here_and_has_a_line_in_the_readme() -> None:
    present = {path.parent.name for path in EXAMPLES.glob("*/main.py")}
    assert present == SHOPS.keys() | OTHERS.keys() | LAMBDAS.keys() | SITES.keys() | PLANS.keys() | REDIRECTS.keys()
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert [name for name in sorted(present) if f"(examples/{name}/)" not in readme] == []


@pytest.mark.parametrize(("example", "command"), commands(SHOPS | OTHERS | LAMBDAS | SITES | PLANS | REDIRECTS))
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


@pytest.mark.parametrize("command", OTHERS["spa_rewrite"])
def test_every_page_of_the_single_page_app_is_one_object(command: str, tmp_path: Path) -> None:
    with serving(command.split(), tmp_path / "log", cwd=EXAMPLES / "spa_rewrite") as server:
        pages = [server.get(path) for path in ("/", "/products/mug", "/cart?item=1", "/index.html")]
        assert [page.header("X-Cache") for page in pages] == ["Miss from cloudfront"] + ["Hit from cloudfront"] * 3
        assert {page.body for page in pages} == {pages[0].body}
        assert b"app.js" in pages[0].body
        script = server.get("/app.js")
        assert (script.status, script.header("X-Cache")) == (200, "Miss from cloudfront"), server.log
        assert server.get("/missing.css").status == 404
        assert server.get("/api/cart").body == b'{"items":[]}'


@pytest.mark.parametrize("command", OTHERS["query_normalisation"])
def test_query_strings_that_mean_the_same_are_one_object(command: str, tmp_path: Path) -> None:
    with serving(command.split(), tmp_path / "log", cwd=EXAMPLES / "query_normalisation") as server:
        queries = ("color=red&size=l", "size=l&color=red&utm_source=x", "gclid=1&size=l&color=red", "color=red&size=m")
        before = [server.get(f"/products?{query}").header("X-Cache") for query in queries]
        after = [server.get(f"/normalised/products?{query}") for query in queries]
        assert before == ["Miss from cloudfront"] * 4, server.log
        found = [answer.header("X-Cache") for answer in after]
        assert found == ["Miss from cloudfront", *["Hit from cloudfront"] * 2, "Miss from cloudfront"]
        assert [answer.body for answer in after] == [b"red l\n"] * 3 + [b"red m\n"]


def test_the_hit_ratio_before_and_after_is_shown() -> None:
    command = [sys.executable, "main.py"]
    ended = subprocess.run(
        command, cwd=EXAMPLES / "query_normalisation", capture_output=True, text=True, timeout=60, check=True
    )
    assert ended.stdout.splitlines() == ["hit ratio before: 50%", "hit ratio after:  95%"]


@pytest.mark.parametrize("command", OTHERS["security_headers"])
def test_security_headers_are_on_hits_and_misses(command: str, tmp_path: Path) -> None:
    with serving(command.split(), tmp_path / "log", cwd=EXAMPLES / "security_headers") as server:
        for x_cache in ("Miss from cloudfront", "Hit from cloudfront"):
            home = server.get("/")
            assert (home.status, home.header("X-Cache")) == (200, x_cache), server.log
            assert home.header("Strict-Transport-Security") == "max-age=63072000; includeSubdomains; preload"
            assert home.header("Content-Security-Policy") == "default-src 'self'"
            assert (home.header("X-Content-Type-Options"), home.header("X-Frame-Options")) == ("nosniff", "DENY")
            assert home.header("X-Powered-By") is None
        assert server.get("/widget").header("X-Frame-Options") == "SAMEORIGIN"


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*/functions/*.js")), ids=lambda file: file.name)
def test_no_function_of_an_example_would_be_refused(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(file)]) == 0
    assert capsys.readouterr().out == f"{file}: no errors\n"


@pytest.mark.parametrize("command", OTHERS["lambda_ab_test"])
def test_the_lambda_functions_tell_two_versions_apart(command: str, tmp_path: Path) -> None:
    with serving(command.split(), tmp_path / "log", cwd=EXAMPLES / "lambda_ab_test") as server:
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


@pytest.mark.parametrize(("example", "command"), commands(REDIRECTS))
def test_a_redirect_that_is_changed_while_the_edge_runs_is_there_at_once(
    example: str, command: str, tmp_path: Path
) -> None:
    shutil.copytree(EXAMPLES / example, tmp_path / "site")
    with serving(command.split(), tmp_path / "log", cwd=tmp_path / "site") as server:

        def location() -> str | None:
            return server.get("/sale").header("Location")

        first = server.get("/sale")
        assert (first.status, first.header("Location")) == (302, "/summer-sale"), server.log
        assert first.header("X-Cache") == "FunctionGeneratedResponse from cloudfront"
        assert server.get("/shop").body == b"This is /shop.\n"
        (put,) = re.findall(
            r"^edgeware (kvs put .*)$", (EXAMPLES / example / "main.py").read_text("utf-8"), re.MULTILINE
        )
        told = subprocess.run([sys.executable, "-m", "edgeware", *put.split()], cwd=tmp_path / "site", check=True)
        assert told.returncode == 0
        assert location() == "/autumn-sale"


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


@pytest.mark.parametrize(("example", "command"), commands(PLANS))
def test_the_site_runs_from_a_plan_that_is_not_applied_yet(example: str, command: str, tmp_path: Path) -> None:
    with serving(command.split(), tmp_path / "log", cwd=EXAMPLES / example) as server:
        for x_cache in ("Miss from cloudfront", "Hit from cloudfront"):
            docs = server.get("/docs/")
            assert (docs.status, docs.header("X-Cache")) == (200, x_cache), server.log
            assert b"<h1>Docs</h1>" in docs.body
        hello = server.get("/api/hello")
        assert (hello.status, hello.body) == (200, b"Hello from the API, asked by us-east-1.stamp.\n"), server.log
        assert server.get("/none").status == 404


def test_the_plan_holds_the_code_that_is_deployed() -> None:
    folder = EXAMPLES / "terraform_site"
    assert load(folder / "local.yaml").functions["index"].code.text == (folder / "edge" / "index.js").read_text()


@pytest.mark.parametrize("command", OTHERS["ci_parity"])
def test_the_site_of_the_comparison_runs(command: str, tmp_path: Path) -> None:
    with serving(command.split(), tmp_path / "log", cwd=EXAMPLES / "ci_parity") as server:
        home = server.get("/")
        assert (home.status, home.header("X-Site"), home.header("X-Frame-Options")) == (200, "example", "SAMEORIGIN")
        assert server.get("/api/products").header("X-Site") is None


@pytest.mark.parametrize(("distribution", "code"), [("edge.yaml", 0), ("edge.production.yaml", 1)])
def test_the_step_of_the_workflow_fails_where_production_differs(distribution: str, code: int, tmp_path: Path) -> None:
    folder = EXAMPLES / "ci_parity"
    steps = yaml.safe_load((folder / ".github/workflows/parity.yml").read_text())["jobs"]["compare"]["steps"]
    (step,) = [one["run"] for one in steps if one.get("run", "").startswith("edgeware compare")]
    run = f"edgeware run main:app --distribution {distribution} --port {{port}}"
    with serving(run.split(), tmp_path / "log", cwd=folder) as production:
        words = step.replace("${{ vars.PRODUCTION }}", f"http://127.0.0.1:{production.port}").split()
        words = [str(tmp_path / word) if word in ("parity.xml", "parity.html") else word for word in words]
        command = [sys.executable, "-m", *words]
        ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == code, ended.stdout + ended.stderr
    assert ("header-extra x-frame-options" in ended.stdout) is bool(code)
    assert "<testsuite" in (tmp_path / "parity.xml").read_text()
    assert "edgeware compare" in (tmp_path / "parity.html").read_text()
