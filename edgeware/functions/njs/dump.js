// Any value in njs's own form, such as {a:1,s:'x'}.
(function dump(kit) {
  "use strict";
  const { isError, ownKeys, uncurried } = kit;
  const { getOwnPropertyDescriptor } = Object;
  const { isArray } = Array;
  const { toStringTag } = Symbol;
  const { string, stringify } = kit.natives;
  const tagOf = uncurried(Object.prototype.toString);
  const errorText = uncurried(Error.prototype.toString);
  const patternText = uncurried(RegExp.prototype.toString);
  const DEEPEST = 32;
  const LONGEST = 10240;

  const numberText = (value) => (value === 0 && 1 / value < 0 ? "-0" : string(value));
  const quote = (text) => {
    const json = kit.keepUnits(stringify(text));
    let inner = "";
    for (let i = 1; i < json.length - 1; i++) {
      if (json[i] === "\\" && json[i + 1] !== '"') inner += json[i++] + json[i];
      else if (json[i] !== "\\") inner += json[i];
    }
    return `'${inner}'`;
  };

  const scalar = (value) => {
    switch (typeof value) {
      case "string": return quote(value);
      case "number": return numberText(value);
      default: return string(value);
    }
  };

  const functionText = (value, key) => {
    const own = getOwnPropertyDescriptor(value, "name");
    const name = own !== undefined && typeof own.value === "string" && own.value !== "" ? own.value : key;
    return name === undefined ? "[Function]" : `[Function: ${name}]`;
  };

  // What is not shown by its properties, by what Object.prototype.toString says it is.
  const known = {
    __proto__: null,
    "[object Date]": (value) => kit.isoOf(value),
    "[object RegExp]": (value) => patternText(value),
    "[object String]": (value) => `[String: ${quote(stringOf(value))}]`,
    "[object Number]": (value) => `[Number: ${numberText(numberOf(value))}]`,
    "[object Boolean]": (value) => `[Boolean: ${string(booleanOf(value))}]`,
  };
  const stringOf = uncurried(String.prototype.valueOf);
  const numberOf = uncurried(Number.prototype.valueOf);
  const booleanOf = uncurried(Boolean.prototype.valueOf);

  const special = (value) => {
    if (isError(value)) return errorText(value);
    const show = known[tagOf(value)];
    if (show === undefined) return undefined;
    try { return show(value); } catch (error) { return undefined; /* it only says it is */ }
  };

  const propertyText = (property, key, open) => {
    if (property.get !== undefined) return property.set === undefined ? "'[Getter]'" : "'[Getter/Setter]'";
    return property.set === undefined ? dump(property.value, key, open) : "'[Setter]'";
  };

  const holes = (count) => (count === 1 ? "<empty>" : `<${count} empty items>`);

  // Elements in order, runs of missing ones counted, then the other properties.
  const members = (value, open) => {
    const list = isArray(value) || kit.isTyped(value);
    const names = ownKeys(value);
    let text = "";
    let next = 0;
    const add = (part) => { text += text === "" ? part : `,${part}`; };
    for (let i = 0; i < names.length && text.length < LONGEST; i++) {
      const name = names[i];
      const property = getOwnPropertyDescriptor(value, name);
      if (!property.enumerable) continue;
      const isElement = list && typeof name === "string" && string(+name) === name && +name >= next;
      if (isElement) {
        if (+name > next) add(holes(+name - next));
        next = +name + 1;
      } else if (list && next < value.length) {
        add(holes(value.length - next));
        next = value.length;
      }
      add((isElement ? "" : `${string(name)}:`) + propertyText(property, string(name), open));
    }
    if (list && next < value.length && text.length < LONGEST) add(holes(value.length - next));
    return list ? `[${text}]` : `{${text}}`;
  };

  const prefix = (value) => {
    const tag = value[toStringTag];
    return typeof tag === "string" && tag !== "" ? `${tag} ` : "";
  };

  // `open` are the objects around this one.
  const dump = (value, key, open) => {
    if (typeof value === "function") return functionText(value, key);
    if (typeof value !== "object" || value === null) return scalar(value);
    for (let i = open; i !== undefined; i = i.around) if (i.value === value) return "[Circular]";
    const depth = open === undefined ? 1 : open.depth + 1;
    if (depth > DEEPEST) throw new kit.TypeError("Nested too deep or a cyclic structure");
    return special(value) ?? prefix(value) + members(value, { __proto__: null, value, depth, around: open });
  };
  kit.dump = (value) => dump(value);
})
