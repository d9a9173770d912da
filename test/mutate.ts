import { spawn } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Breaks every condition of the rules once, and of the code that they depend on, and expects a
 * failing test each time. Works on copies; prints the mutants that survived, and fails if there are
 * any.
 */
const top = fileURLToPath(new URL("..", import.meta.url));

const files = [
  ...readdirSync(join(top, "src/core/rules/catalog")).map(
    (name) => `src/core/rules/catalog/${name}`,
  ),
  "src/core/rules/finding.ts",
  "src/core/check/disagreement.ts",
  "src/core/fleet/globals.ts",
  "src/core/fleet/host-folder.ts",
  "src/core/fleet/interfaces.ts",
  "src/core/fleet/stpd-file.ts",
  "src/core/fleet/verdict.ts",
  "src/core/fix/lockout-guard.ts",
  "src/core/fix/old-value.ts",
  "src/core/fix/plan.ts",
  "src/core/gnutls/admission.ts",
  "src/core/import/host-ini.ts",
  "src/core/import/host-name.ts",
  "src/core/gnutls/verdict.ts",
  "src/core/rules/allow-list.ts",
  "src/core/base/dates.ts",
  "src/core/rules/suppression-comments.ts",
  "src/core/probe/address-probe.ts",
  "src/core/probe/host-probe.ts",
  "src/core/tls/repeats.ts",
  "src/core/tls/server-answer.ts",
  "src/core/tls/suite-sets.ts",
  "src/core/verify/expectation.ts",
  "src/core/verify/compare-with-file.ts",
  "src/core/verify/local-file.ts",
  "src/core/verify/verify-host.ts",
  "src/core/probe/hello-client.ts",
  "src/core/probe/probe-tls.ts",
  "src/core/probe/settle-closed.ts",
  "src/core/probe/enumerate-suites.ts",
];

const tests = [
  "test/core/rules",
  "test/core/settings",
  "test/core/fleet",
  "test/core/check/disagreement.test.ts",
  "test/core/gnutls/admission.test.ts",
  "test/core/gnutls/verdict.test.ts",
  "test/core/fix/old-value.test.ts",
  "test/core/fix/plan.test.ts",
  "test/core/import",
  "test/core/probe/address-probe.test.ts",
  "test/core/tls",
  "test/core/verify",
].concat(
  "test/core/check/check-fleet.test.ts",
  "test/core/probe/probe-tls.test.ts",
  "test/core/probe/settle-closed.test.ts",
  "test/core/base/text.test.ts",
  "test/core/base/times.test.ts",
);

/** Replacements. Each occurrence of the left text is replaced once. */
const changes: readonly (readonly [RegExp, string])[] = [
  [/ === /g, " !== "],
  [/ !== /g, " === "],
  [/ && /g, " || "],
  [/ \|\| /g, " && "],
  [/ > /g, " >= "],
  [/ < /g, " <= "],
  [/ <= /g, " < "],
  [/ >= /g, " > "],
  [/\.some\(/g, ".every("],
  [/\.every\(/g, ".some("],
  [/(?<=[( ])!(?=[a-zA-Z/])/g, ""],
];

interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly source: string;
}

/** Only code: no comments, no imports, no types, no texts. */
function isCode(line: string): boolean {
  return (
    !/^\s*(\/\*\*|\*|\/\/|import |export (type|interface)|\| \{|"|`)/.test(line) &&
    !/^\s*(triggers|fix|rationale|source|title|message|help):/.test(line)
  );
}

function listMutants(): readonly Mutant[] {
  return files.flatMap((file) => {
    const whole = readFileSync(join(top, file), "utf8");
    const lines = whole.split("\n");
    return lines.flatMap((line, index) => {
      if (!isCode(line)) return [];
      return changes.flatMap(([pattern, instead]) =>
        [...line.matchAll(pattern)].map((match) => {
          const text =
            line.slice(0, match.index) + instead + line.slice(match.index + match[0].length);
          return { file, line: index + 1, text, source: lines.with(index, text).join("\n") };
        }),
      );
    });
  });
}

function copyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "mutate-"));
  for (const name of [
    "src",
    "build",
    "test",
    "examples",
    "docs",
    "package.json",
    "tsconfig.json",
    "vitest.config.ts",
  ]) {
    cpSync(join(top, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(top, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** True if all tests pass. A broken loop may never end: a timeout counts as detected. */
function runTests(folder: string, some: readonly string[]): Promise<boolean> {
  const vitest = join(top, "node_modules/vitest/vitest.mjs");
  // One worker each, since the copies already run in parallel.
  const options = ["--bail=1", "--no-isolate", "--maxWorkers=1"];
  const child = spawn(process.execPath, [vitest, "run", ...options, ...some], {
    cwd: folder,
    stdio: "ignore",
    detached: true,
  });
  const { pid } = child;
  // The whole group, since the tests run in a process of their own.
  const timer = setTimeout(() => pid !== undefined && process.kill(-pid, "SIGKILL"), 60_000);
  return new Promise((resolve) =>
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    }),
  );
}

/** Tests of the same directory detect most mutants and end sooner; the others run all tests. */
async function survives(folder: string, { file }: Mutant): Promise<boolean> {
  const near = dirname(file).replace(/^src/, "test");
  const own = tests.filter((name) => name === near || dirname(name) === near);
  if (own.length > 0 && !(await runTests(folder, own))) return false;
  return runTests(folder, tests);
}

/** `2/3` takes every third condition, starting with the second; without it all are taken. */
function readPart(text = "1/1"): { readonly part: number; readonly parts: number } {
  const [, part = "", parts = ""] = /^([1-9])\/([1-9])$/.exec(text) ?? [];
  if (part === "" || Number(part) > Number(parts))
    throw new Error(`${text} is not a part such as 2/3`);
  return { part: Number(part), parts: Number(parts) };
}

const { part, parts } = readPart(process.argv[2]);
const queue = listMutants().filter((_, index) => index % parts === part - 1);
const total = queue.length;
const survivors: Mutant[] = [];

const work = async (): Promise<void> => {
  const folder = copyProject();
  try {
    if (!(await runTests(folder, tests)))
      throw new Error("the tests fail before anything is broken");
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const path = join(folder, mutant.file);
      const original = readFileSync(path, "utf8");
      writeFileSync(path, mutant.source);
      if (await survives(folder, mutant)) survivors.push(mutant);
      writeFileSync(path, original);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

await Promise.all(Array.from({ length: availableParallelism() }, work));
for (const { file, line, text } of survivors)
  console.log(`survived: ${file}:${line}: ${text.trim()}`);
console.log(`${total} conditions broken, ${total - survivors.length} seen`);
process.exitCode = survivors.length > 0 ? 1 : 0;
