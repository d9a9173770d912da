import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { canIsolate, runInNamespace } from "../support/harness/namespace.ts";

const isolated = canIsolate();
const evaluate = (code: string, more: { input?: string; limit?: number } = {}) =>
  runInNamespace("--eval", { args: [code], ...more });

/** Processes of this system with a text among their arguments. */
function countProcesses(text: string): number {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(text);
    } catch {
      return false;
    }
  }).length;
}

test.skipIf(!isolated)(
  "returns output, errors and the exit code, also of nested programs",
  async () => {
    const code = `
    const { spawnSync } = require("node:child_process");
    const { stdout, status } = spawnSync("sh", ["-c", "cat; ip -o link; exit 3"], { encoding: "utf8" });
    const input = require("node:fs").readFileSync(0, "utf8");
    process.stdout.write(JSON.stringify({ stdout, status, input, long: "x".repeat(1e6) }));
    process.stderr.write("a word");
    process.exitCode = 7;`;
    for (const input of [undefined, "", "y".repeat(300_000)]) {
      const ended = await evaluate(code, input === undefined ? {} : { input });
      expect([ended.status, ended.stderr]).toEqual([7, "a word"]);
      const inside = JSON.parse(ended.stdout);
      expect(inside).toMatchObject({ status: 3, input: input ?? "" });
      expect(inside.long).toHaveLength(1_000_000);
      // Only loopback, and it is up.
      expect(inside.stdout).toMatch(/^1: lo: <LOOPBACK,UP[^\n]*\n$/);
    }
  },
);

test.skipIf(!isolated)("kills what a worker leaves behind, and a worker that hangs", async () => {
  const [left, hanging] = [randomUUID(), randomUUID()];
  const leave = (mark: string): string =>
    `require("node:child_process").spawn("sh", ["-c", "while :; do sleep 1; done; : ${mark}"], { detached: true, stdio: "ignore" }).unref();`;
  expect(await evaluate(leave(left))).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(countProcesses(left)).toBe(0);
  const ended = await evaluate(`${leave(hanging)} setInterval(() => {}, 1000);`, { limit: 1000 });
  expect(ended.status).toBeNull();
  while (countProcesses(hanging) > 0) await new Promise((done) => setTimeout(done, 20));
});
