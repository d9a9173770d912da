#!/usr/bin/env node
// What npx, an installed package and pre-commit start. Under an older Node the command would fail
// with an error that says nothing.
const major = Number(process.versions.node.split(".")[0]);
if (major >= 24) {
  await import("../dist/index.js");
} else {
  process.stderr.write(
    `sesam-harden: needs Node 24 or newer, this is ${process.version}; or run it with Deno\n`,
  );
  process.exitCode = 2;
}
