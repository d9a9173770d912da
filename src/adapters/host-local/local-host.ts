import { joinPath } from "../../core/base/paths.ts";
import type { Pins } from "../../core/host/pins/pins.ts";
import type { Busy, HostPort, Tell } from "../../core/host/ports.ts";
import type { ProbeTools } from "../../core/probe/probe-address.ts";
import { createObserver } from "../../core/host/observe.ts";
import { clock } from "../clock.ts";
import { hashSha256 } from "../runtime/crypto.ts";
import { runCommand } from "./spawn.ts";
import { createHostLock } from "./host-lock.ts";
import { ownCommand } from "./installation.ts";
import { listenPorts, readTcpTables } from "./proc.ts";
import { createBackups, createDecisions, createJournalStore } from "./state-folder.ts";
import { createStpdCopies, createStpdFolder } from "./stpd-copies.ts";
import { createLocalService, hasSystemd } from "./stpd-service.ts";
import { createSystemdTimer, createWatchdog } from "./undo-timer.ts";

export interface LocalHostOptions {
  readonly pins: Pins;
  /** Path of the installed program. */
  readonly program: string;
  /** State directory of the host, created by `prepareState`. */
  readonly state: string;
  /** Description of this run, for display. */
  readonly who: string;
  readonly probe: ProbeTools;
  /** For an RDS whose pins name its Server. */
  readonly askServer: (() => Promise<Busy>) | undefined;
  readonly tell: Tell;
}

/** Host port of this machine, for `apply` and `recover`. */
export function createLocalHost(options: LocalHostOptions): HostPort {
  const { pins, program, state, who, probe, askServer, tell } = options;
  const own = ownCommand(program);
  const recover = (id: string) => {
    const args = ["recover", "--host", pins.host, "--cause", "timer", "--id", id];
    return { ...own, arguments: [...own.arguments, ...args] };
  };
  const timer = { delayMs: pins.limits.watchdogMs, recover };
  const isSystemd = pins.timer === "systemd" || (pins.timer === "auto" && hasSystemd());
  return {
    copies: createStpdCopies(pins, runCommand),
    folder: createStpdFolder(pins),
    journals: createJournalStore(state),
    decisions: createDecisions(state),
    backups: createBackups({
      folder: joinPath(state, "backups"),
      most: pins.backups,
      hash: hashSha256,
    }),
    lock: createHostLock({ folder: state, who, nowMs: Date.now }),
    timer: isSystemd ? createSystemdTimer(timer, runCommand) : createWatchdog(timer, state),
    service: createLocalService(pins, runCommand, askServer),
    readTcpTables: async () => readTcpTables(),
    observer: createObserver({
      addresses: pins.addresses,
      inside: probe,
      outside: probe,
      listening: async () => listenPorts(),
      clock,
    }),
    clock,
    hash: hashSha256,
    tell,
  };
}
