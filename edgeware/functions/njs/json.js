// JSON.parse and JSON.stringify, with njs's errors, its leniency towards numbers, and its characters.
(function json(kit) {
  "use strict";
  const { exec, indexOf, slice } = kit;
  const { parse, stringify } = kit.natives;

  const parsed = (text) => {
    try { return parse(text); } catch (error) { /* njs has other words, and is lenient with numbers */ }
    if (kit.readJSON === undefined) kit.load("reader");
    return kit.readJSON(text);
  };

  // --- room for what is not there ------------------------------------------------------------------------------------

  const hollow = /\[\]|\{\}/;
  const hollowAtEnd = /^([^]*)(?:(\[)\]|(\{)\})(,?)$/;
  const opens = /[[{]$/;
  const closes = /^[\]}]/;

  // An indented text as njs writes it: what is empty is opened as well.
  const opened = (text, gap) => {
    let all = "";
    let indent = "";
    for (let from = 0, next = 0; next >= 0; from = next + 1) {
      next = indexOf(text, "\n", from);
      const line = slice(text, from, next < 0 ? text.length : next);
      const outer = slice(indent, gap.length);
      if (exec(closes, slice(line, outer.length)) !== null) indent = outer;
      const match = exec(hollowAtEnd, line);
      if (from > 0) all += "\n";
      if (match === null) all += line;
      else all += `${match[1]}${match[2] ?? match[3]}\n${indent}${gap}\n${indent}${match[2] === undefined ? "}" : "]"}${match[4]}`;
      if (exec(opens, line) !== null) indent += gap;
    }
    return all;
  };

  const indented = (text, space) => {
    const gap = slice(stringify([0], null, space), 2, -3);
    return gap === "" ? text : opened(text, gap);
  };

  // --- both ----------------------------------------------------------------------------------------------------------

  kit.parseJSON = (text) => parsed(kit.narrowJSON(text));
  kit.install(JSON, {
    parse(text, reviver) {
      const value = kit.parseJSON(`${text}`);
      return typeof reviver === "function" ? parse(stringify(value), reviver) : value;
    },
    stringify(value, replacer, space) {
      const text = stringify(value, replacer, space);
      if (text === undefined) return undefined;
      return kit.keepUnits(space !== undefined && exec(hollow, text) !== null ? indented(text, space) : text);
    },
  });
})
