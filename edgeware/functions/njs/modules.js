// require, of the modules there are: an import at top level arrives here as a call of it. And the globals that are
// loaded when they are first asked for.
(function modules(kit) {
  "use strict";
  const { first, modules } = kit;
  const available = { __proto__: null, crypto: true, querystring: true, buffer: !first, cloudfront: !first };

  // What a context of one run's own has not loaded yet.
  const late = (name, script) => {
    if (Object.hasOwn(globalThis, name)) return;
    Object.defineProperty(globalThis, name, {
      get() { kit.load(script); return globalThis[name]; },
      set(value) { kit.hide(globalThis, name, value); },
      enumerable: false,
      configurable: true,
    });
  };
  late("TextEncoder", "text");
  late("TextDecoder", "text");
  if (!first) {
    late("Buffer", "buffer");
    late("atob", "bytes");
    late("btoa", "bytes");
  }

  kit.install(globalThis, {
    require(name) {
      if (arguments.length === 0) throw new kit.TypeError("missing path");
      const path = `${name}`;
      if (available[path] === true) {
        // Its promises need a queue that is emptied when a run ends.
        if (path === "cloudfront" && !kit.run.jobs) throw new kit.Error("cloudfront is not here");
        if (modules[path] === undefined) kit.load(path);
        return modules[path];
      }
      throw new kit.Error(`Cannot find module "${path}"`);
    },
  });
})
