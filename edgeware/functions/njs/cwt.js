// CBOR Web Tokens, as the module cloudfront knows them: a COSE_Mac0 with HMAC 256 (RFC 8392, RFC 9052, RFC 8949).
(function cwt(kit) {
  "use strict";
  if (kit.asBuffer === undefined) kit.load("buffer");
  const { Bytes, define, host, part, put } = kit;
  const { keys } = Object;
  const { isArray } = Array;
  const { floor } = Math;
  const LONGEST = 1024;
  const DEEPEST = 16;
  const TAG_CWT = 61;
  const TAG_MAC0 = 17;
  const HS256 = 5;
  const decimal = /^(?:0|-?[1-9][0-9]{0,14})$/;
  const Real = DataView;
  const getFloat32 = kit.uncurried(Real.prototype.getFloat32);
  const getFloat64 = kit.uncurried(Real.prototype.getFloat64);
  const setFloat64 = kit.uncurried(Real.prototype.setFloat64);

  const invalid = (why) => new kit.Error(`invalid CBOR web token: ${why}`);

  // --- CBOR in -------------------------------------------------------------------------------------------------------

  // A tag is kept as this object; only the two round a token are known.
  const tagged = kit.states();

  const decode = (bytes) => {
    let at = 0;

    const take = (size) => {
      if (size > bytes.length - at) throw invalid("it ends too early");
      at += size;
      return part(bytes, at - size, at);
    };

    const numberOf = (size) => {
      const digits = take(size);
      let number = 0;
      for (let i = 0; i < size; i++) number = number * 256 + digits[i];
      return number;
    };

    // -1: the length is not told, and a break ends it.
    const argumentOf = (low) => {
      if (low < 24) return low;
      if (low < 28) return numberOf(1 << (low - 24));
      if (low === 31) return -1;
      throw invalid("a length is malformed");
    };

    const half = (bits) => {
      const exponent = (bits >> 10) & 31;
      const fraction = bits & 1023;
      const size = exponent === 0 ? fraction * 2 ** -24
        : exponent < 31 ? (1024 + fraction) * 2 ** (exponent - 25) : fraction === 0 ? Infinity : NaN;
      return bits & 0x8000 ? -size : size;
    };

    const view = (size) => {
      const copy = new Bytes(size);
      put(copy, take(size));
      return new Real(kit.bufferOf(copy));
    };

    const simple = (low) => {
      switch (low) {
        case 20: return false;
        case 21: return true;
        case 22: return null;
        case 23: return undefined;
        case 25: return half(numberOf(2));
        case 26: return getFloat32(view(4), 0);
        case 27: return getFloat64(view(8), 0);
        default: throw invalid("a simple value is not supported");
      }
    };

    const ended = () => {
      if (at < bytes.length && bytes[at] === 0xff) return ++at > 0;
      return false;
    };

    const keyOf = (key) => {
      if (typeof key === "string" || typeof key === "number") return `${key}`;
      throw invalid("a map has a key that is neither number nor text");
    };

    // Calls `entry` for each of `count`, or up to the break.
    const repeat = (count, entry) => {
      for (let i = 0; count < 0 ? !ended() : i < count; i++) entry();
    };

    // Both kinds of string may come in pieces.
    const pieces = (count, major, depth) => {
      if (count >= 0) return take(count);
      const found = [];
      repeat(-1, () => {
        if (at < bytes.length && bytes[at] >> 5 !== major) throw invalid("a piece of a string is none");
        define(found, found.length, item(depth + 1, true));
      });
      return joined(found);
    };

    const textOf = (data) => {
      const text = kit.strictUTF8(data);
      if (text === undefined) throw invalid("a text is not UTF-8");
      return text;
    };

    const list = (count, depth) => {
      const values = [];
      repeat(count, () => define(values, values.length, item(depth + 1)));
      return values;
    };

    const map = (count, depth) => {
      const values = {};
      repeat(count, () => {
        const key = keyOf(item(depth + 1));
        define(values, key, item(depth + 1));
      });
      return values;
    };

    const item = (depth, raw) => {
      if (depth > DEEPEST) throw invalid("it is nested too deeply");
      const first = numberOf(1);
      const major = first >> 5;
      const low = first & 31;
      if (major === 7) return simple(low);
      const count = argumentOf(low);
      if (count < 0 && (major < 2 || major === 6)) throw invalid("a length is malformed");
      switch (major) {
        case 0: return count;
        case 1: return -1 - count;
        case 2: return raw ? pieces(count, 2, depth) : kit.asBuffer(pieces(count, 2, depth));
        case 3: return raw ? pieces(count, 3, depth) : textOf(pieces(count, 3, depth));
        case 4: return list(count, depth);
        case 5: return map(count, depth);
        default: {
          const tag = { __proto__: null };
          tagged.set(tag, { __proto__: null, number: count, value: item(depth + 1) });
          return tag;
        }
      }
    };

    const value = item(0);
    if (at < bytes.length) throw invalid("something follows it");
    return value;
  };

  // --- CBOR out ------------------------------------------------------------------------------------------------------

  const joined = (chunks) => {
    let size = 0;
    for (let i = 0; i < chunks.length; i++) size += chunks[i].length;
    const all = new Bytes(size);
    for (let i = 0, at = 0; i < chunks.length; at += chunks[i++].length) put(all, chunks[i], at);
    return all;
  };

  const head = (major, number) => {
    const size = number < 24 ? 0 : number < 2 ** 8 ? 1 : number < 2 ** 16 ? 2 : number < 2 ** 32 ? 4 : 8;
    const bytes = new Bytes(1 + size);
    bytes[0] = (major << 5) | (size === 0 ? number : size === 1 ? 24 : size === 2 ? 25 : size === 4 ? 26 : 27);
    for (let i = size, rest = number; i > 0; i--, rest = floor(rest / 256)) bytes[i] = rest % 256;
    return bytes;
  };

  const ofBytes = (bytes) => joined([head(2, bytes.length), bytes]);

  const ofNumber = (number) => {
    if (number === floor(number) && number <= 2 ** 53 && number >= -(2 ** 53)) {
      return number >= 0 ? head(0, number) : head(1, -1 - number);
    }
    const bytes = new Bytes(9);
    bytes[0] = 0xfb;
    setFloat64(new Real(kit.bufferOf(bytes)), 1, number);
    return bytes;
  };

  const ofMap = (map, depth) => {
    const names = keys(map);
    const chunks = [head(5, names.length)];
    for (let i = 0; i < names.length; i++) {
      const key = kit.exec(decimal, names[i]) === null ? names[i] : +names[i];
      define(chunks, chunks.length, encode(key, depth + 1));
      define(chunks, chunks.length, encode(map[names[i]], depth + 1));
    }
    return joined(chunks);
  };

  const ofList = (list, depth) => {
    const chunks = [head(4, list.length)];
    for (let i = 0; i < list.length; i++) define(chunks, chunks.length, encode(list[i], depth + 1));
    return joined(chunks);
  };

  const encode = (value, depth) => {
    if (depth > DEEPEST) throw new kit.Error("the token's payload is nested too deeply");
    if (typeof value === "number") return ofNumber(value);
    if (typeof value === "string") {
      const bytes = kit.encodeUTF8(value);
      return joined([head(3, bytes.length), bytes]);
    }
    if (typeof value === "boolean") return head(7, value ? 21 : 20);
    if (value === null || value === undefined) return head(7, value === null ? 22 : 23);
    if (typeof value !== "object") throw new kit.TypeError(`a token cannot hold a ${typeof value}`);
    const bytes = kit.viewed(value);
    if (bytes !== undefined) return ofBytes(bytes);
    return isArray(value) ? ofList(value, depth) : ofMap(value, depth);
  };

  // --- tokens --------------------------------------------------------------------------------------------------------

  const isMap = (value) =>
    typeof value === "object" && value !== null && !isArray(value) && kit.viewed(value) === undefined &&
    tagged.get(value) === undefined;

  const keyOf = (options) => {
    const key = typeof options === "object" && options !== null ? options.key : undefined;
    if (typeof key === "string") return kit.encodeUTF8(key);
    const bytes = kit.viewed(key);
    if (bytes === undefined) throw new kit.TypeError("key must be a string or a Buffer-like object");
    return bytes;
  };

  const mac = (key, protectedBytes, payload) => {
    const data = joined([head(4, 4), encode("MAC0", 0), ofBytes(protectedBytes), ofBytes(new Bytes(0)), ofBytes(payload)]);
    return host(`hsha256\x01x${kit.encodeHex(key)}\x01hex\x01x${kit.encodeHex(data)}`);
  };

  const opened = (value) => {
    let inner = tagged.get(value);
    if (inner !== undefined && inner.number === TAG_CWT) inner = tagged.get(inner.value);
    if (inner === undefined || inner.number !== TAG_MAC0) throw invalid("it has no COSE_Mac0 tag (17)");
    const parts = inner.value;
    if (!isArray(parts) || parts.length !== 4) throw invalid("a COSE_Mac0 has four parts");
    return parts;
  };

  const bytesOf = (value, what) => {
    const bytes = kit.viewed(value);
    if (bytes === undefined) throw invalid(`${what} is no byte string`);
    return bytes;
  };

  const mapOf = (value, what) => {
    if (!isMap(value)) throw invalid(`${what} is no map`);
    return value;
  };

  const validate = (token, options) => {
    const key = keyOf(options);
    const bytes = kit.viewed(token);
    if (bytes === undefined) throw new kit.TypeError("the token must be a Buffer-like object");
    if (bytes.length > LONGEST) throw invalid("it has more than 1024 bytes");
    const parts = opened(decode(bytes));
    const head = bytesOf(parts[0], "the protected header");
    const payload = bytesOf(parts[2], "the payload");
    const protectedHeaders = head.length === 0 ? {} : mapOf(decode(head), "the protected header");
    if (protectedHeaders["1"] !== HS256) throw invalid("its algorithm is not HS256");
    if (mac(key, head, payload) !== kit.encodeHex(bytesOf(parts[3], "the tag"))) throw invalid("its signature does not match");
    return {
      protectedHeaders,
      unprotectedHeaders: mapOf(parts[1], "the unprotected header"),
      payload: mapOf(decode(payload), "the payload"),
    };
  };

  // The guide gives the arguments in one order and its examples in the other: the key tells them apart.
  const generate = (first, second) => {
    const swapped = isMap(first) && first.key !== undefined && !(isMap(second) && second.key !== undefined);
    const context = swapped ? first : second;
    const given = swapped ? second : first;
    const key = keyOf(context);
    if (context.coseTag !== "MAC0") throw new kit.Error('coseTag must be "MAC0"');
    if (!isMap(given) || !isMap(given.payload)) throw new kit.TypeError("the token needs an object as its payload");
    const named = given.protectedHeaders ?? given.protected ?? {};
    const headers = { "1": HS256 };
    const names = isMap(named) ? keys(named) : [];
    for (let i = 0; i < names.length; i++) if (names[i] !== "alg") define(headers, names[i], named[names[i]]);
    if (+headers["1"] !== HS256) throw new kit.Error("the algorithm of a token must be HS256");
    headers["1"] = HS256;
    const head0 = encode(headers, 0);
    const payload = encode(given.payload, 0);
    const tag = kit.decodeHex(mac(key, head0, payload));
    const unprotected = encode(given.unprotectedHeaders ?? given.unprotected ?? {}, 0);
    const token = joined([
      context.cwtTag ? head(6, TAG_CWT) : new Bytes(0), head(6, TAG_MAC0), head(4, 4), ofBytes(head0), unprotected,
      ofBytes(payload), ofBytes(tag),
    ]);
    if (token.length > LONGEST) throw new kit.Error("a CBOR web token has no more than 1024 bytes");
    return kit.asBuffer(token);
  };

  kit.tokens = { __proto__: null, validate, generate };
})
