// What a run read of its event, and what it did to it: enough to know the result for every event of which the same
// parts are the same.
//
// An expression: a function to call before the library takes away what is asked here. It gives `start(event)`, the
// event to call the handler with, and `outcome(result)`, the JSON of {"reads", "base", "changes"} or of {"reads",
// "output"}, or null where the result is good for this one event only.
//
// The event is wrapped in proxies that let everything through and take note. A read is [path, what was found]: a
// string, a number or null as it is, [] for nothing, ["object"], ["array"], ["there"], or ["names", name, ...]. A
// change is [path, name, value], or [path, name] for what was deleted. What the function has written itself it may read
// as it likes. Who makes something that is neither read nor change spoils the record.
(function recording() {
  "use strict";
  const {
    apply, defineProperty, deleteProperty, get, getOwnPropertyDescriptor, has, ownKeys, preventExtensions, set,
    setPrototypeOf,
  } = Reflect;
  const { hasOwn } = Object;
  const { isArray } = Array;
  const { stringify } = JSON;
  const test = RegExp.prototype.test;
  const RealProxy = Proxy;
  const Nodes = WeakMap;
  const nodeAt = Nodes.prototype.get;
  const putNode = Nodes.prototype.set;
  const index = /^\d+$/;
  const MOST_NOTES = 256;

  let reads, changes, spoiled, nodes;

  // --- notes --------------------------------------------------------------------------------------------------------

  const pathTo = (node) => {
    const path = [];
    let size = 0;
    for (let at = node; at.parent !== null; at = at.parent) size++;
    for (let at = node; at.parent !== null; at = at.parent) path[--size] = at.name;
    return path;
  };

  const read = (node, name, found) => {
    if (spoiled || reads.length >= MOST_NOTES) {
      spoiled = true;
      return;
    }
    const path = pathTo(node);
    path[path.length] = name;
    reads[reads.length] = [path, found];
  };

  const shown = (value) => {
    if (typeof value === "object" && value !== null) return [isArray(value) ? "array" : "object"];
    if (typeof value === "string" || typeof value === "number" || value === null) return value;
    spoiled = true;
    return [];
  };

  // A name that the function has written is not the event's any more.
  const isOurs = (node, name) => typeof name === "string" && node.written[name] !== true;

  // Neither is what stood there, whoever still holds it.
  const isAttached = (node) => {
    for (let at = node; at !== null; at = at.parent) if (!at.attached) return false;
    return true;
  };

  const change = (node, name, entry) => {
    if (changes.length >= MOST_NOTES || typeof name !== "string" || name === "__proto__") spoiled = true;
    if (!spoiled && apply(test, index, [name])) spoiled = true;
    if (!spoiled && isAttached(node)) changes[changes.length] = entry;
    node.written[name] = true;
    if (node.children[name] !== undefined) node.children[name].attached = false;
  };

  // --- the proxies --------------------------------------------------------------------------------------------------

  const wrapped = (value, parent, name) => {
    if (typeof value !== "object" || value === null) return value;
    return (parent.children[name] ?? nodeOf(value, parent, name)).proxy;
  };

  const spoil = (proceed) => (target, ...rest) => {
    spoiled = true;
    return proceed(target, ...rest);
  };

  const traps = (node) => ({
    __proto__: null,
    get(target, name, receiver) {
      if (!isOurs(node, name)) return get(target, name, receiver);
      if (!hasOwn(target, name)) {
        read(node, name, []);
        return get(target, name, receiver);
      }
      const value = get(target, name);
      if (typeof value === "function" && name === "rawQueryString") read(node, name, value() ?? []);
      else read(node, name, shown(value));
      return wrapped(value, node, name);
    },
    has(target, name) {
      if (isOurs(node, name)) read(node, name, hasOwn(target, name) ? ["there"] : []);
      return has(target, name);
    },
    ownKeys(target) {
      if (!node.listed) {
        node.listed = true;
        reads[reads.length] = [pathTo(node), ["names", node.names]];
      }
      return ownKeys(target);
    },
    getOwnPropertyDescriptor(target, name) {
      const descriptor = getOwnPropertyDescriptor(target, name);
      if (!isOurs(node, name)) return descriptor;
      if (descriptor === undefined) {
        read(node, name, []);
      } else if (typeof descriptor.value !== "function") {
        read(node, name, shown(descriptor.value));
        descriptor.value = wrapped(descriptor.value, node, name);
      }
      return descriptor;
    },
    set(target, name, value, receiver) {
      if (receiver !== node.proxy || isArray(target)) spoiled = true;
      if (receiver !== node.proxy) return set(target, name, value, receiver);
      if (isOurs(node, name) && node.children[name] !== undefined && node.children[name].proxy === value) return true;
      change(node, name, [node, name, value]);
      return set(target, name, value);
    },
    deleteProperty(target, name) {
      if (isArray(target)) spoiled = true;
      change(node, name, [node, name]);
      return deleteProperty(target, name);
    },
    defineProperty: spoil(defineProperty),
    preventExtensions: spoil(preventExtensions),
    setPrototypeOf: spoil(setPrototypeOf),
  });

  const nodeOf = (target, parent, name) => {
    const node = {
      __proto__: null, parent, name, attached: true, listed: false, names: ownKeys(target),
      written: { __proto__: null }, children: { __proto__: null }, proxy: null,
    };
    node.proxy = new RealProxy(target, traps(node));
    apply(putNode, nodes, [node.proxy, node]);
    if (parent !== null) parent.children[name] = node;
    return node;
  };

  // --- the outcome --------------------------------------------------------------------------------------------------

  const start = (event) => {
    reads = [];
    changes = [];
    spoiled = false;
    nodes = new Nodes();
    return nodeOf(event, null, "").proxy;
  };

  // Values are shown as they are at the end; what is the event's own in them is read by that.
  const changed = (base) => {
    const texts = [];
    for (let i = 0; i < changes.length; i++) {
      const node = changes[i][0], name = changes[i][1];
      const path = pathTo(node);
      if (path[0] !== base) continue;
      const value = changes[i].length === 3 ? stringify(changes[i][2]) : "";
      // JavaScript has such names in an order of their own.
      for (let j = 0; j < node.names.length; j++) if (apply(test, index, [node.names[j]])) spoiled = true;
      if (typeof value !== "string") spoiled = true;
      texts[texts.length] = `[${stringify(path)},${stringify(name)}${value === "" ? "" : `,${value}`}]`;
      reads[reads.length] = [path, ["plain"]];
    }
    let all = "";
    for (let i = 0; i < texts.length; i++) all += i === 0 ? texts[i] : `,${texts[i]}`;
    return `"base":"${base}","changes":[${all}]`;
  };

  const told = (result) => {
    const node = typeof result === "object" && result !== null ? apply(nodeAt, nodes, [result]) : undefined;
    if (node === undefined) return `"output":${stringify(result) ?? "null"}`;
    if (node.parent === null || node.parent.parent !== null || !node.attached) spoiled = true;
    return changed(node.name);
  };

  const outcome = (result) => {
    if (spoiled) return null;
    try {
      const what = told(result);
      return spoiled ? null : `{"reads":${stringify(reads)},${what}}`;
    } catch (error) {
      return null;
    }
  };

  return { start, outcome };
})
