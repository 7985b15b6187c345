"""Debian's Chromium, driven by Selenium, as people use the inspector."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

from tests.servers.process import PATIENCE, PAUSE

T = TypeVar("T")

AXE = (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")

SWITCHES = """
--headless=new --no-sandbox --disable-gpu --disable-quic --disable-dev-shm-usage --no-first-run
--disable-background-networking --disable-component-update --disable-sync --no-default-browser-check
""".split()


class Browser:
    """A browser with one page."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        self.driver.get(url)

    def find(self, selector: str) -> WebElement:
        """The first element of a selector that is shown, once there is one."""
        return self.until(lambda: next((one for one in self.all(selector) if one.is_displayed()), None))

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        return self.find(selector).text

    def click(self, selector: str) -> None:
        self.find(selector).click()

    def choose(self, selector: str, text: str) -> None:
        """Choose an option."""
        Select(self.find(selector)).select_by_visible_text(text)

    def until(self, met: Callable[[], T | None]) -> T:
        """What a condition answers, once it is true; the page may be replaced under its hands."""
        waiting = WebDriverWait(self.driver, PATIENCE, PAUSE, ignored_exceptions=[StaleElementReferenceException])
        found: Any = waiting.until(lambda _: met())
        answer: T = found
        return answer

    def until_text(self, selector: str, part: str) -> None:
        self.until(lambda: any(part in one.text for one in self.all(selector)) or None)

    def width(self, pixels: int) -> None:
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": pixels, "height": 900, "deviceScaleFactor": 1, "mobile": False},
        )

    def scheme(self, name: str) -> None:
        """``dark`` or ``light``."""
        features = [{"name": "prefers-color-scheme", "value": name}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def overflow(self) -> int:
        """Pixels by which the page is wider than its window."""
        script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.driver.execute_script(script))

    def serious(self) -> list[str]:
        """What axe finds on the page, of serious and critical weight."""
        # Run in the page's place by the driver: the page's own Content-Security-Policy lets no other script in.
        self.driver.execute_script(AXE)
        done = "const done = arguments[0]; axe.run().then((found) => done(JSON.stringify(found.violations)))"
        found = json.loads(self.driver.execute_async_script(done))
        return [
            f"{one['id']}: {node['html']}: {node['failureSummary']}"
            for one in found
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]


@contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """A browser whose profile is in a folder, new; at the end it is gone."""
    options = ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for switch in (*SWITCHES, f"--user-data-dir={folder}", "--window-size=1200,900"):
        options.add_argument(switch)
    driver = Chrome(options, Service("/usr/bin/chromedriver"))
    try:
        driver.set_page_load_timeout(PATIENCE)
        driver.set_script_timeout(PATIENCE)
        yield Browser(driver)
    finally:
        driver.quit()
