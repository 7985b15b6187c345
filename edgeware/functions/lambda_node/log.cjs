// The console of a Lambda function: `time<TAB>request id<TAB>level<TAB>text`, a line a call.
"use strict";
const { writeSync } = require("node:fs");
const { format } = require("node:util");

const LEVELS = { log: "INFO", debug: "DEBUG", info: "INFO", warn: "WARN", error: "ERROR", trace: "TRACE" };

let requestId;

const write = (level, text) => {
  const line = [new Date().toISOString(), requestId, level, text].map(String).join("\t");
  try {
    writeSync(1, `${line.replaceAll("\n", "\r")}\n`);
  } catch {
    // The function has closed its standard output: nobody will read this.
  }
};

exports.install = () => {
  for (const [name, level] of Object.entries(LEVELS)) console[name] = (...values) => write(level, format(...values));
};

exports.write = write;

// Whose lines the next ones are.
exports.belongTo = (id) => {
  requestId = id;
};
