// The module crypto. The host computes the digests:
//   h algorithm, key or nothing, encoding, part, part...   separated by U+0001 -> the digest as text
// A part, like a key, is "t" and text or "x" and hex.
(function crypto(kit) {
  "use strict";
  const { exec, first, host } = kit;
  const algorithms = { __proto__: null, md5: true, sha1: true, sha256: true };
  const encodings = { __proto__: null, hex: true, base64: true, base64url: true };
  const states = kit.states();
  const special = /[\0\x01\ud800-\udfff]/;

  const buffers = () => {
    if (kit.asBuffer === undefined) kit.load("buffer");
    return kit;
  };

  const bytesOf = (value) => (first ? undefined : kit.viewed(value));

  // A part of the message to the host; undefined for what is neither text nor bytes.
  const partOf = (data) => {
    if (typeof data !== "string") {
      const bytes = bytesOf(data);
      return bytes === undefined ? undefined : `x${kit.encodeHex(bytes)}`;
    }
    return exec(special, data) === null ? `t${data}` : `x${kit.encodeHex(kit.encodeUTF8(data))}`;
  };

  const algorithmOf = (name) => {
    if (typeof name !== "string") throw new kit.TypeError("algorithm must be a string");
    if (algorithms[name] !== true) throw new kit.TypeError(`not supported algorithm: "${name}"`);
    return name;
  };

  const keyOf = (key) => {
    const part = partOf(key);
    if (part === undefined) throw new kit.TypeError(first ? "key must be a string" : "key is not a string or Buffer-like object");
    return part;
  };

  const dataOf = (data, encoding) => {
    if (!first && typeof data === "string" && encoding !== undefined) return partOf(buffers().decodeText(data, encoding));
    const part = partOf(data);
    if (part !== undefined) return part;
    throw new kit.TypeError(first ? "data must be a string"
      : `data argument "${kit.kindOf(data)}" is not a string or Buffer-like object`);
  };

  const stateOf = (value, kind) => {
    const state = states.get(value);
    if (state === undefined || state.kind !== kind) throw new kit.TypeError(`"this" is not a ${kind} object`);
    if (state.message === "") throw new kit.Error("Digest already called");
    return state;
  };

  const digest = (state, encoding) => {
    if (encoding !== undefined && typeof encoding !== "string") throw new kit.TypeError("encoding must be a string");
    if (encoding !== undefined && encodings[encoding] !== true) {
      throw new kit.TypeError(`Unknown digest encoding: "${encoding}"`);
    }
    const text = host(`h${state.algorithm}\x01${state.key}\x01${encoding ?? "hex"}${state.message}`);
    state.message = "";
    if (encoding !== undefined) return text;
    const bytes = kit.decodeHex(text);
    return first ? kit.byteString(bytes) : buffers().asBuffer(bytes);
  };

  const prototypeOf = (kind, name) => {
    const prototype = {};
    kit.install(prototype, {
      get [Symbol.toStringTag]() { return name; },
      update(data, encoding) {
        const state = stateOf(this, kind);
        const part = dataOf(data, encoding);
        state.message = state.message === "\x01" ? `\x01${part}` : `${state.message}\x01${part}`;
        return this;
      },
      digest(encoding) { return digest(stateOf(this, kind), encoding); },
    });
    kit.define(kit.roots, kit.roots.length, prototype);
    return prototype;
  };

  const make = (prototype, kind, algorithm, key) => {
    const made = { __proto__: prototype };
    states.set(made, { __proto__: null, kind, algorithm, key, message: "\x01" });
    return made;
  };

  const hash = prototypeOf("hash", "Hash");
  const hmac = prototypeOf("hmac", "Hmac");
  const module = {
    createHash(algorithm) { return make(hash, "hash", algorithmOf(algorithm), ""); },
    createHmac(algorithm, key) { return make(hmac, "hmac", algorithmOf(algorithm), keyOf(key)); },
  };
  kit.install(module, { get [Symbol.toStringTag]() { return "crypto"; } });
  kit.modules.crypto = module;
  kit.define(kit.roots, kit.roots.length, module);
})
