import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const main = fileURLToPath(new URL("../../bot/main.js", import.meta.url));
const older = `Object.defineProperty(process, "versions", { value: { node: "20.20.2" } })`;

interface Start {
  readonly file?: string;
  /** Warnings of Node. */
  readonly options?: readonly string[];
}

function start(
  words: readonly string[],
  { file = main, options = [] }: Start = {},
): { readonly status: number | null; readonly stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, [...options, file, ...words], {
    cwd: tmpdir(),
    env: { PATH: process.env["PATH"] ?? "" },
    encoding: "utf8",
  });
  return { status, stderr };
}

test.each([
  { words: ["--settings"], says: /^error: --settings needs the path of a bot\.ini$/m },
  { words: ["--settings", "--check"], says: /^error: --settings needs the path of a bot\.ini$/m },
  // A restart would not help, so systemd does not restart it.
  { words: ["--settings", "nope.ini"], says: /^error: nope\.ini cannot be read$/m, code: 78 },
  { words: ["--import", "nope.json"], says: /^error: nope\.json: file not found$/m },
  { words: ["--import", "/"], says: /^error: \/: it is a directory$/m },
])("an error on the command line is one sentence: $words", ({ words, says, code = 2 }) => {
  const { status, stderr } = start(words);
  expect(status).toBe(code);
  expect(stderr).toMatch(says);
  expect(stderr).not.toMatch(/^ +at /m);
});

test("an old Node version is reported in one sentence", () => {
  const { status, stderr } = start(["--help"], {
    options: ["--import", `data:text/javascript,${older}`],
  });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^error: the bot needs Node 24 or newer, this is .+\n$/);
});

/** A checkout whose bot is this program. */
function writeCheckout(program: string): string {
  const folder = mkdtempSync(join(tmpdir(), "checkout-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "bot"));
  cpSync(main, join(folder, "bot/main.js"));
  writeFileSync(join(folder, "package.json"), `{ "type": "module" }\n`);
  writeFileSync(join(folder, "bot/main.ts"), program);
  return join(folder, "bot/main.js");
}

test("missing packages are reported in one sentence", () => {
  const { status, stderr } = start(["--help"], {
    file: writeCheckout(`import "@slack/bolt";\n`),
  });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^error: packages of the bot are missing; run npm ci .+\n$/);
});

test("the bot does not let garbage gather", () => {
  // About 5 MiB are in use. With the defaults of V8, the heap grows to 138 MiB.
  const program = `import { getHeapStatistics } from "node:v8";
    const kept: object[] = [];
    let most = 0;
    for (let count = 0; count < 3_000_000; count++) {
      kept[count % 50_000] = { count, text: [count] };
      if (count % 10_000 === 0) most = Math.max(most, getHeapStatistics().total_heap_size);
    }
    process.stderr.write(String(most >> 20));`;
  const { stderr } = start([], { file: writeCheckout(program) });
  expect(Number(stderr)).toBeLessThan(90);
});
