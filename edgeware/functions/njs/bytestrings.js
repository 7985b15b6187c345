// The byte strings of cloudfront-js-1.0: strings whose characters are bytes (see characters.js).
(function bytestrings(kit) {
  "use strict";
  const { Bytes, charCodeAt, exec, slice, uncurried } = kit;
  const stringOf = uncurried(String.prototype.toString);
  const bytes = /[\udc80-\udcff]/;
  const text = /[^\0-\x7f\udc80-\udcff]/;

  // Bytes as a byte string.
  kit.byteString = (values) => {
    let whole = "";
    for (let i = 0; i < values.length; i++) whole += kit.byteUnit(values[i]);
    return whole;
  };

  const decoders = { __proto__: null, hex: kit.decodeHex, base64: kit.decodeBase64, base64url: kit.decodeBase64URL };
  const encoders = { __proto__: null, hex: kit.encodeHex, base64: kit.encodeBase64, base64url: kit.encodeBase64URL };

  const codec = (codecs, name, message) => {
    if (typeof name !== "string") throw new kit.TypeError(message);
    if (codecs[name] === undefined) throw new kit.TypeError(`Unknown encoding: "${name}"`);
    return codecs[name];
  };

  const bytesOfList = (list) => {
    const values = new Bytes(+list.length || 0);
    for (let i = 0; i < values.length; i++) values[i] = list[i];
    return values;
  };

  kit.install(String, {
    bytesFrom(value, encoding) {
      if (typeof value === "string") return kit.byteString(codec(decoders, encoding, '"encoding" must be a string')(value));
      if (typeof value === "object" && value !== null) return kit.byteString(bytesOfList(value));
      throw new kit.TypeError("value must be a string or array-like object");
    },
  });

  // Every byte as the character of its number.
  const fromBytes = (whole) => {
    let characters = "";
    for (let i = 0; i < whole.length; i++) {
      const code = charCodeAt(whole, i);
      characters += kit.isByte(code) ? kit.fromCharCode(code - 0xdc00) : whole[i];
    }
    return characters;
  };

  // null where a character is not the number of a byte.
  const toBytes = (whole) => {
    let all = "";
    for (let i = 0; i < whole.length; i++) {
      const code = charCodeAt(whole, i);
      if (kit.isByte(code)) all += whole[i];
      else if (code > 0xff) return null;
      else all += kit.byteUnit(code);
    }
    return all;
  };

  const fromUTF8 = (whole) => {
    if (exec(bytes, whole) === null || exec(text, whole) !== null) return whole;
    return kit.strictUTF8(kit.encodeUTF8(whole)) ?? null;
  };

  kit.install(String.prototype, {
    fromBytes(start, end) { return fromBytes(slice(this, start, end)); },
    fromUTF8(start, end) { return fromUTF8(slice(this, start, end)); },
    toBytes(start, end) { return toBytes(slice(this, start, end)); },
    toUTF8(start, end) { return kit.byteString(kit.encodeUTF8(slice(this, start, end))); },
    toString(encoding) {
      const whole = stringOf(this);
      return encoding === undefined ? whole : codec(encoders, encoding, "encoding must be a string")(kit.encodeUTF8(whole));
    },
  });
})
