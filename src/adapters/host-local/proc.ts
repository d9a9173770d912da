import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Outcome } from "../../core/host/ports.ts";
import { attempt, hasCode } from "./attempt.ts";
import { listListeners } from "../../core/host/proc-net.ts";
import type { ServiceState } from "../../core/host/ports.ts";

/** Ticks per second of the times in /proc, on every Linux that SEP supports. Source: proc(5). */
const ticks = 100;

/**
 * Start time of a process in ticks since boot, which distinguishes a reused process ID. Undefined
 * if there is no such process.
 */
export function startOf(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The program name is in parentheses, and may contain some itself.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // A zombie counts as ended.
  return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
}

/** Boot ID, which changes with every boot; empty if the system has none. */
export function readBootId(): string {
  return readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
}

/** TCP ports with a listener; undefined if the system does not report them. */
export function listenPorts(): ReadonlySet<number> | undefined {
  const tables = readTables();
  return tables === undefined ? undefined : new Set(listListeners(tables).map(({ port }) => port));
}

/**
 * Start time of the process that listens on one of the ports; the earliest if there are several.
 * Needs permission to inspect the process. Undefined if it is not found.
 */
export function findStart(
  ports: ReadonlySet<number>,
): Pick<ServiceState, "startedAtMs" | "startTick"> {
  const listeners = listListeners(readTables() ?? "").filter(({ port }) => ports.has(port));
  // The boot time that the system reports has a resolution of one second, so it is computed from
  // the uptime.
  const uptimeSeconds = Number(readText("/proc/uptime")?.split(" ")[0]);
  const unknown = { startedAtMs: undefined, startTick: undefined };
  if (listeners.length === 0 || Number.isNaN(uptimeSeconds)) return unknown;
  const bootMs = Date.now() - 1000 * uptimeSeconds;
  const sockets = new Set(listeners.map(({ inode }) => `socket:[${inode}]`));
  const starts = listProcesses()
    .filter((pid) => hasSocket(pid, sockets))
    .map((pid) => Number(startOf(pid)))
    .filter((start) => Number.isFinite(start));
  if (starts.length === 0) return unknown;
  const startTick = Math.min(...starts);
  return { startedAtMs: bootMs + (1000 / ticks) * startTick, startTick };
}

/** Text of the TCP socket tables; fails if one of them cannot be read. */
export function readTcpTables(): Outcome<string> {
  return attempt("reading /proc/net/tcp", () => {
    const first = readFileSync("/proc/net/tcp", "latin1");
    try {
      return first + readFileSync("/proc/net/tcp6", "latin1");
    } catch (error) {
      // Without IPv6 there is no second table.
      if (hasCode(error, "ENOENT")) return first;
      throw error;
    }
  });
}

function readTables(): string | undefined {
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(readText);
  // Without IPv6 there is no second table.
  return tables[0] === undefined ? undefined : tables.join("\n");
}

/** IDs of all processes; empty if /proc cannot be read. */
export function listProcesses(): readonly number[] {
  return listNames("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number);
}

function hasSocket(pid: number, sockets: ReadonlySet<string>): boolean {
  return listNames(`/proc/${pid}/fd`).some((name) => {
    try {
      return sockets.has(readlinkSync(`/proc/${pid}/fd/${name}`));
    } catch {
      return false;
    }
  });
}

function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}
