import { existsSync } from "node:fs";
import { listWirePorts } from "../../core/probe/target-ports.ts";
import type { Pins } from "../../core/host/pins/pins.ts";
import type { PinnedCommand } from "../../core/host/pins/sections.ts";
import { done, type Busy, type Service } from "../../core/host/ports.ts";
import { withReader, type RunCommand } from "./spawn.ts";
import { findStart } from "./proc.ts";
import { findVersion } from "../../core/host/proc-net.ts";

type ServicePins = Pick<Pins, "restart" | "status" | "busy">;

/** STPD of this machine. `askServer` tells of the jobs that a Server has, for an RDS. */
export function createLocalService(
  { restart, status, busy }: ServicePins,
  run: RunCommand,
  askServer: (() => Promise<Busy>) | undefined,
): Service {
  return {
    askBusy: async () => {
      const own = await askOwn(busy, run);
      return own.kind === "no" && askServer !== undefined ? askServer() : own;
    },
    restart: async () => {
      const end = await run(inOwnScope(withReader(restart)));
      if (end.kind === "failed") return end;
      if (end.code === 0) return done;
      const { code, output } = end;
      return { kind: "failed", reason: `exited with code ${code}${quote(output)}` };
    },
    look: async (file) => {
      const ports = listWirePorts({ stpd: file, facts: undefined });
      const seen = { ...findStart(new Set(Object.values(ports))), seenAtMs: Date.now() };
      if (status === undefined) return { kind: "done", value: { version: undefined, ...seen } };
      const end = await run(status);
      if (end.kind === "failed")
        return { kind: "failed", reason: `the status command: ${end.reason}` };
      return { kind: "done", value: { version: findVersion(end.output), ...seen } };
    },
  };
}

async function askOwn(busy: Pins["busy"], run: RunCommand): Promise<Busy> {
  if (busy === undefined) return { kind: "unknown", detail: "no command for it is pinned" };
  const end = await run(busy);
  if (end.kind === "failed") return { kind: "unknown", detail: `the busy command: ${end.reason}` };
  if (end.code === busy.idleExit && !end.complained) return { kind: "no" };
  if (end.code === busy.idleExit) {
    // As pgrep, whose code for "none" is also that of a write that failed.
    return {
      kind: "unknown",
      detail: `the busy command wrote to standard error${quote(end.output)}`,
    };
  }
  const kind = end.code === busy.busyExit ? "yes" : "unknown";
  return { kind, detail: `the busy command exited with code ${end.code}${quote(end.output)}` };
}

/**
 * What a job starts is ended with the job's service; where systemd runs, the daemon gets a scope of
 * its own. systemd asks anybody but root for a password first, so without root there is none.
 */
function inOwnScope(command: PinnedCommand): PinnedCommand {
  if (!hasSystemd() || process.geteuid?.() !== 0) return command;
  const { program, arguments: args } = command;
  const scope = ["--scope", "--quiet", "--collect", "--", program, ...args];
  return { ...command, program: "/usr/bin/systemd-run", arguments: scope };
}

/** Source: sd_booted(3). */
export function hasSystemd(): boolean {
  return existsSync("/run/systemd/system");
}

/** The first line of what a command printed, as far as it is fit to be shown. */
function quote(output: string): string {
  const [line = ""] = output.trim().split("\n");
  return line === "" ? "" : `: ${line.slice(0, 200)}`;
}
