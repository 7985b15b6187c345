from __future__ import annotations

from dataclasses import replace

import pytest

from edgeware.config.model import (
    Distribution,
    KeyValueStore,
)
from edgeware.config.validation.emulation import RULES
from tests.fixtures.config.builders import DISTRIBUTION, breaches

USED: dict[str, Distribution] = {
    "N-kvs": replace(DISTRIBUTION, key_value_stores={"s": KeyValueStore(name="s")}),
}


@pytest.mark.parametrize("code", [rule.id for rule in RULES])
def test_what_is_accepted_and_not_run_yet_is_noted_where_it_is_used(code: str) -> None:
    assert [severity for severity, _ in breaches(USED[code], code)] == ["note"]
    assert breaches(DISTRIBUTION, code) == []
