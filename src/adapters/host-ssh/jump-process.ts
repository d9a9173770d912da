import { readlinkSync } from "node:fs";
import { readBootId, startOf } from "../host-local/proc.ts";
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
  const boot = readBootId();
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

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
