// Strings of characters. njs counts code points where QuickJS counts the units of UTF-16: "😀".length is 1.
//
// Here every character beyond U+FFFF that a run meets is one unit, taken from those that are surrogates elsewhere and
// assigned as the characters come up, so that length, indices, split and patterns agree with njs at no cost. Text
// becomes narrow where it comes in (source, event, decoders) and wide where it goes out (result, logs, encoders). In
// cloudfront-js-1.0 the units U+DC80 to U+DCFF are the bytes from 80 to FF of a byte string.
(function characters(kit) {
  "use strict";
  const { apply, charCodeAt, exec, fromCharCode, indexOf, run, slice, uncurried } = kit;
  const { keys } = Object;
  const { isArray } = Array;
  const Bytes = Uint8Array;
  const lower = uncurried(String.prototype.toLowerCase);
  const upper = uncurried(String.prototype.toUpperCase);
  const codePointAt = uncurried(String.prototype.codePointAt);
  const fromCodePoint = String.fromCodePoint;
  const surrogate = /[\ud800-\udfff]/;
  const escaped = /\\u[dD][89a-fA-F]/;
  const atEscape = /^\\u[dD][89a-fA-F]/;

  // --- units ---------------------------------------------------------------------------------------------------------

  let wides = [];
  let units = { __proto__: null };

  const codeOfSlot = (slot) => (slot < 0x480 ? 0xd800 + slot : 0xdd00 - 0x480 + slot);
  const slotOf = (code) => (code < 0xdc80 ? code - 0xd800 : code - 0xdd00 + 0x480);
  const isByte = (code) => code >= 0xdc80 && code < 0xdd00;
  const isSurrogate = (code) => (code & 0xf800) === 0xd800;

  // A run begins: `known` are the characters in the source, in the order of their units.
  kit.startCharacters = (known) => {
    wides = [];
    units = { __proto__: null };
    run.wide = false;
    for (let i = 0; i < known.length; i++) unitOf(known[i]);
  };

  // A character's unit; U+FFFD when there are none left.
  const unitOf = (wide) => {
    const known = units[wide];
    if (known !== undefined) return known;
    if (wides.length >= 0x780) return "\ufffd";
    const unit = fromCharCode(codeOfSlot(wides.length));
    kit.define(wides, wides.length, wide);
    run.wide = true;
    return (units[wide] = unit);
  };

  kit.byteUnit = (byte) => {
    if (byte < 0x80) return fromCharCode(byte);
    run.wide = true;
    return fromCharCode(0xdc00 + byte);
  };

  // The code point, or the byte, that a unit stands for.
  const meaning = (code) => {
    if (isByte(code)) return code - 0xdc00;
    const wide = wides[slotOf(code)];
    return wide === undefined ? 0xfffd : codePointAt(wide, 0);
  };
  kit.isByte = isByte;

  // Text from outside: pairs of surrogates become units, single ones U+FFFD.
  kit.narrow = (text) => {
    if (exec(surrogate, text) === null) return text;
    let narrow = "";
    for (let i = 0; i < text.length; i++) {
      const code = charCodeAt(text, i);
      if (!isSurrogate(code)) {
        narrow += text[i];
      } else if (code < 0xdc00 && i + 1 < text.length && (charCodeAt(text, i + 1) & 0xfc00) === 0xdc00) {
        narrow += unitOf(text[i] + text[++i]);
      } else {
        narrow += "\ufffd";
      }
    }
    return narrow;
  };

  // Where the bytes end that begin at `start`.
  const endOfBytes = (text, start) => {
    let end = start;
    while (end < text.length && isByte(charCodeAt(text, end))) end++;
    return end;
  };

  const bytesAsText = (text) => {
    const bytes = new Bytes(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = charCodeAt(text, i) - 0xdc00;
    return kit.decodeUTF8(bytes);
  };

  // Text for outside.
  kit.widen = (text) => {
    if (!run.wide || exec(surrogate, text) === null) return text;
    let wide = "";
    for (let i = 0; i < text.length; i++) {
      const code = charCodeAt(text, i);
      if (!isSurrogate(code)) {
        wide += text[i];
      } else if (isByte(code)) {
        const end = endOfBytes(text, i);
        wide += bytesAsText(slice(text, i, end));
        i = end - 1;
      } else {
        wide += wides[slotOf(code)] ?? "\ufffd";
      }
    }
    return wide;
  };

  // A text of JSON with the escapes that spell surrogates as the surrogates themselves.
  const unescaped = (json) => {
    let text = "";
    let from = 0;
    for (let at = indexOf(json, "\\"); at >= 0; at = indexOf(json, "\\", at)) {
      if (exec(atEscape, slice(json, at, at + 6)) === null) {
        at += 2;
      } else {
        text += slice(json, from, at) + fromCharCode(+`0x${slice(json, at + 2, at + 6)}`);
        from = at += 6;
      }
    }
    return text + slice(json, from);
  };

  // What JSON.stringify made of units is text of this run again, or text for outside.
  kit.keepUnits = (json) => (run.wide && exec(escaped, json) !== null ? unescaped(json) : json);
  kit.widenJSON = (json) => (run.wide && exec(escaped, json) !== null ? kit.widen(unescaped(json)) : json);
  // JSON whose strings will be narrow.
  kit.narrowJSON = (json) =>
    (indexOf(json, "\\u") < 0 || exec(escaped, json) === null ? json : kit.narrow(unescaped(kit.widen(json))));

  // An event in which Python has seen a surrogate.
  kit.narrowAll = (value) => {
    if (typeof value === "string") return kit.narrow(value);
    if (typeof value !== "object" || value === null) return value;
    const names = keys(value);
    const copy = isArray(value) ? [] : {};
    for (let i = 0; i < names.length; i++) kit.define(copy, kit.narrow(names[i]), kit.narrowAll(value[names[i]]));
    return copy;
  };

  // --- String --------------------------------------------------------------------------------------------------------

  kit.install(String.prototype, {
    charCodeAt(index) {
      const code = charCodeAt(this, index);
      return (code & 0xf800) === 0xd800 ? meaning(code) : code;
    },
    codePointAt(index) {
      const code = charCodeAt(this, index);
      return (code & 0xf800) === 0xd800 ? meaning(code) : code;
    },
    // Letter for letter: what becomes several letters, such as ß, stays as it is.
    toLowerCase() { return mapped(this, lower(this), lower); },
    toUpperCase() { return mapped(this, upper(this), upper); },
  });

  const mapped = (text, whole, change) => {
    if (whole.length === text.length) return whole;
    const letters = `${text}`;
    let all = "";
    for (let i = 0; i < letters.length; i++) {
      const letter = change(letters[i]);
      all += letter.length === 1 ? letter : letters[i] === "\u0130" ? "i" : letters[i];
    }
    return all;
  };

  kit.install(String, {
    fromCharCode(...codes) {
      if (codes.length !== 1) return kit.narrow(apply(fromCharCode, undefined, codes));
      const letter = fromCharCode(codes[0]);
      return isSurrogate(charCodeAt(letter, 0)) ? "\ufffd" : letter;
    },
    fromCodePoint(...codes) { return kit.narrow(apply(fromCodePoint, undefined, codes)); },
  });

  // --- URIs ----------------------------------------------------------------------------------------------------------

  const { decodeURI, decodeURIComponent, encodeURI, encodeURIComponent } = globalThis;
  // Characters beyond U+FFFF take four bytes, of which the first is F0 or more.
  const narrowed = (decode, text) => {
    const plain = decode(kit.widen(text));
    return run.wide || indexOf(text, "%F") >= 0 || indexOf(text, "%f") >= 0 ? kit.narrow(plain) : plain;
  };
  kit.decodeURIComponent = (text) => narrowed(decodeURIComponent, text);
  kit.encodeURIComponent = (text) => encodeURIComponent(kit.widen(text));
  kit.install(globalThis, {
    decodeURI(text) { return narrowed(decodeURI, `${text}`); },
    decodeURIComponent(text) { return narrowed(decodeURIComponent, `${text}`); },
    encodeURI(text) { return encodeURI(kit.widen(`${text}`)); },
    encodeURIComponent(text) { return encodeURIComponent(kit.widen(`${text}`)); },
  });
})
