import { existsSync } from "node:fs";
import { listWirePorts } from "../../core/probe/target-ports.ts";
import type { Pins } from "../../core/host/pins/pins.ts";
import type { PinnedCommand } from "../../core/host/pins/sections.ts";
import { done, type Busy, type Service } from "../../core/host/ports.ts";
import { withReader, type RunCommand } from "./spawn.ts";
import { findStart } from "./proc.ts";
import { findVersion } from "../../core/host/proc-net.ts";

type ServicePins = Pick<Pins, "restart" | "status" | "busy">;

/** STPD on this machine. For an RDS, `askServer` asks its Server for running jobs. */
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
    // pgrep, for example, exits with the code for "no match" also when a write fails.
    return {
      kind: "unknown",
      detail: `the busy command wrote to standard error${quote(end.output)}`,
    };
  }
  const kind = end.code === busy.busyExit ? "yes" : "unknown";
  return { kind, detail: `the busy command exited with code ${end.code}${quote(end.output)}` };
}

/**
 * systemd kills processes of a job when the job's service ends, so the daemon gets its own scope if
 * systemd is running. Without root there is no scope, because systemd would ask for a password.
 */
function inOwnScope(command: PinnedCommand): PinnedCommand {
  if (!hasSystemd() || process.geteuid?.() !== 0) return command;
  const { program, arguments: args } = command;
  const scope = ["--scope", "--quiet", "--collect", "--", program, ...args];
  return { ...command, program: "/usr/bin/systemd-run", arguments: scope };
}

/** Whether systemd is the init system. Source: sd_booted(3). */
export function hasSystemd(): boolean {
  return existsSync("/run/systemd/system");
}

/** First line of a command's output, shortened for display. */
function quote(output: string): string {
  const [line = ""] = output.trim().split("\n");
  return line === "" ? "" : `: ${line.slice(0, 200)}`;
}
