// require, of the modules there are: an import at top level arrives here as a call of it. And the globals that are
// loaded when they are first asked for.
(function modules(kit) {
  "use strict";
  const { first, modules } = kit;
  const available = { __proto__: null, crypto: true, querystring: true, buffer: !first };

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
        if (modules[path] === undefined) kit.load(path);
        return modules[path];
      }
      // The place of the module that edgeware has still to learn.
      if (path === "cloudfront" && !first) throw new kit.Error("the cloudfront module is not emulated yet");
      throw new kit.Error(`Cannot find module "${path}"`);
    },
  });
})
