// Symbol: those well-known symbols that mean nothing to njs are others than the ones that mean something to QuickJS.
(function symbols(kit) {
  "use strict";
  const { first } = kit;
  const RealSymbol = Symbol;
  const inert = ["match", "matchAll", "search", "species", "toPrimitive", "unscopables"];
  const known = ["asyncIterator", "hasInstance", "isConcatSpreadable", "iterator", "replace", "split", "toStringTag"];

  const made = function (description) {
    if (new.target !== undefined) throw new kit.TypeError("Symbol is not a constructor");
    return RealSymbol(description);
  };
  for (let i = 0; i < known.length; i++) {
    // cloudfront-js-1.0 does not split by it.
    const value = first && known[i] === "split" ? RealSymbol("Symbol.split") : RealSymbol[known[i]];
    Object.defineProperty(made, known[i], { value });
  }
  for (let i = 0; i < inert.length; i++) {
    Object.defineProperty(made, inert[i], { value: RealSymbol(`Symbol.${inert[i]}`) });
  }

  const registered = RealSymbol.for;
  const keyOf = RealSymbol.keyFor;
  const unimplemented = () => { throw new kit.InternalError("not implemented"); };
  kit.install(made, {
    for(key) { return first ? unimplemented() : registered(key); },
    keyFor(symbol) { return first ? unimplemented() : keyOf(symbol); },
  });
  kit.replace(made, "Symbol", RealSymbol.prototype);
})
