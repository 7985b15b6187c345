// Date: the clock stands still for a run, and a text is a date only where njs reads one. The time zone is UTC, which
// the host sees to.
(function dates(kit) {
  "use strict";
  const { apply, construct, exec, first, run, uncurried } = kit;
  const RealDate = Date;
  const prototype = RealDate.prototype;
  const { UTC } = RealDate;
  const timeOf = uncurried(prototype.getTime);
  const textOf = uncurried(prototype.toString);
  const dayOf = uncurried(prototype.toDateString);
  const clockOf = uncurried(prototype.toTimeString);
  const isoOf = uncurried(prototype.toISOString);

  // --- texts -------------------------------------------------------------------------------------------------------

  const iso = /^([-+]\d{6}|\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?Z?)?)?)?$/;
  const spelled =
    /^(?:[A-Za-z]{3},? )?(?:(\d\d) ([A-Za-z]{3})|([A-Za-z]{3}) (\d\d)) (\d{4})(?: (\d\d):(\d\d):(\d\d)(?: (?:GMT)?([-+]\d{4})?(?: .*)?)?)?$/;
  const months = { __proto__: null, Jan: 0, Feb: 1, Mar: 2, Apr: 3, May: 4, Jun: 5, Jul: 6, Aug: 7, Sep: 8, Oct: 9,
    Nov: 10, Dec: 11 };

  // Years below 100 are themselves.
  const milliseconds = (year, ...rest) => {
    const moved = year >= 0 && year < 100 ? 400 : 0;
    return UTC(year + moved, rest[0], rest[1], rest[2], rest[3], rest[4], rest[5]) - (moved ? 12622780800000 : 0);
  };

  const parse = (text) => {
    let match = exec(iso, text);
    if (match !== null) {
      const fraction = match[7] === undefined ? 0 : +kit.slice(`${match[7]}00`, 0, 3);
      return milliseconds(+match[1], (match[2] ?? 1) - 1, +(match[3] ?? 1), +(match[4] ?? 0), +(match[5] ?? 0),
        +(match[6] ?? 0), fraction);
    }
    match = exec(spelled, text);
    const month = match === null ? undefined : months[match[2] ?? match[3]];
    if (month === undefined) return NaN;
    const zone = +(match[9] ?? 0);
    const minutes = (zone / 100 | 0) * 60 + zone % 100;
    return milliseconds(+match[5], month, +(match[1] ?? match[4]), +(match[6] ?? 0), +(match[7] ?? 0) - minutes,
      +(match[8] ?? 0), 0);
  };

  // --- Date --------------------------------------------------------------------------------------------------------

  const Clock = function (year, month, day, hours, minutes, seconds, milliseconds) {
    if (new.target === undefined) return textOf(new RealDate(run.now));
    if (arguments.length === 0) return construct(RealDate, [run.now], new.target);
    if (arguments.length > 1) return construct(RealDate, arguments, new.target);
    return construct(RealDate, [typeof year === "string" ? parse(year) : year], new.target);
  };
  kit.install(Clock, {
    now() { return run.now; },
    parse(text) { return parse(`${text}`); },
    UTC(year, month, day, hours, minutes, seconds, milliseconds) { return apply(UTC, undefined, arguments); },
  });

  kit.install(prototype, {
    toISOString() { return first && timeOf(this) !== timeOf(this) ? "Invalid Date" : isoOf(this); },
    toJSON(key) { return this.toISOString(); },
    toLocaleString() { return textOf(this); },
    toLocaleDateString() { return dayOf(this); },
    toLocaleTimeString() { return clockOf(this); },
  });
  kit.replace(Clock, "Date", prototype);
  kit.isoOf = (date) => (timeOf(date) === timeOf(date) ? isoOf(date) : "Invalid Date");
})
