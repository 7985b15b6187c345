"""The file of the access log."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from edgeware import access_log as module
from edgeware.access_log import AccessLog
from edgeware.core.access_log import FIELDS, HEADER, LogFacts
from edgeware.exceptions import UsageError
from tests.servers.process import PATIENCE
from tests.stores import until
from tests.test_core_access_log import FACTS


def facts(number: int = 0, **more: Any) -> Any:
    return lambda: replace(FACTS, status=200 + number, **more)


def statuses(path: Path) -> list[str]:
    first, second, *lines = path.read_text().splitlines()
    assert (first, second) == HEADER
    assert all(len(line.split("\t")) == len(FIELDS) for line in lines)
    return [line.split("\t")[FIELDS.index("sc-status")] for line in lines]


def test_a_file_begins_with_its_header_and_has_a_line_a_request(tmp_path: Path) -> None:
    log = AccessLog(tmp_path / "edge.log")
    for number in range(3):
        log.put(facts(number))
    log.close()
    assert statuses(tmp_path / "edge.log") == ["200", "201", "202"]


def test_a_file_is_continued_without_another_header(tmp_path: Path) -> None:
    log = AccessLog(tmp_path / "edge.log")
    for number in range(2):
        log.put(facts(number))
        log.close()
    again = AccessLog(str(tmp_path / "edge.log"))
    again.put(facts(2))
    again.close()
    assert statuses(tmp_path / "edge.log") == ["200", "201", "202"]


def test_a_file_is_rotated_before_it_is_too_long(tmp_path: Path) -> None:
    log = AccessLog(tmp_path / "edge.log", max_bytes=2000, backups=2)
    for number in range(30):
        log.put(facts(number))
    log.close()
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["edge.log", "edge.log.1", "edge.log.2"]
    assert all(file.stat().st_size <= 2000 for file in files)
    assert statuses(files[0])[-1] == "229"
    assert len(statuses(files[1])) > 1


@pytest.mark.parametrize("every", ["hour", "day"])
def test_a_file_is_rotated_when_its_time_is_over(tmp_path: Path, every: Any) -> None:
    log = AccessLog(tmp_path / "edge.log", every=every)
    log.put(facts(0))
    log.close()
    log._file.rolloverAt = 0  # type: ignore[union-attr]
    log.put(facts(1))
    log.close()
    older, newer = sorted(tmp_path.iterdir(), key=lambda file: file.name == "edge.log")
    assert (statuses(older), statuses(newer)) == (["200"], ["201"])


def test_a_request_only_hands_over_its_facts(tmp_path: Path) -> None:
    log, goes_on = AccessLog(tmp_path / "edge.log"), Event()

    def slow() -> LogFacts:
        assert goes_on.wait(PATIENCE)
        return FACTS

    log.put(slow)
    goes_on.set()
    log.close()
    assert statuses(tmp_path / "edge.log") == ["200"]


def test_when_too_many_lines_wait_some_are_lost_and_the_log_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 2)
    log, begun, goes_on = AccessLog(tmp_path / "edge.log"), Event(), Event()

    def slow() -> LogFacts:
        begun.set()
        assert goes_on.wait(PATIENCE)
        return FACTS

    log.put(slow)
    assert begun.wait(PATIENCE)
    for number in range(5):
        log.put(facts(number))
    goes_on.set()
    log.close()
    assert statuses(tmp_path / "edge.log") == ["200", "200", "201"]
    assert caplog.text.count("some are lost") == 1


def test_a_disk_that_is_full_loses_lines_and_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    log = AccessLog(tmp_path / "edge.log")
    assert log._file.stream is not None
    log._file.stream.close()
    log._file.stream = Path("/dev/full").open("w")  # noqa: SIM115 - the handler closes it
    for number in range(3):
        log.put(facts(number))
    log.close()
    assert caplog.text.count("edge.log cannot be written, and lines are lost") == 1


def test_a_file_that_cannot_be_opened_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the access log cannot be written"):
        AccessLog(tmp_path)
    with pytest.raises(UsageError, match="No space left on device"):
        AccessLog("/dev/full")


def test_two_threads_that_come_first_start_one_writer(tmp_path: Path) -> None:
    log = AccessLog(tmp_path / "edge.log")
    log.put(facts())
    before = log._thread
    log._start()
    assert log._thread is before
    log.close()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_process_that_was_forked_off_writes_too(tmp_path: Path) -> None:
    log = AccessLog(tmp_path / "edge.log")
    log.put(facts(0))
    until(lambda: len(statuses(tmp_path / "edge.log")) == 1, "the first line is written")
    child = os.fork()
    if child == 0:
        log.put(facts(1))
        log.close()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    log.put(facts(2))
    log.close()
    assert statuses(tmp_path / "edge.log") == ["200", "201", "202"]


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_process_that_is_forked_off_in_the_middle_of_a_line_writes_too(tmp_path: Path) -> None:
    log = AccessLog(tmp_path / "edge.log", max_bytes=1 << 30)
    ended = Event()

    def flood() -> None:
        while not ended.is_set():
            if log._queue.qsize() < 100:
                log.put(facts(0))

    flooding = Thread(target=flood)
    flooding.start()
    try:
        for number in range(1, 21):
            child = os.fork()
            if child == 0:
                log.put(facts(number))
                log.close()
                os._exit(0)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        ended.set()
        flooding.join()
        log.close()
    found = statuses(tmp_path / "edge.log")
    assert [status for status in found if status != "200"] == [str(200 + number) for number in range(1, 21)]


def test_the_librarys_own_log_is_left_alone(tmp_path: Path) -> None:
    before = list(logging.getLogger("edgeware").handlers)
    AccessLog(tmp_path / "edge.log").close()
    assert logging.getLogger("edgeware").handlers == before
