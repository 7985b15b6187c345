from __future__ import annotations

from tests.inspecting import SCRIPT, SECRET, read, watched


def test_the_behaviors_stand_in_their_order_with_policies_and_functions() -> None:
    with watched() as (_, inspector):
        page = read(inspector, "distribution")
        places = [page.index(f"<strong>{one}</strong>") for one in ("/fail/*", "/hostile/*", "Default (*)")]
        assert places == sorted(places)
        assert "CachingOptimized" in page
        assert "function?key=tag" in page


def test_a_url_shows_what_matches_and_nothing_of_it_is_kept() -> None:
    with watched() as (site, inspector):
        page = read(inspector, "distribution", url="https://x.example/a?b=1", method="GET", headers="X-Given: yes")
        assert "default: no pattern takes the path" in page
        assert "path: /a" in page
        assert 'aria-current="true"' in page
        assert "x-key: ***" in page.lower()
        assert SECRET not in page
        assert not site.edge.exchanges


def test_what_somebody_types_is_text() -> None:
    with watched() as (_, inspector):
        for method, url in (("GET", f"/hostile/{SCRIPT}"), (SCRIPT, "/"), ("GET", f"http://[{SCRIPT}")):
            page = read(inspector, "distribution", url=url, method=method, headers=f"X: {SCRIPT}")
            assert "<script>document" not in page
            assert ('role="alert"' in page) == (url == "/" or "[" in url)


def test_what_is_no_url_is_said_in_the_place_of_the_explanation() -> None:
    with watched() as (_, inspector):
        assert "is neither a path nor a URL" in read(inspector, "distribution", url="http://[::1/")
