"""The workers from outside: what they run, and that no process outlives its use."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from edgeware.config.model import CloudFrontFunction, Code, LambdaFunction
from edgeware.core.effects import Failure, Invoke, Invoked
from edgeware.exceptions import FunctionError
from edgeware.functions import workers as workers_module
from edgeware.functions.workers import Workers
from tests.test_functions_attacks import children

EVENT: dict[str, Any] = {"request": {"uri": "/"}}


@pytest.fixture(autouse=True)
def _private(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("private")))


@pytest.fixture
def workers() -> Iterator[Workers]:
    before = children()
    with Workers() as some:
        yield some
    assert children() <= before
    assert list(Path(tempfile.gettempdir()).iterdir()) == []


def javascript(text: str | None = None, path: Path | None = None) -> CloudFrontFunction:
    return CloudFrontFunction(name="tag", code=Code(text=text, path=path))


def python(
    text: str | None = None, path: Path | None = None, timeout: int = 20, handler: str = "index.handler"
) -> LambdaFunction:
    code = Code(text=text, path=path)
    return LambdaFunction(name="auth", code=code, runtime="python3.13", handler=handler, timeout=timeout)


def call(workers: Workers, function: CloudFrontFunction | LambdaFunction, event: dict[str, Any] = EVENT) -> Invoked:
    answer = workers.invoke(Invoke(function, "viewer-request", event))
    return answer.result(60) if isinstance(answer, Future) else answer


def save(path: Path, text: str, modified: int) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (modified, modified))


# --- what they run ----------------------------------------------------------------------------------------------------


def test_functions_of_both_kinds_run_side_by_side(workers: Workers) -> None:
    for _ in range(2):
        assert call(workers, javascript("function handler(event) { return event.request.uri }")).output == "/"
        assert call(workers, python("def handler(event, context): return event['request']['uri']")).output == "/"


def test_equal_functions_share_their_children(workers: Workers) -> None:
    before = children()
    for _ in range(4):
        call(workers, javascript("function handler(event) { return 1 }"))
    assert len(children() - before) <= 2


def test_state_of_a_lambda_function_lives_as_long_as_its_process(workers: Workers) -> None:
    counter = python(
        "n = 0\ndef handler(event, context):\n    global n\n    n += 1\n    print('call', n)\n    return n"
    )
    runs = [call(workers, counter) for _ in range(3)]
    assert [(invoked.output, invoked.logs) for invoked in runs] == [(n, (f"call {n}",)) for n in (1, 2, 3)]


def test_a_lambda_function_that_takes_too_long_is_killed_and_starts_anew(workers: Workers) -> None:
    slow = python(
        "n = 0\ndef handler(event, context):\n    global n\n    n += 1\n    while 'hang' in event: pass\n    return n",
        timeout=1,
    )
    assert call(workers, slow).output == 1
    assert call(workers, slow).output == 2
    failure = call(workers, slow, {"hang": True}).failure
    assert failure is not None
    assert failure.kind == "timeout"
    assert failure.message.endswith(" Task timed out after 1.00 seconds")
    assert call(workers, slow).output == 1


def test_a_lambda_function_that_ends_its_process_fails_its_call_only(workers: Workers) -> None:
    exits = python("import os\ndef handler(event, context):\n    if event.get('exit'): os._exit(3)\n    return 1")
    failure = call(workers, exits, {"exit": True}).failure
    assert failure == Failure("execution", "the process that runs the function exited with status 3")
    assert call(workers, exits).output == 1


def test_a_lambda_function_that_cannot_be_imported_fails_with_its_reason_and_place(
    workers: Workers, tmp_path: Path
) -> None:
    (tmp_path / "index.py").write_text("import nowhere_at_all\n")
    failure = call(workers, python(path=tmp_path)).failure
    assert failure is not None
    assert "nowhere_at_all" in failure.message
    assert failure.where == f"{tmp_path}/index.py:1"


def test_many_threads_may_call_at_once(workers: Workers) -> None:
    echo = javascript("function handler(event) { return event.n }")
    wrong: list[object] = []

    def ask(start: int) -> None:
        for n in range(start, start + 200):
            if (output := call(workers, echo, {"n": n}).output) != n:
                wrong.append((n, output))

    threads = [threading.Thread(target=ask, args=(1000 * number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_what_production_refuses_to_run_needs_no_process_and_runs_once_it_is_mended(
    workers: Workers, tmp_path: Path
) -> None:
    before = children()
    path = tmp_path / "fn.js"
    save(path, "class A {}", 1)
    failure = call(workers, javascript(path=path)).failure
    assert failure == Failure("syntax", 'SyntaxError: Token "class" not supported in this version in 1', f"{path}:1")
    assert children() == before
    save(path, "function handler() { return 1 }", 2)
    assert call(workers, javascript(path=path)).output == 1
    save(path, "function* handler() {}", 3)
    assert call(workers, javascript(path=path)).failure is not None


def test_the_time_of_functions_is_the_clocks() -> None:
    with Workers(clock=lambda: 12.5) as some:
        assert call(some, javascript("function handler() { return Date.now() }")).output == 12500


def test_without_a_clock_the_time_is_the_worlds(workers: Workers) -> None:
    output = call(workers, javascript("function handler() { return new Date().getFullYear() }")).output
    assert isinstance(output, int)
    assert output >= 2026


def test_the_limits_may_be_set() -> None:
    with Workers(soft_limit=0.01, function_children=1, queue_limit=0) as some:
        endless = some.invoke(Invoke(javascript("function handler() { for (;;); }"), "viewer-request", EVENT))
        assert isinstance(endless, Invoked)
        assert endless.failure is not None
        assert endless.failure.kind == "throttled"


@pytest.mark.parametrize(("here", "children"), [(1, 2), (3, 3), (64, 4)])
def test_a_function_that_only_computes_has_hardly_more_processes_than_there_are_processors(
    monkeypatch: pytest.MonkeyPatch, here: int, children: int
) -> None:
    monkeypatch.setattr("edgeware.functions.workers.processors", lambda: here)
    with Workers() as some:
        call(some, javascript("function handler(event) { return event.request }"))
        (pool,) = some._crew.pools.values()
        assert pool.limit == children


def test_lambda_functions_beyond_the_concurrency_are_throttled() -> None:
    waits = python(
        "import time\ndef handler(event, context):\n    while 'hang' in event: pass\n    return 1", timeout=1
    )
    with Workers(lambda_concurrency=1) as some:
        assert call(some, waits).output == 1
        first = some.invoke(Invoke(waits, "viewer-request", {"hang": True}))
        assert isinstance(first, Future)
        for function in (waits, python("def handler(event, context): return 2")):
            throttled = call(some, function).failure
            assert throttled == Failure("throttled", "1 Lambda@Edge functions run already, the limit that was set")
        assert call(some, javascript("function handler() { return 3 }")).output == 3
        assert first.result(60).failure is not None
        assert call(some, waits).output == 1
        some.invoke(Invoke(waits, "viewer-request", EVENT))


def test_a_function_that_is_debugged_has_the_terminal_and_one_process(capfd: pytest.CaptureFixture[str]) -> None:
    prints = python("def handler(event, context):\n    print('seen')\n    return 1", timeout=1)
    before = children()
    with Workers(debugged=["auth"]) as some:
        answers = [some.invoke(Invoke(prints, "viewer-request", EVENT)) for _ in range(4)]
        runs = [answer.result(60) if isinstance(answer, Future) else answer for answer in answers]
        assert [(run.output, run.logs) for run in runs] == [(1, ())] * 4
        assert len(children() - before) == 1
    assert capfd.readouterr().out == "seen\n" * 4


# --- code that is not there, and code that changes --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (javascript(), "The function tag has no code"),
        (javascript(path=Path("/nowhere.js")), "/nowhere.js does not exist"),
        (python(), "The function auth has no code"),
        (
            LambdaFunction(name="n", code=Code(text=""), runtime="java21", handler="index.handler"),
            "which Lambda@Edge does not have",
        ),
    ],
    ids=["no code", "no file", "no lambda code", "java"],
)
def test_a_function_that_cannot_run_fails_the_check_and_every_call(
    workers: Workers, function: CloudFrontFunction | LambdaFunction, text: str
) -> None:
    with pytest.raises(FunctionError) as error:
        workers.check(function)
    assert text in str(error.value)
    assert call(workers, function).failure == Failure("execution", str(error.value))


def test_a_function_that_can_run_passes_the_check(workers: Workers) -> None:
    workers.check(javascript("anything"))
    workers.check(python("anything"))


def test_a_changed_file_runs_from_the_next_call_on(workers: Workers, tmp_path: Path) -> None:
    path = tmp_path / "tag.js"
    function = javascript(path=path)
    for number in (1, 2, 3):
        save(path, f"function handler() {{ return {number} }}", number)
        for _ in range(2):
            assert call(workers, function).output == number
    path.unlink()
    assert call(workers, function).output == 3, "an editor may be about to save it"


def test_a_changed_file_that_cannot_be_read_fails_until_it_can(workers: Workers, tmp_path: Path) -> None:
    path = tmp_path / "tag.js"
    function = javascript(path=path)
    save(path, "function handler() { return 1 }", 1)
    assert call(workers, function).output == 1
    path.write_bytes(b"\xff")
    for _ in range(2):
        failure = call(workers, function).failure
        assert failure is not None
        assert "cannot be read" in failure.message
    save(path, "function handler() { return 2 }", 2)
    assert call(workers, function).output == 2


def test_a_changed_directory_runs_soon(workers: Workers, tmp_path: Path) -> None:
    save(tmp_path / "index.py", "import part\ndef handler(event, context): return part.n", 1)
    save(tmp_path / "part.py", "n = 1", 1)
    function = python(path=tmp_path)
    assert call(workers, function).output == 1
    save(tmp_path / "part.py", "n = 22", 2)
    while call(workers, function).output == 1:
        pass
    assert call(workers, function).output == 22


# --- the life of processes --------------------------------------------------------------------------------------------


def test_after_closing_they_start_anew(workers: Workers) -> None:
    before = children()
    function = javascript("function handler() { return 1 }")
    for _ in range(2):
        assert call(workers, function).output == 1
        workers.close()
        assert children() == before
    workers.close()


def run(script: str) -> subprocess.Popen[str]:
    """A process that runs a script with everything of this module, and tells what it does on its output."""
    whole = f"import sys; sys.path.insert(0, {str(Path(__file__).parent.parent)!r})\n"
    whole += "from tests.test_functions_workers import *\n"
    whole += "def tell(value): print(json.dumps(value), flush=True)\n"
    return subprocess.Popen(
        [sys.executable, "-c", whole + script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def told(process: subprocess.Popen[str]) -> Any:
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


def end(process: subprocess.Popen[str]) -> None:
    with process:
        process.kill()


def ends(pid: int) -> bool:
    """Whether a process ends before long."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 60)[0])
    finally:
        os.close(descriptor)


BUSY = """
workers = Workers(hard_limit=1e6)
call(workers, javascript('function handler() { return 1 }'))
call(workers, python('def handler(event, context): return 1'))
"""


def test_children_end_with_a_parent_that_was_killed() -> None:
    process = run(f"{BUSY}tell(list(children())); sys.stdin.read()")
    pids = told(process)
    assert len(pids) >= 2
    end(process)
    assert all(ends(pid) for pid in pids)


@pytest.mark.parametrize("way", ["", "os.kill(os.getpid(), 2)", "1 / 0"], ids=["ends", "is interrupted", "raises"])
def test_children_end_with_a_parent_that_ends(way: str) -> None:
    with run(f"{BUSY}tell(list(children()))\n{way}") as process:
        pids = told(process)
    assert len(pids) >= 2
    assert all(ends(pid) for pid in pids)


def test_the_kernel_ends_a_native_loop_whose_parent_was_killed() -> None:
    loop = "function handler() { [].indexOf.call({ length: 2 ** 53 - 1 }, 1) }"
    script = f"""
workers = Workers(hard_limit=1e6)
workers.invoke(Invoke(javascript({loop!r}), 'viewer-request', EVENT))
while not any(Path('/proc', str(pid), 'stat').read_text().split()[13] > '9' for pid in children()): pass
tell(list(children())); sys.stdin.read()
"""
    process = run(script)
    pids = told(process)
    end(process)
    assert pids
    assert all(ends(pid) for pid in pids)


def test_a_forked_process_has_children_of_its_own() -> None:
    script = """
import warnings
warnings.simplefilter('ignore', DeprecationWarning)  # this process has a thread when it forks, as servers do
workers = Workers()
function = javascript('function handler(event) { return event.n }')
call(workers, function, {'n': 0})
before = children()
pid = os.fork()
mine = before if pid else set()
outputs = [call(workers, function, {'n': n}).output for n in range(20)]
tell([bool(pid), outputs, sorted(children() - {pid} - before), sorted(before)])
if pid:
    sys.stdin.read()
    os._exit(0)
sys.stdin.read()
"""
    process = run(script)
    first, second = told(process), told(process)
    parent, fork = (first, second) if first[0] else (second, first)
    assert parent[1] == fork[1] == list(range(20))
    assert fork[2], "it has started its own"
    assert not set(fork[2]) & set(parent[3])
    process.kill()  # the fork lives on, and must not keep its parent's children alive
    assert all(ends(pid) for pid in parent[3])
    assert not any(select.select([os.pidfd_open(pid)], [], [], 0)[0] for pid in fork[2])
    end(process)
    assert all(ends(pid) for pid in fork[2])


def test_what_a_forked_process_does_at_once_leaves_the_workers_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    with Workers() as some:
        monkeypatch.setattr(workers_module, "_everyone", {some})
        workers_module._forget_all()
        assert call(some, javascript("function handler() { return 1 }")).output == 1
