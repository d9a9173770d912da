import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Outcome } from "../../core/host/ports.ts";
import { attempt, hasCode } from "./attempt.ts";
import { listListeners } from "../../core/host/proc-net.ts";
import type { ServiceState } from "../../core/host/ports.ts";

/** Source: proc(5). Times there are in ticks of 1/100 s on every Linux that SEP supports. */
const ticks = 100;

/**
 * When a process started, in ticks since the machine did, so that a number used again is told apart;
 * undefined where there is no such process.
 */
export function startOf(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name of the program stands in brackets, and may hold some itself.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // A process that ended and was not asked for yet is none.
  return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
}

/** The same until the machine starts again. */
export function readBootId(): string {
  return readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
}

/** TCP ports that something listens on; undefined where the system does not tell. */
export function listenPorts(): ReadonlySet<number> | undefined {
  const tables = readTables();
  return tables === undefined ? undefined : new Set(listListeners(tables).map(({ port }) => port));
}

/**
 * When the process started that listens on one of the ports; of several the earliest. Needs the
 * right to look at the process. Undefined where it is not found.
 */
export function findStart(
  ports: ReadonlySet<number>,
): Pick<ServiceState, "startedAtMs" | "startTick"> {
  const listeners = listListeners(readTables() ?? "").filter(({ port }) => ports.has(port));
  // Of the time of the start itself the system tells whole seconds alone.
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

/** The tables of TCP sockets, whole; failed where the system does not show one of them. */
export function readTcpTables(): Outcome<string> {
  return attempt("reading /proc/net/tcp", () => {
    const first = readFileSync("/proc/net/tcp", "latin1");
    try {
      return first + readFileSync("/proc/net/tcp6", "latin1");
    } catch (error) {
      // A machine without IPv6 has no second table.
      if (hasCode(error, "ENOENT")) return first;
      throw error;
    }
  });
}

function readTables(): string | undefined {
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(readText);
  // A machine without IPv6 has no second table.
  return tables[0] === undefined ? undefined : tables.join("\n");
}

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
