// JSON.parse and JSON.stringify, with njs's errors, its leniency towards numbers, and its characters.
(function json(kit) {
  "use strict";
  const { parse, stringify } = kit.natives;

  const parsed = (text) => {
    try { return parse(text); } catch (error) { /* njs has other words, and is lenient with numbers */ }
    if (kit.readJSON === undefined) kit.load("reader");
    return kit.readJSON(text);
  };

  kit.parseJSON = (text) => parsed(kit.narrowJSON(text));
  kit.install(JSON, {
    parse(text, reviver) {
      const value = kit.parseJSON(`${text}`);
      return typeof reviver === "function" ? parse(stringify(value), reviver) : value;
    },
    stringify(value, replacer, space) {
      const text = stringify(value, replacer, space);
      return text === undefined ? undefined : kit.keepUnits(text);
    },
  });
})
