from __future__ import annotations

import pytest

from edgeware.core.device import LONGEST, devices

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
CHROME = f"{WEBKIT} Chrome/125.0.0.0"
SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5"

ROWS = [
    ("an iPhone", f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {SAFARI} Mobile/15E148", "ios mobile"),
    ("an iPod", "Mozilla/5.0 (iPod touch; CPU iPhone OS 12_0 like Mac OS X) AppleWebKit/604.1", "ios mobile"),
    ("an iPad", f"Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) {SAFARI} Mobile/15E148", "ios mobile tablet"),
    ("an iOS application", "Shop/1 CFNetwork/1121.2.2 Darwin/19.2.0", "ios mobile"),
    ("an Android phone", f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {CHROME} Mobile Safari/537.36", "android mobile"),
    ("Chrome's shortened phone", f"Mozilla/5.0 (Linux; Android 10; K) {CHROME} Mobile Safari/537.36", "android mobile"),
    ("Firefox on Android", "Mozilla/5.0 (Android 14; Mobile; rv:126.0) Gecko/126.0 Firefox/126.0", "android mobile"),
    ("an Android tablet", f"Mozilla/5.0 (Linux; Android 13; SM-X700) {CHROME} Safari/537.36", "android tablet"),
    ("Firefox on a tablet", "Mozilla/5.0 (Android 14; Tablet; rv:126.0) Gecko/126.0 Firefox/126.0", "android tablet"),
    ("a Samsung TV", f"Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) {CHROME} TV Safari/537.36", "smarttv"),
    ("an LG TV", f"Mozilla/5.0 (Web0S; Linux/SmartTV) {CHROME} Safari/537.36 WebAppManager", "smarttv"),
    ("a Fire TV", f"Mozilla/5.0 (Linux; Android 9; AFTKA) {CHROME} Safari/537.36", "android smarttv"),
    ("a Sony TV", f"Mozilla/5.0 (Linux; Android 9; BRAVIA 4K UR2) {CHROME} Safari/537.36", "android smarttv"),
    ("an Apple TV", "AppleTV11,1/11.1", "smarttv"),
    ("a Roku", "Roku/DVP-12.0 (12.0.0.4182-88)", "smarttv"),
    ("a Chromecast", f"Mozilla/5.0 (X11; Linux armv7l) {CHROME} Safari/537.36 CrKey/1.54", "smarttv"),
    ("HbbTV", "HbbTV/1.2.1 (;Panasonic;VIERA 2013;3.672;4101-0003 0002-0000;)", "smarttv"),
    ("a Windows phone", f"Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Lumia 950) {CHROME} Mobile", "mobile"),
    ("a BlackBerry", "BlackBerry9700/5.0.0.862 Profile/MIDP-2.1", "mobile"),
    ("a PlayBook", "Mozilla/5.0 (PlayBook; U; RIM Tablet OS 2.1.0; en-US) AppleWebKit/536.2+", "mobile tablet"),
    ("a Mac", f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {SAFARI} Safari/605.1.15", "desktop"),
    ("Windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:126.0) Gecko/20100101 Firefox/126.0", "desktop"),
    ("Linux", f"Mozilla/5.0 (X11; Linux x86_64) {CHROME} Safari/537.36", "desktop"),
    ("ChromeOS", f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {CHROME} Safari/537.36", "desktop"),
    ("a program", "curl/8.5.0", "desktop"),
    ("a robot", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "desktop"),
    ("nobody knows", "", "desktop"),
]


@pytest.mark.parametrize(("user_agent", "kinds"), [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_the_user_agent_says_what_device_it_is(user_agent: str, kinds: str) -> None:
    assert sorted(devices(user_agent)) == kinds.split()


def test_only_the_beginning_of_a_long_user_agent_is_looked_at() -> None:
    assert devices("x" * LONGEST + " iPad; tablet") == {"desktop"}
    assert devices("x" * (LONGEST - 7) + " tablet and more") == {"tablet"}


def test_a_user_agent_is_parsed_once() -> None:
    assert devices("Shop/2 (iPad)") is devices("Shop/2 (iPad)")
