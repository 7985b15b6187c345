// Math.random (splitmix32), thrown anew for every run.
(function dice(kit) {
  "use strict";
  const { run } = kit;
  const { imul } = Math;
  const word = () => {
    run.seed = (run.seed + 0x9e3779b9) | 0;
    let z = run.seed;
    z = imul(z ^ (z >>> 16), 0x21f0aaad);
    z = imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  kit.install(Math, { random() { return ((word() >>> 5) * 67108864 + (word() >>> 6)) / 9007199254740992; } });
})
