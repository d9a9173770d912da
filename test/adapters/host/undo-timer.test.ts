import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, onTestFinished, test } from "vitest";
import { createCommands, type RunCommand } from "../../../src/adapters/host/capture.ts";
import { createSystemdTimer } from "../../../src/adapters/host/undo-timer.ts";
import type { CommandEnd } from "../../../src/adapters/host/commands.ts";
import type { Command } from "../../../src/core/pins/sections.ts";

const recover = (id: string) => ({
  program: "/usr/bin/node",
  arguments: ["/usr/local/lib/sesam-harden/index.js", "recover", "--cause", "timer", "--id", id],
});

/** systemd is not in the tests' namespaces; this stands for its two programs, and keeps the timers. */
function standForSystemd(refuses = false): { readonly run: RunCommand; readonly asked: string[] } {
  const timers = new Set<string>();
  const asked: string[] = [];
  const ended = (code: number): CommandEnd => ({ kind: "ended", code, output: "" });
  const run = async ({ program, arguments: words }: Command): Promise<CommandEnd> => {
    asked.push([program, ...words].join(" "));
    if (program.endsWith("/systemd-run")) {
      const unit = words.find((word) => word.startsWith("--unit="))?.slice("--unit=".length);
      if (!refuses) timers.add(`${unit}.timer`);
      return ended(refuses ? 1 : 0);
    }
    const timer = words.at(-1) ?? "";
    if (words[0] === "stop") return ended(timers.delete(timer) ? 0 : 5);
    return ended(timers.has(timer) ? 0 : 3);
  };
  return { run, asked };
}

test("a timer of systemd is armed, seen and disarmed by the name of its change", async () => {
  const { run, asked } = standForSystemd();
  const timer = createSystemdTimer({ delay: 900_000, recover }, run);
  expect(await timer.arm("change-1")).toEqual({
    kind: "done",
    value: "systemd's sesam-harden-undo-change-1.timer in 900 s",
  });
  expect(asked).toEqual([
    "/usr/bin/systemd-run --unit=sesam-harden-undo-change-1 --on-active=900s --timer-property=AccuracySec=1s --property=KillMode=process --quiet -- /usr/bin/node /usr/local/lib/sesam-harden/index.js recover --cause timer --id change-1",
  ]);
  expect(await timer.isArmed("change-1")).toBe(true);
  expect(await timer.isArmed("change-2")).toBe(false);
  expect((await timer.disarm("change-1")).kind).toBe("done");
  expect(await timer.isArmed("change-1")).toBe(false);
  // One that has fired is gone, which is as good as disarmed.
  expect((await timer.disarm("change-1")).kind).toBe("done");
});

test("one that systemd refuses is told", async () => {
  const timer = createSystemdTimer({ delay: 1000, recover }, standForSystemd(true).run);
  expect(await timer.arm("change-1")).toMatchObject({ kind: "failed" });
});

test("a command gets no shell, no variable of the caller and no time beyond its limit", async () => {
  const folder = mkdtempSync(`${tmpdir()}/commands-`);
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const run = createCommands(folder);
  const command = (program: string, ...words: readonly string[]) =>
    run({ program, arguments: words, limit: 2000 });
  expect(await command("/bin/echo", "$HOME; `id` 'x'")).toEqual({
    kind: "ended",
    code: 0,
    output: "$HOME; `id` 'x'\n",
  });
  const environment = await command("/usr/bin/env");
  expect(environment).toMatchObject({ output: expect.stringMatching(/^PATH=[^\n]*\nLC_ALL=C\n$/) });
  expect(await command("/bin/sh", "-c", "sleep 600 & sleep 600")).toEqual({
    kind: "failed",
    reason: "it did not end within 2 s",
  });
  expect(await command("/nowhere")).toEqual({ kind: "failed", reason: "there is no such program" });
  const loud = await command("/bin/sh", "-c", "head -c 1000000 /dev/zero; exit 3");
  expect(loud).toMatchObject({ kind: "ended", code: 3 });
  expect(loud.kind === "ended" ? loud.output.length : 0).toBe(65_536);
  // A daemon that keeps its streams is waited for by nobody.
  expect(await command("/bin/sh", "-c", "setsid sleep 3 & echo up")).toMatchObject({
    output: "up\n",
  });
});
