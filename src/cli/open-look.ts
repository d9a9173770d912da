import { runCommand } from "../adapters/host/commands.ts";
import { createLocalLook } from "../adapters/host/look.ts";
import { openConnection } from "../adapters/ssh/connection.ts";
import { ownProcess } from "../adapters/ssh/jump-process.ts";
import { createSshLook } from "../adapters/ssh/look.ts";
import { createSteps } from "../adapters/ssh/steps.ts";
import type { HostLook } from "../usecases/host-look.ts";
import type { HostPort } from "../usecases/host-ports.ts";
import { openHost, targetOf, type InstalledHost } from "./installed.ts";
import type { Shell } from "./shell.ts";

/** A host for commands that only read: an ssh login that fails is not tried again. */
export function openForReading(
  host: InstalledHost,
  who: string,
  shell: Shell,
): { readonly port: HostPort; readonly look: HostLook } {
  const port = openHost(host, who, shell, 0);
  const { ssh } = host.pins;
  if (ssh === undefined) return { port, look: createLocalLook(host.state, runCommand) };
  const target = targetOf(host, ssh, 0);
  const steps = createSteps(openConnection(target), target);
  return { port, look: createSshLook(steps, target, ownProcess()) };
}
