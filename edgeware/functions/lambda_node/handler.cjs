// A function's handler, found by its name as each generation of the runtime finds it.
"use strict";
const { existsSync, readFileSync, statSync } = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { compileFunction } = require("node:vm");
const { Fault } = require("./failures.cjs");

const SUFFIXES = ["", ".js", ".mjs", ".cjs"];

// `a/b/index.nested.handler` is the module `a/b/index` and the names `nested`, `handler` in it.
const split = (handler) => {
  const found = /^(.*\/)?([^/.]*)\.([^/]*)$/.exec(handler);
  if (handler.includes("..")) {
    const advice = "Use absolute paths when specifying root directories in handler names.";
    throw new Fault("Runtime.MalformedHandlerName", `'${handler}' is not a valid handler name. ${advice}`);
  }
  if (!found) {
    throw new Fault("Runtime.MalformedHandlerName", `Bad handler '${handler}': it has no dot between module and function`);
  }
  return { root: found[1] || "", name: found[2], exported: found[3].split(".") };
};

const isFile = (file) => existsSync(file) && statSync(file).isFile();

// Whether the package.json nearest to a file says that its modules are ES modules.
const isModulePackage = (file) => {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, "package.json");
    if (isFile(manifest)) return JSON.parse(readFileSync(manifest, "utf8")).type === "module";
    if (folder === path.dirname(folder) || path.basename(folder) === "node_modules") return false;
  }
};

// A CommonJS module. Later versions of Node.js would take an ES module here; the runtimes up to nodejs22.x do not.
const requireFile = (require, file) => {
  const source = readFileSync(file, "utf8").replace(/^(?:\uFEFF)?(?:#!.*)?/, "");
  compileFunction(source, ["exports", "require", "module", "__filename", "__dirname"], { filename: file });
  return require(file);
};

const importFile = (file) => import(pathToFileURL(file));

const olderFile = async (file, require) => {
  const isModule = file.endsWith(".mjs") || (file.endsWith(".js") && isModulePackage(file));
  return isModule ? importFile(file) : requireFile(require, file);
};

const fileOf = (directory, { root, name }) => {
  const file = path.resolve(directory, root, name);
  const suffix = SUFFIXES.find((one) => isFile(file + one));
  return suffix === undefined ? undefined : file + suffix;
};

const loaded = async (directory, parts, generation) => {
  const require = createRequire(path.join(directory, "index.js"));
  const file = fileOf(directory, parts);
  if (file !== undefined) return (generation >= 24 ? importFile : olderFile)(file, require);
  return require(require.resolve(parts.name, { paths: [directory, path.join(directory, parts.root)] }));
};

const load = async (directory, parts, generation) => {
  try {
    return await loaded(directory, parts, generation);
  } catch (error) {
    const code = error === null || error === undefined ? undefined : error.code;
    if (error instanceof SyntaxError) {
      throw new Fault("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`, { cause: error });
    }
    if (code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND") {
      throw new Fault("Runtime.ImportModuleError", `Error: ${error.message.split("\n")[0]}`, { cause: error });
    }
    throw error;
  }
};

const inside = (module, names) =>
  names.reduce((found, name) => (found === null || found === undefined ? undefined : found[name]), module);

// The handler. Throws a Fault, and whatever else the module throws while it is loaded.
exports.findHandler = async (directory, name, generation) => {
  const parts = split(name);
  const module = await load(directory, parts, generation);
  let handler = inside(module, parts.exported);
  if (!handler && generation >= 24) handler = inside(module.default, parts.exported);
  const at = { file: fileOf(directory, parts) };
  if (!handler) throw new Fault("Runtime.HandlerNotFound", `${name} is undefined or not exported`, at);
  if (typeof handler !== "function") throw new Fault("Runtime.HandlerNotFound", `${name} is not a function`, at);
  if (generation >= 24 && handler.length >= 3) {
    const what = `${name} takes a callback, which Node.js 24 and later do not have. Use an async function.`;
    throw new Fault("Runtime.CallbackHandlerDeprecated", what, at);
  }
  return handler;
};
