// Errors as njs makes them: its constructors, and its words for what QuickJS says in others.
//
// QuickJS shows every error to a hook before anyone can catch it. Function code cannot reach the hook: it replaces
// the message where the engine made the error, keeps the place for the host, and takes the stack away.
(function errors(kit) {
  "use strict";
  const { apply, construct, isError, run, uncurried } = kit;
  const { defineProperty, getPrototypeOf, setPrototypeOf } = Object;
  const places = kit.states();

  // --- where -------------------------------------------------------------------------------------------------------

  let site;
  Error.prepareStackTrace = (error, sites) => { site = sites[0]; return 0; };
  try { null.x; } catch (error) { /* only its call site is wanted */ }
  const CallSite = getPrototypeOf(site);
  const fileOf = uncurried(CallSite.getFileName);
  const lineOf = uncurried(CallSite.getLineNumber);
  const columnOf = uncurried(CallSite.getColumnNumber);
  const isNative = uncurried(CallSite.isNative);
  const nameOf = uncurried(CallSite.getFunctionName);
  site = undefined;

  // The first frame in the function's source; the library's own frames lie between it and a built-in's error.
  const ownSite = (sites) => {
    for (let i = 0; i < sites.length; i++) {
      if (fileOf(sites[i]) === "<input>" && lineOf(sites[i]) < kit.FAR_LINE) return sites[i];
    }
    return undefined;
  };

  const placeIn = (sites) => {
    const own = ownSite(sites);
    return own === undefined ? undefined : [lineOf(own), columnOf(own)];
  };

  // The function's source: what stands before it in its first line is `length` long.
  kit.read = (source, length) => {
    kit.source = source;
    kit.before = length;
  };

  const words = (message, sites, place) => {
    if (kit.words === undefined) kit.load("words");
    return kit.words(message, sites.length > 0 && isNative(sites[0]) ? nameOf(sites[0]) : undefined, place);
  };

  // --- the hook ----------------------------------------------------------------------------------------------------

  // A signal that comes while the hook runs is lost: code that throws without end must not spend its life there.
  const MOST = 1000;
  const { set: setHook } = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  const { set: setDepth } = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit");
  const listen = (listens) => {
    apply(setHook, RealError, [listens ? hook : undefined]);
    apply(setDepth, RealError, [listens ? 10 : 0]);
  };
  kit.startErrors = () => {
    if (run.errors > MOST) listen(true);
    run.errors = 0;
  };

  const RealError = Error;
  let making = false;
  const hook = (error, sites) => {
    if (++run.errors > MOST) listen(false);
    if (!isError(error) || places.get(error) !== undefined) return 0;
    const place = placeIn(sites);
    places.set(error, place === undefined ? "" : `    at <input>:${place[0]}:${place[1]}`);
    defineProperty(error, "stack", { __proto__: null, value: undefined, writable: true, configurable: true });
    if (!making) error.message = words(error.message, sites, place);
    return 0;
  };

  listen(true);
  delete Error.captureStackTrace;
  delete Error.isError;
  delete Error.prepareStackTrace;
  delete Error.stackTraceLimit;

  // Where an error arose, for the host: in the form of a stack.
  kit.stackOf = (error) => places.get(error) ?? "";

  // --- constructors ------------------------------------------------------------------------------------------------

  const made = (Real, message) => {
    const values = message === undefined ? [] : [`${message}`];
    making = true;
    try { return construct(Real, values); } finally { making = false; }
  };

  const kinds = [Error, EvalError, InternalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];
  const names = ["EvalError", "InternalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError"];
  const constructors = [function (message) { return made(RealError, message); }];
  for (let i = 1; i < kinds.length; i++) constructors[i] = function (message) { return made(kinds[i], message); };
  kit.replace(constructors[0], "Error", RealError.prototype);
  for (let i = 1; i < kinds.length; i++) {
    kit.replace(constructors[i], names[i - 1], kinds[i].prototype);
    setPrototypeOf(constructors[i], constructors[0]);
  }
  setPrototypeOf(AggregateError, constructors[0]);
  kit.hide(AggregateError.prototype, "message", "All promises were rejected");
  kit.RangeError = constructors[3];
  kit.SyntaxError = constructors[5];
  kit.TypeError = constructors[6];
  kit.InternalError = constructors[2];
  kit.Error = constructors[0];

  // A MemoryError is an InternalError by another name.
  const MemoryErrorPrototype = Object.create(RealError.prototype);
  kit.hide(MemoryErrorPrototype, "name", "MemoryError");
  kit.hide(MemoryErrorPrototype, "message", "");
  const memoryError = function (message) {
    const error = made(kinds[2], message);
    setPrototypeOf(error, MemoryErrorPrototype);
    return error;
  };
  kit.replace(memoryError, "MemoryError", MemoryErrorPrototype);
  setPrototypeOf(memoryError, constructors[0]);
})
