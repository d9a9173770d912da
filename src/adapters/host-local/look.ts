import { existsSync, readdirSync, readFileSync, statfsSync, statSync } from "node:fs";
import { joinPath, parentOf } from "../../core/base/paths.ts";
import type { Pins } from "../../core/host/pins/pins.ts";
import { readUndoUnits, type UndoOutlook } from "../../core/host/status/undo-outlook.ts";
import type { FreeSpace, HostLook, UndoMeans } from "../../core/host/status/look-port.ts";
import type { Outcome } from "../../core/host/ports.ts";
import type { RunCommand } from "./spawn.ts";
import { readIfThere } from "./durable-file.ts";
import { readHolder } from "./host-lock.ts";
import { attempt } from "./attempt.ts";
import { startOf } from "./proc.ts";
import { hasSystemd } from "./stpd-service.ts";
import { describeWatchdog, unitOf, watchdogPath } from "./undo-timer.ts";

/** Reads the status of this machine; `folder` is the host's state directory. */
export function createLocalLook(
  folder: string,
  { stpdIni, timer }: Pick<Pins, "stpdIni" | "timer">,
  run: RunCommand,
): HostLook {
  return {
    space: async () => {
      const places: FreeSpace[] = [];
      for (const path of [folder, parentOf(stpdIni)]) {
        const place = await readSpace(path, run);
        if (place.kind === "failed") return place;
        places.push(place.value);
      }
      return { kind: "done", value: places };
    },
    nowMs: async () => ({ kind: "done", value: Date.now() }),
    undoMeans: async () => readUndoMeans(timer, run),
    holder: async () => ({ kind: "done", value: readHolder(folder, Date.now()) }),
    undo: async (id) => {
      const mark = attempt("reading the watchdog", () => readIfThere(watchdogPath(folder, id)));
      if (mark.kind === "failed") return mark;
      const pid = Number(mark.value?.split(" ")[0]);
      if (mark.value === describeWatchdog(pid)) {
        return { kind: "done", value: { kind: "waiting", leftSeconds: leftSecondsOf(pid) } };
      }
      return hasSystemd() ? askSystemd(unitOf(id), run) : { kind: "done", value: { kind: "none" } };
    },
    listKept: async () =>
      attempt("listing the backups", () => {
        const backups = joinPath(folder, "backups");
        return readdirSync(backups)
          .flatMap((name) => {
            const [, digest] = /^([0-9a-f]{64})\.ini$/.exec(name) ?? [];
            if (digest === undefined) return [];
            return [{ digest, keptAtMs: statSync(joinPath(backups, name)).mtimeMs }];
          })
          .toSorted((left, right) => right.keptAtMs - left.keptAtMs);
      }),
  };
}

async function readSpace(path: string, run: RunCommand): Promise<Outcome<FreeSpace>> {
  const seen = attempt(`reading the free space of ${path}`, () => statfsSync(path));
  if (seen.kind === "failed") return seen;
  // As root, Deno 2.9.5 reports every directory as writable, even on a read-only mount.
  const end = await run({ program: "/usr/bin/test", arguments: ["-w", path], limitMs: 10_000 });
  if (end.kind === "failed") return { kind: "failed", reason: `test -w ${path}: ${end.reason}` };
  const { bavail, bsize, ffree, files } = seen.value;
  return {
    kind: "done",
    value: {
      path,
      bytes: bavail * bsize,
      files: files === 0 ? undefined : ffree,
      isWritable: end.code === 0,
    },
  };
}

/** Does not arm a systemd unit to find out; it only requires that systemd responds. */
async function readUndoMeans(timer: Pins["timer"], run: RunCommand): Promise<Outcome<UndoMeans>> {
  if (!hasSystemd()) {
    if (timer === "systemd") return { kind: "failed", reason: "systemd is not running here" };
    return { kind: "done", value: { by: "a watchdog process", atBoot: "unknown" } };
  }
  const control = (...words: readonly string[]) =>
    run({ program: "/usr/bin/systemctl", arguments: words, limitMs: 30_000 });
  const enabled = await control("is-enabled", "sesam-harden-recover.service");
  const isEnabled = enabled.kind === "ended" && enabled.code === 0;
  const atBoot = isEnabled ? "enabled" : "disabled";
  if (timer === "watchdog") return { kind: "done", value: { by: "a watchdog process", atBoot } };
  if (!existsSync("/usr/bin/systemd-run")) {
    return { kind: "failed", reason: "/usr/bin/systemd-run does not exist" };
  }
  const state = await control("is-system-running");
  if (state.kind === "failed") return { kind: "failed", reason: `systemctl: ${state.reason}` };
  const word = state.output.trim();
  // While the system is stopping, systemd accepts no new units. Source: systemctl(1).
  if (/^(running|degraded|starting|initializing|maintenance)$/.test(word)) {
    return { kind: "done", value: { by: "a systemd timer", atBoot } };
  }
  return { kind: "failed", reason: `systemctl is-system-running says ${word || "nothing"}` };
}

/** Seconds until a watchdog acts; its arguments contain its delay, counted from its start. */
function leftSecondsOf(pid: number): number | undefined {
  const words = attempt("reading its arguments", () =>
    readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0"),
  );
  if (words.kind === "failed") return undefined;
  const afterSeconds = Number(words.value[words.value.indexOf("--after") + 1]);
  // startOf() counts ticks of 1/100 s since boot.
  const leftSeconds = afterSeconds - ((readUptime() ?? NaN) - Number(startOf(pid)) / 100);
  return Number.isNaN(leftSeconds) ? undefined : Math.max(0, leftSeconds);
}

async function askSystemd(unit: string, run: RunCommand): Promise<Outcome<UndoOutlook>> {
  const properties = ["Id", "ActiveState", "NextElapseUSecMonotonic"].map((name) => `-p${name}`);
  const words = ["show", ...properties, `${unit}.timer`, `${unit}.service`];
  const end = await run({ program: "/usr/bin/systemctl", arguments: words, limitMs: 30_000 });
  if (end.kind === "failed") return { kind: "failed", reason: `systemctl: ${end.reason}` };
  if (end.code !== 0) return { kind: "failed", reason: `systemctl: exit code ${end.code}` };
  return { kind: "done", value: readUndoUnits(end.output, readUptime() ?? NaN) };
}

function readUptime(): number | undefined {
  const text = attempt("reading the uptime", () => readFileSync("/proc/uptime", "latin1"));
  return text.kind === "done" ? parseFloat(text.value) : undefined;
}
