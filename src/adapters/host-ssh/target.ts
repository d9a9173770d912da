import { HardenError } from "../../core/base/errors.ts";
import type { BusyCommand, PinnedCommand } from "../../core/host/pins/sections.ts";

/** A host that is changed from a jump host: root-owned settings, never from the config repo. */
export interface SshTarget {
  /** Under this name its key stands in `knownHosts`, whatever its address. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Files of the jump host: the private key, and the keys of hosts. */
  readonly identityFile: string;
  readonly knownHosts: string;
  /** Folder of the jump host for sockets, of whoever runs this alone; a short path. */
  readonly controlFolder: string;
  /** Folder of the target for journal, decisions, backups and the undo script. */
  readonly stateFolder: string;
  /** Path on the target. */
  readonly stpdIni: string;
  /** Numbers of user and group that the file has to belong to; undefined: to any. */
  readonly owner: { readonly user: number; readonly group: number } | undefined;
  /** At which clients reach the target, seen from the jump host. */
  readonly addresses: readonly string[];
  readonly restart: PinnedCommand;
  readonly status: PinnedCommand | undefined;
  readonly busy: BusyCommand | undefined;
  readonly timer: "auto" | "systemd" | "watchdog";
  /** So many backups are kept. */
  readonly backups: number;
  readonly limits: SshLimits;
}

export interface SshLimits {
  /** From arming to undoing. */
  readonly watchdogMs: number;
  readonly proveForMs: number;
  readonly settleMs: number;
  readonly quietForMs: number;
  /** A run that was not heard of for so long is taken for dead. */
  readonly leaseMs: number;
  /** How long a lost connection is looked for again. */
  readonly reconnectForMs: number;
}

export const defaultLeaseMs = 120_000;
export const defaultReconnectMs = 60_000;

/** OpenSSH gives `%`, `$`, `~` and blanks in the paths of its options a meaning of their own. */
const plainPath = /^\/[A-Za-z0-9._/+@:-]*$/;

/** Throws HardenError `settings` for what would not reach OpenSSH or the target as it is meant. */
export function checkTarget(target: SshTarget): void {
  const { name, address, user, restart, status, busy } = target;
  refuseUnless(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name), "the name of the host", name);
  refuseUnless(/^[A-Za-z0-9_:][A-Za-z0-9._:-]*$/.test(address), "the address for ssh", address);
  refuseUnless(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(user), "the user for ssh", user);
  for (const key of ["identityFile", "knownHosts", "controlFolder", "stateFolder"] as const) {
    const path = target[key];
    const isClean = plainPath.test(path) && !path.split("/").includes("..") && path !== "/";
    refuseUnless(isClean, `${key} of the host`, path);
  }
  // The name of a socket may have 107 bytes, and ssh makes a longer one first.
  refuseUnless(target.controlFolder.length <= 60, "controlFolder", target.controlFolder);
  refuseUnless(/^\/[^\0\n\r]*[^\0\n\r/]$/.test(target.stpdIni), "the path of stpd.ini", "");
  for (const command of [restart, status, busy]) {
    if (command === undefined) continue;
    // The undo script reads them from a file, one a line.
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
