// The child process of a Node.js Lambda@Edge function: `node main.cjs IN OUT`.
//
// One process is one instance of the function: the module is loaded once, its globals live on between invocations, one
// event is handled at a time. The environment that the process is started with is the function's.
//
// Frames go over the descriptors IN and OUT, `>IQ` (length of the payload, request id) and a JSON object:
//
//     parent, id 0    {"directory", "handler", "generation"}          24 or more is the later of the two generations
//     child           {"ok": true}                                    or {"failure"}
//     parent, id n    {"event", "aws_request_id", "deadline_ms"}      milliseconds that the invocation may take
//     child           {"output", "seconds", "report"}                 or {"failure", "seconds", "report"}
//                     {"output": null, "unparsable": true, "seconds", "report"}
//
// They mean what they mean for functions in Python. Standard output and error are the function's own: what stands there
// is its log. The end of the input ends the process. After an uncaught error the process answers, and ends as well.
"use strict";
const { mkdtempSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { performance } = require("node:perf_hooks");
const { Channel } = require("./channel.cjs");
const { makeContext, traceId } = require("./context.cjs");
const { Fault, failure, logged } = require("./failures.cjs");
const { findHandler } = require("./handler.cjs");
const invocation = require("./invocation.cjs");
const log = require("./log.cjs");

const { exit } = process;
const variables = { ...process.env };
let init;
let handler;
let initTook; // until it has been reported
let reason; // why there is no handler
let job; // the request that has no answer yet
let emptied; // what an empty event loop means

const whenEmpty = (act) => {
  emptied = act;
};

// The most megabytes that this process has used; 0 where the system does not tell. Node.js's own way ends the process
// where the function has closed its output.
const peak = () => {
  try {
    return Math.round(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "latin1"))[1] / 1024);
  } catch {
    return 0;
  }
};

// What Lambda reports of an invocation: milliseconds, and megabytes.
const report = ({ requestId, begun }) => {
  if (handler === undefined || requestId === undefined) return "";
  const said = { request_id: requestId, milliseconds: performance.now() - begun, peak: peak() };
  if (initTook !== undefined) said.init = initTook;
  initTook = undefined;
  return `, "report": ${JSON.stringify(said)}`;
};

const reply = (members) => {
  const { id, used } = job;
  const more = report(job);
  const { user, system } = process.cpuUsage(used);
  job = emptied = undefined;
  channel.hold();
  channel.send(id, `{${members}, "seconds": ${(user + system) / 1e6}${more}}`);
};

const failed = (error, title) => {
  log.write("ERROR", `${title} \t${logged(error)}`);
  reply(`"failure": ${JSON.stringify(failure(error, init.directory, job.requestId))}`);
};

const end = {
  succeed(result) {
    if (job === undefined) return;
    let text;
    try {
      text = JSON.stringify(result === undefined ? null : result);
    } catch (error) {
      const kind = init.generation >= 24 ? "Runtime.JSONStringifyError" : "Error";
      end.fail(new Fault(kind, `Unable to stringify response body: ${error.message.split("\n")[0]}`));
      return;
    }
    reply(text === undefined ? '"output": null, "unparsable": true' : `"output": ${text}`);
  },
  fail(error) {
    if (job !== undefined) failed(error, "Invoke Error");
  },
};

const bringUp = async () => {
  try {
    process.chdir(init.directory);
    process.env.TMPDIR = mkdtempSync(join(variables.TMPDIR, "scratch-"));
    handler = await findHandler(init.directory, init.handler, init.generation);
  } catch (error) {
    reason = error;
    failed(error, "Uncaught Exception");
    return;
  }
  initTook = performance.now() - job.begun;
  reply('"ok": true');
};

const invoke = ({ event, ...about }) => {
  process.env._X_AMZN_TRACE_ID = traceId(about.aws_request_id);
  channel.letGo();
  const call = init.generation >= 24 ? invocation.newer : invocation.older;
  call(handler, event, makeContext(variables, about), end, whenEmpty);
};

const onFrame = (id, payload) => {
  job = { id, requestId: payload.aws_request_id, used: process.cpuUsage(), begun: performance.now() };
  log.belongTo(job.requestId);
  if (init === undefined) {
    init = payload;
    bringUp();
  } else if (handler === undefined) {
    failed(reason, "Uncaught Exception");
  } else {
    invoke(payload);
  }
};

const uncaught = (title, status) => (error) => {
  channel.close();
  if (job !== undefined) failed(error, title);
  exit(status);
};

process.on("uncaughtException", uncaught("Uncaught Exception", 129));
process.on("unhandledRejection", (cause) => {
  const known = cause instanceof Error ? { cause } : undefined;
  const error = new Fault("Runtime.UnhandledPromiseRejection", String(cause), known);
  uncaught("Unhandled Promise Rejection", 128)(error);
});
process.on("beforeExit", () => {
  if (emptied === undefined) return;
  const act = emptied;
  emptied = undefined;
  act();
});

globalThis.awslambda = {
  streamifyResponse() {
    throw new Error("Lambda@Edge has no response streaming: a handler returns one object");
  },
};

log.install();
const [toParent, fromParent] = [process.argv.pop(), process.argv.pop()].map(Number);
const channel = new Channel(fromParent, toParent, onFrame);
