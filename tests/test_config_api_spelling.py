from __future__ import annotations

import json
from pathlib import Path

import pytest

from edgeware.config.loading import examine
from edgeware.config.loading.api_bundle import Bundle
from edgeware.config.loading.api_spelling import spelling
from edgeware.config.place import API, Place, Words
from tests.fixtures.config.builders import FOLDER, api, api_behavior

PLACE = Place(source="d.json", separator=API.separator)


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
def test_a_place_that_is_not_there_is_spelled_as_in_the_api(words: Words, place: str) -> None:
    assert spelling(PLACE, {}, Bundle(folder=Path()))(words) == f"d.json {place}"


def test_a_place_is_told_with_its_line(tmp_path: Path) -> None:
    attached = {"Items": [{"FunctionARN": "arn:aws:cloudfront::1:function/f", "EventType": "viewer-request"}]}
    config = api({"DefaultCacheBehavior": api_behavior(FunctionAssociations=attached, TargetOriginId="none")})
    config["DistributionConfig"]["Origins"]["Items"][0]["CustomOriginConfig"]["HTTPPort"] = 81  # type: ignore[index]
    text = json.dumps(config, indent=1)
    (tmp_path / "d.json").write_text(text)
    lines = [line.strip() for line in text.split("\n")]
    told = {notice.code: notice.where for notice in examine(tmp_path / "d.json").notices}
    port = lines.index('"HTTPPort": 81,') + 1
    target = lines.index('"TargetOriginId": "none",') + 1
    assert told["V6"] == f"{tmp_path / 'd.json'}:{port} Origins/app/CustomOriginConfig/HTTPPort"
    assert told["V1"] == f"{tmp_path / 'd.json'}:{target} DefaultCacheBehavior/TargetOriginId"


def test_what_lies_in_another_file_is_told_with_that_file() -> None:
    found = examine(FOLDER / "api", overlay={"functions": {"auth": {"timeout": 99}}})
    (where,) = [notice.where for notice in found.notices if notice.code == "V25"]
    assert where.startswith(f"{FOLDER / 'api' / 'get-function-configuration.auth.json'}")
    assert where.endswith("Functions/auth/Timeout")
