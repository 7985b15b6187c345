// What only a context needs that many runs share: it is frozen, and results leave it as what changed.
//
// An expression: a function to call before the library takes away what is asked here. It gives
// `freezeAll(roots, run)`, which freezes everything that function code could reach, `changesOf`, and what tells of a
// response whether it has changed as it did before.
(function sharing() {
  "use strict";
  const { ownKeys, getOwnPropertyDescriptor } = Reflect;
  const { defineProperty, freeze, getPrototypeOf, keys: keysOf, setPrototypeOf } = Object;
  const ObjectPrototype = Object.prototype;
  const ErrorPrototype = Error.prototype;
  const string = String;

  // --- freezing -----------------------------------------------------------------------------------------------------

  // What syntax and methods reach although no global does.
  const unnamed = () => {
    const found = [];
    const objects = [
      [].values(), "".matchAll(/x/g), ""[Symbol.iterator](), new Map().values(), new Set().values(),
      [].values().map((x) => x), Iterator.from({ next() {} }), (function* () {})(), (async function* () {})(),
      function* () {}, async function () {}, async function* () {}, new Uint8Array(0), Promise.resolve(),
    ];
    if (Iterator.concat) objects.push(Iterator.concat([]));
    for (let i = 0; i < objects.length; i++) {
      for (let o = getPrototypeOf(objects[i]); o !== null; o = getPrototypeOf(o)) found.push(o);
    }
    found.push(getOwnPropertyDescriptor((function () { return arguments; })(), "callee").get);
    return found;
  };

  // A frozen data property would forbid an object that inherits from `home` to have an own one by assignment.
  const allowOverride = (home, key, value) => {
    const put = function (own) {
      if (this === home || (typeof this !== "object" && typeof this !== "function")) {
        throw new TypeError("'" + string(key) + "' is read-only");
      }
      defineProperty(this, key, { value: own, writable: true, enumerable: true, configurable: true });
    };
    defineProperty(home, key, { get: () => value, set: put, enumerable: false, configurable: false });
  };

  const isOverridable = (object) =>
    object === ObjectPrototype || object === ErrorPrototype || getPrototypeOf(object) === ErrorPrototype;

  const Seen = Set;
  const found = unnamed();
  const globals = ownKeys(globalThis);
  for (let i = 0; i < globals.length; i++) found.push(globalThis[globals[i]]);

  // Whenever the host has the promise queue emptied, the C side assigns these two. A frozen global object would refuse
  // them; so they are taken, and dropped, by one that it inherits from.
  const dropAssignments = () => {
    const taker = {};
    const names = ["call_python", "dukpy"];
    for (let i = 0; i < names.length; i++) {
      defineProperty(taker, names[i], { get() {}, set(_) {}, enumerable: false, configurable: false });
    }
    setPrototypeOf(globalThis, taker);
  };

  // Only code that is known to queue jobs, whose runs end with an empty queue, finds Promise.
  const guardPromise = (run, RealPromise) => {
    const get = () => {
      if (run.jobs === true) return RealPromise;
      if (run.jobs === "chain") run.unchained = true;
      throw new TypeError("Promise is not here");
    };
    defineProperty(globalThis, "Promise", { get, set: undefined, enumerable: false, configurable: false });
    const names = ["then", "catch", "finally"];
    for (let i = 0; i < names.length; i++) guardMethod(run, RealPromise.prototype, names[i]);
  };

  const guardMethod = (run, prototype, name) => {
    const method = prototype[name];
    found.push(method);  // no descriptor shows it any more
    const get = () => {
      if (run.jobs !== "chain") return method;
      run.unchained = true;
      throw new TypeError("it is not here");
    };
    defineProperty(prototype, name, { get, set: undefined, enumerable: false, configurable: false });
  };

  const freezeAll = (roots, run) => {
    // No run may see what a fresh context shows of itself: code that asks for one of these fails here and runs again
    // in a context of its own, where they are.
    const gone = ["queueMicrotask", "FinalizationRegistry", "WeakRef", "Atomics", "SharedArrayBuffer", "Proxy", "Reflect"];
    guardPromise(run, Promise);
    const todo = found.concat(roots);
    for (let i = 0; i < gone.length; i++) {
      todo.push(globalThis[gone[i]]);
      delete globalThis[gone[i]];
    }
    delete Array.fromAsync;
    todo.push(globalThis, Promise);
    dropAssignments();
    const seen = new Seen();
    while (todo.length > 0) {
      const object = todo.pop();
      if ((typeof object !== "object" && typeof object !== "function") || object === null || seen.has(object)) continue;
      seen.add(object);
      todo.push(getPrototypeOf(object));
      const names = ownKeys(object);
      for (let i = 0; i < names.length; i++) {
        const { value, writable } = getOwnPropertyDescriptor(object, names[i]);
        if (writable && isOverridable(object)) allowOverride(object, names[i], value);
        const { get, set } = getOwnPropertyDescriptor(object, names[i]);
        todo.push(value, get, set);
      }
      freeze(object);
    }
  };

  // --- the result, as what changed ----------------------------------------------------------------------------------

  const isPlain = (value) =>
    typeof value === "object" && value !== null && getPrototypeOf(value) === ObjectPrototype &&
    typeof value.toJSON !== "function";

  // The names and values of a map in order: the number of the known entry where nothing changed, else name and value,
  // or name and the whole entry. undefined: only JSON.stringify can tell.
  const mapChanges = (map, flat) => {
    if (!isPlain(map)) return undefined;
    const names = keysOf(map);
    const changes = [];
    let size = 0;
    let next = 0;
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      const entry = map[name];
      if (typeof entry !== "object" || entry === null || getPrototypeOf(entry) !== ObjectPrototype) return undefined;
      const value = entry.value;
      const keys = keysOf(entry);
      const simple = typeof value === "string" && keys.length === 1 && keys[0] === "value";
      if (!simple && typeof entry.toJSON === "function") return undefined;
      let known = next;
      while (known < flat.length && flat[known] !== name) known += 2;
      if (known < flat.length) next = known + 2;
      if (simple && known < flat.length && flat[known + 1] === value) {
        changes[size++] = known >> 1;
      } else {
        changes[size++] = name;
        changes[size++] = simple ? value : entry;
      }
    }
    return changes;
  };

  const hasKeys = (object, expected) => {
    if (!isPlain(object)) return false;
    const names = keysOf(object);
    if (names.length !== expected.length) return false;
    for (let i = 0; i < names.length; i++) if (names[i] !== expected[i]) return false;
    return true;
  };

  const isScalar = (value) => typeof value === "string" || typeof value === "number";
  const requestKeys = ["method", "uri", "querystring", "headers", "cookies"];
  const responseKeys = ["statusCode", "statusDescription", "headers", "cookies"];

  const requestChanges = (request, flat) => {
    if (!hasKeys(request, requestKeys)) return undefined;
    const method = request.method, uri = request.uri, querystring = request.querystring;
    if (!isScalar(method) || !isScalar(uri)) return undefined;
    const query = typeof querystring === "string" ? querystring : mapChanges(querystring, flat[2]);
    const headers = mapChanges(request.headers, flat[3]);
    const cookies = mapChanges(request.cookies, flat[4]);
    if (query === undefined || headers === undefined || cookies === undefined) return undefined;
    return [method, uri, query, headers, cookies];
  };

  const responseChanges = (response, flat) => {
    if (!hasKeys(response, responseKeys)) return undefined;
    const status = response.statusCode, description = response.statusDescription;
    if (!isScalar(status) || !isScalar(description)) return undefined;
    const headers = mapChanges(response.headers, flat[2]);
    const cookies = mapChanges(response.cookies, flat[3]);
    if (headers === undefined || cookies === undefined) return undefined;
    return [status, description, headers, cookies];
  };

  // Whether a map comes to the same changes as another time, all of which were text.
  const isSameMap = (map, flat, changes) => {
    if (!isPlain(map)) return false;
    const names = keysOf(map);
    let at = 0;
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      const entry = map[name];
      if (typeof entry !== "object" || entry === null || getPrototypeOf(entry) !== ObjectPrototype) return false;
      const keys = keysOf(entry);
      if (keys.length !== 1 || keys[0] !== "value") return false;
      const change = changes[at++];
      if (typeof change === "number") {
        if (name !== flat[2 * change] || entry.value !== flat[2 * change + 1]) return false;
      } else if (name !== change || entry.value !== changes[at++]) {
        return false;
      }
    }
    return at === changes.length;
  };

  const isText = (changes) => {
    for (let i = 0; i < changes.length; i++) if (typeof changes[i] === "object") return false;
    return true;
  };

  return {
    freezeAll,
    // Whether the changes of a response can be compared with those of another time: an entry may not be what it was.
    isTextual: (changes) => isText(changes[2]) && isText(changes[3]),
    isSameResponse: (result, flat, changes) =>
      hasKeys(result, responseKeys) && result.statusCode === changes[0] && result.statusDescription === changes[1] &&
      isSameMap(result.headers, flat[2], changes[2]) && isSameMap(result.cookies, flat[3], changes[3]),
    changesOf: (result, request, response) =>
      response === null ? requestChanges(result, request) : responseChanges(result, response),
  };
})
