// Buffer, of cloudfront-js-2.0, and the module of it: a Uint8Array with a prototype of its own.
(function buffer(kit) {
  "use strict";
  const { Bytes, construct, uncurried } = kit;
  const { isArray } = Array;
  const { setPrototypeOf } = Object;
  const stringOf = uncurried(String.prototype.valueOf);
  const fillBytes = uncurried(Bytes.prototype.fill);
  const kMaxLength = 2147483647;

  const Buffer = function Buffer() { throw new kit.TypeError("Buffer is not a constructor"); };
  const prototype = Buffer.prototype;
  setPrototypeOf(prototype, Bytes.prototype);

  const bufferOf = (values) => construct(Bytes, values, Buffer);
  kit.asBuffer = (bytes) => setPrototypeOf(bytes, prototype);
  const isBuffer = (value) => kit.isTyped(value, "Uint8Array");

  // --- arguments ---------------------------------------------------------------------------------------------------

  const encodings = {
    __proto__: null,
    utf8: [kit.encodeUTF8, kit.decodeUTF8],
    "utf-8": [kit.encodeUTF8, kit.decodeUTF8],
    hex: [kit.decodeHex, kit.encodeHex],
    base64: [kit.decodeBase64, kit.encodeBase64],
    base64url: [kit.decodeBase64URL, kit.encodeBase64URL],
  };
  const encodingOf = (name) => {
    if (name === undefined) return encodings.utf8;
    if (typeof name !== "string") throw new kit.TypeError("encoding must be a string");
    const encoding = encodings[name];
    if (encoding === undefined) throw new kit.TypeError(`"${name}" encoding is not supported`);
    return encoding;
  };
  kit.decodeText = (text, encoding) => encodingOf(encoding)[0](text);

  const instance = (value, name) => {
    if (!isBuffer(value)) throw new kit.TypeError(`"${name}" argument must be an instance of Buffer or Uint8Array`);
    return value;
  };

  const indexOf = (value, otherwise) => {
    if (value === undefined) return otherwise;
    const number = +value;
    const index = number !== number ? 0 : number < 0 ? Math.ceil(number) : Math.floor(number);
    if (index < 0 || index > kMaxLength) throw new kit.RangeError("invalid index");
    return index;
  };

  const sizeOf = (size) => {
    if (typeof size !== "number") throw new kit.TypeError('"size" argument must be of type number');
    if (size < 0 || size >= kMaxLength) throw new kit.RangeError("invalid size");
    return indexOf(size);
  };

  const unfit = (value, what = "first argument") =>
    new kit.TypeError(`${what} ${kit.kindOf(value)} is not a string or Buffer-like object`);

  // --- making ------------------------------------------------------------------------------------------------------

  const ofList = (list) => {
    const size = indexOf(list.length, 0);
    const bytes = bufferOf([size]);
    for (let i = 0; i < size; i++) bytes[i] = list[i];
    return bytes;
  };

  const ofArrayBuffer = (value, offset, length) => {
    const size = kit.sizeOfBuffer(value);
    const start = indexOf(offset, 0);
    if (start > size) throw new kit.RangeError('"offset" is outside of buffer bounds');
    const count = indexOf(length, size - start);
    if (start + count > size) throw new kit.RangeError('"length" is outside of buffer bounds');
    return bufferOf([value, start, count]);
  };

  const ofObject = (value, second, third) => {
    if (kit.isArrayBuffer(value)) return ofArrayBuffer(value, second, third);
    if (isArray(value) || kit.isTyped(value)) return ofList(value);
    const primitive = value.valueOf();
    if (primitive !== value && primitive !== undefined && primitive !== null) return from(primitive, second, third);
    if (value.length !== undefined) return ofList(value);
    if (value.type === "Buffer" && typeof value.data === "object" && value.data !== null) return ofList(value.data);
    throw unfit(value);
  };

  const from = (value, second, third) => {
    if (typeof value === "string") return kit.asBuffer(kit.decodeText(value, second));
    if ((typeof value === "object" && value !== null) || typeof value === "function") return ofObject(value, second, third);
    throw unfit(value);
  };

  const patternOf = (value, encoding) => {
    if (typeof value === "string") return kit.decodeText(value, encoding);
    return kit.viewed(value) ?? construct(Bytes, [[value & 255]]);
  };

  const filled = (target, value, start, end, encoding) => {
    const pattern = patternOf(value, encoding);
    if (pattern.length === 1) return fillBytes(target, pattern[0], start, end);
    for (let i = start; i < end; i++) target[i] = pattern.length === 0 ? 0 : pattern[(i - start) % pattern.length];
    return target;
  };

  const compared = (one, other) => {
    const size = one.length < other.length ? one.length : other.length;
    for (let i = 0; i < size; i++) if (one[i] !== other[i]) return one[i] < other[i] ? -1 : 1;
    return one.length === other.length ? 0 : one.length < other.length ? -1 : 1;
  };

  const joined = (list, length) => {
    let size = 0;
    for (let i = 0; i < list.length; i++) size += instance(list[i], `list[${i}]`).length;
    if (length !== undefined && typeof length !== "number") {
      throw new kit.TypeError('"length" argument must be of type number');
    }
    if (length < 0 || length > kMaxLength) throw new kit.RangeError('"length" is out of range');
    const whole = bufferOf([length === undefined ? size : indexOf(length)]);
    let at = 0;
    for (let i = 0; i < list.length && at < whole.length; i++) {
      const room = whole.length - at;
      const piece = list[i].length > room ? kit.part(list[i], 0, room) : list[i];
      kit.put(whole, piece, at);
      at += piece.length;
    }
    return whole;
  };

  kit.install(Buffer, {
    alloc(size, fill, encoding) {
      const bytes = bufferOf([sizeOf(size)]);
      return fill === undefined ? bytes : filled(bytes, fill, 0, bytes.length, encoding);
    },
    allocUnsafe(size) { return bufferOf([sizeOf(size)]); },
    allocUnsafeSlow(size) { return bufferOf([sizeOf(size)]); },
    byteLength(value, encoding) {
      if (typeof value === "string") return kit.decodeText(value, encoding).length;
      if (kit.isArrayBuffer(value)) return kit.sizeOfBuffer(value);
      const bytes = kit.viewed(value);
      if (bytes === undefined) throw unfit(value);
      return bytes.length;
    },
    compare(source, target) { return compared(instance(source, "source"), instance(target, "target")); },
    concat(list, length) {
      if (!isArray(list)) throw new kit.TypeError('"list" argument must be an instance of Array');
      return joined(list, length);
    },
    from(value, second, third) { return from(value, second, third); },
    isBuffer(value) { return isBuffer(value) && Object.getPrototypeOf(value) === prototype; },
    isEncoding(name) { return typeof name === "string" && encodings[name] !== undefined; },
  });

  // --- finding -----------------------------------------------------------------------------------------------------

  const isAt = (bytes, pattern, at) => {
    for (let i = 0; i < pattern.length; i++) if (bytes[at + i] !== pattern[i]) return false;
    return true;
  };

  const soughtOf = (value, encoding) => {
    if (typeof value === "number") return construct(Bytes, [[value & 255]]);
    const sought = typeof value === "string" ? kit.decodeText(value, encoding) : kit.viewed(value);
    if (sought === undefined) throw unfit(value, '"value" argument');
    return sought;
  };

  const position = (bytes, value, start, encoding, step) => {
    if (typeof start === "string") return position(bytes, value, undefined, start, step);
    const sought = soughtOf(value, encodingOf(encoding) && encoding);
    const last = bytes.length - sought.length;
    let at = start === undefined ? (step > 0 ? 0 : last) : Math.trunc(+start) || 0;
    if (at < 0) at += bytes.length;
    if (at < 0) at = step > 0 ? 0 : -1;
    if (sought.length === 0) return at > bytes.length ? -1 : step > 0 ? 0 : bytes.length;
    if (at > last) at = step > 0 ? last + 1 : last;
    for (; at >= 0 && at <= last; at += step) if (isAt(bytes, sought, at)) return at;
    return -1;
  };

  // --- methods -----------------------------------------------------------------------------------------------------

  const own = (value) => instance(value, "this");

  const within = (value, otherwise, most, name) => {
    const index = indexOf(value, otherwise);
    if (index > most) throw new kit.RangeError(`"${name}" is out of range: ${index}`);
    return index;
  };

  const swapped = (bytes, size) => {
    if (bytes.length % size !== 0) throw new kit.RangeError(`Buffer size must be a multiple of ${size * 8}-bits`);
    for (let at = 0; at < bytes.length; at += size) {
      for (let i = 0; i < size / 2; i++) {
        const byte = bytes[at + i];
        bytes[at + i] = bytes[at + size - 1 - i];
        bytes[at + size - 1 - i] = byte;
      }
    }
    return bytes;
  };

  const written = (bytes, text, offset, length, encoding) => {
    if (typeof text !== "string") throw new kit.TypeError("first argument must be a string");
    if (typeof offset === "string") return written(bytes, text, undefined, undefined, offset);
    if (typeof length === "string") return written(bytes, text, offset, undefined, length);
    const start = indexOf(offset, 0);
    if (start > bytes.length || (start === bytes.length && start > 0)) throw new kit.RangeError('"offset" is out of range');
    const data = kit.decodeText(text, encoding);
    let count = indexOf(length, data.length);
    if (count > data.length) count = data.length;
    if (count > bytes.length - start) count = bytes.length - start;
    // A character is written whole or not at all.
    if (encoding === undefined || encodings[encoding] === encodings.utf8) {
      while (count > 0 && count < data.length && (data[count] & 0xc0) === 0x80) count--;
    }
    kit.put(bytes, kit.part(data, 0, count), start);
    return count;
  };

  const fill = (bytes, value, offset, end, encoding) => {
    if (typeof offset === "string") return fill(bytes, value, undefined, undefined, offset);
    if (typeof end === "string") return fill(bytes, value, offset, undefined, end);
    const start = indexOf(offset, 0);
    if (start > bytes.length) throw new kit.RangeError('"offset" is out of range');
    const stop = indexOf(end, bytes.length);
    if (stop > bytes.length) throw new kit.RangeError('"end" is out of range');
    return filled(bytes, value, start, stop, encoding);
  };

  kit.install(prototype, {
    get [Symbol.toStringTag]() { return "Buffer"; },
    compare(target, targetStart, targetEnd, sourceStart, sourceEnd) {
      const bytes = own(this);
      const from = within(targetStart, 0, instance(target, "target").length, "targetStart");
      const to = within(targetEnd, target.length, target.length, "targetEnd");
      const start = within(sourceStart, 0, bytes.length, "sourceStart");
      const end = within(sourceEnd, bytes.length, bytes.length, "sourceEnd");
      return compared(kit.part(bytes, start, end), kit.part(target, from, to));
    },
    copy(target, targetStart, sourceStart, sourceEnd) {
      const bytes = own(this);
      const at = within(targetStart, 0, instance(target, "target").length, "targetStart");
      const start = within(sourceStart, 0, bytes.length, "sourceStart");
      const end = within(sourceEnd, bytes.length, bytes.length, "sourceEnd");
      const room = target.length - at;
      const piece = kit.part(bytes, start, end - start > room ? start + room : end);
      kit.put(target, piece, at);
      return piece.length;
    },
    equals(target) { return compared(instance(this, "source"), instance(target, "target")) === 0; },
    fill(value, offset, end, encoding) {
      return arguments.length === 0 ? own(this) : fill(own(this), value, offset, end, encoding);
    },
    includes(value, start, encoding) { return position(own(this), value, start, encoding, 1) >= 0; },
    indexOf(value, start, encoding) { return position(own(this), value, start, encoding, 1); },
    lastIndexOf(value, start, encoding) { return position(own(this), value, start, encoding, -1); },
    slice(start, end) { return kit.asBuffer(kit.part(own(this), start, end)); },
    subarray(start, end) { return kit.asBuffer(kit.part(own(this), start, end)); },
    swap16() { return swapped(own(this), 2); },
    swap32() { return swapped(own(this), 4); },
    swap64() { return swapped(own(this), 8); },
    toJSON() {
      const bytes = own(this);
      const data = [];
      for (let i = 0; i < bytes.length; i++) kit.define(data, i, bytes[i]);
      return { type: "Buffer", data };
    },
    toString(encoding, start, end) {
      const bytes = own(this);
      const decode = encodingOf(encoding)[1];
      return decode(kit.part(bytes, indexOf(start, 0), indexOf(end, bytes.length)));
    },
    write(text, offset, length, encoding) { return written(own(this), text, offset, length, encoding); },
  });

  // --- numbers -----------------------------------------------------------------------------------------------------

  const { getFloat32, getFloat64, setFloat32, setFloat64 } = DataView.prototype;
  const View = DataView;
  const viewOf = (bytes) => new View(kit.bufferOf(bytes), kit.offsetOf(bytes), bytes.length);

  const place = (bytes, offset, size) => {
    const at = indexOf(offset, 0);
    if (at + size > bytes.length) throw new kit.RangeError(`index ${at} is outside the bound of the buffer`);
    return at;
  };
  const countOf = (size) => {
    if (typeof size !== "number") throw new kit.TypeError('"byteLength" is not a number');
    if (!(size >= 1 && size < 7)) throw new kit.TypeError('"byteLength" must be <= 6');
    return Math.floor(size);
  };

  const read = (bytes, offset, size, signed, little) => {
    const at = place(own(bytes), offset, size);
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + bytes[little ? at + size - 1 - i : at + i];
    return signed && value >= 2 ** (8 * size - 1) ? value - 2 ** (8 * size) : value;
  };
  const write = (bytes, number, offset, size, little) => {
    const at = place(own(bytes), offset, size);
    let value = Math.trunc(+number) || 0;
    if (value === Infinity || value === -Infinity) value = 0;
    for (let i = 0; i < size; i++) {
      const byte = ((value % 256) + 256) % 256;
      bytes[little ? at + i : at + size - 1 - i] = byte;
      value = (value - byte) / 256;
    }
    return at + size;
  };

  const integers = (bits, signed, little, end) => {
    const name = `${signed ? "Int" : "UInt"}${bits}${end}`;
    kit.install(prototype, {
      [`read${name}`](offset) { return read(this, offset, bits / 8, signed, little); },
      [`write${name}`](value, offset) { return write(this, value, offset, bits / 8, little); },
    });
  };
  const sized = (signed, little, end) => {
    const name = `${signed ? "Int" : "UInt"}${end}`;
    kit.install(prototype, {
      [`read${name}`](offset, size) { return read(this, offset, countOf(size), signed, little); },
      [`write${name}`](value, offset, size) { return write(this, value, offset, countOf(size), little); },
    });
  };
  const floats = (size, name, get, set, little, end) => {
    const got = uncurried(get);
    const put = uncurried(set);
    kit.install(prototype, {
      [`read${name}${end}`](offset) { return got(viewOf(own(this)), place(this, offset, size), little); },
      [`write${name}${end}`](value, offset) { put(viewOf(own(this)), place(this, offset, size), +value, little); },
    });
  };

  for (let i = 0; i < 4; i++) {
    const signed = i < 2, little = i % 2 === 1, end = little ? "LE" : "BE";
    if (!little) integers(8, signed, little, "");
    integers(16, signed, little, end);
    integers(32, signed, little, end);
    sized(signed, little, end);
    if (!signed) continue;
    floats(4, "Float", getFloat32, setFloat32, little, end);
    floats(8, "Double", getFloat64, setFloat64, little, end);
  }

  kit.replace(Buffer, "Buffer", prototype);
  const constants = { MAX_LENGTH: kMaxLength, MAX_STRING_LENGTH: kMaxLength };
  kit.modules.buffer = { Buffer, constants, kMaxLength };
  kit.define(kit.roots, kit.roots.length, kit.modules.buffer);
})
