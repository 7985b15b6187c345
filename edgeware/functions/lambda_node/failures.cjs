// What went wrong, as Lambda reports it: the runtime's own faults and the function's errors.
"use strict";
const { realpathSync } = require("node:fs");
const { sep } = require("node:path");
const { pathToFileURL } = require("node:url");
const { isNativeError } = require("node:util").types;

// Something that the runtime itself finds wrong, such as `Runtime.HandlerNotFound`.
class Fault extends Error {
  // The place of the fault is that of the error that caused it, or the file.
  constructor(kind, message, { cause, file } = {}) {
    super(message);
    this.name = kind;
    this.stack = cause === undefined ? `${kind}: ${message}` : cause.stack;
    Object.defineProperty(this, "where", { value: file === undefined ? null : `${file}:1` });
  }
}

const isError = (value) =>
  isNativeError(value) || (typeof value === "object" && value !== null && "stack" in value && "message" in value);

// A stack without the frames that are the runtime's.
const ownFrames = (stack) => {
  const lines = stack.split("\n");
  const first = lines.findIndex((line) => line.startsWith("    at ") && line.includes(__dirname));
  return first < 0 ? lines : lines.slice(0, first);
};

// What Lambda answers about an error, which may be any value.
const described = (error) => {
  try {
    if (!isError(error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
    return { errorType: String(error.name), errorMessage: String(error.message), trace: ownFrames(String(error.stack)) };
  } catch {
    return { errorType: "Error", errorMessage: "the error cannot be described", trace: [] };
  }
};

// The first place in the function's own code that a stack names, as `file:line`, or null.
const placeIn = (directory, trace) => {
  const url = pathToFileURL(directory + sep).href;
  for (const line of trace) {
    for (const [start, readable] of [[url, decodeURI], [directory + sep, String], [realpath(directory) + sep, String]]) {
      const at = line.indexOf(start);
      const found = at < 0 ? null : /^(.*?):(\d+)/.exec(line.slice(at + start.length));
      if (found) return `${directory}${sep}${readable(found[1])}:${found[2]}`;
    }
  }
  return null;
};

const realpath = (directory) => {
  try {
    return realpathSync(directory);
  } catch {
    return directory;
  }
};

// An error as a reply's `failure`.
const failure = (error, directory, requestId) => {
  const { errorType, errorMessage, trace } = described(error);
  return {
    kind: "execution",
    message: `${errorType}: ${errorMessage}`,
    where: (error instanceof Fault && error.where) || placeIn(directory, trace),
    error: { errorType, errorMessage, requestId, stackTrace: trace },
  };
};

// An error as the log has it: a line of JSON.
const logged = (error) => {
  const { errorType, errorMessage, trace } = described(error);
  const own = isError(error) ? Object.fromEntries(Object.entries(error).filter(([, value]) => typeof value !== "object")) : {};
  return JSON.stringify({ errorType, errorMessage, ...own, name: undefined, stack: trace });
};

module.exports = { Fault, failure, logged };
