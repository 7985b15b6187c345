from __future__ import annotations

import pytest

from edgeware.config.loading.api_spelling import spelling
from edgeware.config.place import Words


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("behaviors", 1, "allowed_methods"), "CacheBehaviors/1/AllowedMethods"),
        (("default_behavior", "target_origin_id"), "DefaultCacheBehavior/TargetOriginId"),
        (("default_behavior", "associations", "viewer-request"), "DefaultCacheBehavior/viewer-request"),
        (("origins", "my_app", "http_port"), "Origins/my_app/HTTPPort"),
        (("origins", "origins", "origin_path"), "Origins/origins/OriginPath"),
        (("cache_policies", "img", "min_ttl"), "CachePolicy/img/MinTTL"),
        (("custom_error_responses", 404, "error_caching_min_ttl"), "CustomErrorResponses/404/ErrorCachingMinTTL"),
        (("geo_restriction", "locations"), "GeoRestriction/Locations"),
        (("default_root_object",), "DefaultRootObject"),
    ],
)
def test_a_place_of_the_model_is_spelled_as_in_the_api(words: Words, place: str) -> None:
    assert spelling("d.json")(words) == f"d.json {place}"
