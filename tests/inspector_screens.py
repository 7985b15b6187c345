"""Takes the pictures of the inspector that the README shows: ``python -m tests.inspector_screens``."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.inspecting import watched
from tests.inspector_shops import fastapi_shop, visit
from tests.servers.browser import Browser, browsing
from tests.servers.process import REPOSITORY

FOLDER = REPOSITORY / "docs" / "inspector"
REDIRECTS = {"/old": "/new", "/sale": "/summer-sale", "/shoes": "/products/shoes"}


def take(browser: Browser, url: str, folder: Path) -> None:
    """A picture of each view."""
    browser.open(url)
    browser.until_text("#count", "5 of 5")
    browser.driver.save_screenshot(str(folder / "requests.png"))
    browser.find("[data-cache=Hit] a").click()
    browser.find(".path-picture")
    browser.driver.save_screenshot(str(folder / "request.png"))
    browser.open(f"{url}cache")
    browser.driver.save_screenshot(str(folder / "cache.png"))
    browser.open(f"{url}functions")
    browser.click("main td a")
    browser.click("#run button")
    browser.until_text("#said", "It ran.")
    browser.driver.save_screenshot(str(folder / "functions.png"))
    with watched(key_value_stores={"redirects": {"data": REDIRECTS}}) as (_, inspector):
        browser.open(f"{inspector.url}store?name=redirects")
        browser.driver.save_screenshot(str(folder / "store.png"))
    browser.open(f"{url}distribution?url=/images/product.png&headers=Accept-Encoding:+gzip")
    browser.driver.set_window_size(1040, 600)
    browser.driver.save_screenshot(str(folder / "distribution.png"))
    browser.driver.set_window_size(1040, 760)
    browser.open(url)
    browser.find("[data-cache=Hit] a").click()
    browser.click("a.button")
    browser.choose("[name=device]", "mobile")
    browser.click("form .main")
    browser.find("#both")
    browser.driver.save_screenshot(str(folder / "replay.png"))


def main(folder: Path) -> None:
    """Take them all into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch:
        shop, profile = Path(scratch, "shop"), Path(scratch, "profile")
        shop.mkdir()
        with fastapi_shop(shop) as (server, url), browsing(profile) as browser:
            browser.driver.set_window_size(1040, 760)
            browser.scheme("light")
            visit(server)
            take(browser, url, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
