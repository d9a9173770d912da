import { expect, test } from "vitest";
import { createSystemdTimer } from "../../../src/adapters/host-local/undo-timer.ts";
import type { CommandEnd, RunCommand } from "../../../src/adapters/host-local/spawn.ts";
import type { PinnedCommand } from "../../../src/core/host/pins/sections.ts";

const recover = (id: string) => ({
  program: "/usr/bin/node",
  arguments: ["/usr/local/lib/sesam-harden/index.js", "recover", "--cause", "timer", "--id", id],
});

/**
 * systemd is not in the tests' namespaces; this replaces its two programs, and keeps the timers.
 */
function standForSystemd(refuses = false): { readonly run: RunCommand; readonly asked: string[] } {
  const timers = new Set<string>();
  const asked: string[] = [];
  const ended = (code: number): CommandEnd => ({
    kind: "ended",
    code,
    output: "",
    complained: false,
  });
  const run = async ({ program, arguments: words }: PinnedCommand): Promise<CommandEnd> => {
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

test("a systemd timer is armed, seen and disarmed by the name of its change", async () => {
  const { run, asked } = standForSystemd();
  const timer = createSystemdTimer({ delayMs: 900_000, recover }, run);
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
  // A fired timer is gone, which is the same as disarmed.
  expect((await timer.disarm("change-1")).kind).toBe("done");
});

test("reports a timer that systemd refuses", async () => {
  const timer = createSystemdTimer({ delayMs: 1000, recover }, standForSystemd(true).run);
  expect(await timer.arm("change-1")).toMatchObject({ kind: "failed" });
});
