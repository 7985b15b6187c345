// console.log, which takes one value: text as it is, and anything else as dump.js shows it.
(function console(kit) {
  "use strict";
  const { run, slice } = kit;
  const LONGEST = 10240;

  const shown = (value) => {
    if (typeof value === "string") return value;
    if (kit.dump === undefined) kit.load("dump");
    return kit.dump(value);
  };
  const line = (text) => run.log(kit.widen(slice(text, 0, LONGEST)));
  const note = () => {
    if (!run.noted) run.log("(edgeware: console.log takes one value; CloudFront leaves out the others)");
    run.noted = true;
  };

  const log = {
    log(value) {
      if (arguments.length === 0) line("");
      else line(shown(value));
      if (arguments.length > 1) note();
    },
  };
  const console = {};
  kit.install(console, log);
  kit.hide(globalThis, "console", console);
})
