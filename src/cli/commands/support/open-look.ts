import { runCommand } from "../../../adapters/host-local/spawn.ts";
import { createLocalLook } from "../../../adapters/host-local/look.ts";
import { openConnection } from "../../../adapters/host-ssh/connection.ts";
import { ownProcess } from "../../../adapters/host-ssh/jump-process.ts";
import { createSshLook } from "../../../adapters/host-ssh/look.ts";
import { createSteps } from "../../../adapters/host-ssh/fenced-steps.ts";
import type { HostLook } from "../../../core/host/status/look-port.ts";
import type { HostPort } from "../../../core/host/ports.ts";
import { openHost, targetOf, type InstalledHost } from "./open-host.ts";
import type { Shell } from "../../../shell/context.ts";

/** Opens a host for read-only commands: a failed ssh login is not retried. */
export function openForReading(
  host: InstalledHost,
  who: string,
  shell: Shell,
): { readonly port: HostPort; readonly look: HostLook } {
  const port = openHost(host, who, shell, 0);
  const { ssh } = host.pins;
  if (ssh === undefined) return { port, look: createLocalLook(host.state, host.pins, runCommand) };
  const target = targetOf(host, ssh, 0);
  const steps = createSteps(openConnection(target), target);
  return { port, look: createSshLook(steps, target, ownProcess()) };
}
