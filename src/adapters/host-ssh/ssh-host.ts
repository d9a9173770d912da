import { createObserver } from "../../core/host/observe.ts";
import type { Busy, HostPort, Tell } from "../../core/host/ports.ts";
import type { ProbeTools } from "../../core/probe/probe-address.ts";
import { clock } from "../clock.ts";
import { hashSha256 } from "../runtime/crypto.ts";
import type { NetworkLimits } from "../network/network.ts";
import { openConnection, type SshConnection } from "./connection.ts";
import { createCopies, createFolder } from "./copies.ts";
import { ownProcess } from "./jump-process.ts";
import { createListening, createTableReader } from "./listening.ts";
import { createLock } from "./lock.ts";
import { createSshService } from "./service.ts";
import { controlPath } from "./ssh-arguments.ts";
import { createSshBackups, createSshDecisions, createJournals } from "./state.ts";
import { createSteps } from "./fenced-steps.ts";
import type { SshTarget } from "./target.ts";
import { createTimer } from "./timer.ts";
import { createTunnelNetwork } from "./tunnel.ts";

export interface SshHostTools {
  /** What this run is, for whoever finds the lock: `apply open`. */
  readonly who: string;
  /** Looks at the target from here. */
  readonly probe: ProbeTools;
  /** For what goes through the tunnel. */
  readonly inside: NetworkLimits;
  /** For an RDS whose pins name its Server; asked from here. */
  readonly askServer: (() => Promise<Busy>) | undefined;
  readonly tell: Tell;
  /** Without it one is opened. */
  readonly connection?: SshConnection;
}

/**
 * A host as `apply` and `recover` see it from a jump host. The target needs sshd, a POSIX shell,
 * coreutils and /proc; its state and its undo timer are its own, so that it comes back alone.
 * Throws HardenError `settings` where something of the target cannot be used.
 */
export function createSshHost(target: SshTarget, tools: SshHostTools): HostPort {
  const { who, probe, tell, askServer } = tools;
  const connection = tools.connection ?? openConnection(target);
  const steps = createSteps(connection, target);
  const listeners = createListening(steps);
  const run = hashSha256(String.fromCharCode(...probe.random())).slice(0, 6);
  const prefix = `${controlPath(target)}.${run}`;
  const network = createTunnelNetwork({ connection, prefix, listeners, limits: tools.inside });
  return {
    copies: createCopies(steps, target),
    folder: createFolder(steps, target),
    journals: createJournals(steps, target),
    decisions: createSshDecisions(steps, target),
    backups: createSshBackups(steps, target),
    lock: createLock({ target, who, run, process: ownProcess() }, steps),
    timer: createTimer(steps, target),
    service: createSshService(steps, target, askServer),
    readTcpTables: createTableReader(steps),
    observer: createObserver({
      addresses: target.addresses,
      inside: { ...probe, network },
      outside: probe,
      listening: async () => {
        const all = await listeners();
        return all && new Set(all.map(({ port }) => port));
      },
      clock,
    }),
    clock,
    hash: hashSha256,
    tell,
  };
}
