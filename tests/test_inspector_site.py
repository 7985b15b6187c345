from __future__ import annotations

import re
from urllib.parse import urljoin
from urllib.request import urlopen

from tests.inspecting import read, watched


def test_each_view_links_to_all_and_loads_nothing_from_elsewhere() -> None:
    with watched() as (_, inspector):
        pages = [urljoin(inspector.url, link) for link in re.findall(r'<a href="([^#"]+)"', read(inspector))]
        assert len(pages) == 4
        for page in pages:
            with urlopen(page, timeout=30) as answer:
                text = answer.read().decode()
            for asset in re.findall(r'(?:src|href)="([^#"]+)"', text):
                with urlopen(urljoin(inspector.url, asset), timeout=30) as answer:
                    assert answer.url.startswith(inspector.url)
