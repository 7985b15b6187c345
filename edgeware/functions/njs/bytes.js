// Bytes and text: UTF-8, base64 and hex, TextEncoder and TextDecoder, atob and btoa.
//
// What takes a loop over every byte is done by the host, which is several times faster:
//   b text       base64 -> the bytes, as an array      B 1,2,3    bytes -> base64
//   U 1,2,3      bytes -> text, with U+FFFD for what is not UTF-8
(function bytes(kit) {
  "use strict";
  const { apply, charCodeAt, exec, first, fromCharCode, host, indexOf, join, slice, uncurried } = kit;
  const split = uncurried(String.prototype.split);
  const Bytes = Uint8Array;
  const TypedArray = Object.getPrototypeOf(Bytes);
  const { isView } = ArrayBuffer;
  const { isArray } = Array;
  const tagOf = uncurried(Object.prototype.toString);
  const { getOwnPropertyDescriptor } = Object;
  const getter = (prototype, key) => uncurried(getOwnPropertyDescriptor(prototype, key).get);
  const typedBuffer = getter(TypedArray.prototype, "buffer");
  const typedOffset = getter(TypedArray.prototype, "byteOffset");
  const typedSize = getter(TypedArray.prototype, "byteLength");
  const typedTag = getter(TypedArray.prototype, Symbol.toStringTag);
  const viewBuffer = getter(DataView.prototype, "buffer");
  const viewOffset = getter(DataView.prototype, "byteOffset");
  const viewSize = getter(DataView.prototype, "byteLength");
  const bufferSize = getter(ArrayBuffer.prototype, "byteLength");
  const typedJoin = uncurried(TypedArray.prototype.join);
  const part = uncurried(TypedArray.prototype.subarray);
  const put = uncurried(TypedArray.prototype.set);
  const { decodeURIComponent, encodeURIComponent, escape, unescape } = kit.natives;

  kit.Bytes = Bytes;
  kit.part = part;
  kit.put = put;

  // --- what holds bytes ----------------------------------------------------------------------------------------------

  // The bytes of a typed array or DataView, without a copy; undefined for anything else.
  kit.viewed = (value) => {
    if (!isView(value)) return undefined;
    return typedTag(value) === undefined ? new Bytes(viewBuffer(value), viewOffset(value), viewSize(value))
      : new Bytes(typedBuffer(value), typedOffset(value), typedSize(value));
  };
  kit.bufferOf = (value) => typedBuffer(value);
  kit.offsetOf = (value) => typedOffset(value);
  kit.sizeOfBuffer = bufferSize;
  kit.sizeOf = typedSize;
  // Whether it is a typed array, of a kind if one is given.
  kit.isTyped = (value, kind) => {
    const tag = typedTag(value);
    return kind === undefined ? tag !== undefined : tag === kind;
  };
  kit.isArrayBuffer = (value) => {
    if (tagOf(value) !== "[object ArrayBuffer]") return false;
    try { return bufferSize(value) >= 0; } catch (error) { return false; }
  };

  // --- encodings -----------------------------------------------------------------------------------------------------

  // Characters up to U+00FF, one a byte.
  const binary = (bytes) => {
    if (bytes.length <= 8192) return apply(fromCharCode, undefined, bytes);
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192) text += apply(fromCharCode, undefined, part(bytes, i, i + 8192));
    return text;
  };
  const ofBinary = (text) => {
    const bytes = new Bytes(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = charCodeAt(text, i);
    return bytes;
  };

  const beyondASCII = /[^\0-\x7f]/;
  const isASCII = (text) => exec(beyondASCII, text) === null;

  kit.decodeUTF8 = (bytes) => {
    const text = binary(bytes);
    if (isASCII(text)) return text;
    try { return kit.narrow(decodeURIComponent(escape(text))); } catch (error) { /* not UTF-8, then */ }
    return kit.narrow(host("U" + typedJoin(bytes, ",")));
  };
  // undefined for what is not UTF-8.
  kit.strictUTF8 = (bytes) => {
    try { return kit.narrow(decodeURIComponent(escape(binary(bytes)))); } catch (error) { return undefined; }
  };
  kit.encodeUTF8 = (text) => {
    if (isASCII(text)) return ofBinary(text);
    const wide = kit.widen(text);
    return first && wide !== text ? withBytes(text) : ofBinary(unescape(encodeURIComponent(wide)));
  };

  // A text that may hold bytes: those are themselves.
  const withBytes = (text) => {
    let all = "";
    for (let i = 0; i < text.length; i++) {
      const code = charCodeAt(text, i);
      all += kit.isByte(code) ? fromCharCode(code - 0xdc00) : unescape(encodeURIComponent(kit.widen(text[i])));
    }
    return ofBinary(all);
  };

  const digits = "0123456789abcdef";
  kit.encodeHex = (bytes) => {
    let text = "";
    for (let i = 0; i < bytes.length; i++) text += digits[bytes[i] >> 4] + digits[bytes[i] & 15];
    return text;
  };

  const hex = /^(?:[0-9a-fA-F]{2})*/;
  // Up to the first pair that is none.
  kit.decodeHex = (text) => {
    const size = exec(hex, text)[0].length >> 1;
    const bytes = new Bytes(size);
    for (let i = 0; i < size; i++) bytes[i] = +`0x${slice(text, 2 * i, 2 * i + 2)}`;
    return bytes;
  };

  const base64 = /^[A-Za-z0-9+/]*/;
  const base64url = /^[A-Za-z0-9_-]*/;
  const decode64 = (alphabet, text) => new Bytes(host("b" + exec(alphabet, text)[0]));
  // Up to the first character that is not of the alphabet.
  kit.decodeBase64 = (text) => decode64(base64, text);
  kit.decodeBase64URL = (text) => decode64(base64url, text);

  kit.encodeBase64 = (bytes) => host("B" + typedJoin(bytes, ","));
  kit.encodeBase64URL = (bytes) => {
    let text = kit.encodeBase64(bytes);
    const end = indexOf(text, "=");
    if (end >= 0) text = slice(text, 0, end);
    let url = "";
    for (let i = 0; i < text.length; i++) url += text[i] === "+" ? "-" : text[i] === "/" ? "_" : text[i];
    return url;
  };

  // njs's own names of types, in messages.
  const tags = { __proto__: null, "[object ArrayBuffer]": "array buffer", "[object RegExp]": "regexp", "[object Date]": "date" };
  kit.kindOf = (value) => {
    if (value === null) return "null";
    if (isArray(value)) return "array";
    return typeof value === "object" ? tags[tagOf(value)] ?? "object" : typeof value;
  };

  // --- atob, btoa ----------------------------------------------------------------------------------------------------

  const encoded = /^((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)(?:[A-Za-z0-9+/]{2,3})?$/;
  if (!first) {
    kit.install(globalThis, {
      atob(text) {
        const letters = join(split(`${text}`, " "), "");
        const match = exec(encoded, letters);
        if (match === null) throw new kit.TypeError("the string to be decoded is not correctly encoded");
        // Before 0.8.4 njs forgets a group at the end without its padding.
        return binary(kit.decodeBase64(match[1]));
      },
      btoa(text) {
        const letters = `${text}`;
        for (let i = 0; i < letters.length; i++) {
          if (charCodeAt(letters, i) > 0xff) throw new kit.TypeError("invalid character (>= U+00FF)");
        }
        return kit.encodeBase64(ofBinary(letters));
      },
    });
  }
})
