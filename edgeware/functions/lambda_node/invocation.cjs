// One call of a handler, as each generation of the runtime makes it. `end` is told how it ended, once: `end.succeed`
// takes a result, `end.fail` an error. `whenEmpty` sets what an empty event loop means.
"use strict";
const { writeSync } = require("node:fs");
const { Fault } = require("./failures.cjs");

const isGiven = (error) => error !== undefined && error !== null;
const isThenable = (value) => Boolean(value) && typeof value.then === "function";
const isAsync = (handler) => handler.constructor !== undefined && handler.constructor.name === "AsyncFunction";

const IGNORED =
  "(edgeware: up to nodejs22.x, what a handler returns counts for nothing unless it is async; null is the result)\n";

const unsettled = () =>
  new Fault("Runtime.NodeJsExit", "The event loop was empty before the handler had ended: a promise of it never settles");

// Up to nodejs22.x: a callback, the methods of the context, or a promise; what a plain handler returns counts for nothing.
exports.older = (handler, event, context, end, whenEmpty) => {
  let ended = false;
  let waits = true;
  const first = (act) => (...values) => {
    if (ended) return;
    ended = true;
    act(...values);
  };
  const settle = (error, result) => (isGiven(error) ? end.fail(error) : end.succeed(result));
  const done = first(settle);
  const fail = first((error) => end.fail(isGiven(error) ? error : "handled"));
  const callback = first((error, result) => {
    if (isGiven(error) || !waits) settle(error, result);
    else whenEmpty(() => setImmediate(settle, null, result));
  });
  Object.defineProperty(context, "callbackWaitsForEmptyEventLoop", {
    get: () => waits,
    set: (value) => (waits = value),
    enumerable: true,
  });
  Object.assign(context, { done, succeed: first((result) => end.succeed(result)), fail });
  let result;
  const unanswered = () => {
    if (isAsync(handler)) return end.fail(unsettled());
    if (result !== undefined && !isThenable(result)) writeSync(1, IGNORED);
    return end.succeed(null);
  };
  whenEmpty(first(unanswered));
  try {
    result = handler(event, context, callback);
    if (isThenable(result)) result.then(context.succeed, context.fail);
  } catch (error) {
    callback(error);
  }
};

// From nodejs24.x on: what the handler returns, or what its promise comes to.
exports.newer = async (handler, event, context, end, whenEmpty) => {
  whenEmpty(() => end.fail(unsettled()));
  let result;
  try {
    result = await handler(event, context);
  } catch (error) {
    end.fail(error);
    return;
  }
  end.succeed(result);
};
