import { isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";
import { licenses } from "./build/licenses.js";

/**
 * Builtins of Node come from process.getBuiltinModule() when the module that wants them first runs.
 * As static imports they would be loaded at every start, though the check needs hardly any.
 */
const lazyBuiltins = {
  name: "lazy-builtins",
  resolveId(id) {
    if (!isBuiltin(id)) return null;
    return { id: `\0builtin:${id.replace(/^node:/, "")}`, moduleSideEffects: false };
  },
  load(id) {
    if (!id.startsWith("\0builtin:")) return null;
    const name = JSON.stringify(`node:${id.slice("\0builtin:".length)}`);
    return { code: `module.exports = process.getBuiltinModule(${name});`, moduleType: "js" };
  },
};

/**
 * One character that is not in Latin-1 makes V8 keep the whole source in two bytes per character,
 * which costs a millisecond at each start. The minifier turns escapes into characters, so this
 * comes after it.
 */
const ascii = {
  name: "ascii",
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== "chunk") continue;
      chunk.code = chunk.code.replaceAll(
        /[^\0-\x7f]/g,
        (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
    }
  },
};

const quiet = /[/\\]node_modules[/\\](?:diff|@actions[/\\]core|@octokit)[/\\]/;

const stub = (name) => fileURLToPath(new URL(`build/${name}`, import.meta.url));

export default {
  input: "src/main.ts",
  platform: "node",
  plugins: [lazyBuiltins, licenses, ascii],
  resolve: {
    alias: {
      // 97 % of @actions/core is an HTTP client for OpenID tokens, which nothing here asks for.
      "@actions/http-client/lib/auth": stub("no-http-client.js"),
      "@actions/http-client": stub("no-http-client.js"),
      // It starts processes to learn the name of the operating system, which nothing here asks for.
      "@actions/exec": stub("no-exec.js"),
      "@octokit/graphql": stub("no-graphql.js"),
      "json-with-bigint": stub("plain-json.js"),
      "content-type": stub("plain-content-type.js"),
    },
  },
  // Loading one of these alone does nothing, so what of it is not used can be left out.
  treeshake: { moduleSideEffects: (id) => !quiet.test(id) },
  // In parentheses V8 would compile every wrapper of a module at once, and a command runs a third.
  optimization: { pifeForModuleWrappers: false },
  output: {
    dir: "dist",
    entryFileNames: "index.js",
    format: "esm",
    codeSplitting: false,
    // Every start reads the whole file, of any command; who wants to read it reads the sources.
    minify: true,
    // Annotations serve bundlers, and dist is bundled already.
    comments: { annotation: false, jsdoc: false },
    banner: "/*! sesam-harden, MIT; what it contains of others: licenses.txt. Built from src/. */",
  },
};
