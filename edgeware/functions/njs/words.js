// The words that njs has for what QuickJS says.
(function words(kit) {
  "use strict";
  const { exec, first } = kit;
  const SYMBOL_TO_TEXT = "Cannot convert a Symbol value to a string";
  const SYMBOL_TO_NUMBER = "Cannot convert a Symbol value to a number";
  const NOT_CALLABLE = "callback argument is not callable";
  const texts = {
    __proto__: null,
    "invalid property access": '"caller", "callee", "arguments" properties may not be accessed',
    "expecting hex digit": "malformed URI",
    "expecting %": "malformed URI",
    "malformed UTF-8": "malformed URI",
    "expecting surrogate pair": "malformed URI",
    "invalid array length": "Invalid array length",
    "invalid array index": "invalid index",
    "invalid length": "invalid index",
    "out of bound": "index is outside the bound of the buffer",
    "circular reference": "Nested too deep or a cyclic structure",
    "empty array": "Reduce of empty object with no initial value",
    "Date value is NaN": "Invalid time value",
    "cannot convert symbol to string": SYMBOL_TO_TEXT,
    "cannot convert symbol to number": SYMBOL_TO_NUMBER,
    "invalid 'instanceof' right operand": "right argument is not callable",
    "invalid number of digits": "digits argument must be between 0 and 100",
    "invalid repeat count": "",
    "invalid string length": "",
    "toString() radix argument must be between 2 and 36": "",
    "invalid code point": "",
    "null or undefined are forbidden": "cannot convert undefined to object",
    "cannot convert to object": "cannot convert null or undefined to object",
    "Cannot convert undefined or null to object": "cannot convert null or undefined to object",
    "Object.defineProperties called on non-object": "Object.defineProperties is called on non-object",
    "Object.defineProperty called on non-object": "Object.defineProperty is called on non-object",
    "Property description must be an object": "descriptor is not an object",
    "Invalid property descriptor. Cannot both specify accessors and a value or writable attribute":
      "Cannot both specify accessors and a value or writable attribute",
    "invalid regular expression flags": "Invalid RegExp flags",
    "toPrimitive": "Cannot convert object to primitive value",
    "property is not configurable": "Cannot redefine property",
    "not a symbol": "is not a symbol",
  };

  // By the built-in that says it.
  const NO_FUNCTION = '"this" argument is not a function';
  const NO_PROTOTYPE = "prototype may only be an object or null";
  const UNDEFINED_TO_OBJECT = "cannot convert undefined argument to object";
  const builtIns = {
    __proto__: null,
    "Promise: must be called with new": "the Promise constructor must be called with new",
    "Promise: not a function": "unexpected arguments",
    "apply: not a function": NO_FUNCTION,
    "apply: not a object": "second argument is not an array-like object",
    "bind: not a function": NO_FUNCTION,
    "call: not a function": NO_FUNCTION,
    "create: object prototype may only be an Object or null": NO_PROTOTYPE,
    "defineProperties: not an object": "Object.defineProperties is called on non-object",
    "defineProperty: not an object": "Object.defineProperty is called on non-object",
    "entries: Cannot convert undefined or null to object": UNDEFINED_TO_OBJECT,
    "exec: RegExp object expected": '"this" argument is not a regexp',
    "getOwnPropertyDescriptor: Cannot convert undefined or null to object": UNDEFINED_TO_OBJECT,
    "getOwnPropertyDescriptors: Cannot convert undefined or null to object": UNDEFINED_TO_OBJECT,
    "getOwnPropertyNames: Cannot convert undefined or null to object": UNDEFINED_TO_OBJECT,
    "getPrototypeOf: not an object": UNDEFINED_TO_OBJECT,
    "keys: Cannot convert undefined or null to object": UNDEFINED_TO_OBJECT,
    "setPrototypeOf: not an object": NO_PROTOTYPE,
    "setPrototypeOf: object is not extensible": 'Cannot set property "prototype", object is not extensible',
    "sort: not a function": "comparefn must be callable or undefined",
    "test: RegExp object expected": '"this" argument is not an object',
    "toPrecision: invalid number of digits": "precision argument must be between 1 and 100",
    "toString: not an object": '"this" argument is not an object',
    "values: Cannot convert undefined or null to object": UNDEFINED_TO_OBJECT,
  };

  const NO_CONSTRUCTOR = "function is not a constructor";
  const ofBuiltIn = (message, name) =>
    builtIns[`${name}: ${message}`] ?? texts[message] ?? (message === "not a function" ? NOT_CALLABLE : message);

  const toNothing = /^cannot (read|set) property '([^]*)' of (undefined|null)$/;
  const unknown = /^(\S+) is not (defined|initialized)$/;

  const aboutName = (message) => {
    let match = exec(toNothing, message);
    if (match !== null && match[1] === "set") return `property set on primitive ${match[3]} type`;
    if (match !== null) return `cannot get property "${match[2]}" of ${first ? "undefined" : match[3]}`;
    match = exec(unknown, message);
    if (match === null) return undefined;
    return match[2] === "defined" ? `"${match[1]}" is not defined` : "cannot access variable before initialization";
  };

  const blamed = (message, place) => {
    if (place === undefined) return undefined;
    if (kit.blame === undefined) kit.load("blame");
    return kit.blame(message, place);
  };

  // `builtIn` is the name of the built-in that threw, `place` where code did, if it did.
  kit.words = (message, builtIn, place) => {
    if (builtIn !== undefined) return ofBuiltIn(message, builtIn);
    const known = texts[message] ?? aboutName(message) ?? blamed(message, place);
    return known ?? (message === "not a constructor" ? NO_CONSTRUCTOR : message);
  };
})
