"""The child process of functions in Node.js, asked from outside."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests import lambda_child
from tests.lambda_child import NodeChild

OLDER, NEWER = 22, 24
BOTH = pytest.mark.parametrize("generation", [OLDER, NEWER])
REQUEST_ID = "0a1b2c3d-0000-4000-8000-000000000001"


@pytest.fixture(autouse=True, params=sorted(filter(None, map(shutil.which, ["node", "node24"]))), ids=os.path.basename)
def _node(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each Node.js that is here runs both generations: the name of the runtime chooses between them."""
    monkeypatch.setattr(lambda_child, "NODE", request.param)


def run(tmp_path: Path, code: str | dict[str, str], generation: int = OLDER, handler: str = "index.handler") -> Any:
    """What a child answers to one event, or to the first frame where it does not come up."""
    with NodeChild(tmp_path, code, handler, generation) as child:
        return child.started if "failure" in child.started else child.call({"n": 1})


# --- how a handler ends -----------------------------------------------------------------------------------------------

WRITTEN = {"c": "1970-01-01T00:00:00.000Z", "d": None}
OUTPUTS: list[tuple[str, object, object]] = [
    # the handler, its output up to nodejs22.x, and from nodejs24.x on ("fails" where it has none)
    ("async (event) => event", {"n": 1}, {"n": 1}),
    ("async () => {}", None, None),
    ("(event) => event", None, {"n": 1}),
    ("() => {}", None, None),
    ("(event) => Promise.resolve(event)", {"n": 1}, {"n": 1}),
    ("() => ({ then(use) { use(5); } })", 5, 5),
    ("(event, context, callback) => callback(null, event)", {"n": 1}, "fails"),
    ("(event, context, callback) => { callback(); }", None, "fails"),
    ("(event, context, callback) => setTimeout(callback, 5, null, 'late')", "late", "fails"),
    ("(event, context, callback) => { callback(null, 1); callback(null, 2); }", 1, "fails"),
    ("(event, context, callback) => { callback(null, 1); context.succeed(2); }", 1, "fails"),
    ("async (event, context, callback) => { callback(null, 1); return 2; }", 1, "fails"),
    ("(event, context, callback) => {}", None, "fails"),
    ("(event, context) => context.succeed(3)", 3, "fails"),
    ("(event, context) => context.done(null, 4)", 4, "fails"),
    ("(event, context) => context.done(new Error('no'))", "fails", "fails"),
    ("(event, context) => context.fail(new Error('no'))", "fails", "fails"),
    ("(event, context) => context.fail()", "fails", "fails"),
    ("(event, context, callback) => callback('no')", "fails", "fails"),
    ("(event, context, callback) => callback(0)", "fails", "fails"),
    ("() => { throw new Error('no'); }", "fails", "fails"),
    ("async () => { throw new Error('no'); }", "fails", "fails"),
    ("() => Promise.reject(new Error('no'))", "fails", "fails"),
    ("async () => new Promise(() => {})", "fails", "fails"),
    ("() => new Promise(() => {})", None, "fails"),
    ("async () => 10n", "fails", "fails"),
    ("async () => { const own = {}; own.own = own; return own; }", "fails", "fails"),
    ("async () => ({ toJSON() { throw new Error('no'); } })", "fails", "fails"),
    ("async () => ({ a: undefined, b: () => 1, c: new Date(0), d: NaN })", WRITTEN, WRITTEN),
]


@pytest.mark.parametrize(("handler", "older", "newer"), OUTPUTS, ids=[row[0] for row in OUTPUTS])
def test_the_two_generations_take_a_handlers_end_each_in_its_way(
    handler: str, older: object, newer: object, tmp_path: Path
) -> None:
    for generation, expected in ((OLDER, older), (NEWER, newer)):
        (place := tmp_path / str(generation)).mkdir()
        reply = run(place, f"exports.handler = {handler};", generation)
        assert reply.get("output", "fails") == expected, reply
        assert ("failure" in reply) is (expected == "fails")


@BOTH
def test_a_result_that_is_no_json_is_told_apart_from_null(generation: int, tmp_path: Path) -> None:
    reply = run(tmp_path, "exports.handler = async () => () => 1", generation)
    assert (reply["output"], reply["unparsable"]) == (None, True)


def test_a_result_that_counts_for_nothing_is_noticed_in_the_log(tmp_path: Path) -> None:
    assert "unless it is async" in run(tmp_path, "exports.handler = (event) => event")["logs"][0]


def test_a_callback_waits_for_an_empty_event_loop_unless_it_is_told_not_to(tmp_path: Path) -> None:
    code = """
        exports.handler = (event, context, callback) => {
            context.callbackWaitsForEmptyEventLoop = event.waits;
            setTimeout(() => console.log("after", context.callbackWaitsForEmptyEventLoop), 20);
            callback(null, "done");
        };
    """
    with NodeChild(tmp_path, code) as child:
        waited = child.call({"waits": True})
        assert (waited["output"], len(waited["logs"])) == ("done", 1)
        at_once = child.call({"waits": False})
        assert (at_once["output"], at_once["logs"]) == ("done", [])


def test_a_timer_that_an_earlier_call_left_delays_a_callback(tmp_path: Path) -> None:
    code = """
        exports.handler = (event, context, callback) => {
            if (event) return Promise.resolve(setTimeout(() => console.log("left over"), 100)[0]);
            callback(null, 1);
        };
    """
    with NodeChild(tmp_path, code) as child:
        assert child.call(1)["logs"] == []
        assert "left over" in child.call()["logs"][0]


@BOTH
def test_state_lives_on_in_the_process(generation: int, tmp_path: Path) -> None:
    code = "let n = 0;\nconsole.log('init');\nexports.handler = async () => ++n;"
    with NodeChild(tmp_path, code, generation=generation) as child:
        assert child.started["logs"][0].endswith("\tINFO\tinit")
        assert [child.output() for _ in range(3)] == [1, 2, 3]


# --- what goes wrong --------------------------------------------------------------------------------------------------


@BOTH
def test_a_failure_names_the_error_and_its_place(generation: int, tmp_path: Path) -> None:
    code = "function inner() {\n  throw new RangeError('too\\nfar');\n}\nexports.handler = async () => inner();"
    reply = run(tmp_path, code, generation)
    failure = reply["failure"]
    place = f"{tmp_path}/code/index.js"
    assert (failure["kind"], failure["message"], failure["where"]) == (
        "execution",
        "RangeError: too\nfar",
        f"{place}:2",
    )
    error = failure["error"]
    assert (error["errorType"], error["errorMessage"], error["requestId"]) == ("RangeError", "too\nfar", REQUEST_ID)
    assert error["stackTrace"][-1].startswith("    at exports.handler")
    (line,) = reply["logs"]
    assert re.match(rf'\S+Z\t{REQUEST_ID}\tERROR\tInvoke Error \t{{"errorType":"RangeError","errorMessage":', line)


@pytest.mark.parametrize("generation", [OLDER, NEWER])
@pytest.mark.parametrize("name", ["index.mjs", "with space/index.mjs"])
def test_a_failure_in_an_es_module_has_a_place_too(name: str, generation: int, tmp_path: Path) -> None:
    code = "\n\nexport const handler = async () => { throw new Error('no'); };"
    reply = run(tmp_path, {name: code}, generation, name.removesuffix("mjs") + "handler")
    assert reply["failure"]["where"] == f"{tmp_path}/code/{name}:3"


@pytest.mark.parametrize(
    "value", ["'text'", "5", "null", "undefined", "{ get name() { throw 1; }, stack: '', message: '' }"]
)
def test_anything_may_be_thrown(value: str, tmp_path: Path) -> None:
    reply = run(tmp_path, f"exports.handler = async () => {{ throw {value}; }};", NEWER)
    assert reply["failure"]["kind"] == "execution"
    assert reply["failure"]["where"] is None


@pytest.mark.parametrize(
    ("files", "handler", "generation", "message"),
    [
        ({"index.js": "exports.other = 1"}, "index.handler", OLDER, "Runtime.HandlerNotFound: index.handler is un"),
        ({"index.js": "exports.handler = 1"}, "index.handler", NEWER, "Runtime.HandlerNotFound: index.handler is not"),
        ({"index.js": ""}, "index.a.b.handler", OLDER, "Runtime.HandlerNotFound: index.a.b.handler is undefined"),
        ({"index.js": ""}, "other.handler", OLDER, "Runtime.ImportModuleError: Error: Cannot find module 'other'"),
        ({"index.js": ""}, "other.handler", NEWER, "Runtime.ImportModuleError: Error: Cannot find module 'other'"),
        ({"index.js": "require('./x')"}, "index.handler", OLDER, "Runtime.ImportModuleError: Error: Cannot find"),
        ({"index.mjs": "import './x.mjs'"}, "index.handler", NEWER, "Runtime.ImportModuleError: Error: Cannot find"),
        ({"index.js": "const = 1"}, "index.handler", OLDER, "Runtime.UserCodeSyntaxError: Syntax"),
        ({"index.mjs": "const = 1"}, "index.handler", NEWER, "Runtime.UserCodeSyntaxError: Syntax"),
        ({"index.js": "export const handler = 1"}, "index.handler", OLDER, "Runtime.UserCodeSyntaxError: Syntax"),
        ({"index.js": ""}, "handler", OLDER, "Runtime.MalformedHandlerName: Bad handler 'handler'"),
        ({"index.js": ""}, "../index.handler", OLDER, "Runtime.MalformedHandlerName: '../index.handler' is not"),
        ({"index.js": "exports.handler = (a, b, c) => 1"}, "index.handler", NEWER, "Runtime.CallbackHandlerDeprecated"),
        ({"index.js": "throw new TypeError('at init')"}, "index.handler", OLDER, "TypeError: at init"),
        ({"index.js": "throw undefined"}, "index.handler", OLDER, "undefined: undefined"),
        ({"index.js": "awslambda.streamifyResponse(() => 1)"}, "index.handler", NEWER, "Error: Lambda@Edge has no res"),
        ({"index.js": "", "package.json": "{"}, "index.handler", OLDER, "Runtime.UserCodeSyntaxError: Syntax"),
    ],
)  # fmt: skip
def test_a_function_that_does_not_come_up_says_why(
    files: dict[str, str], handler: str, generation: int, message: str, tmp_path: Path
) -> None:
    with NodeChild(tmp_path, files, handler, generation) as child:
        assert child.started["failure"]["message"].startswith(message)
        assert "\tERROR\tUncaught Exception \t" in child.started["logs"][-1]
        again = child.call()["failure"]
        assert again["message"].startswith(message), "every job gets the same answer"


@pytest.mark.parametrize("generation", [OLDER, NEWER])
@pytest.mark.parametrize(
    ("statement", "status", "message"),
    [
        ("setTimeout(() => { throw new Error('later'); })", 129, "Error: later"),
        ("process.nextTick(() => { throw 'text'; })", 129, "string: text"),
        ("Promise.reject(new Error('stray'))", 128, "Runtime.UnhandledPromiseRejection: Error: stray"),
        ("Promise.reject('stray')", 128, "Runtime.UnhandledPromiseRejection: stray"),
    ],
)
def test_an_error_that_nobody_catches_is_the_answer_and_ends_the_process(
    statement: str, status: int, message: str, generation: int, tmp_path: Path
) -> None:
    wait = "await new Promise((resolve) => setTimeout(resolve, 60_000))"
    with NodeChild(
        tmp_path, f"exports.handler = async () => {{ {statement}; {wait}; }}", generation=generation
    ) as child:
        assert child.call()["failure"]["message"] == message
        assert child.process.wait(lambda_child.PATIENCE) == status


def test_an_error_outside_of_calls_ends_the_process_and_takes_no_job_with_it(tmp_path: Path) -> None:
    code = "exports.handler = async () => { setTimeout(() => { throw new Error('later'); }); return 1; }"
    with NodeChild(tmp_path, code) as child:
        assert child.output() == 1
        assert child.process.wait(lambda_child.PATIENCE) == 129
        with pytest.raises(BrokenPipeError):
            child.send(2, {})


def test_a_function_that_exits_ends_the_process(tmp_path: Path) -> None:
    with NodeChild(tmp_path, "exports.handler = async () => process.exit(3)") as child:
        with pytest.raises(EOFError):
            child.call()
        assert child.process.wait(lambda_child.PATIENCE) == 3


# --- where a handler is found -----------------------------------------------------------------------------------------

HANDLER = "handler = async () => 'found'"
COMMON = f"exports.{HANDLER}"
MODULE = f"export const {HANDLER}"
IMPORTING = "exports.handler = async () => (await import('./part.mjs')).handler()"
AWAITING = "const made = await Promise.resolve('found');\nexport const handler = async () => made"


@pytest.mark.parametrize("generation", [OLDER, NEWER])
@pytest.mark.parametrize(
    ("files", "handler"),
    [
        ({"index.js": COMMON}, "index.handler"),
        ({"index.js": f"module.exports = {{ {HANDLER.replace('=', ':', 1)} }}"}, "index.handler"),
        ({"index.js": f"module.{COMMON}"}, "index.handler"),
        ({"index.cjs": COMMON}, "index.handler"),
        ({"index.mjs": MODULE}, "index.handler"),
        ({"index.js": MODULE, "package.json": '{"type": "module"}'}, "index.handler"),
        ({"src/index.js": MODULE, "package.json": '{"type": "module"}'}, "src/index.handler"),
        ({"src/index.js": COMMON, "package.json": '{"name": "x"}'}, "src/index.handler"),
        ({"index.js": "#!/usr/bin/env node\n" + COMMON}, "index.handler"),
        ({"index.js": "exports.a = { b: async () => 'found' }"}, "index.a.b"),
        ({"src/edge/app.js": COMMON}, "src/edge/app.handler"),
        ({"index.js": COMMON, "index.mjs": "throw 1"}, "index.handler"),
        ({"index.js": COMMON, "index/x.js": ""}, "index.handler"),
        ({"node_modules/edge/index.js": COMMON}, "edge.handler"),
        ({"index.js": "module.exports = require('dep')", "node_modules/dep/index.js": COMMON}, "index.handler"),
        ({"index.mjs": "export { handler } from 'dep'", "node_modules/dep/index.js": COMMON}, "index.handler"),
        ({"index.js": IMPORTING, "part.mjs": MODULE}, "index.handler"),
        ({"index.mjs": AWAITING}, "index.handler"),
    ],
)  # fmt: skip
def test_a_handler_is_found(files: dict[str, str], handler: str, generation: int, tmp_path: Path) -> None:
    assert run(tmp_path, files, generation, handler).get("output") == "found"


def test_only_the_newer_generation_looks_at_the_default_export(tmp_path: Path) -> None:
    code = {"index.mjs": "export default { handler: async () => 'found' }"}
    for generation, found in ((OLDER, False), (NEWER, True)):
        (place := tmp_path / str(generation)).mkdir()
        assert ("failure" not in run(place, code, generation)) is found


# --- what surrounds it ------------------------------------------------------------------------------------------------


@BOTH
def test_the_environment_is_lambdas_and_nothing_of_the_hosts(generation: int, tmp_path: Path) -> None:
    own = "offset: new Date(0).getTimezoneOffset(), cwd: process.cwd()"
    code = f"exports.handler = async () => ({{ ...process.env, {own} }})"
    found = run(tmp_path, code, generation)["output"]
    assert Path(found["TMPDIR"]).parent == tmp_path / "tmp"
    assert (found["offset"], found["cwd"]) == (0, f"{tmp_path}/code")
    assert found["_X_AMZN_TRACE_ID"] == "Root=1-0a1b2c3d-000040008000000000000001;Parent=0a1b2c3d00004000;Sampled=0"
    assert found["AWS_EXECUTION_ENV"] == f"AWS_Lambda_nodejs{generation}.x"
    known = lambda_child.variables(tmp_path, "nodejs22.x", "index.handler").keys()
    assert found.keys() - {"TMPDIR", "offset", "cwd", "_X_AMZN_TRACE_ID", "HOST_SECRET"} == known


@BOTH
def test_the_context_is_lambdas(generation: int, tmp_path: Path) -> None:
    code = """
        process.env.AWS_LAMBDA_FUNCTION_NAME = "changed";
        exports.handler = async (event, context) => ({
            ...context, left: context.getRemainingTimeInMillis(), keys: Object.keys(context),
        });
    """
    with NodeChild(tmp_path, code, generation=generation) as child:
        context = child.call(deadline_ms=10**9)["output"]
        assert child.call(deadline_ms=-5)["output"]["left"] < 0
    assert 0 < context.pop("left") <= 10**9
    assert re.fullmatch(r".*\[7\][0-9a-f]{32}", context.pop("logStreamName"))
    methods = {"callbackWaitsForEmptyEventLoop", "done", "succeed", "fail"}
    assert methods <= set(context["keys"]) if generation == OLDER else not methods & set(context["keys"])
    assert {"identity", "clientContext", "tenantId", "getRemainingTimeInMillis"} <= set(context.pop("keys"))
    context.pop("callbackWaitsForEmptyEventLoop", None)
    assert context == {
        "awsRequestId": REQUEST_ID,
        "functionName": "us-east-1.shop-auth",
        "functionVersion": "7",
        "invokedFunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:us-east-1.shop-auth:7",
        "memoryLimitInMB": "128",
        "logGroupName": "/aws/lambda/us-east-1.shop-auth",
    }


def test_the_console_writes_lambdas_lines(tmp_path: Path) -> None:
    code = """
        exports.handler = async () => {
            const levels = ["log", "debug", "info", "warn", "error", "trace"];
            for (const level of levels) console[level]("a %s", level, { b: 1 });
            console.log("two\\nlines");
            process.stdout.write("as it is\\n");
            require("node:child_process").execFileSync("echo", ["from a process"], { stdio: "inherit" });
        };
    """
    logs = run(tmp_path, code)["logs"]
    stamp = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    levels = {"log": "INFO", "debug": "DEBUG", "info": "INFO", "warn": "WARN", "error": "ERROR", "trace": "TRACE"}
    for line, (name, level) in zip(logs, levels.items(), strict=False):
        assert re.fullmatch(rf"{stamp}\t{REQUEST_ID}\t{level}\ta {name} {{ b: 1 }}", line)
    assert logs[6].endswith("\tINFO\ttwo\rlines")
    assert logs[7:] == ["as it is", "from a process"]


def test_the_function_cannot_touch_the_protocol_by_its_output_or_its_processes(tmp_path: Path) -> None:
    code = """
        const { spawnSync } = require("node:child_process");
        const fs = require("node:fs");
        const look = "for d in 3 4 5 6 7 8 9; do (: <&$d) 2>/dev/null && echo $d; done; true";
        exports.handler = async () => {
            const { stdout } = spawnSync("/bin/bash", ["-c", look], { stdio: ["ignore", "pipe", "ignore"] });
            fs.writeSync(1, "frame?\\n");
            fs.closeSync(1);
            fs.closeSync(2);
            console.log("nobody hears this");
            return [process.argv.length, String(stdout)];
        };
    """
    with NodeChild(tmp_path, code) as child:
        reply = child.call()
        assert (reply["output"], reply["logs"]) == ([2, ""], ["frame?"])


@pytest.mark.parametrize("size", [0, 1, 2**16, 2**21], ids=str)
def test_a_frame_may_have_any_size(size: int, tmp_path: Path) -> None:
    with NodeChild(tmp_path, "exports.handler = async (event) => event") as child:
        assert child.output("é" * size) == "é" * size


def test_jobs_are_answered_in_the_order_they_came(tmp_path: Path) -> None:
    with NodeChild(tmp_path, "exports.handler = async (event) => event") as child:
        for number in range(1, 20):
            child.send(number, {"event": number, "aws_request_id": "a", "deadline_ms": 1})
            assert child.receive()[0] == number


def test_the_end_of_the_input_ends_the_process_whatever_waits_in_it(tmp_path: Path) -> None:
    code = "exports.handler = async () => { setInterval(() => {}, 1000); process.on('exit', () => { for (;;); }); }"
    with NodeChild(tmp_path, code) as child:
        assert child.output() is None
        assert child.close() == -9
