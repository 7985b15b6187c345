from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edgeware.functions.child import BrokenChildError, Child
from edgeware.functions.program import Request

SCRIPTED = (sys.executable, "-I", str(Path(__file__).parent / "fixtures" / "functions" / "scripted_child.py"))


@pytest.fixture
def child() -> Iterator[Child]:
    some = Child(SCRIPTED)
    yield some
    some.kill()


def answer(child: Child) -> bytes:
    while (payload := child.receive()) is None:
        assert child.wait(10_000)
    return payload


def test_a_request_is_answered(child: Child) -> None:
    for number, payload in enumerate([b"hello", b"", b"\x00\xff"[:1]]):
        child.send(number, payload)
        assert answer(child) == payload


def test_nothing_to_read_is_no_answer_yet(child: Child) -> None:
    assert not child.wait(0)
    assert child.receive() is None


def test_an_answer_may_come_in_pieces(child: Child) -> None:
    child.send(7, b"pieces")
    assert answer(child) == b"ok"


def test_large_payloads_pass_both_ways_without_a_call_that_blocks(child: Child) -> None:
    child.send(1, b"large 3000000 " + b"x" * 3_000_000)
    while not child.flush():
        assert not child.wait(1)
    assert answer(child) == b"x" * 3_000_000


@pytest.mark.parametrize("order", ["wrong-id", "twice", "too-long"])
def test_what_is_not_one_answer_to_the_request_breaks_the_child(child: Child, order: str) -> None:
    child.send(1, order.encode())
    with pytest.raises(BrokenChildError, match="protocol"):
        answer(child)


def test_a_second_answer_to_one_request_is_not_taken_for_the_answer_to_the_next(child: Child) -> None:
    def ask_twice() -> None:
        child.send(1, b"again")
        answer(child)  # the second may have come with the first
        child.send(2, b"hello")
        answer(child)

    with pytest.raises(BrokenChildError, match="protocol"):
        ask_twice()


def test_a_child_that_exits_says_how(child: Child) -> None:
    child.send(1, b"exit 3")
    with pytest.raises(BrokenChildError, match="exited with status 3"):
        answer(child)


def test_a_child_that_is_ended_says_by_what(child: Child) -> None:
    os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(BrokenChildError, match="was ended by SIGKILL"):
        answer(child)


def test_a_child_that_only_closes_its_pipe_is_ended(child: Child) -> None:
    child.send(1, b"close")
    with pytest.raises(BrokenChildError, match="closed its pipe"):
        answer(child)
    assert child.process.returncode == -signal.SIGKILL


def test_a_child_that_is_gone_takes_no_request(child: Child) -> None:
    child.stop()
    with pytest.raises(BrokenChildError, match="was ended by SIGKILL"):
        child.send(1, b"hello")


def test_processor_time_is_told_while_it_lives(child: Child) -> None:
    child.send(1, b"spin 0.05")
    answer(child)
    used = child.processor_time()
    assert used is not None
    assert used > 0.05
    child.stop()
    assert child.processor_time() is None


def test_a_forgotten_child_reads_the_end_and_ends() -> None:
    forgotten = Child(SCRIPTED)
    end = os.pidfd_open(forgotten.pid) if sys.platform == "linux" else -1
    forgotten.forget()
    assert os.waitid(os.P_PIDFD, end, os.WEXITED) is not None
    os.close(end)


def test_a_child_runs_where_and_with_what_it_is_told(tmp_path: Path) -> None:
    script = "import os; os.write(1, os.read(0, 12)); os.read(0, 1)"
    some = Child([sys.executable, "-c", script], str(tmp_path), {"TMPDIR": "/x"})
    some.send(0, b"")
    assert answer(some) == b""
    process = Path("/proc", str(some.pid))
    assert process.joinpath("cwd").readlink() == tmp_path
    assert b"TMPDIR=/x" in process.joinpath("environ").read_bytes()
    assert os.getsid(some.pid) == some.pid
    some.kill()


def test_a_child_that_runs_nothing_yet_has_no_program(child: Child) -> None:
    assert child.program is None
    with pytest.raises(AssertionError):
        print(child.running)


def test_killing_may_be_repeated(child: Child) -> None:
    child.send(1, b"hang")
    child.kill()
    child.kill()
    assert child.process.returncode == -signal.SIGKILL


# --- a child whose standard streams are its own -----------------------------------------------------------------------

TALKING = """
import os, sys
from_parent, to_parent = map(int, sys.argv[1:])
os.write(1, b"out\\n")
os.write(2, b"err\\n")
os.write(to_parent, os.read(from_parent, 12))
sys.exit(os.read(from_parent, 1) != b"")
"""


def test_what_a_child_writes_is_its_log_also_after_its_end() -> None:
    some = Child([sys.executable, "-c", TALKING], stdio="log")
    some.send(0, b"")
    assert answer(some) == b""
    assert some.written() == ("out", "err")
    assert some.written() == ()
    assert Path("/proc", str(some.pid), "fd", "0").readlink() == Path(os.devnull)
    some.logs = ("before",)
    with Path("/proc", str(some.pid), "fd", "1").open("ab") as written_to:
        written_to.write(b"last")
    some.kill()
    assert some.written() == ("before", "last")


def test_a_child_may_have_the_streams_of_its_parent(capfd: pytest.CaptureFixture[str]) -> None:
    some = Child([sys.executable, "-c", TALKING], stdio="terminal")
    some.send(0, b"")
    assert answer(some) == b""
    assert capfd.readouterr() == ("out\n", "err\n")
    assert some.written() == ()
    some.kill()


def test_the_system_ends_a_child_that_uses_more_processor_time_than_allowed(child: Child) -> None:
    child.allow(0)
    child.send(1, b"spin 60")
    with pytest.raises(BrokenChildError, match="was ended by SIGXCPU"):
        answer(child)
    child.allow(0)  # nothing is left to be limited


def test_a_limit_may_be_lifted(child: Child) -> None:
    child.allow(60)
    assert resource.prlimit(child.pid, resource.RLIMIT_CPU)[0] == 481
    child.allow(None)
    assert resource.prlimit(child.pid, resource.RLIMIT_CPU) == resource.getrlimit(resource.RLIMIT_CPU)


def test_a_command_that_is_not_there_leaves_nothing_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for stdio in ("pipes", "log", "terminal"):
        with pytest.raises(FileNotFoundError):
            Child([str(tmp_path / "nowhere")], stdio=stdio)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_system_without_limits_of_other_processes_has_none(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(resource, "prlimit")
    child.allow(0)
    child.send(1, b"spin 0.01")
    assert answer(child) == b"spin 0.01"


def test_several_requests_are_answered_in_their_order(child: Child) -> None:
    payloads = [b"hello", b"pieces", b"", b"large 100000", b"more"]
    child.send_all([(number, Request(payload)) for number, payload in enumerate(payloads, 5)])
    assert [answer(child) for _ in payloads] == [b"hello", b"ok", b"", b"x" * 100_000, b"more"]
    assert not child.has_received
    child.send(1, b"hello")
    assert answer(child) == b"hello"


@pytest.mark.parametrize("order", [b"twice", b"again", b"wrong-id"])
def test_an_answer_to_another_of_several_requests_breaks_the_protocol(child: Child, order: bytes) -> None:
    child.send_all([(1, Request(b"hello")), (2, Request(order)), (3, Request(b"more"))])
    assert answer(child) == b"hello"
    with pytest.raises(BrokenChildError, match="broke the protocol"):
        print(answer(child), answer(child))
