from __future__ import annotations

from edgeware.origins import OriginUnreachable


def test_it_reads_as_the_detail_and_the_reason() -> None:
    assert str(OriginUnreachable("OriginDnsError", 502, "no such host")) == "OriginDnsError: no such host"


def test_without_a_reason_it_reads_as_the_detail() -> None:
    unreachable = OriginUnreachable("OriginCommError", 504)
    assert (str(unreachable), unreachable.status, unreachable.detail) == ("OriginCommError", 504, "OriginCommError")
