// What an error is about, where QuickJS does not say: njs names the method that is missing and the property that
// cannot be set. Read from the source around the place of the error, so it may err where much happens in one line;
// only the words of the error depend on it.
(function blame(kit) {
  "use strict";
  const { charCodeAt, exec, indexOf, slice, uncurried } = kit;
  const lastIndexOf = uncurried(String.prototype.lastIndexOf);
  const { isArray } = Array;
  const { RegExp } = kit.natives;

  let source = "";

  const offsetOf = (place) => {
    let start = 0;
    for (let line = 1; line < place[0]; line++) start = indexOf(source, "\n", start) + 1;
    // Columns count the bytes of UTF-8, from 1, but in the first line from 0.
    for (let column = place[1] - (place[0] === 1 ? kit.before : 1); column > 0;) {
      const code = charCodeAt(source, start++);
      column -= code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
    }
    return start;
  };

  // --- calls -------------------------------------------------------------------------------------------------------

  const callee = /(?:\.\s*([\w$]+)|\[\s*(?:'([^'\n]*)'|"([^"\n]*)"|(\d+))\s*\]|(?:^|[^\w$.\]])([A-Za-z_$][\w$]*))\s*$/;
  const callFrom = /^[\w$.]*(?:\s*\[\s*(?:'[^'\n]*'|"[^"\n]*"|\d+)\s*\])*\s*(?=[(`])/;
  const newFrom = /^[\w$.]+/;
  const keyword = /^(?:if|while|for|switch|return|typeof|await|function|async|new|in|void|delete|throw|catch)$/;

  // [method] or [undefined, variable] of the text that ends with a callee.
  const calleeOf = (end) => {
    const match = exec(callee, slice(source, end > 120 ? end - 120 : 0, end));
    if (match === null || (match[5] !== undefined && exec(keyword, match[5]) !== null)) return undefined;
    return [match[1] ?? match[2] ?? match[3] ?? match[4], match[5]];
  };

  // Where the bracket opens that `at` stands in.
  const openedBefore = (at) => {
    let depth = 0;
    for (let i = at - 1; i >= 0; i--) {
      const code = charCodeAt(source, i);
      if (code === 41) depth++;
      else if (code === 40 && depth-- === 0) return i;
    }
    return -1;
  };

  const isFunction = (name) =>
    typeof globalThis[name] === "function" || exec(new RegExp(`function\\s+${name}\\s*\\(`), source) !== null;

  const kinds = { __proto__: null, t: "boolean", f: "boolean", n: "null", "{": "object", "[": "array", "/": "regexp" };
  // What the last declaration before a place makes of a name.
  const kindOf = (name, at) => {
    const literal = "(?:([-\\d.])|(['\"`])|(true|false|null|[[{/]))";
    const pattern = `(?:^|[^\\w$.])(?:var|let|const)\\s+(?:[^;\\n]*,\\s*)?${name}\\s*(?:=\\s*${literal}?|[;,])`;
    const declaration = new RegExp(pattern, "g");
    let found = null;
    for (let next = exec(declaration, source); next !== null && next.index < at; next = exec(declaration, source)) {
      found = next;
    }
    if (found !== null) {
      if (found[1] !== undefined) return "number";
      if (found[2] !== undefined) return "string";
      return found[3] === undefined ? "undefined" : kinds[found[3][0]];
    }
    const value = globalThis[name];
    return isArray(value) ? "array" : value === null ? "null" : typeof value;
  };

  const notFunction = (at) => {
    const rest = slice(source, at, at + 120);
    const here = exec(callFrom, rest) ?? (exec(/new\s+$/, slice(source, 0, at)) && exec(newFrom, rest));
    let found = here === null ? undefined : calleeOf(at + here[0].length);
    if (found === undefined || (found[1] !== undefined && isFunction(found[1]))) {
      const opened = openedBefore(at);
      found = (opened < 0 ? undefined : calleeOf(opened)) ?? found;
    }
    if (found === undefined) return undefined;
    return found[0] === undefined ? `${kindOf(found[1], at)} is not a function`
      : `(intermediate value)["${found[0]}"] is not a function`;
  };

  // --- properties --------------------------------------------------------------------------------------------------

  const target =
    /(?:\.\s*([\w$]+)|\[\s*(?:'([^'\n]*)'|"([^"\n]*)"|(\d+))\s*\]|([\w$]+))\s*(?:=(?![=>])|[-+*/%&|^]=|\*\*=|<<=|>>>?=|\+\+|--)/;
  const deleted = /\bdelete\s[^;]*?(?:\.\s*([\w$]+)|\[\s*(?:'([^'\n]*)'|"([^"\n]*)"|(\d+))\s*\])\s*(?:[;)}]|$)/;
  const readOnly = /^'([^]*)' is read-only$/;

  // What is assigned to: [property] or [undefined, variable]; `name` where it is known. Looked for from a place on, and
  // then in its whole line.
  const assigned = (at, name) => {
    const end = indexOf(source, "\n", at);
    return assignedIn(slice(source, at, end < 0 ? source.length : end), name) ??
      assignedIn(slice(source, lastIndexOf(source, "\n", at - 1) + 1, end < 0 ? source.length : end), name) ?? [name];
  };

  const assignedIn = (text, name) => {
    let line = text;
    for (;;) {
      const match = exec(target, line);
      if (match === null) return undefined;
      const property = match[1] ?? match[2] ?? match[3] ?? match[4];
      if (name === undefined ? property !== undefined : name === (property ?? match[5])) return [property, match[5]];
      line = slice(line, match.index + match[0].length);
    }
  };

  const holder = (name) => (exec(/^\d+$/, name) === null ? "object" : "array");

  const notDeleted = (at) => {
    const match = exec(deleted, slice(source, lastIndexOf(source, "\n", at - 1) + 1, at + 200));
    if (match === null) return undefined;
    const name = match[1] ?? match[2] ?? match[3] ?? match[4];
    return `Cannot delete property "${name}" of ${holder(name)}`;
  };

  const notAssigned = (at, message) => {
    const match = exec(readOnly, message);
    const found = assigned(at, match === null ? undefined : match[1]);
    if (match !== null && found[1] !== undefined) return "assignment to constant variable";
    if (found[0] === undefined) return undefined;
    if (match !== null) return `Cannot assign to read-only property "${match[1]}" of ${holder(match[1])}`;
    return message === "object is not extensible" ? `Cannot add property "${found[0]}", object is not extensible`
      : `Cannot set property "${found[0]}" of object which has only a getter`;
  };

  // --- what is none ------------------------------------------------------------------------------------------------

  const aName = /^([A-Za-z_$][\w$]*)\s*(?![\w$\s.[])/;
  const notConstructor = (at) => {
    const match = exec(aName, slice(source, at, at + 120));
    const kind = match === null ? "function" : kindOf(match[1], at);
    return kind === "function" || kind === "undefined" ? undefined : `${kind} is not a function`;
  };

  // What a name that stands alone, or before one property, was declared as. A longer path shows nothing of its kind.
  const alone = /^([A-Za-z_$][\w$]*)\s*(?![\w$\s.[(])/;
  const before = /^([A-Za-z_$][\w$]*)\s*(?:\.\s*[\w$]+|\[[^\][]*\])\s*(?![\w$\s.[(])/;
  const primitive = /^(?:string|number|boolean|null|undefined)$/;
  const primitiveAt = (pattern, at, otherwise) => {
    const match = exec(pattern, slice(source, at, at + 120));
    const kind = match === null ? otherwise : kindOf(match[1], at);
    return exec(primitive, kind) === null ? otherwise : kind;
  };
  // Where `in` is asked of a path, it is of text, as all of an event's leaves are, or of nothing.
  const leaf = /^[\w$.\s[\]'"-]*(?:\.\s*|\[\s*['"])(?:ip|method|uri|value)\b/;
  const ofIn = (at) => primitiveAt(alone, at, exec(leaf, slice(source, at, at + 120)) === null ? "undefined" : "string");

  // njs's words for a message that depends on the source at a place.
  kit.blame = (message, place) => {
    source = kit.source;
    const at = offsetOf(place);
    if (message === "not a function") return notFunction(at);
    if (message === "not a constructor") return notConstructor(at);
    if (message === "could not delete property") return notDeleted(at);
    if (message === "not an object") return `property set on primitive ${primitiveAt(before, at, "string")} type`;
    if (message === "invalid 'in' operand") return `property "in" on primitive ${ofIn(at)} type`;
    const assigns = message === "object is not extensible" || message === "no setter for property";
    return assigns || exec(readOnly, message) !== null ? notAssigned(at, message) : undefined;
  };
})
