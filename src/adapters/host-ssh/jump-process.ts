import { readFileSync, readlinkSync } from "node:fs";
import { hashSha256 } from "../runtime/crypto.ts";

/** A process of this jump host, so that a run that died is known for it. Source: proc(5). */
export interface JumpProcess {
  /** Of the machine as long as it is up, and of what numbers its processes; empty: not known. */
  readonly origin: string;
  /** `PID:START` to the base 36; the start tells a number that is used again. */
  readonly id: string;
}

export function ownProcess(): JumpProcess {
  const start = startOf(process.pid);
  const boot = readText("/proc/sys/kernel/random/boot_id");
  const numbers = readLink("/proc/self/ns/pid").replaceAll(/[^0-9]/g, "");
  const isKnown = start !== undefined && boot !== "" && numbers !== "";
  return isKnown
    ? { origin: hashSha256(`${boot} ${numbers}`).slice(0, 6), id: printId(process.pid, start) }
    : { origin: "", id: printId(process.pid, "0") };
}

/** Whether a process of this machine is still there. */
export function isAlive(id: string): boolean {
  const [pid = "", start = ""] = id.split(":");
  return /^[1-9a-z][0-9a-z]*$/.test(pid) && startOf(parseInt(pid, 36)) === `${parseInt(start, 36)}`;
}

function printId(pid: number, start: string): string {
  return `${pid.toString(36)}:${Number(start).toString(36)}`;
}

function startOf(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  // The name of the program stands in brackets, and may hold some itself.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return stat === "" || fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
}

function readText(path: string): string {
  try {
    return readFileSync(path, "latin1").trim();
  } catch {
    return "";
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
