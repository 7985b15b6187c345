from __future__ import annotations

import pytest

from edgeware.core import origin_values as values


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (values.is_path, ["", "/a", "/a/é"], ["a", "/", "/a/", "/a b", "/a?b", 1]),
        (values.is_custom_path, ["", "/a", "/" + "a" * 254], ["/é", "/" + "a" * 255, None]),
        (values.is_dns_name, ["a", "a.b-c", "a" * 63], ["", "a" * 64, "a..b", "a:80", "10.0.0.1", "a." * 127, None]),
        (values.is_bucket_name, ["b.s3.amazonaws.com"], ["B", "-b", "b" * 129, 1]),
        (values.is_port, [80, 443, 1024, 65535], [81, 65536, "80", True]),
        (values.is_timeout, [1, 120], [0, 121, 1.5, "1", True]),
        (values.are_ssl_protocols, [[], ["TLSv1.2"]], ["TLSv1.2", ["TLSv1.3"], None]),
        (values.is_denied_custom_header, ["via", "x-amz-a", "x-edge-a"], ["x-a", "accept"]),
    ],
)
def test_a_value_is_told_from_what_is_none(check: object, good: list[object], bad: list[object]) -> None:
    assert callable(check)
    assert [value for value in good if not check(value)] == []
    assert [value for value in bad if check(value)] == []
