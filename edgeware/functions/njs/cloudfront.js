// The module cloudfront, of cloudfront-js-2.0.
//
// It reads from the host, and tells it what the edge is to do once the run is over:
//   k"key"                      -> the value's text, or 0 where the store has no such key
//   K                           -> what meta() gives
//   o["method", argument, ...]  -> whether there was room for it
// What is wrong with the arguments of a change to the origin, the edge says: the viewer's answer depends on it.
(function cloudfront(kit) {
  "use strict";
  const { define, host, run } = kit;
  const { parseJSON } = kit;
  const { stringify } = kit.natives;
  const handles = kit.states();

  // --- what is asked of the edge -------------------------------------------------------------------------------------

  // Each argument by itself: code may have given arrays a toJSON of its own.
  const ask = (method, values) => {
    let json = `["${method}"`;
    for (let i = 0; i < values.length; i++) json += `,${stringify(values[i]) ?? "null"}`;
    if (!host(`o${kit.widenJSON(json)}]`)) throw new kit.Error("one run asks for more than 64 KB of changes");
  };

  // Of the methods that change the request to the origin.
  const change = (method, values) => {
    if (!run.request) throw new kit.Error(`${method} can only be called in a viewer request function`);
    ask(method, values);
  };

  // --- key value stores ----------------------------------------------------------------------------------------------

  const text = (value, name) => {
    if (typeof value !== "string") throw new kit.TypeError(`${name} must be a string`);
    return value;
  };

  const look = (key) => host(`k${stringify(kit.widen(text(key, "key")))}`);

  const bytesOf = (value) => {
    if (kit.asBuffer === undefined) kit.load("buffer");
    return kit.asBuffer(kit.encodeUTF8(value));
  };

  const formats = { __proto__: null, string: (value) => value, json: (value) => parseJSON(value), bytes: bytesOf };

  const formatOf = (options) => {
    const name = typeof options === "object" && options !== null ? options.format : undefined;
    if (name === undefined) return formats.string;
    const format = typeof name === "string" ? formats[name] : undefined;
    if (format === undefined) throw new kit.TypeError('format must be "string", "json" or "bytes"');
    return format;
  };

  const own = (handle) => {
    if (handles.get(handle) !== true) throw new kit.TypeError('"this" is not a key value store handle');
  };

  const handlePrototype = {};
  kit.install(handlePrototype, {
    get [Symbol.toStringTag]() { return "KeyValueStore"; },
    async get(key, options) {
      own(this);
      const format = formatOf(options);
      const value = look(key);
      if (value === 0) throw new kit.Error(`KeyNotFound: the key value store has no key "${key}"`);
      return format(kit.narrow(value));
    },
    async exists(key) {
      own(this);
      return look(key) !== 0;
    },
    async count() {
      own(this);
      return host("K").keyCount;
    },
    async meta() {
      own(this);
      return host("K");
    },
  });
  define(kit.roots, kit.roots.length, handlePrototype);

  // `facts.stores` are the names by which the associated store may be opened; null: by any; false: there is none.
  const open = (id) => {
    const { stores } = kit.facts;
    if (stores === false) throw new kit.Error("no key value store is associated with this function");
    if (id !== undefined && stores !== null && stores[text(id, "id")] !== true) {
      throw new kit.Error(`the key value store "${id}" is not associated with this function`);
    }
    const handle = { __proto__: handlePrototype };
    handles.set(handle, true);
    return handle;
  };

  // --- tokens --------------------------------------------------------------------------------------------------------

  const tokens = () => {
    if (kit.tokens === undefined) kit.load("cwt");
    return kit.tokens;
  };

  const cwt = {
    validateToken(token, options) { return tokens().validate(token, options); },
    generateToken(payload, context) { return tokens().generate(payload, context); },
  };

  // --- the module ----------------------------------------------------------------------------------------------------

  const mtls = {
    renameClientCertHeaders(names) { change("renameClientCertHeaders", [names]); },
    renamePemHeaders(names) { change("renamePemHeaders", [names]); },
    combinePemHeaders(header) { change("combinePemHeaders", [header]); },
  };

  const module = {
    cwt,
    mtls,
    kvs(id) { return open(id); },
    updateRequestOrigin(settings) { change("updateRequestOrigin", [settings]); },
    selectRequestOriginById(id, settings) { change("selectRequestOriginById", [id, settings]); },
    createRequestOriginGroup(group) { change("createRequestOriginGroup", [group]); },
    logCustomData(data) { ask("logCustomData", [text(data, "custom data")]); },
  };
  kit.install(module, {
    get [Symbol.toStringTag]() { return "cloudfront"; },
    get edgeLocation() {
      if (!run.request) return {};
      const { name, serverIp, region } = kit.facts.location;
      return { name, serverIp, region };
    },
    get distributionTenant() { throw new kit.TypeError("distributionTenant module is not available"); },
  });
  kit.modules.cloudfront = module;
  define(kit.roots, kit.roots.length, module);
})
