import { readlinkSync } from "node:fs";
import { readBootId, startOf } from "../host-local/proc.ts";
import { hashSha256 } from "../runtime/crypto.ts";

/** Identifies a process of this jump host, so that a dead run can be detected. Source: proc(5). */
export interface JumpProcess {
  /** Identifies the boot and the PID namespace; empty if unknown. */
  readonly origin: string;
  /** `PID:START` in base 36; the start time distinguishes a reused process ID. */
  readonly id: string;
}

/** The current process. */
export function ownProcess(): JumpProcess {
  const start = startOf(process.pid);
  const boot = readBootId();
  const numbers = readLink("/proc/self/ns/pid").replaceAll(/[^0-9]/g, "");
  const isKnown = start !== undefined && boot !== "" && numbers !== "";
  return isKnown
    ? { origin: hashSha256(`${boot} ${numbers}`).slice(0, 6), id: printId(process.pid, start) }
    : { origin: "", id: printId(process.pid, "0") };
}

/** Whether a process of this machine is still running. */
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
