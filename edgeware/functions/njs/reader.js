// JSON that QuickJS cannot read: njs says why not, or reads it after all.
(function reader(kit) {
  "use strict";
  const { exec, slice } = kit;
  const DEEPEST = 32;
  const space = /[ \t\r\n]*/y;
  const number = /-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?/y;
  const plain = /[^"\\\0-\x1f]*/y;
  const words = /true|false|null/y;
  const digit = /[0-9a-fA-F]/y;
  const values = { __proto__: null, true: true, false: false, null: null };
  const escapes = { __proto__: null, '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

  kit.readJSON = (text) => {
    let at = 0;
    let depth = 0;

    const fail = (message, place) => { throw new kit.SyntaxError(`${message} at position ${place}`); };
    const skip = (pattern) => {
      pattern.lastIndex = at;
      const found = exec(pattern, text);
      if (found !== null) at += found[0].length;
      return found === null ? "" : found[0];
    };
    const next = () => {
      skip(space);
      if (at >= text.length) fail("Unexpected end of input", at);
      return text[at];
    };
    const expect = (letter) => {
      if (next() !== letter) fail("Unexpected token", at);
      at++;
    };

    const escape = () => {
      const letter = text[at++];
      if (letter === undefined) fail("Unexpected end of input", text.length);
      if (escapes[letter] !== undefined) return escapes[letter];
      if (letter !== "u") fail("Unknown escape char", at - 1);
      for (let i = 0; i < 4; i++) if (skip(digit) === "") fail("Invalid Unicode escape sequence", at);
      return kit.fromCharCode(+`0x${slice(text, at - 4, at)}`);
    };

    const string = () => {
      at++;
      let all = "";
      for (;;) {
        all += skip(plain);
        if (at >= text.length) fail("Unexpected end of input", at);
        const letter = text[at++];
        if (letter === '"') return all;
        if (letter !== "\\") fail("Forbidden source char", at - 1);
        all += escape();
      }
    };

    // The entries of an array or object up to its end, each by `entry`.
    const entries = (end, entry) => {
      if (++depth > DEEPEST) fail("Nested too deep", at);
      at++;
      let comma = -1;
      for (;;) {
        if (next() === end) {
          if (comma >= 0) fail("Trailing comma", comma);
          break;
        }
        entry();
        if (next() === end) break;
        comma = at;
        expect(",");
      }
      at++;
      depth--;
    };

    const array = () => {
      const all = [];
      entries("]", () => kit.define(all, all.length, value()));
      return all;
    };
    const object = () => {
      const all = {};
      entries("}", () => {
        if (next() !== '"') fail("Unexpected token", at);
        const name = string();
        expect(":");
        kit.define(all, name, value());
      });
      return all;
    };

    const value = () => {
      const letter = next();
      if (letter === '"') return string();
      if (letter === "[") return array();
      if (letter === "{") return object();
      if (letter === "-" || (letter >= "0" && letter <= "9")) {
        const start = at;
        const digits = skip(number);
        return digits === "" ? fail("Unexpected number", start) : +digits;
      }
      const word = skip(words);
      return word === "" ? fail("Unexpected token", at) : values[word];
    };

    const whole = value();
    skip(space);
    if (at < text.length) fail("Unexpected token", at);
    return whole;
  };
})
