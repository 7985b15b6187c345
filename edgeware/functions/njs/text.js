// TextEncoder and TextDecoder, of UTF-8 only.
(function text(kit) {
  "use strict";
  const { Bytes } = kit;

  // --- TextEncoder -------------------------------------------------------------------------------------------------

  const encoders = kit.states();
  const TextEncoder = function () {
    if (new.target === undefined) throw new kit.TypeError("Constructor of TextEncoder requires 'new'");
    encoders.set(this, true);
  };
  const encoder = (value) => {
    if (encoders.get(value) === undefined) throw new kit.TypeError("\"this\" is not a TextEncoder");
  };
  kit.install(TextEncoder.prototype, {
    get encoding() { return "utf-8"; },
    encode(value) {
      encoder(this);
      return kit.encodeUTF8(value === undefined ? "" : `${value}`);
    },
    encodeInto(value, destination) {
      encoder(this);
      if (!kit.isTyped(destination, "Uint8Array")) {
        throw new kit.TypeError('The "destination" argument must be an instance of Uint8Array');
      }
      const letters = `${value}`;
      const room = kit.sizeOf(destination);
      let read = 0, written = 0;
      for (; read < letters.length; read++) {
        const bytes = kit.encodeUTF8(letters[read]);
        if (written + bytes.length > room) break;
        kit.put(destination, bytes, written);
        written += bytes.length;
      }
      return { read, written };
    },
  });
  kit.replace(TextEncoder, "TextEncoder", TextEncoder.prototype);

  // --- TextDecoder ---------------------------------------------------------------------------------------------------

  const decoders = kit.states();
  const TextDecoder = function (label, options) {
    if (new.target === undefined) throw new kit.TypeError("Constructor of TextDecoder requires 'new'");
    const name = label === undefined ? "utf-8" : `${label}`;
    if (name !== "utf-8" && name !== "utf8") throw new kit.RangeError(`The "${name}" encoding is not supported`);
    const { fatal = false, ignoreBOM = false } = options ?? {};
    decoders.set(this, { __proto__: null, fatal: !!fatal, ignoreBOM: !!ignoreBOM, rest: new Bytes(0) });
  };
  const decoder = (value) => {
    const state = decoders.get(value);
    if (state === undefined) throw new kit.TypeError("\"this\" is not a TextDecoder");
    return state;
  };

  // How many bytes at the end may be the beginning of a character.
  const unfinished = (bytes) => {
    for (let n = 1; n <= 3 && n <= bytes.length; n++) {
      const byte = bytes[bytes.length - n];
      if (byte >= 0xc0) return byte >= (n === 1 ? 0xc2 : n === 2 ? 0xe0 : 0xf0) && byte < 0xf5 ? n : 0;
      if (byte < 0x80) return 0;
    }
    return 0;
  };

  const inputOf = (input) => {
    if (input === undefined) return new Bytes(0);
    const bytes = kit.isArrayBuffer(input) ? new Bytes(input) : kit.viewed(input);
    if (bytes === undefined) throw new kit.TypeError('The "input" argument must be an instance of TypedArray');
    return bytes;
  };

  kit.install(TextDecoder.prototype, {
    get encoding() { decoder(this); return "utf-8"; },
    get fatal() { return decoder(this).fatal; },
    get ignoreBOM() { return decoder(this).ignoreBOM; },
    decode(input, options) {
      const state = decoder(this);
      const more = inputOf(input);
      let bytes = new Bytes(state.rest.length + more.length);
      kit.put(bytes, state.rest, 0);
      kit.put(bytes, more, state.rest.length);
      const stream = options !== undefined && options !== null && !!options.stream;
      const kept = stream ? unfinished(bytes) : 0;
      state.rest = kit.part(bytes, bytes.length - kept);
      bytes = kit.part(bytes, 0, bytes.length - kept);
      const decoded = state.fatal ? kit.strictUTF8(bytes) : kit.decodeUTF8(bytes);
      if (decoded === undefined) throw new kit.TypeError("The encoded data was not valid");
      return !state.ignoreBOM && decoded[0] === "\ufeff" ? kit.slice(decoded, 1) : decoded;
    },
  });
  kit.replace(TextDecoder, "TextDecoder", TextDecoder.prototype);
})
