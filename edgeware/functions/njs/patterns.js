// RegExp: the flags of the runtime, and what njs's patterns, those of PCRE, have beyond JavaScript's. And what strings
// do with them.
//
// A literal with such a pattern arrives here as a call (rewriting.py).
(function patterns(kit) {
  "use strict";
  const { construct, exec, first, uncurried } = kit;
  const RealRegExp = RegExp;
  const prototype = RealRegExp.prototype;
  const flagsOf = uncurried(Object.getOwnPropertyDescriptor(prototype, "flags").get);
  const sourceOf = uncurried(Object.getOwnPropertyDescriptor(prototype, "source").get);
  const isPattern = (value) => {
    if (typeof value !== "object" || value === null) return false;
    try { return typeof sourceOf(value) === "string" && value !== prototype; } catch (error) { return false; }
  };

  const allowed = first ? /^(?!.*(.).*\1)[gim]*$/ : /^(?!.*(.).*\1)[gimy]*$/;

  // What only PCRE has.
  const perl = /\(\?(?:[>#]|P[<=]|[imsx]+[:)])|[*+?}]\+|\\[AzZQhaeG]|\[\[:/;

  const made = function (pattern, flags) {
    const copied = isPattern(pattern);
    const marks = flags !== undefined ? `${flags}` : copied ? flagsOf(pattern) : "";
    if (exec(allowed, marks) === null) throw new kit.SyntaxError(`Invalid RegExp flags "${marks}"`);
    const text = copied ? sourceOf(pattern) : pattern === undefined ? "" : `${pattern}`;
    if (exec(perl, text) === null) return construct(RealRegExp, [text, marks]);
    if (kit.fromPerl === undefined) kit.load("perl");
    return construct(RealRegExp, kit.fromPerl(text, marks));
  };
  kit.replace(made, "RegExp", prototype);

  // njs makes the array before it looks: a pattern for all matches that matches nothing gives an empty one, which is
  // as true as any object.
  const match = uncurried(prototype[Symbol.match]);
  const replaceAll = uncurried(String.prototype.replaceAll);
  const wantsAll = (pattern) => exec(/g/, flagsOf(pattern)) !== null;
  kit.install(String.prototype, {
    match(pattern) {
      if (!isPattern(pattern)) return match(new made(pattern), this);
      return match(pattern, this) ?? (wantsAll(pattern) ? [] : null);
    },
    replaceAll(pattern, replacement) {
      if (isPattern(pattern) && !wantsAll(pattern)) {
        throw new kit.TypeError("String.prototype.replaceAll called with a non-global RegExp argument");
      }
      return replaceAll(this, pattern, replacement);
    },
  });

  // To njs a pattern is no mistake where a text belongs, such as in includes: its source is searched for.
  Object.defineProperty(prototype, Symbol.match, { value: false });
})
