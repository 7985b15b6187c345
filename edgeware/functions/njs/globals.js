// Takes away what njs does not have, last of all: the library itself uses much of it.
(function globals(kit) {
  "use strict";
  const { first } = kit;
  const { deleteProperty, ownKeys } = Reflect;
  const { defineProperty, getPrototypeOf } = Object;
  const split = (names) => names.split(/\s+/);

  // --- code from text: every kind of function has a constructor, and each is reached from a function of its kind ------

  const refused = function Function() {
    throw new kit.TypeError('function constructor is disabled in "safe" mode');
  };
  defineProperty(refused, "prototype", { value: Function.prototype });
  const kinds = [function () {}, function* () {}, async function () {}, async function* () {}];
  for (let i = 0; i < kinds.length; i++) {
    defineProperty(getPrototypeOf(kinds[i]), "constructor", { value: refused, writable: false, configurable: false });
  }
  kit.hide(globalThis, "Function", refused);
  kit.install(globalThis, { eval() { throw new kit.InternalError("Not implemented"); } });

  // --- what stays ------------------------------------------------------------------------------------------------------

  const keep = (object, names) => {
    const kept = split(`length name prototype constructor ${names}`);
    const own = ownKeys(object);
    for (let i = 0; i < own.length; i++) {
      if (typeof own[i] === "string" && !kept.includes(own[i])) deleteProperty(object, own[i]);
    }
  };
  const both = (one, two) => (first ? one : `${one} ${two}`);
  const iteration = "entries keys values";

  keep(Array, both("isArray of", "from"));
  keep(Array.prototype, both(
    "concat copyWithin every fill filter find findIndex forEach includes indexOf join lastIndexOf map pop push reduce " +
    "reduceRight reverse shift slice some sort splice toString unshift", `${iteration} toReversed toSorted toSpliced`));
  keep(ArrayBuffer, "isView");
  keep(ArrayBuffer.prototype, "byteLength slice");
  keep(Date.prototype,
    "getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getTime getTimezoneOffset " +
    "getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds getUTCMinutes getUTCMonth getUTCSeconds setDate " +
    "setFullYear setHours setMilliseconds setMinutes setMonth setSeconds setTime setUTCDate setUTCFullYear setUTCHours " +
    "setUTCMilliseconds setUTCMinutes setUTCMonth setUTCSeconds toDateString toISOString toJSON toLocaleDateString " +
    "toLocaleString toLocaleTimeString toString toTimeString toUTCString valueOf");
  keep(Function.prototype, "apply arguments bind call caller");
  keep(Number.prototype, "toExponential toFixed toPrecision toString valueOf");
  keep(Object, both(
    "assign create defineProperties defineProperty entries freeze getOwnPropertyDescriptor getOwnPropertyNames " +
    "getOwnPropertyDescriptors getOwnPropertySymbols getPrototypeOf is isExtensible isFrozen isSealed keys " +
    "preventExtensions seal setPrototypeOf values", ""));
  keep(Object.prototype, "__proto__ hasOwnProperty isPrototypeOf propertyIsEnumerable toString valueOf");
  keep(Promise, both("reject resolve", "all allSettled any race"));
  keep(RegExp.prototype, both("exec flags global ignoreCase multiline source test toString", "sticky"));
  keep(String, both("fromCharCode fromCodePoint", "") + (first ? " bytesFrom" : ""));
  keep(String.prototype,
    "charAt charCodeAt codePointAt concat endsWith includes indexOf lastIndexOf match padEnd padStart repeat replace " +
    "search slice split startsWith substr substring toLowerCase toString toUpperCase trim trimEnd trimStart valueOf " +
    (first ? "fromBytes fromUTF8 toBytes toUTF8" : "replaceAll"));
  keep(getPrototypeOf(Uint8Array), first ? "" : "from of");
  keep(getPrototypeOf(Uint8Array.prototype), both(
    "buffer byteLength byteOffset copyWithin fill join set slice sort subarray toString",
    `every filter find findIndex forEach includes indexOf lastIndexOf map reduce reduceRight reverse some ${iteration} ` +
    "toReversed toSorted"));
  const iterators = getPrototypeOf(getPrototypeOf((function* () {}).prototype));
  keep(iterators, "");
  delete iterators.constructor;
  delete Math.f16round;
  delete Math.sumPrecise;
  if (first) {
    delete Array.prototype[Symbol.iterator];
    delete String.prototype[Symbol.iterator];
    delete getPrototypeOf(Uint8Array.prototype)[Symbol.iterator];
  } else {
    keep(DataView.prototype, "buffer byteLength byteOffset getFloat32 getFloat64 getInt16 getInt32 getInt8 getUint16 " +
      "getUint32 getUint8 setFloat32 setFloat64 setInt16 setInt32 setInt8 setUint16 setUint32 setUint8");
  }
  keep(globalThis, both(
    "Array ArrayBuffer Boolean Date Error EvalError Float32Array Float64Array Function Infinity Int16Array Int32Array " +
    "Int8Array InternalError JSON Math MemoryError NaN Number Object Promise RangeError ReferenceError RegExp String " +
    "Symbol SyntaxError TextDecoder TextEncoder TypeError URIError Uint16Array Uint32Array Uint8Array " +
    "Uint8ClampedArray console decodeURI decodeURIComponent encodeURI encodeURIComponent eval globalThis isFinite isNaN " +
    "parseFloat parseInt require undefined", "AggregateError Buffer DataView atob btoa"));
})
