"""The inspector as people use it: in Debian's Chromium, before the FastAPI example (ASGI) and the Flask one (WSGI)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from edgeware.inspector import inspected
from tests.inspecting import SCRIPT, SECRET, read, sites
from tests.inspector_shops import fastapi_shop, flask_shop, visit
from tests.servers.browser import Browser, browsing
from tests.servers.process import Server


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture(scope="module", params=[fastapi_shop, flask_shop], ids=["asgi", "wsgi"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    with request.param(tmp_path_factory.mktemp("shop")) as (server, url):
        visit(server)
        yield server, url


def shown(browser: Browser) -> list[str]:
    return [one.text for one in browser.all("#requests tbody tr") if one.is_displayed()]


def rows(browser: Browser, number: int) -> list[str]:
    """The rows that are shown, once there are so many."""
    return browser.until(lambda: found if len(found := shown(browser)) == number else None)


def sound(browser: Browser) -> None:
    """Nothing serious, in both schemes, and nothing beside the window at 400 pixels."""
    for scheme in ("dark", "light"):
        browser.scheme(scheme)
        assert browser.serious() == []
    browser.width(400)
    assert browser.overflow() <= 0
    assert browser.serious() == []
    browser.width(1200)


def test_the_list_grows_is_filtered_paused_and_cleared(browser: Browser, shop: tuple[Server, str]) -> None:
    server, url = shop
    browser.open(url)
    rows(browser, 5)
    sound(browser)
    browser.find("[name=path]").send_keys("/images")
    rows(browser, 3)
    browser.find("[name=failed]").click()
    (failed,) = rows(browser, 1)
    assert "404" in failed
    browser.open(url)
    rows(browser, 5)
    browser.choose("[name=cache]", "Hit")
    (hit,) = rows(browser, 1)
    assert "security_headers" in hit
    browser.choose("[name=cache]", "all")
    browser.choose("[name=function]", "security_headers")
    assert all("/images/product.png" in row for row in rows(browser, 2))
    browser.choose("[name=function]", "all")
    browser.choose("[name=behavior]", "Default (*)")
    rows(browser, 2)
    browser.choose("[name=behavior]", "all")
    browser.click("#pause")
    server.get("/while-paused")
    browser.until_text("#count", "1 more held back")
    rows(browser, 5)
    browser.click("#pause")
    assert "/while-paused" in rows(browser, 6)[0]
    with urlopen(f"{url}requests.har", timeout=30) as answer:
        assert len(json.load(answer)["log"]["entries"]) == 6
    browser.click("#clear")
    browser.until_text("#count", "Waiting for the first request")
    visit(server)
    rows(browser, 5)


def test_a_request_is_a_picture_of_its_path(browser: Browser, shop: tuple[Server, str]) -> None:
    _, url = shop
    browser.open(url)
    rows(browser, 5)
    browser.find("[data-cache=Hit] a").click()
    browser.until_text("h1", "GET /images/product.png")
    drawn = [one.text.splitlines()[:2] for one in browser.all(".path-picture li")]
    assert drawn[0] == ["viewer", "ran"]
    assert ["cache", "ran"] in drawn
    assert ["origin", "skipped"] in drawn
    assert ["viewer-response", "ran"] in drawn
    browser.click(".path-picture a[href='#station-8']")
    browser.until_text("#station-8 .diff", "strict-transport-security")
    assert re.search(r"\d+ % compute utilization", browser.text("#station-8"))
    page = browser.find("#station-5 a").get_attribute("href") or ""
    assert page.startswith("https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-cloudfront-")
    browser.click("#station-8 summary")
    browser.until_text("#station-8 pre", '"eventType": "viewer-response"')
    sound(browser)


def test_the_keyboard_is_enough(browser: Browser, shop: tuple[Server, str]) -> None:
    _, url = shop
    browser.open(url)
    rows(browser, 5)
    browser.find("body").send_keys("\ue004")  # Tab
    assert browser.driver.switch_to.active_element.text == "Skip to the content"
    link = browser.find("[data-cache=Hit] a")
    link.send_keys("\ue007")  # Enter
    browser.until_text("h1", "GET /images/product.png")


def test_the_cache_shows_an_object_and_forgets_it_by_a_click(browser: Browser, shop: tuple[Server, str]) -> None:
    server, url = shop
    server.get("/images/product.png")
    browser.open(f"{url}cache")
    browser.until_text("#objects", "path: /images/product.png")
    browser.until_text("figure", "requests were hits")
    sound(browser)
    browser.click("[data-invalidate='/images/product.png']")
    browser.until(lambda: not browser.all("[data-invalidate='/images/product.png']"))
    assert server.get("/images/product.png").header("x-cache") == "Miss from cloudfront"
    browser.open(f"{url}cache")
    browser.find("#invalidation [name=path]").send_keys("no-slash\ue007")
    browser.until_text("#said", "no-slash")
    browser.find("#invalidation [name=path]").clear()
    browser.find("#invalidation [name=path]").send_keys("/images/*\ue007")
    browser.until_text("main", "Nothing is stored.")
    server.get("/images/product.png")


def test_a_url_shows_which_behavior_takes_it(browser: Browser, shop: tuple[Server, str]) -> None:
    _, url = shop
    browser.open(f"{url}distribution")
    browser.find("[name=url]").send_keys("/images/a.png?b=1")
    browser.click("form .main")
    browser.until_text("#explanation", "/images/*: the first pattern in order that takes the path")
    assert browser.text("tr.matched strong") == "/images/*"
    sound(browser)


def test_a_function_runs_on_an_event_of_ones_own(browser: Browser, shop: tuple[Server, str]) -> None:
    server, url = shop
    server.get("/images/product.png")
    browser.open(f"{url}functions")
    sound(browser)
    browser.click("main td a")
    browser.until_text("#source", "function handler(event)")
    assert re.search(r"\d+ calls, from \d+ % to \d+ %", browser.text("figure"))
    sound(browser)
    browser.click("#run button")
    browser.until_text("#result", '"FunctionErrorMessage": ""')
    assert "strict-transport-security" in browser.text("#result")
    browser.find("#run textarea").clear()
    browser.find("#run textarea").send_keys("{")
    browser.click("#run button")
    browser.until_text("#said", "the event is not JSON")


def test_a_replay_stands_beside_what_was(browser: Browser, shop: tuple[Server, str]) -> None:
    server, url = shop
    visit(server)
    browser.open(url)
    browser.find("[data-behavior='/images/*'] a").click()
    browser.find("a.button").click()
    browser.find("[name=country]").send_keys("no")
    browser.choose("[name=device]", "mobile")
    browser.click("form .main")
    sides = browser.until(lambda: found if len(found := browser.all("#both section")) == 2 else None)
    assert [one.text.splitlines()[0] for one in sides] == ["As it was", "Replayed"]
    sound(browser)


def test_script_in_every_field_stays_text_and_a_secret_stays_hidden(browser: Browser) -> None:
    with sites(name=SCRIPT) as site:
        inspector = inspected(site.edge)
        headers = {"User-Agent": SCRIPT, "X-Given": SCRIPT, "X-Key": SECRET}
        site.get(f"/hostile/{SCRIPT}", query_string=SCRIPT, headers=headers)
        browser.open(inspector.url)
        rows(browser, 1)
        browser.find("#requests a").click()
        browser.until_text(".console", SCRIPT)
        assert browser.driver.title.startswith("GET /hostile/")
        assert SECRET not in browser.driver.page_source
        replay = f"requests/{site.edge.exchanges[-1].request_id}/replay?headers=A:{quote(SCRIPT)}"
        for page in ("cache", "functions", "function?key=hostile", f"distribution?url={quote(SCRIPT)}", replay):
            text = read(inspector, page)
            assert "<script>document" not in text
            assert SECRET not in text
        inspector.close()


def test_a_key_value_store_is_read_and_changed(browser: Browser) -> None:
    stores = {"pages": {"data": {"/old": "/new", SCRIPT: SCRIPT}}}
    with sites(key_value_stores=stores) as site:
        inspector, store = inspected(site.edge), site.edge.key_value_stores["pages"]
        browser.open(f"{inspector.url}functions")
        browser.click("#stores + div a")
        browser.until_text("#pairs", SCRIPT)
        sound(browser)
        browser.click("[data-key='/old']")
        assert browser.driver.switch_to.active_element.get_attribute("value") == "/new"
        browser.driver.switch_to.active_element.send_keys("er\ue007")
        browser.until_text("#pairs", "/newer")
        browser.click("[data-delete='/old']")
        browser.until_text("main", "1 of 1 pairs")
        assert store.items() == {SCRIPT: SCRIPT}
        browser.find("#pair [name=key]").send_keys("k" * 513 + "\ue007")
        browser.until_text("#said", "has 513 bytes; 1 to 512 are allowed")
        inspector.close()


def test_another_site_can_neither_frame_it_nor_read_it(browser: Browser, tmp_path: Path) -> None:
    with sites() as site:
        inspector = inspected(site.edge)
        foreign = tmp_path / "foreign.html"
        foreign.write_text(
            f'<p id="read">…</p><iframe src="{inspector.url}"></iframe>'
            f'<script>fetch("{inspector.url}").then(() => "read", () => "refused")'
            '.then((text) => { document.querySelector("#read").textContent = text })</script>'
        )
        browser.open(foreign.as_uri())
        browser.until_text("#read", "refused")
        browser.driver.switch_to.frame(0)
        assert "Requests" not in browser.driver.page_source
        browser.driver.switch_to.default_content()
        inspector.close()
