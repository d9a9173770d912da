import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Checks the example fleet with the built file, as a user of each face would. */
const dist = fileURLToPath(new URL("../dist/index.js", import.meta.url));
const fleet = fileURLToPath(new URL("config-repo", import.meta.url));
const denoShim = fileURLToPath(new URL("../node_modules/deno/bin.cjs", import.meta.url));

function show(title: string, command: string): void {
  process.stdout.write(`\n=== ${title}\n$ ${command}\n\n`);
}

function run(args: readonly string[], env: NodeJS.ProcessEnv = process.env): string {
  const { stdout, stderr, error } = spawnSync(process.execPath, args, {
    cwd: fleet,
    encoding: "utf8",
    env,
  });
  if (error !== undefined) throw error;
  return stdout + stderr;
}

show("In a terminal, with Node", "node dist/index.js check examples/config-repo");
const { status } = spawnSync(process.execPath, [dist, "check"], { cwd: fleet, stdio: "inherit" });

show("The same file with Deno, which may read and nothing else", "deno run --allow-read dist/index.js check");
const json = ["check", "--format", "json"];
const [node, deno] = [
  run([dist, ...json]),
  run([denoShim, "run", "--no-prompt", "--allow-read", dist, ...json]),
];
if (node !== deno) throw new Error("Node and Deno do not print the same bytes");
process.stdout.write(`The same ${node.length} bytes of JSON as with Node.\n`);

show("As a step of a workflow: the annotations", "uses: sesam-harden/sesam-harden");
const temp = mkdtempSync(join(tmpdir(), "demo-"));
writeFileSync(join(temp, "output"), "");
const action = run([dist], {
  ...process.env,
  GITHUB_OUTPUT: join(temp, "output"),
  GITHUB_WORKSPACE: fleet,
  INPUT_COMMAND: "check",
  INPUT_FORMAT: "github",
});
rmSync(temp, { recursive: true });
process.stdout.write(action);

show("What GnuTLS makes of a priority string", "node dist/index.js priority 'PFS:-VERS-TLS1.0:-SRP'");
process.stdout.write(run([dist, "priority", "PFS:-VERS-TLS1.0:-SRP"]));

process.stdout.write(
  `\nThe check ended with exit code ${status}: this fleet has errors.\nLook at examples/config-repo, docs/rules, or node dist/index.js --help.\n`,
);
