// What function code finds in its global scope, before the first line of it runs.
//
// An expression: a function that mends the globals of a new context. `run` is the current run: `run.now` in
// milliseconds, `run.seed`, a 32-bit integer, and `run.log(text)`. Nothing of `run` may become reachable.
//
// This is the place where the language of CloudFront's own engine is imitated. For now it closes what would break
// the isolation of runs, stops the clock, seeds the dice and gives a console.
(function prelude(run) {
  "use strict";
  const { apply, construct } = Reflect;
  const { defineProperty, getPrototypeOf } = Object;
  const stringify = JSON.stringify;
  const slice = String.prototype.slice;
  const string = String;

  const hide = (object, key, value) =>
    defineProperty(object, key, { value, writable: true, enumerable: false, configurable: true });

  // --- code from text: every function kind has a constructor, and each can be reached from a function of its kind
  const refused = function Function() {
    throw new TypeError('function constructor is disabled in "safe" mode');
  };
  defineProperty(refused, "prototype", { value: Function.prototype });
  const kinds = [function () {}, function* () {}, async function () {}, async function* () {}];
  for (let i = 0; i < kinds.length; i++) {
    defineProperty(getPrototypeOf(kinds[i]), "constructor", { value: refused, writable: false, configurable: false });
  }
  hide(globalThis, "Function", refused);
  delete globalThis.eval;

  // --- accessors with a state of their own, which freezing does not reach
  delete Error.stackTraceLimit;
  delete Error.prepareStackTrace;

  // --- the clock stands still for a run
  const RealDate = Date;
  const dateText = RealDate.prototype.toString;
  const date = function Date(year, month, day, hours, minutes, seconds, milliseconds) {
    if (new.target === undefined) return apply(dateText, new RealDate(run.now), []);
    return construct(RealDate, arguments.length === 0 ? [run.now] : arguments, new.target);
  };
  hide(date, "now", function now() { return run.now; });
  hide(date, "parse", RealDate.parse);
  hide(date, "UTC", RealDate.UTC);
  defineProperty(date, "prototype", { value: RealDate.prototype, writable: false });
  hide(RealDate.prototype, "constructor", date);
  hide(globalThis, "Date", date);
  delete globalThis.performance;

  // --- dice (splitmix32), thrown anew for every run
  const imul = Math.imul;
  const word = () => {
    run.seed = (run.seed + 0x9e3779b9) | 0;
    let z = run.seed;
    z = imul(z ^ (z >>> 16), 0x21f0aaad);
    z = imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  hide(Math, "random", function random() {
    return ((word() >>> 5) * 67108864 + (word() >>> 6)) / 9007199254740992;
  });

  // --- console.log takes one value
  const text = (value) => {
    if (typeof value === "string") return value;
    if (typeof value === "object" && value !== null) {
      try {
        const json = stringify(value);
        if (typeof json === "string") return json;
      } catch (error) { /* a circle: as a plain string, then */ }
    }
    return string(value);
  };
  const console = {};
  hide(console, "log", function log(value) {
    run.log(apply(slice, text(value), [0, 10240]));
  });
  hide(globalThis, "console", console);
})
