from __future__ import annotations

from edgeware.core.effects import LambdaReport
from edgeware.core.lambda_report import log_lines


def test_a_log_reads_as_lambda_writes_it() -> None:
    report = LambdaReport(
        request_id="0a1b", version="7", milliseconds=2.345, memory_size=128, max_memory_used=37, init_milliseconds=101.2
    )
    assert list(log_lines(report, ["hello"])) == [
        "START RequestId: 0a1b Version: 7",
        "hello",
        "END RequestId: 0a1b",
        "REPORT RequestId: 0a1b\tDuration: 2.35 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 37 MB"
        "\tInit Duration: 101.20 ms",
    ]


def test_a_warm_process_has_no_init_duration() -> None:
    report = LambdaReport(request_id="a", version="1", milliseconds=1, memory_size=128, max_memory_used=9)
    assert "Init" not in list(log_lines(report, ()))[-1]
