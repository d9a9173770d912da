import { HardenError } from "../../core/base/errors.ts";
import { isHostAddress } from "../../core/fleet/server-name.ts";
import type { BusyCommand, PinnedCommand } from "../../core/host/pins/sections.ts";

/**
 * A host that is changed from a jump host. Its settings are owned by root, and never taken from the
 * config repo.
 */
export interface SshTarget {
  /** Name under which `knownHosts` lists its key, independent of its address. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Files on the jump host: the private key, and the known host keys. */
  readonly identityFile: string;
  readonly knownHosts: string;
  /** Directory on the jump host for sockets, accessible only to the current user; a short path. */
  readonly controlFolder: string;
  /** Directory on the target for journal, decisions, backups and the undo script. */
  readonly stateFolder: string;
  /** Path on the target. */
  readonly stpdIni: string;
  /** User and group IDs that must own the file; undefined: any. */
  readonly owner: { readonly user: number; readonly group: number } | undefined;
  /** Names or addresses that clients use for the target, as seen from the jump host. */
  readonly addresses: readonly string[];
  readonly restart: PinnedCommand;
  readonly status: PinnedCommand | undefined;
  readonly busy: BusyCommand | undefined;
  readonly timer: "auto" | "systemd" | "watchdog";
  /** Number of backups to keep. */
  readonly backups: number;
  readonly limits: SshLimits;
}

export interface SshLimits {
  /** Delay between arming the timer and the undo. */
  readonly watchdogMs: number;
  readonly proveForMs: number;
  readonly settleMs: number;
  readonly quietForMs: number;
  /** A run without a heartbeat for this long counts as dead. */
  readonly leaseMs: number;
  /** How long to retry a lost connection. */
  readonly reconnectForMs: number;
}

/** Default of `leaseMs`, in milliseconds. */
export const defaultLeaseMs = 120_000;
/** Default of `reconnectForMs`, in milliseconds. */
export const defaultReconnectMs = 60_000;

/** OpenSSH interprets `%`, `$`, `~` and whitespace in paths of its options. */
const plainPath = /^\/[A-Za-z0-9._/+@:-]*$/;

/**
 * Checks that every value reaches OpenSSH and the target unchanged. Throws HardenError `settings`.
 */
export function checkTarget(target: SshTarget): void {
  const { name, address, user, restart, status, busy } = target;
  refuseUnless(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name), "the name of the host", name);
  refuseUnless(isHostAddress(address), "the address for ssh", address);
  refuseUnless(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(user), "the user for ssh", user);
  for (const key of ["identityFile", "knownHosts", "controlFolder", "stateFolder"] as const) {
    const path = target[key];
    const isClean = plainPath.test(path) && !path.split("/").includes("..") && path !== "/";
    refuseUnless(isClean, `${key} of the host`, path);
  }
  // A socket path may have 107 bytes, and ssh creates a temporary one that is longer.
  refuseUnless(target.controlFolder.length <= 60, "controlFolder", target.controlFolder);
  refuseUnless(/^\/[^\0\n\r]*[^\0\n\r/]$/.test(target.stpdIni), "the path of stpd.ini", "");
  for (const command of [restart, status, busy]) {
    if (command === undefined) continue;
    // The undo script reads the words from a file, one per line.
    const words = [command.program, ...command.arguments];
    refuseUnless(!words.some((word) => /[\0\n\r]/.test(word)), "a pinned command", words.join(" "));
  }
}

function refuseUnless(isFine: boolean, what: string, value: string): void {
  if (isFine) return;
  throw new HardenError(
    "settings",
    `${what} cannot be used over ssh: ${JSON.stringify(value)}`,
    "Use absolute paths, and only letters, digits and . _ - in names.",
  );
}
