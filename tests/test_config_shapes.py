from __future__ import annotations

from edgeware.config.loading.terraform.shapes import distribution_config


def test_only_an_origin_without_a_kind_becomes_s3() -> None:
    origins = [{"origin_id": "a"}, {"origin_id": "b", "vpc_origin_config": [{"vpc_origin_id": "v"}]}, "x"]
    found = distribution_config({"origin": origins})["Origins"]
    assert found == [{"Id": "a", "S3OriginConfig": {}}, {"Id": "b", "VpcOriginConfig": {"VpcOriginId": "v"}}, "x"]
    assert distribution_config({"origin": "x"}) == {"Origins": "x"}


def test_logging_is_on_where_there_is_a_block() -> None:
    assert distribution_config({"logging_config": [{"bucket": "b"}]})["Logging"] == {"bucket": "b", "Enabled": True}
