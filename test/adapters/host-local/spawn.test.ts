import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { runCommand, withReader } from "../../../src/adapters/host-local/spawn.ts";
import { createLocalService } from "../../../src/adapters/host-local/stpd-service.ts";
import { hasPeer } from "../../support/harness/peers.ts";

const command = (program: string, ...words: readonly string[]) => ({
  program,
  arguments: words,
  limitMs: 2000,
});
const run = (program: string, ...words: readonly string[]) =>
  runCommand(command(program, ...words));

test("a command gets no shell, no variables of the caller and a time limit", async () => {
  expect(await run("/bin/echo", "$HOME; `id` 'x'")).toEqual({
    kind: "ended",
    code: 0,
    output: "$HOME; `id` 'x'\n",
    complained: false,
  });
  const environment = await run("/usr/bin/env");
  expect(environment).toMatchObject({ output: expect.stringMatching(/^PATH=[^\n]*\nLC_ALL=C\n$/) });
  expect(await run("/bin/sh", "-c", "sleep 600 & sleep 600")).toEqual({
    kind: "failed",
    reason: "it did not finish within 2 s",
  });
  expect(await run("/nowhere")).toEqual({ kind: "failed", reason: "program not found" });
  // A daemon that keeps its streams open is not waited for.
  expect(await run("/bin/sh", "-c", "setsid sleep 3 & echo up")).toMatchObject({ output: "up\n" });
  expect(await runCommand(command("/bin/cat"), "\xff\n")).toMatchObject({ output: "\xff\n" });
});

test("reads all output of a command, and keeps its start", async () => {
  const script = "head -c 1000000 /dev/zero || exit 9; exit 3";
  const loud = await run("/bin/sh", "-c", script);
  expect(loud).toMatchObject({ kind: "ended", code: 3 });
  expect(loud.kind === "ended" ? loud.output.length : 0).toBe(65_536);
  const read = await runCommand(withReader(command("/bin/sh", "-c", script)));
  expect(read).toMatchObject({ kind: "ended", code: 3 });
});

test("a command with a reader reports its words, output and exit code", async () => {
  const words = ["-c", 'printf "%s|" "$@"; echo no >&2; exit 7', "sh", "a b", "$(id)", "'", ""];
  expect(await runCommand(withReader(command("/bin/sh", ...words)))).toMatchObject({
    code: 7,
    output: "a b|$(id)|'||no\n",
  });
});

test("a process that a restart leaves behind can write after this process has ended", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reader-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "ended");
  const daemon = `while [ ! -e ${folder}/gone ]; do sleep 0.1; done; echo a; sleep 0.1; echo b; echo $? >${file}`;
  const script = `
    import { runCommand, withReader } from ${JSON.stringify(
      pathToFileURL(join(import.meta.dirname, "../../../src/adapters/host-local/spawn.ts")).href,
    )};
    const words = ["-c", ${JSON.stringify(`setsid sh -c '${daemon}' & echo up`)}];
    const end = await runCommand(withReader({ program: "/bin/sh", arguments: words, limitMs: 9000 }));
    process.stdout.write(end.output);
    process.exit(0);`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  expect(stdout).toBe("up\n");
  spawnSync("touch", [join(folder, "gone")]);
  while (!existsSync(file) || readFileSync(file, "utf8") === "") await wait(50);
  expect(readFileSync(file, "utf8")).toBe("0\n");
});

const quiet = { restart: command("/bin/true"), status: undefined };

test.runIf(hasPeer("pgrep", "--version"))(
  "pgrep reports idle only if no process of that name runs",
  async () => {
    const word = `sleep 61.${process.pid}`;
    const busy = { ...command("/usr/bin/pgrep", "-f", word), idleExit: 1, busyExit: 0 };
    const { askBusy } = createLocalService({ ...quiet, busy }, runCommand, undefined);
    expect(await askBusy()).toEqual({ kind: "no" });
    const child = spawn("sleep", [`61.${process.pid}`], { stdio: "ignore" });
    expect(await askBusy()).toMatchObject({ kind: "yes" });
    child.kill();
  },
);

test("an exit code with an error message is an error, and never means idle", async () => {
  // Like pgrep if it cannot write its output.
  const busy = {
    ...command("/bin/sh", "-c", 'echo "pgrep: write error" >&2; exit 1'),
    idleExit: 1,
    busyExit: 0,
  };
  const { askBusy } = createLocalService({ ...quiet, busy }, runCommand, undefined);
  expect(await askBusy()).toEqual({
    kind: "unknown",
    detail: "the busy command wrote to standard error: pgrep: write error",
  });
});
