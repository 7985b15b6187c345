// What the library itself works with: captured before function code can replace it.
//
// The scripts of the library are expressions: functions that are called with one object, the kit, in the order that
// worker.py gives them, and build up globals, built-ins and modules as njs has them. Whatever they install outlives
// hostile code: after function code's first line only captured functions and plain syntax may be used, no iterator,
// and no descriptor that inherits. Nothing of the kit may become reachable.
//
// `kit.run` is the current run: `now` in milliseconds, `seed`, a 32-bit integer, `log(text)`, `errors`, how many there
// were, `noted`, whether it was told that console.log takes one value, and `wide`, whether it has units that stand for
// others. `kit.first` tells cloudfront-js-1.0 from 2.0. `kit.host(message)` is the door to
// the host process. `kit.roots` collects objects that no global leads to, for a context that has to be frozen.
(function basics(kit) {
  "use strict";
  const { apply, construct, ownKeys } = Reflect;
  const { defineProperty, getOwnPropertyDescriptor, setPrototypeOf } = Object;
  const evaluate = eval;
  const call = Function.prototype.call;
  const bind = Function.prototype.bind;

  kit.roots = [];
  kit.modules = { __proto__: null };
  kit.apply = apply;
  kit.construct = construct;
  // A method as a function of its object and its arguments.
  kit.uncurried = (method) => apply(bind, call, [method]);
  kit.charCodeAt = kit.uncurried(String.prototype.charCodeAt);
  kit.exec = kit.uncurried(RegExp.prototype.exec);
  kit.indexOf = kit.uncurried(String.prototype.indexOf);
  kit.join = kit.uncurried(Array.prototype.join);
  kit.slice = kit.uncurried(String.prototype.slice);
  kit.fromCharCode = String.fromCharCode;
  kit.ownKeys = ownKeys;
  kit.isError = Error.isError;
  kit.natives = {
    __proto__: null, decodeURIComponent, encodeURIComponent, escape, isFinite, parse: JSON.parse, RegExp,
    string: String, stringify: JSON.stringify, unescape,
  };

  // What the library knows of objects, by the object.
  const Known = WeakMap;
  const get = kit.uncurried(Known.prototype.get);
  const set = kit.uncurried(Known.prototype.set);
  kit.states = () => {
    const known = new Known();
    return { __proto__: null, get: (object) => get(known, object), set: (object, state) => set(known, object, state) };
  };

  kit.define = (object, key, value) =>
    defineProperty(object, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });

  kit.hide = (object, key, value) =>
    defineProperty(object, key, { __proto__: null, value, writable: true, enumerable: false, configurable: true });

  // A script that a context of one run's own asks for only when it is needed. The lines before it tell its errors from
  // those of the function's source.
  kit.FAR_LINE = 20000;
  const repeat = kit.uncurried(String.prototype.repeat);
  const load = (name) => {
    evaluate(`${repeat("\n", kit.FAR_LINE)}(${kit.host(`p${name}`)})`)(kit);
    kit.host(")");
  };

  const ofBytes = { __proto__: null, buffer: true, crypto: true, dump: true, querystring: true, text: true };
  kit.load = (name) => {
    if (ofBytes[name] === true && kit.Bytes === undefined) load("bytes");
    load(name);
  };

  // Methods and accessors as a built-in has them.
  kit.install = (object, members) => {
    const names = ownKeys(members);
    for (let i = 0; i < names.length; i++) {
      const property = setPrototypeOf(getOwnPropertyDescriptor(members, names[i]), null);
      property.enumerable = false;
      defineProperty(object, names[i], property);
    }
  };

  // One that has its own identity and state, in the place of a constructor.
  kit.replace = (constructor, name, prototype) => {
    defineProperty(constructor, "name", { __proto__: null, value: name, configurable: true });
    defineProperty(constructor, "prototype", { __proto__: null, value: prototype, writable: false });
    kit.hide(prototype, "constructor", constructor);
    kit.hide(globalThis, name, constructor);
  };
})
