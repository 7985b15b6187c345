from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from edgeware.config.loading.draft import made_up_ids


@given(st.text())
def test_made_up_ids_look_like_cloudfront_s_and_never_change(seed: str) -> None:
    made_up_id, domain_name = made_up_ids(seed)
    assert re.fullmatch(r"E[A-Z0-9]{13}", made_up_id)
    assert re.fullmatch(r"d[a-z0-9]{13}\.cloudfront\.net", domain_name)
    assert made_up_ids(seed) == (made_up_id, domain_name)


def test_two_seeds_give_two_ids() -> None:
    assert made_up_ids("shop") != made_up_ids("blog")
