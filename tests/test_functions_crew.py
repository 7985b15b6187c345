from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from functools import partial
from pathlib import Path
from threading import Timer

import pytest

from edgeware.config.model import CloudFrontFunction, Code
from edgeware.core.effects import Failure, Invoke, Invoked
from edgeware.functions.child import Child
from edgeware.functions.crew import CLOSED, Crew
from edgeware.functions.javascript import JavaScript
from edgeware.functions.pool import Call, Pool
from edgeware.functions.program import Limits, Request, Stdio
from edgeware.functions.source import Watch
from tests.stores import until
from tests.test_functions_attacks import children
from tests.test_functions_child import SCRIPTED

FUNCTION = CloudFrontFunction(name="f", code=Code(text="function handler(event) { return event.x }"))


class Scripted:
    """A program whose child does what the event's ``order`` says, and echoes it."""

    directory = "/"
    environment: Mapping[str, str] = {}
    stdio: Stdio = "pipes"

    def __init__(self, first: str = "start", command: Sequence[str] = SCRIPTED, limit: float = 20) -> None:
        self.command = command
        self.limits = Limits(start=limit, call=limit)
        self.store = None
        self.setup = first.encode()
        self.closed = 0

    def ready(self, payload: bytes) -> Invoked:
        if payload == b"fail":
            return Invoked(failure=Failure("execution", "cannot be imported"), logs=("why",))
        if payload == b"nonsense":
            raise ValueError(payload)
        return Invoked(logs=("started",) if payload == b"log" else ())

    def request(self, effect: Invoke, number: int) -> Request:
        return Request(str(effect.event["order"]).encode())

    def answer(self, payload: bytes, effect: Invoke) -> Invoked:
        if payload == b"unreadable":
            raise KeyError(payload)
        return Invoked(payload.decode()[:20], logs=("answered",) if payload == b"log" else ())

    def late(self, number: int) -> Failure:
        return Failure("timeout", "too late")

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def crew() -> Iterator[Crew]:
    some = Crew(3, 600)
    before = children()
    yield some
    some.close()
    assert children() <= before


def pool(crew: Crew, program: Scripted | JavaScript | None = None, limit: int = 1) -> Pool:
    some = Pool(program or Scripted(), Watch(Code(text="")), limit)
    crew.pools[CloudFrontFunction(name=str(id(some)), code=Code(text=""))] = some
    return some


numbers = iter(range(1, 1_000_000))


def ask(crew: Crew, pool: Pool, order: str) -> Future[Invoked]:
    """A call's answer, as a Future in any case."""
    answer = crew.call(pool, Invoke(FUNCTION, "viewer-request", {"order": order, "x": order}), next(numbers))
    if isinstance(answer, Future):
        return answer
    done: Future[Invoked] = Future()
    done.set_result(answer)
    return done


def get(crew: Crew, pool: Pool, order: str) -> Invoked:
    return ask(crew, pool, order).result(30)


def failure(crew: Crew, pool: Pool, order: str) -> Failure:
    invoked = get(crew, pool, order)
    assert invoked.failure is not None
    return invoked.failure


def only_child(pool: Pool) -> Child:
    (child,) = pool.idle
    return child


def javascript(seconds: float = 0.3) -> JavaScript:
    return JavaScript(FUNCTION, lambda: 0.0, 0, 0.05, seconds)


def spare(crew: Crew) -> Child:
    """The spare child, when it is there; it comes up after the first answer."""
    while crew._children._spare is None:
        os.sched_yield()
    return crew._children._spare


def test_the_first_call_starts_a_child_and_the_next_finds_it(crew: Crew) -> None:
    some = pool(crew)
    assert get(crew, some, "hello").output == "hello"
    pid = only_child(some).pid
    for _ in range(5):
        assert get(crew, some, "more and more").output == "more and more"
    assert only_child(some).pid == pid


def test_a_quick_answer_comes_without_a_future_and_a_slow_one_with(crew: Crew, tmp_path: Path) -> None:
    some = pool(crew)
    get(crew, some, "hello")
    quick = [crew.call(some, Invoke(FUNCTION, "viewer-request", {"order": "hello"}), next(numbers)) for _ in range(1)]
    while isinstance(quick[-1], Future):  # the machine may be busy
        quick[-1].result(30)
        quick.append(crew.call(some, Invoke(FUNCTION, "viewer-request", {"order": "hello"}), next(numbers)))
    slow = ask(crew, some, f"gate {tmp_path / 'open'}")
    assert not slow.done()
    (tmp_path / "open").touch()
    assert slow.result(30).output == f"gate {tmp_path}"[:20]


def test_calls_beyond_the_children_wait_and_beyond_the_queue_are_throttled(crew: Crew, tmp_path: Path) -> None:
    some = pool(crew, limit=2)
    order = f"gate {tmp_path / 'open'}"
    busy = [ask(crew, some, order) for _ in range(2)]
    while some.waiting:
        wait(busy, 0.001)
    waiting = [ask(crew, some, "hello") for _ in range(3)]
    refused = ask(crew, some, "hello")
    assert refused.result().failure == Failure("throttled", "3 calls of the function wait already")
    assert not any(call.done() for call in [*busy, *waiting])
    (tmp_path / "open").touch()
    assert [call.result(30).failure for call in [*busy, *waiting]] == [None] * 5
    assert some.size == 2


def test_what_a_child_wrote_when_it_started_goes_with_its_first_answer(crew: Crew) -> None:
    some = pool(crew, Scripted("log"))
    assert get(crew, some, "log").logs == ("started", "answered")
    assert get(crew, some, "log").logs == ("answered",)


@pytest.mark.parametrize(
    ("order", "text"),
    [
        ("exit 3", "the process that runs the function exited with status 3"),
        ("wrong-id", "the process that runs the function broke the protocol"),
        ("unreadable", "gave an answer that cannot be read: KeyError"),
    ],
)
def test_a_call_fails_with_its_child_and_the_next_gets_another(crew: Crew, order: str, text: str) -> None:
    some = pool(crew)
    for _ in range(2):
        refused = failure(crew, some, order)
        assert refused.kind == "execution"
        assert text in refused.message
        assert get(crew, some, "hello").output == "hello"
        before = only_child(some).pid
        failure(crew, some, order)
        assert get(crew, some, "hello").output == "hello"
        assert only_child(some).pid != before


@pytest.mark.parametrize("order", ["unreadable", "wrong-id"])
def test_a_slow_call_fails_with_its_child_as_well(crew: Crew, order: str) -> None:
    some = pool(crew)
    assert get(crew, some, f"{order} {'x' * 9_000_000}").failure is not None or order == "unreadable"
    waiting = [ask(crew, some, order) for _ in range(2)]
    assert [call.result(30).failure is not None for call in waiting] == [True, True]
    assert get(crew, some, "hello").output == "hello"


def test_a_call_that_takes_too_long_is_killed(crew: Crew) -> None:
    some = pool(crew, Scripted(limit=0.2))
    first, second = ask(crew, some, "hang"), ask(crew, some, "hang")
    for call in (first, second):
        assert call.result(30) == Invoked(failure=Failure("timeout", "too late"), seconds=0.2)


def test_a_child_that_died_idle_costs_no_call(crew: Crew) -> None:
    some = pool(crew)
    get(crew, some, "hello")
    child = only_child(some)
    child.stop()
    assert get(crew, some, "hello").output == "hello"
    assert only_child(some) is not child


def test_nobody_waits_for_a_function_that_was_slow_until_it_is_quick(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edgeware.functions.crew.QUICK", 30.0)  # on a busy machine nothing is quick
    some = pool(crew)
    get(crew, some, "hello")
    assert some.patient
    slow = ask(crew, some, "spin 0.05")
    assert not slow.done()
    assert not some.patient
    monkeypatch.setattr("edgeware.functions.crew.QUICK", 0.0)
    for order in ("hello", "hello"):
        slow.result(30)
        answer = crew.call(some, Invoke(FUNCTION, "viewer-request", {"order": order}), next(numbers))
        assert isinstance(answer, Future)
        assert answer.result(30).output == order
        assert not some.patient
    monkeypatch.setattr("edgeware.functions.crew.QUICK", 30.0)
    assert get(crew, some, "hello").output == "hello"
    assert some.patient


@pytest.mark.skipif(sys.platform != "linux", reason="no other system can do that")
def test_a_child_runs_where_its_caller_waits_and_anywhere_once_that_goes_on(crew: Crew) -> None:
    some, everywhere = pool(crew), os.sched_getaffinity(0)
    for _ in range(2):  # the first only starts it
        get(crew, some, "hello")
    child = some.idle[-1]
    child.place.follow()
    assert len(os.sched_getaffinity(child.pid)) == 1
    get(crew, some, "spin 0.05")
    assert os.sched_getaffinity(child.pid) == everywhere


def test_a_child_that_dies_before_a_waiting_call_reaches_it_costs_no_call(crew: Crew) -> None:
    some = pool(crew)
    get(crew, some, "hello")
    child, dispatcher = some.idle.pop(), crew._dispatcher
    child.stop()
    call = Call(Invoke(FUNCTION, "viewer-request", {"order": "hello"}), 1, Request(b"hello"))
    assert dispatcher is not None
    dispatcher.call(partial(crew._hand_over, some, child, [call]))
    assert call.future.result(30).output == "hello"
    assert only_child(some) is not child


# --- several calls together -------------------------------------------------------------------------------------------


def ask_all(crew: Crew, pool: Pool, *orders: str) -> list[Invoked]:
    """The answers to calls that are made together, by one child that is idle."""
    get(crew, pool, "hello")
    pool.patient = True  # whatever a busy machine made of the call before
    calls = [(Invoke(FUNCTION, "viewer-request", {"order": order, "x": order}), next(numbers)) for order in orders]
    answers = crew.call_all(pool, calls)
    return [answer.result(30) if isinstance(answer, Future) else answer for answer in answers]


def outputs(answers: Sequence[Invoked]) -> list[object]:
    return [answer.output if answer.failure is None else answer.failure.message for answer in answers]


def test_calls_that_are_made_together_have_each_its_answer(crew: Crew) -> None:
    some = pool(crew)
    orders = [f"order {number}" for number in range(20)]
    assert outputs(ask_all(crew, some, *orders)) == orders
    child = only_child(some)
    assert outputs(ask_all(crew, some, "alone")) == ["alone"]
    assert only_child(some) is child


def test_javascript_answers_all_calls_of_a_moment(crew: Crew) -> None:
    some = pool(crew, javascript())
    orders = [f"order {number}" for number in range(20)]
    assert outputs(ask_all(crew, some, *orders)) == orders


def test_calls_that_wait_for_a_quick_function_need_one_child(crew: Crew) -> None:
    some = pool(crew, javascript(), limit=2)
    waiting = [ask(crew, some, order) for order in "abc"]
    assert [call.result(30).output for call in waiting] == ["a", "b", "c"]
    assert some.size == 1


def test_calls_that_are_made_together_may_be_larger_than_a_pipe(crew: Crew) -> None:
    orders = [f"{number} {'x' * 50_000}" for number in range(8)]
    assert outputs(ask_all(crew, pool(crew), *orders)) == [order[:20] for order in orders]


def test_calls_that_are_made_together_wait_for_a_child_as_others_do(crew: Crew) -> None:
    calls = [(Invoke(FUNCTION, "viewer-request", {"order": f"{number}"}), next(numbers)) for number in range(5)]
    answers = [one.result(30) if isinstance(one, Future) else one for one in crew.call_all(pool(crew), calls)]
    throttled = "3 calls of the function wait already"
    assert outputs(answers) == ["0", "1", "2", throttled, throttled]


def test_calls_behind_a_slow_one_have_their_answers_after_it(crew: Crew, tmp_path: Path) -> None:
    some, path = pool(crew), tmp_path / "open"
    Timer(0.05, path.touch).start()
    answers = ask_all(crew, some, "hello", f"gate {path}", "more", "pieces", "and more")
    assert outputs(answers) == ["hello", f"gate {path}"[:20], "more", "ok", "and more"]
    assert outputs(ask_all(crew, some, "hello")) == ["hello"]


@pytest.mark.parametrize(
    ("order", "text"),
    [
        ("exit 3", "the process that runs the function exited with status 3"),
        ("wrong-id", "the process that runs the function broke the protocol"),
        ("again", "the process that runs the function broke the protocol"),
        ("unreadable", "gave an answer that cannot be read: KeyError"),
    ],
)
@pytest.mark.parametrize("slow", [False, True], ids=["quick", "slow"])
def test_a_child_that_breaks_fails_only_the_call_that_it_was(crew: Crew, order: str, text: str, slow: bool) -> None:
    some = pool(crew)
    first = "spin 0.05" if slow else "hello"
    answers = ask_all(crew, some, first, "hello", order, "more", "and more")
    found = outputs(answers)
    # A second answer is out before it is known to be one too many: its call has the first.
    assert text in str(found[2]) or order == "again"
    assert found[:2] + found[3:] == [first, "hello", "more", "and more"]
    assert outputs(ask_all(crew, some, "hello")) == ["hello"]


def test_a_call_that_takes_too_long_does_not_take_the_others_with_it(crew: Crew) -> None:
    some = pool(crew, Scripted(limit=1))
    late, *others = ask_all(crew, some, "spin 60", "hello", "more")
    assert late == Invoked(failure=Failure("timeout", "too late"), seconds=1)
    assert outputs(others) == ["hello", "more"]


def test_a_run_that_only_a_kill_ends_does_not_take_the_others_with_it_however_they_came_together(crew: Crew) -> None:
    text = "function handler(event) { if (event.x === 'b') /(a+)+$/.test('a'.repeat(40) + 'b'); return event.x }"
    function = CloudFrontFunction(name="f", code=Code(text=text))
    some = pool(crew, JavaScript(function, lambda: 0.0, 0, 0.05, 0.3))
    for _ in range(2):  # they wait for the first child; they are made together
        calls = [(Invoke(FUNCTION, "viewer-request", {"x": x}), next(numbers)) for x in "abc"]
        answers = [one.result(30) if isinstance(one, Future) else one for one in crew.call_all(some, calls)]
        assert [answer.output for answer in answers] == ["a", None, "c"]
        assert answers[1].failure is not None
        assert answers[1].failure.kind == "timeout"
        get(crew, some, "a")
        some.patient = True


def test_calls_that_are_made_together_go_to_a_child_that_lives(crew: Crew) -> None:
    some = pool(crew)
    get(crew, some, "hello")
    only_child(some).stop()
    calls = [(Invoke(FUNCTION, "viewer-request", {"order": order}), next(numbers)) for order in ("hello", "more")]
    answers = [one.result(30) if isinstance(one, Future) else one for one in crew.call_all(some, calls)]
    assert outputs(answers) == ["hello", "more"]


def test_closing_fails_all_calls_that_were_made_together(crew: Crew) -> None:
    some = pool(crew)
    get(crew, some, "hello")
    calls = [(Invoke(FUNCTION, "viewer-request", {"order": "spin 60"}), next(numbers)) for _ in range(3)]
    answers = crew.call_all(some, calls)
    crew.close()
    closed = Invoked(failure=Failure("execution", CLOSED))
    assert [one.result(30) if isinstance(one, Future) else one for one in answers] == [closed] * 3


# --- the start --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "text"),
    [
        (Scripted("fail"), "cannot be imported"),
        (Scripted("nonsense"), "gave an answer that cannot be read: ValueError"),
        (Scripted("exit 1"), "exited with status 1"),
        (Scripted("hang", limit=0.1), "was not ready to run within 0.1 s"),
        (Scripted(command=["/nowhere/python"]), "no process could be started: .*nowhere"),
        (Scripted("x" * 1_000_000, command=["true"]), "exited with status 0"),
    ],
    ids=["fails", "nonsense", "exits", "hangs", "no program", "exits at once"],
)
def test_a_function_that_cannot_start_fails_every_call_that_waits(crew: Crew, program: Scripted, text: str) -> None:
    some = pool(crew, program, limit=2)
    for _ in range(2):
        for call in [ask(crew, some, "hello") for _ in range(3)]:
            refused = call.result(30).failure
            assert refused is not None
            assert refused.kind == "execution"
            assert re.search(text, refused.message)


def test_what_was_written_before_a_failed_start_is_told(crew: Crew) -> None:
    assert get(crew, pool(crew, Scripted("fail")), "hello").logs == ("why",)


def test_other_code_ends_idle_children_at_once_and_busy_ones_when_they_are_through(crew: Crew, tmp_path: Path) -> None:
    before, after = Scripted(), Scripted()
    some = pool(crew, before, limit=2)
    get(crew, some, "hello")
    busy = ask(crew, some, f"gate {tmp_path / 'open'}")
    crew.reload(some, after)
    assert get(crew, some, "hello").output == "hello"
    (tmp_path / "open").touch()
    assert busy.result(30).failure is None
    get(crew, some, "hello")
    assert [child.program for child in some.idle] == [after] * len(some.idle)
    crew.close()
    assert (before.closed, after.closed) == (1, 1)


def test_children_that_are_not_needed_end_but_for_one(tmp_path: Path) -> None:
    crew = Crew(10, 0.05)
    some = pool(crew, limit=3)
    order = f"gate {tmp_path / 'open'}"
    calls = [ask(crew, some, order) for _ in range(3)]
    while some.waiting:
        wait(calls, 0.001)
    (tmp_path / "open").touch()
    wait(calls, 30)
    while len(some.idle) > 1 or some.size > 1:
        wait([ask(crew, some, "hello")], 30)
    crew.close()


# --- the end ----------------------------------------------------------------------------------------------------------


def test_closing_ends_everything_and_fails_what_is_not_answered() -> None:
    before = children()
    crew = Crew(10, 600)
    some, other = pool(crew, limit=1), pool(crew, javascript())
    get(crew, other, "hello")
    spare(crew)
    calls = [ask(crew, some, "hang") for _ in range(3)]
    while len(some.waiting) == 3:
        wait(calls, 0.001)
    crew.close()
    closed = Invoked(failure=Failure("execution", CLOSED))
    assert [call.result(0) for call in calls] == [closed] * 3
    assert get(crew, some, "hello") == closed
    assert get(crew, other, "hello") == closed
    assert children() == before
    crew.close()


def test_a_call_that_turns_out_slow_when_all_is_closed_fails(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    some = pool(crew)
    get(crew, some, "hello")
    child = only_child(some)
    real = Child.wait

    def close_meanwhile(waiting: Child, milliseconds: int, **_: bool) -> bool:
        crew._closed = True  # what another thread does first
        return real(waiting, 0) and False

    monkeypatch.setattr(Child, "wait", close_meanwhile)
    assert failure(crew, some, "hang") == Failure("execution", CLOSED)
    assert child.process.returncode == -signal.SIGKILL


def test_a_child_that_answers_when_all_is_closed_ends(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    some = pool(crew)
    get(crew, some, "hello")
    child = only_child(some)
    real = Child.wait

    def close_meanwhile(waiting: Child, milliseconds: int, **_: bool) -> bool:
        crew._closed = True
        return real(waiting, 20_000)

    monkeypatch.setattr(Child, "wait", close_meanwhile)
    assert get(crew, some, "hello").output == "hello"
    assert child.process.returncode == -signal.SIGKILL


def test_forgetting_closes_what_a_forked_process_inherits() -> None:
    crew = Crew(10, 600)
    some = pool(crew)
    get(crew, some, "hello")
    child = only_child(some)
    dispatcher = crew._dispatcher
    assert dispatcher is not None
    dispatcher.call(dispatcher._stop)
    dispatcher._thread.join()  # a fork leaves all threads but its own behind
    descriptors = set(Path("/proc/self/fd").iterdir())
    crew.forget()
    assert len(descriptors - set(Path("/proc/self/fd").iterdir())) == 5, "two pipes, two more, and what waits for them"
    assert os.waitpid(child.pid, 0)[1] == 0, "it reads the end of its input, and ends"


def test_forgetting_before_anything_began_is_nothing() -> None:
    Crew(10, 600).forget()


def test_who_waits_stays_beside_the_child_unless_another_is_at_work_for_long(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    some, other = pool(crew), pool(crew)
    for one in (some, other):
        get(crew, one, "hello")
    real, stays = Child.wait, []

    def noted(waiting: Child, milliseconds: int, *, beside: bool = False) -> bool:
        stays.append(beside)
        return real(waiting, milliseconds, beside=beside)

    def waits(order: str, *, quiet: bool) -> list[bool]:
        until(lambda: crew._is_quiet is quiet, "what the dispatcher waits for")
        stays.clear()
        some.patient = True  # whatever a busy machine made of the call before
        get(crew, some, order)
        return stays[:1]

    monkeypatch.setattr(Child, "wait", noted)
    assert waits("hello", quiet=True) == [True]
    ask(crew, other, "hang")
    assert waits("hello", quiet=False) == [False]
