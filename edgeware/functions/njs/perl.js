// A pattern of PCRE's in JavaScript's own terms. Possessive quantifiers and atomic groups become plain ones: they match
// the same, unless they are there to fail.
(function perl(kit) {
  "use strict";
  const { exec, slice } = kit;
  const token =
    /^(?:\\Q([^]*?)(?:\\E|$)|\\[^]|\(\?#[^)]*\)|\(\?>|\(\?P<|\(\?P=(\w+)\)|\(\?([imsx]+)([:)])|\[\^?\]?(?:\[:\^?\w+:\]|\\[^]|[^\]\\])*\]|(?:[*+?]|\{\d+(?:,\d*)?\})\+|[^])/;
  const escapes = { __proto__: null, "\\A": "^", "\\z": "$", "\\Z": "(?=\\n?$)", "\\h": "[ \\t]", "\\a": "\\x07",
    "\\e": "\\x1b", "\\G": "", "(?>": "(?:", "(?P<": "(?<" };
  const classes = { __proto__: null, alpha: "a-zA-Z", digit: "0-9", alnum: "a-zA-Z0-9", upper: "A-Z", lower: "a-z",
    space: "\\s", xdigit: "0-9a-fA-F", word: "\\w", punct: "!-\\/:-@\\[-`{-~", blank: " \\t" };
  const special = /[\\^$.*+?()[\]{}|\/]/;
  const named = /^\[:(\w+):\]/;

  const quoted = (text) => {
    let pattern = "";
    for (let i = 0; i < text.length; i++) pattern += exec(special, text[i]) === null ? text[i] : `\\${text[i]}`;
    return pattern;
  };

  const characterClass = (text) => {
    let pattern = "";
    for (let i = 0; i < text.length; i++) {
      const match = exec(named, slice(text, i));
      if (match === null || classes[match[1]] === undefined) {
        pattern += text[i];
      } else {
        pattern += classes[match[1]];
        i += match[0].length - 1;
      }
    }
    return pattern;
  };

  const translated = (match) => {
    const whole = match[0];
    if (match[1] !== undefined) return quoted(match[1]);
    if (match[2] !== undefined) return `\\k<${match[2]}>`;
    if (escapes[whole] !== undefined) return escapes[whole];
    if (whole.length > 1 && whole[0] === "[") return characterClass(whole);
    if (whole.length > 2 && whole[0] === "(" && whole[2] === "#") return "";
    if (whole.length > 1 && whole[whole.length - 1] === "+" && whole[0] !== "\\") return slice(whole, 0, -1);
    return whole;
  };

  const withFlags = (flags, added) => {
    let all = flags;
    for (let i = 0; i < added.length; i++) {
      if (added[i] !== "x" && kit.indexOf(all, added[i]) < 0) all += added[i];
    }
    return all;
  };

  // [pattern, flags] as JavaScript has them. Options in the middle of a pattern hold for the whole.
  kit.fromPerl = (text, flags) => {
    let pattern = "";
    let all = flags;
    for (let rest = text; rest !== "";) {
      const match = exec(token, rest);
      rest = slice(rest, match[0].length);
      if (match[3] === undefined) pattern += translated(match);
      else if (match[4] === ":") pattern += "(?:";
      if (match[3] !== undefined) all = withFlags(all, match[3]);
    }
    return [pattern, all];
  };
})
