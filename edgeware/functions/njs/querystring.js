// The module querystring.
(function querystring(kit) {
  "use strict";
  const { exec, indexOf, join, slice, uncurried } = kit;
  const { encodeURIComponent, isFinite, string } = kit.natives;
  const split = uncurried(String.prototype.split);
  const { keys } = Object;
  const { isArray } = Array;
  const encoded = /[%+]/;
  const pair = /^[0-9a-fA-F]{2}/;

  // --- decoding ------------------------------------------------------------------------------------------------------

  // A pair that is not hexadecimal stays, bytes that are not UTF-8 become U+FFFD.
  const decodeLoosely = (text) => {
    const bytes = kit.encodeUTF8(text);
    let size = 0;
    for (let i = 0; i < bytes.length; i++, size++) {
      const code = bytes[i] === 0x25 ? exec(pair, kit.fromCharCode(bytes[i + 1] ?? 0, bytes[i + 2] ?? 0)) : null;
      bytes[size] = code === null ? bytes[i] : +`0x${code[0]}`;
      if (code !== null) i += 2;
    }
    return kit.decodeUTF8(kit.part(bytes, 0, size));
  };

  const decode = (text) => {
    if (exec(encoded, text) === null) return text;
    const spaced = join(split(text, "+"), " ");
    if (indexOf(spaced, "%") < 0) return spaced;
    try { return kit.decodeURIComponent(spaced); } catch (error) { return decodeLoosely(spaced); }
  };

  const orElse = (value, text) => (value === undefined || value === null || value === "" ? text : `${value}`);

  const option = (options, name, usual) => {
    if (typeof options !== "object" || options === null || options[name] === undefined) return usual;
    if (typeof options[name] !== "function") throw new kit.TypeError(`option ${name} is not a function`);
    return (text) => options[name](text);
  };

  const add = (object, name, value) => {
    const known = object[name];
    if (known === undefined) object[name] = value;
    else if (isArray(known)) kit.define(known, known.length, value);
    else object[name] = [known, value];
  };

  const parse = (text, separator, equals, options) => {
    const object = { __proto__: null };
    if (typeof text !== "string") return object;
    const between = orElse(separator, "&");
    const sign = orElse(equals, "=");
    const decoded = option(options, "decodeURIComponent", decode);
    const limit = typeof options === "object" && options !== null && options.maxKeys !== undefined ? +options.maxKeys : 1000;
    const pieces = split(text, between);
    const most = limit > 0 ? limit : pieces.length;
    for (let i = 0; i < pieces.length && i < most; i++) {
      const piece = pieces[i];
      if (piece === "") continue;
      const at = indexOf(piece, sign);
      const name = at < 0 ? piece : slice(piece, 0, at);
      add(object, decoded(name), at < 0 ? "" : decoded(slice(piece, at + sign.length)));
    }
    return object;
  };

  // --- encoding ------------------------------------------------------------------------------------------------------

  const escape = (text) => encodeURIComponent(kit.widen(text));

  const textOf = (value) => {
    switch (typeof value) {
      case "string": return value;
      case "boolean": return string(value);
      case "number": return isFinite(value) ? string(value) : "";
      default: return "";
    }
  };

  const stringify = (object, separator, equals, options) => {
    if (typeof object !== "object" || object === null) return "";
    const between = orElse(separator, "&");
    const sign = orElse(equals, "=");
    const encode = option(options, "encodeURIComponent", escape);
    const names = keys(object);
    let text = "";
    const put = (name, value) => { text += `${text === "" ? "" : between}${name}${sign}${encode(textOf(value))}`; };
    for (let i = 0; i < names.length; i++) {
      const value = object[names[i]];
      const name = encode(names[i]);
      if (!isArray(value)) put(name, value);
      else for (let n = 0; n < value.length; n++) put(name, value[n]);
    }
    return text;
  };

  const module = {};
  kit.install(module, {
    get [Symbol.toStringTag]() { return "querystring"; },
    parse(text, separator, equals, options) { return parse(text, separator, equals, options); },
    stringify(object, separator, equals, options) { return stringify(object, separator, equals, options); },
    escape(text) { return escape(`${text}`); },
    unescape(text) { return decode(`${text}`); },
  });
  kit.hide(module, "decode", module.parse);
  kit.hide(module, "encode", module.stringify);
  kit.modules.querystring = module;
  kit.define(kit.roots, kit.roots.length, module);
})
