"""The local edge against another that differs as planted, and against nginx."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from botocore.session import Session
from botocore.stub import Stubber

from edgeware.cli import compare, main
from edgeware.cli.compare import client
from edgeware.exceptions import MissingDependencyError
from tests.parity_sites import Answering, Told, answering
from tests.servers.process import PATIENCE, PAUSE, free_port

APP = """
from starlette.responses import PlainTextResponse, RedirectResponse

async def app(scope, receive, send):
    headers = {"Cache-Control": "max-age=60", "X-App": "one"}
    path = scope["path"]
    if path == "/gone":
        answer = PlainTextResponse("none", 404, headers)
    elif path == "/moved":
        answer = RedirectResponse("/here", 302, headers)
    elif path == "/cookie":
        answer = PlainTextResponse("hello", 200, headers)
        answer.set_cookie("choice", "here")
    else:
        answer = PlainTextResponse("hello", 200, headers)
    if path == "/compressed":
        del answer.headers["x-app"]
    await answer(scope, receive, send)
"""
EDGE = """
version: 1
default_behavior:
  origin: app
  cache_policy: keyed
  response_headers_policy: tidy
behaviors:
  - {path_pattern: /made, origin: app, viewer_request: made.js}
cache_policies:
  keyed: {min_ttl: 1, default_ttl: 60, max_ttl: 60, cookies: all}
response_headers_policies:
  tidy: {custom_headers: {X-Policy: tidy}}
"""
MADE = """
function handler(event) {
    return {statusCode: 200, headers: {'cache-control': {value: 'max-age=60'}, 'x-app': {value: 'one'},
        'content-type': {value: 'text/plain; charset=utf-8'}, 'x-policy': {value: 'tidy'}}, body: 'hello'};
}
"""
PLANTED = {
    "/same": set(),
    "/status": {"status"},
    "/missing": {"header-missing x-more"},
    "/extra": {"header-extra x-app"},
    "/different": {"header-different cache-control"},
    "/policy": {"header-different x-policy"},
    "/body": {"body"},
    "/state": {"cache-state"},
    "/made": {"made-by", "cache-state"},
    "/moved": {"header-different location"},
    "/cookie": {"header-different set-cookie"},
    "/aged": {"header-different age"},
}


class Production:
    """What a real distribution would say, with a difference on each path but one."""

    def __init__(self) -> None:
        self.times: Counter[str] = Counter()

    def __call__(self, method: str, path: str) -> Told:
        self.times[path] += 1
        warm = self.times[path] > 1 and path not in ("/state", "/made")
        headers = {
            "Content-Type": "text/plain; charset=utf-8",
            "Cache-Control": "max-age=61" if path == "/different" else "max-age=60",
            "X-App": "one",
            "X-Policy": "other" if path == "/policy" else "tidy",
            "Server": "CloudFront",
            "Date": formatdate(0, usegmt=True),
            "X-Cache": f"{'Hit' if warm else 'Miss'} from cloudfront",
            "Via": "1.1 abc.cloudfront.net (CloudFront)",
            "X-Amz-Cf-Pop": "FRA56-P1",
            "X-Amz-Cf-Id": "another-id",
        }
        headers |= {"Age": "1000" if path == "/aged" else "1"} if warm else {}
        headers |= {"X-More": "yes"} if path == "/missing" else {}
        headers |= {"Location": "/there"} if path == "/moved" else {}
        headers |= {"Set-Cookie": "choice=there; Path=/; SameSite=lax"} if path == "/cookie" else {}
        if path == "/extra":
            del headers["X-App"]
        if path == "/moved":
            del headers["Content-Type"]
        status = {"/status": 203, "/moved": 302}.get(path, 200)
        body = b"" if path == "/moved" else b"hallo" if path == "/body" else b"hello"
        return status, list(headers.items()), body


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    Path("compared_site.py").write_text(APP)
    Path("edge.yaml").write_text(EDGE)
    Path("made.js").write_text(MADE)


@pytest.fixture
def production() -> Iterator[Answering]:
    with answering(Production()) as server:
        yield server


def ask_for(*paths: str, more: str = "") -> None:
    Path("requests.txt").write_text("".join(f"curl {more} http://a.example{path}\n" for path in paths))


def compared(production: str, *more: str, local: str = "compared_site:app", here: bool = True) -> int:
    where = ["-d", "edge.yaml"] if here else []
    return main(["compare", local, production, "--requests", "requests.txt", "--rate", "1000", *where, *more])


def told(path: str = "out.json") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(Path(path).read_text())["pairs"]
    return found


def test_each_planted_difference_is_found_and_named(production: Answering, capsys: pytest.CaptureFixture[str]) -> None:
    ask_for(*PLANTED)
    assert compared(production.base, "--json", "out.json", "--junit", "out.xml", "--html", "out.html") == 1
    found: dict[str, set[str]] = {path: set() for path in PLANTED}
    for pair in told():
        found[pair["target"]] |= {f"{one['kind']} {one['name']}".strip() for one in pair["differences"]}
        for one in pair["differences"]:
            assert one["rule"], one
            assert one["page"], one
    assert found == PLANTED
    reasons = {(pair["target"], one["kind"]): one for pair in told() for one in pair["differences"]}
    assert reasons["/policy", "header-different"]["rule"] == "response headers policy tidy"
    assert reasons["/made", "made-by"]["rule"].startswith("viewer-request: made answered")
    assert reasons["/status", "status"]["rule"].startswith(("origin app answered 200", "cache: fresh for "))
    assert "cache: fresh" in reasons["/state", "cache-state"]["rule"]
    suite = ElementTree.fromstring(Path("out.xml").read_text())
    assert (suite.get("tests"), len(suite.findall("testcase"))) == ("24", 24)
    assert len(suite.findall("testcase/failure")) == int(suite.get("failures") or 0) > 10
    page = Path("out.html").read_text()
    assert "header-missing x-more: here nothing; in production yes" in page
    assert production.base in page
    printed = capsys.readouterr()
    assert "GET /body (warm)\n  body: here 5 bytes, from 0: hello; in production 5 bytes, from 0: hallo" in printed.out
    assert "[understanding-response-headers-policies]" in printed.out
    assert "choice=here" not in page + printed.out
    assert {method for method, _, _ in production.asked} == {"GET"}
    assert Counter(path for _, path, _ in production.asked) == dict.fromkeys(PLANTED, 2), "no redirect is followed"


def test_nothing_differs_between_what_is_the_same(production: Answering, capsys: pytest.CaptureFixture[str]) -> None:
    ask_for("/same", "/same")
    assert compared(production.base) == 0
    assert capsys.readouterr().out == "2 pairs: 0 differences, and 0 that are allowed\n"


def test_allowed_differences_do_not_count(production: Answering, capsys: pytest.CaptureFixture[str]) -> None:
    ask_for("/status", "/missing")
    rules = (
        "allow:\n  - {kind: status, path: /stat*, why: a matter of taste}\n  - {name: X-More, why: not wanted}\n"
        "  - {kind: body, why: never needed}\n"
    )
    Path("allow.yaml").write_text(rules)
    assert compared(production.base, "--allow", "allow.yaml", "--html", "out.html") == 0
    printed = capsys.readouterr()
    assert printed.out == "4 pairs: 0 differences, and 4 that are allowed\n"
    assert "allowed nothing: never needed" in printed.err
    assert "a matter of taste" not in printed.err
    assert "allowed: status" in Path("out.html").read_text()


def test_two_base_urls_are_compared_without_reasons(production: Answering, capsys: pytest.CaptureFixture[str]) -> None:
    ask_for("/other")
    with answering(lambda method, path: (200, [], b"")) as local:
        assert compared(production.base, "--json", "-", "--host", "a.example", local=local.base, here=False) == 1
        assert {headers["Host"] for _, _, headers in local.asked + production.asked} == {"a.example"}
    pairs = json.loads(capsys.readouterr().out)["pairs"]
    assert {one["rule"] for pair in pairs for one in pair["differences"]} == {""}


def test_only_get_and_head_go_out_unless_all_methods_are_wanted(
    production: Answering, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("requests.txt").write_text("curl http://a/same\ncurl -X DELETE http://a/same\ncurl -I http://a/same\n")
    compared(production.base)
    assert {method for method, _, _ in production.asked} == {"GET", "HEAD"}
    assert "1 left out: neither GET nor HEAD" in capsys.readouterr().err
    compared(production.base, "--all-methods")
    assert {method for method, _, _ in production.asked} == {"GET", "HEAD", "DELETE"}


@pytest.mark.parametrize(
    ("checked", "alias", "options", "host"),
    [
        ("false", "www.example.com", [], "127.0.0.1:{port}"),
        ("true", "www.example.com", [], "www.example.com"),
        ("false", "www.example.com", ["--host", "cdn.example.com"], "cdn.example.com"),
    ],
)
def test_functions_see_the_host_of_production_where_they_may(
    checked: str, alias: str, options: list[str], host: str, production: Answering
) -> None:
    Path("made.js").write_text(MADE.replace("'hello'", "'<' + event.request.headers.host.value + '>'"))
    Path("edge.yaml").write_text(f"{EDGE}aliases: [{alias}]\nviewer: {{check_host: {checked}}}\n")
    ask_for("/made")
    assert compared(production.base, *options, "--json", "out.json") == 1
    seen = {one["local"] for pair in told() for one in pair["differences"] if one["kind"] == "body"}
    assert len(seen) == 1
    assert f"<{host.format(port=production.server_port)}>" in seen.pop()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--remote-functions"], "--remote-functions needs --distribution"),
        (["--allow", "nowhere.yaml"], "nowhere.yaml cannot be read"),
        (["--json", "nowhere/out.json"], "cannot be written"),
    ],
)
def test_what_cannot_be_carried_out_gives_2(
    more: list[str], message: str, production: Answering, capsys: pytest.CaptureFixture[str]
) -> None:
    ask_for("/same")
    assert compared(production.base, *more, local=production.base, here=False) == 2
    assert message in capsys.readouterr().err


def test_a_file_without_a_get_gives_2(production: Answering, capsys: pytest.CaptureFixture[str]) -> None:
    ask_for("/same", more="-X POST")
    assert compared(production.base) == 2
    assert "holds no GET and no HEAD" in capsys.readouterr().err


@pytest.mark.parametrize("rate", ["0", "-1", "x", "inf", "nan"])
def test_a_rate_is_a_number_above_0(rate: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["compare", "http://a", "http://b", "--requests", "x", f"--rate={rate}"])
    assert "no number above 0" in capsys.readouterr().err


# --- AWS's TestFunction ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("output", "code"), [("same", 0), ("other", 1), ("refused", 2)])
def test_functions_run_on_the_same_events_at_aws(
    output: str, code: int, production: Answering, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    response = {
        "statusCode": 200,
        "cookies": {},
        "headers": {
            "cache-control": {"value": "max-age=60"},
            "x-app": {"value": "one"},
            "content-type": {"value": "text/plain; charset=utf-8"},
            "x-policy": {"value": "tidy"},
        },
        "body": "hello" if output == "same" else "another",
    }
    aws = Session().create_client(
        "cloudfront", region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none"
    )
    monkeypatch.setattr(compare, "client", lambda: aws)
    ask_for("/made")
    Path("allow.yaml").write_text("allow: [{phase: '[cw]*', why: not looked at}]")
    with Stubber(aws) as stub:
        if output == "refused":
            stub.add_client_error("describe_function", "NoSuchFunctionExists")
        else:
            stub.add_response("describe_function", {"ETag": "E1"}, {"Name": "made", "Stage": "LIVE"})
            result = {"TestResult": {"FunctionOutput": json.dumps({"response": response})}}
            stub.add_response("test_function", result)
        assert compared(production.base, "--remote-functions", "--allow", "allow.yaml") == code
        stub.assert_no_pending_responses()
    printed = capsys.readouterr()
    assert ("GET /made (function)\n  function made: here" in printed.out) is (code == 1)
    assert ("AWS says:" in printed.err) is (code == 2)


def test_a_client_of_cloudfront_needs_boto3(monkeypatch: pytest.MonkeyPatch) -> None:
    assert client().meta.service_model.service_name == "cloudfront"
    monkeypatch.setitem(__import__("sys").modules, "boto3", None)
    with pytest.raises(MissingDependencyError, match=r"edgeware\[aws\]"):
        client()


# --- nginx ----------------------------------------------------------------------------------------------------------

NGINX = """
pid nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
    default_type "text/plain; charset=utf-8";
    server {{
        listen 127.0.0.1:{port};
        add_header Cache-Control max-age=60;
        add_header X-App one;
        add_header X-Policy tidy;
        add_header X-Cache "Miss from cloudfront";
        add_header Via "1.1 nginx";
        add_header X-Amz-Cf-Pop NGX1-C1;
        add_header X-Amz-Cf-Id planted;
        location /same {{ return 200 hello; }}
        location /planted {{ add_header X-App two; return 200 hello; }}
    }}
}}
"""


@contextmanager
def nginx(folder: Path) -> Iterator[str]:
    port = free_port()
    (folder / "nginx.conf").write_text(NGINX.format(port=port))
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, "apt-get install nginx-light"
    command = [found, "-p", str(folder), "-c", "nginx.conf", "-g", "daemon off;"]
    with (folder / "nginx.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        for _ in range(int(PATIENCE / PAUSE)):
            if (folder / "nginx.pid").exists():
                break
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(PAUSE)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def test_nginx_with_the_headers_of_production_is_production(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("edge.yaml").write_text(EDGE.replace("cache_policy: keyed", "cache_policy: Managed-CachingDisabled"))
    Path("allow.yaml").write_text("allow:\n  - {name: server, why: nginx names itself}\n")
    with nginx(tmp_path) as base:
        ask_for("/same")
        assert compared(base) == 1
        assert "header-different server: here CloudFront; in production nginx" in capsys.readouterr().out
        assert compared(base, "--allow", "allow.yaml") == 0
        ask_for("/same", "/planted")
        capsys.readouterr()
        assert compared(base, "--allow", "allow.yaml") == 1
        told = capsys.readouterr().out
        assert "header-missing" not in told.partition("/planted")[0]
        assert "header-different x-app: here one; in production two" in told
