from __future__ import annotations

from edgeware.core.lambda_limits import CURRENT, LIMITS
from tests.vectors_path import load

VECTORS = load("lambda_edge_limits.json")


def test_the_profiles_are_those_of_the_tables() -> None:
    seconds = VECTORS["timeouts_s"]["viewer-request"]
    fields = VECTORS["origin_fields"]
    for profile, key in (("current", "value"), ("2023", "previous")):
        assert LIMITS[profile].viewer_seconds == seconds[key]  # type: ignore[index]
    assert LIMITS["current"] is CURRENT
    for name, limits in (("range", LIMITS["current"]), ("previous", LIMITS["2023"])):
        assert list(limits.read_timeout) == fields["readTimeout"][name]
        assert list(limits.keepalive_timeout) == fields["custom.keepaliveTimeout"][name]
