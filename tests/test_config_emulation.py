from __future__ import annotations

from dataclasses import replace

import pytest

from edgeware.config.model import (
    CustomErrorResponse,
    Distribution,
    GeoRestriction,
    KeyGroup,
    KeyValueStore,
    OriginGroup,
)
from edgeware.config.validation.emulation import RULES
from tests.fixtures.config.builders import DEFAULT, DISTRIBUTION, breaches

GROUPS = {"ha": OriginGroup(id="ha", members=("app", "app"), status_codes=frozenset({500}))}
USED: dict[str, Distribution] = {
    "N-compress": replace(DISTRIBUTION, behaviors=(replace(DEFAULT, compress=True),)),
    "N-error-pages": replace(
        DISTRIBUTION, custom_error_responses={404: CustomErrorResponse(error_code=404, response_page_path="/404")}
    ),
    "N-geo-restriction": replace(DISTRIBUTION, geo_restriction=GeoRestriction(type="whitelist")),
    "N-key-groups": replace(
        DISTRIBUTION,
        key_groups={"g": KeyGroup(name="g")},
        behaviors=(replace(DEFAULT, trusted_key_groups=("g",)),),
    ),
    "N-failover": replace(DISTRIBUTION, origin_groups=GROUPS, behaviors=(replace(DEFAULT, target_origin_id="ha"),)),
    "N-kvs": replace(DISTRIBUTION, key_value_stores={"s": KeyValueStore(name="s")}),
}


@pytest.mark.parametrize("code", [rule.id for rule in RULES])
def test_what_is_accepted_and_not_run_yet_is_noted_where_it_is_used(code: str) -> None:
    assert [severity for severity, _ in breaches(USED[code], code)] == ["note"]
    assert breaches(DISTRIBUTION, code) == []


def test_an_error_without_a_page_and_a_group_without_a_behavior_need_no_note() -> None:
    without_page = {404: CustomErrorResponse(error_code=404, error_caching_min_ttl=0)}
    assert breaches(replace(DISTRIBUTION, custom_error_responses=without_page), "N-error-pages") == []
    assert breaches(replace(DISTRIBUTION, origin_groups=GROUPS), "N-failover") == []
