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
  /** Description of this run for others that find its lock, such as `apply open`. */
  readonly who: string;
  /** Probes the target from this machine. */
  readonly probe: ProbeTools;
  /** Limits for traffic through the tunnel. */
  readonly inside: NetworkLimits;
  /** For an RDS whose pins name its Server; queried from this machine. */
  readonly askServer: (() => Promise<Busy>) | undefined;
  readonly tell: Tell;
  /** If undefined, a new connection is opened. */
  readonly connection?: SshConnection;
}

/**
 * Host port of a target behind this jump host, for `apply` and `recover`. The target needs sshd, a
 * POSIX shell, coreutils and /proc. It keeps its own state and undo timer, so that it rolls back
 * without the jump host. Throws HardenError `settings` if the target cannot be used.
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
