// Runs a function's code in one context without returning to the C side in between.
//
// An expression: called with the one door to the host process, the scripts of the library (njs/*.js), `sharing`
// (sharing.js) and `record` (recording.js) when this context is shared by many runs, else null, and whether it is for
// cloudfront-js-1.0.
// `host(message)` sends a message, whose first character is its kind, and gives the host's answer:
//
//   s            ready                    -> [source, facts, whether its syntax is known to be good]; in the place of a
//                                            source with characters beyond U+FFFF [source, those characters]
//   !["m","s"]   the source does not parse (message, stack)
//   +            compiled                 -> the first run
//   w            wait                     -> when the promise queue of this shared context is empty
//   ( and )      what follows is not the function's doing, or is again: `p` and `w` say the former too
//   d[...]       result: what changed     -> the next run, if this context has one
//   r{...}       what a recorded run came to (recording.js) -> the same
//   j...         result: JSON             -> the same
//   e["m","s"]   the code threw           -> the same
//   u            the promise that the handler returned never settles -> the same
//   x["m","s"]   this run needs a context of its own: it threw in this one
//   c            this run needs a queue that is emptied: it asked for more than a chain; ends the context
//   l"text"      a line of console.log    -> whether there is room for more
//   f7           the part 7 of many inputs -> a flat list of text and numbers alone
//
// The library has messages of its own (njs/host.py).
//
// A shared context is frozen, so that no run can leave anything to the next, and runs the source as a factory. Code
// that can put jobs into the promise queue (`facts.jobs`) runs as such a job itself, and its answer waits until the
// queue is empty: emptying it takes longer than most runs. Where all jobs are one chain ("chain", njs/chain.py) the
// queue is empty at its end; such code finds no way to queue another, and other code none to queue any. In a context of
// its own a run may change and await what it likes; after its result a thrown null ends the context before another job
// runs.
(function trampoline(host, library, sharing, record, first) {
  "use strict";
  delete globalThis.call_python;
  delete globalThis.dukpy;

  // Captured before function code can replace them: after its first line only these and plain syntax are used.
  const evaluate = globalThis.eval;
  const microtask = globalThis.queueMicrotask;
  const { apply } = Reflect;
  const { defineProperty, keys } = Object;
  const { stringify } = JSON;
  const ErrorPrototype = Error.prototype;
  const PromisePrototype = Promise.prototype;
  const isPrototypeOf = Object.prototype.isPrototypeOf;
  const errorText = ErrorPrototype.toString;
  const slice = String.prototype.slice;
  const string = String;

  // A run whose time is out gets null, and waits for the signal here: code can catch what a signal does in the host.
  const repeatable = { __proto__: null, h: true, b: true, B: true, U: true, p: true, l: true, f: true, ")": true };
  const ask = (message) => {
    if (repeatable[message[0]] !== true) unique = true;
    const answer = host(message);
    if (answer === null) for (;;);
    return answer;
  };

  // The host says when it will keep no more: code that never ends must not spend its life with the host, where the
  // signal that stops it finds nothing to stop.
  let keepsLogs = true;
  const log = (line) => { if (keepsLogs) keepsLogs = ask("l" + stringify(line)); };
  // Whoever asks for one of these gets a result that is good for this run alone.
  let now = 0, seed = 0, request = true, unique = false;
  const run = {
    errors: 0, noted: false, wide: false, jobs: true, unchained: false, log,
    get now() { unique = true; return now; },
    get seed() { unique = true; return seed; },
    set seed(value) { seed = value; },
    get request() { unique = true; return request; },
  };
  const shared = sharing === null ? null : sharing();
  const recording = shared === null ? null : record();
  const kit = { __proto__: null, first, host: ask, run, facts: null };
  for (let i = 0; i < library.length; i++) library[i](kit);
  if (shared !== null) shared.freezeAll(kit.roots, run);

  // --- the event, from flat lists -----------------------------------------------------------------------------------

  // [name, value, name, value, ...] -> {name: {value}}; a value that is not text is the entry itself.
  const mapOf = (flat) => {
    const map = {};
    for (let i = 0; i < flat.length; i += 2) {
      const name = flat[i];
      const entry = typeof flat[i + 1] === "string" ? { value: flat[i + 1] } : flat[i + 1];
      if (name === "__proto__") {
        defineProperty(map, name, { value: entry, writable: true, enumerable: true, configurable: true });
      } else {
        map[name] = entry;
      }
    }
    return map;
  };

  // A sixth item is the query string as it came.
  const requestOf = (flat) => {
    const request = {
      method: flat[0], uri: flat[1], querystring: mapOf(flat[2]), headers: mapOf(flat[3]), cookies: mapOf(flat[4]),
    };
    if (!first) kit.install(request, { rawQueryString() { return flat[5]; } });
    return request;
  };

  const responseOf = (flat) => ({
    statusCode: flat[0], statusDescription: flat[1], headers: mapOf(flat[2]), cookies: mapOf(flat[3]),
  });

  // --- responses that many runs get ---------------------------------------------------------------------------------

  // The last ones, by the end of their number; of each what it came to last, and that as a message.
  const responses = [];
  for (let i = 0; i < 64; i++) responses[i] = null;
  let response = null;  // that of this run, if it is one of them

  const responseAt = (number) => {
    const found = responses[number & 63];
    if (found !== null && found.number === number) return found;
    const flat = ask("f" + number);
    const kept = { __proto__: null, number, flat, names: namesOf(flat[2]), changes: null, message: "" };
    return responses[number & 63] = kept;
  };

  // The same names, but those that live in an object: they are found there without being read.
  const namesOf = (flat) => {
    const map = mapOf(flat);
    const names = keys(map);
    for (let i = 0; i < names.length && names[i] === flat[2 * i]; i++) flat[2 * i] = names[i];
    return map;
  };

  // Most functions of a response never look at the request: it is built when one does.
  const lazyEvent = (version, context, viewer, flat, response) => {
    let request;
    return {
      version,
      context,
      viewer,
      get request() { return request === undefined ? (request = requestOf(flat)) : request; },
      set request(value) {
        defineProperty(this, "request", { value, writable: true, enumerable: true, configurable: true });
      },
      response,
    };
  };

  // input: [now, seed, event], or [now, seed, version, context, viewer, request, response or null], the last two flat,
  // and 0 in the place of what the code does not look at (njs/reads.py), or the number of a response. A mark at its end
  // says that there are surrogates in it.
  const eventOf = (input, lazily) => {
    if (input.length === 3) return input[2];
    const version = input[2], context = input[3], viewer = input[4], request = input[5];
    if (input[6] === null) return { version, context, viewer, request: requestOf(request) };
    if (typeof input[6] === "number") input[6] = (response = responseAt(input[6])).flat;
    const answer = responseOf(input[6]);
    if (request === 0) return { version, context, viewer, request, response: answer };
    if (lazily) return lazyEvent(version, context, viewer, request, answer);
    return { version, context, viewer, request: requestOf(request), response: answer };
  };

  // --- a run --------------------------------------------------------------------------------------------------------

  // `this` at top level is the global object.
  const before = '(()=>{"use strict";';
  const compile = (source, good) => {
    if (!good) {
      // Alone first: text that closes the wrapper's brackets and opens them again would run outside of it. The throw
      // keeps it from running here.
      try { evaluate('"use strict";throw null;' + source); } catch (error) { if (error !== null) throw error; }
    }
    kit.read(source, before.length);
    return evaluate(before + source + '\n;return typeof handler==="function"?handler:void 0})');
  };

  // The input without its mark.
  const narrowed = (input) => {
    const narrow = kit.narrowAll(input);
    narrow.length--;
    return narrow;
  };

  const begin = (given) => {
    now = given[0];
    seed = given[1];
    unique = false;
    run.noted = false;
    response = null;
    request = given.length < 6 || given[6] === null;
    if (run.errors > 0) kit.startErrors();
    keepsLogs = true;
    if (run.wide || wide.length > 0) kit.startCharacters(wide);
    return given.length === 4 || (given.length === 8 && given[7] === 1) ? narrowed(given) : given;
  };

  const start = (factory, input) => {
    const event = shared !== null && isRecorded(input) ? recording.start(eventOf(input, false)) : eventOf(input, shared !== null);
    const handler = factory();
    if (handler === undefined) throw new ReferenceError('"handler" is not defined');
    return handler(event);
  };

  const describe = (error) => {
    let message = "an exception that cannot be shown as text";
    let stack = "";
    try {
      if (typeof error === "object" && error !== null && apply(isPrototypeOf, ErrorPrototype, [error])) {
        message = string(apply(errorText, error, []));
        stack = kit.stackOf(error);
      } else {
        message = string(error);
      }
    } catch (another) { /* the value resists: the words above must do */ }
    return "[" + stringify(kit.widen(apply(slice, message, [0, 4096]))) + "," + stringify(stack) + "]";
  };

  const isPromise = (value) =>
    typeof value === "object" && value !== null && apply(isPrototypeOf, PromisePrototype, [value]);

  const inFull = (result) => {
    const json = stringify(result);
    if (typeof json !== "string") return "jnull";
    return "j" + (run.wide ? kit.widenJSON(json) : json);
  };

  const inShort = (result, input) => {
    const known = run.wide ? null : response;
    if (known !== null && known.changes !== null && shared.isSameResponse(result, known.flat, known.changes)) {
      return known.message;
    }
    const changes = input.length === 3 ? undefined : shared.changesOf(result, input[5], input[6]);
    if (changes === undefined) return inFull(result);
    if (run.wide) return "d" + kit.widenJSON(stringify(changes));
    const message = "d" + stringify(changes);
    if (known !== null && shared.isTextual(changes)) {
      known.changes = changes;
      known.message = message;
    }
    return message;
  };

  const isRecorded = (input) => input.length === 8 && !run.wide;

  // The result, or what it came to if this run is recorded and not good for itself alone.
  const toldOf = (result, input) => {
    const outcome = isRecorded(input) ? recording.outcome(result) : null;
    return outcome === null || unique || run.wide ? inShort(result, input) : "r" + outcome;
  };

  const runShared = (factory, given) => {
    try {
      const input = begin(given);
      return toldOf(start(factory, input), input);
    } catch (error) {
      return "x" + describe(error);
    }
  };

  const runQueued = (factory, given) => {
    let message = "u";
    microtask(async () => {
      host(")");
      try {
        const input = begin(given);
        const result = start(factory, input);
        message = toldOf(isPromise(result) ? await result : result, input);
      } catch (error) {
        message = "x" + describe(error);
      }
      host("(");
    });
    host("w");
    return message;
  };

  const runChained = async (factory) => {
    for (let message = "+"; ;) {
      const given = host(message);
      try {
        const input = begin(given);
        const result = start(factory, input);
        message = toldOf(isPromise(result) ? await result : result, input);
      } catch (error) {
        message = "x" + describe(error);
      }
      if (run.unchained) message = "c";
    }
  };

  const finish = (message) => {
    try { host(message); } catch (ended) { /* the host has what it wants */ }
    throw null;
  };

  const settle = async (promise) => {
    let message;
    try { message = inFull(await promise); } catch (error) { message = "e" + describe(error); }
    microtask(() => finish(message));
  };

  const runAlone = (factory, input) => {
    let message;
    try {
      const result = start(factory, begin(input));
      if (isPromise(result)) return void settle(result);
      message = inFull(result);
    } catch (error) {
      message = "e" + describe(error);
    }
    finish(message);
  };

  const given = host("s");
  const wide = typeof given[0] === "string" ? [] : given[0][1];
  let factory;
  kit.facts = given[1];
  try { factory = compile(typeof given[0] === "string" ? given[0] : given[0][0], given[2]); } catch (error) { finish("!" + describe(error)); }
  if (shared === null) return runAlone(factory, host("+"));
  run.jobs = given[1].jobs;
  if (run.jobs === "chain") return void runChained(factory);
  const runOnce = run.jobs ? runQueued : runShared;
  for (let message = "+"; ;) message = runOnce(factory, host(message));
})
