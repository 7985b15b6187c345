// Array.prototype.sort by the way that njs takes. Where a comparison is one, every way ends the same; but many are none,
// such as (a, b) => a > b, which is never negative: there njs leaves a short array as it is.
(function sorting(kit) {
  "use strict";
  const { define, uncurried } = kit;
  const { isArray } = Array;
  const { floor } = Math;
  const nativeSort = uncurried(Array.prototype.sort);
  const SHORT = 6;
  const LONGEST = 100_000;

  // Sorts values and, with them, the places where they stood.
  const sorted = (values, places, compare) => {
    // Those that are equal keep their order.
    const order = (i, j) => {
      const answer = +compare(values[i], values[j]);
      return answer !== answer ? 0 : answer < 0 ? -1 : answer > 0 ? 1 : places[i] - places[j];
    };

    const swap = (i, j) => {
      const value = values[i];
      const place = places[i];
      values[i] = values[j];
      places[i] = places[j];
      values[j] = value;
      places[j] = place;
    };

    const middle = (i, j, k) => {
      if (order(i, k) < 0) return order(j, k) >= 0 ? k : order(i, j) < 0 ? j : i;
      return order(j, i) >= 0 ? i : order(j, k) < 0 ? k : j;
    };

    // Three parts: less than the one at `low`, it and its equals up to `high`, and greater.
    const parted = (start, end) => {
      const step = floor((end - start) / 4);
      swap(start, middle(start + step, start + 2 * step, start + 3 * step));
      let low = start;
      let high = end;
      for (let i = start + 1; i < high;) {
        const answer = order(i, low);
        if (answer < 0) swap(low++, i++);
        else if (answer > 0) swap(--high, i);
        else i++;
      }
      return [low, high];
    };

    const sort = (start, end) => {
      while (end - start > SHORT) {
        const parts = parted(start, end);
        if (parts[0] - start > end - parts[1]) {
          sort(parts[1], end);
          end = parts[0];
        } else {
          sort(start, parts[0]);
          start = parts[1];
        }
      }
      for (let i = start + 1; i < end; i++) {
        for (let j = i; j > start && order(j, j - 1) < 0; j--) swap(j, j - 1);
      }
    };

    sort(0, values.length);
    return values;
  };

  kit.install(Array.prototype, {
    sort(compare) {
      if (typeof compare !== "function" || !isArray(this) || this.length > LONGEST) return nativeSort(this, compare);
      const { length } = this;
      const values = [];
      const places = [];
      let nothing = 0;
      for (let i = 0; i < length; i++) {
        const value = this[i];
        if (value !== undefined) {
          define(values, values.length, value);
          define(places, places.length, i);
        } else if (i in this) {
          nothing++;
        }
      }
      sorted(values, places, compare);
      const count = values.length + nothing;
      for (let i = 0; i < count; i++) this[i] = i < values.length ? values[i] : undefined;
      for (let i = count; i < length; i++) delete this[i];
      return this;
    },
  });
})
