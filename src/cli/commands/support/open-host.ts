import { fileURLToPath } from "node:url";
import {
  findInstallation,
  listPinned,
  loadPins,
  type Installation,
} from "../../../adapters/host-local/installation.ts";
import { keepPins } from "../../../adapters/host-local/kept-pins.ts";
import { createLocalHost } from "../../../adapters/host-local/local-host.ts";
import { createSshHost } from "../../../adapters/host-ssh/ssh-host.ts";
import {
  defaultLeaseMs,
  defaultReconnectMs,
  type SshTarget,
} from "../../../adapters/host-ssh/target.ts";
import { findState, prepareState } from "../../../adapters/host-local/state.ts";
import type { Pins } from "../../../core/host/pins/pins.ts";
import type { SshPins } from "../../../core/host/pins/sections.ts";
import { joinPath } from "../../../core/base/paths.ts";
import type { Busy, HostPort } from "../../../core/host/ports.ts";
import { createStpdParser } from "../../../core/fleet/stpd-file.ts";
import { defaultPolicy } from "../../../core/settings/policy.ts";
import { watchConnections } from "../../../core/host/idle-service.ts";
import { askServer } from "../../../core/host/query-busy-jobs.ts";
import { createSesamRest } from "../../../adapters/sesam-rest.ts";
import { apiPath } from "../../../core/inventory/endpoints.ts";
import { decodeBytes, makeVisible } from "../../../core/base/text.ts";
import { usage } from "../../../shell/options.ts";
import { createProbeTools } from "../probe.ts";
import type { Shell } from "../../../shell/context.ts";

/** A host that this program is installed for. */
export interface InstalledHost {
  readonly installation: Installation;
  readonly pins: Pins;
  /** Its state directory. */
  readonly state: string;
}

/** The running file, which contains the whole program. */
export function findProgram(): string {
  return fileURLToPath(import.meta.url);
}

/** The host with that name, or the only one with pins on this machine. Throws HardenError. */
export function findHost(name: string | undefined): InstalledHost {
  const installation = findInstallation(findProgram());
  const host = name ?? findOnly(installation);
  const pins = loadPins(installation, host);
  return { installation, pins, state: prepareState(installation, host) };
}

/** Like findHost(), but creates no directory. */
export function findReadable(name: string | undefined): InstalledHost {
  const installation = findInstallation(findProgram());
  const host = name ?? findOnly(installation);
  return {
    installation,
    pins: loadPins(installation, host),
    state: findState(installation, host),
  };
}

function findOnly(installation: Installation): string {
  const names = listPinned(installation);
  const [only, ...others] = names;
  if (only === undefined) throw usage("no host has pins here: run sesam-harden host install");
  if (others.length > 0) throw usage(`--host needs one of ${names.join(", ")}`);
  return only;
}

/**
 * Opens the host with the transport in its pins; `who` is shown to people. A lost ssh connection is
 * retried for `reconnectForMs` milliseconds.
 */
export function openHost(
  host: InstalledHost,
  who: string,
  shell: Shell,
  reconnectForMs = defaultReconnectMs,
): HostPort {
  const { installation, pins, state } = host;
  const { ssh } = pins;
  const tools = {
    who,
    probe: createProbeTools({ timeout: undefined, sockets: undefined }),
    askServer: createServerQuestion(pins, shell),
    tell: (line: string) => shell.terminal.err(`${makeVisible(line)}\n`),
  };
  const inside = { sockets: 16, timeoutMs: 5000 };
  const port =
    ssh === undefined
      ? createLocalHost({ ...tools, pins, program: installation.program, state })
      : createSshHost(targetOf(host, ssh, reconnectForMs), { ...tools, inside });
  const kept = { ...port, journals: keepPins(port.journals, state, pins) };
  if (pins.role === "server") return kept;
  const idle = { parse: createStpdParser(defaultPolicy), intervalMs: pins.limits.idleMs };
  return { ...kept, service: watchConnections(port, idle) };
}

/** Where journal and backups of a host are, on the host itself. */
export function findStateOf({ pins: { ssh, host }, state }: InstalledHost): string {
  return ssh === undefined ? state : joinPath(ssh.state, host);
}

/** With ssh, this machine is the trust boundary: program and pins are here. */
export function targetOf(
  installed: InstalledHost,
  ssh: SshPins,
  reconnectForMs: number,
): SshTarget {
  const { installation, pins } = installed;
  const { host, stpdIni, owner, addresses, restart, status, busy, timer, backups, limits } = pins;
  const { address, port, user, identity, knownHosts } = ssh;
  return {
    name: host,
    address,
    port,
    user,
    identityFile: identity,
    knownHosts,
    controlFolder: joinPath(installation.state, "ssh"),
    stateFolder: findStateOf(installed),
    stpdIni,
    owner,
    addresses,
    restart,
    status,
    busy,
    timer,
    backups,
    limits: { ...limits, leaseMs: defaultLeaseMs, reconnectForMs },
  };
}

/** An RDS has no jobs of its own; its Server can report them if the pins name it. */
export function createServerQuestion(
  { server }: Pins,
  { files }: Shell,
): (() => Promise<Busy>) | undefined {
  if (server === undefined) return undefined;
  const { url, user, passwordFile, caFile, loginType, jobs, busyStates } = server;
  return async () => {
    const password = files.read(passwordFile, 65_536);
    const ca = caFile === undefined ? undefined : files.read(caFile, 1024 * 1024);
    if (password.kind !== "bytes") {
      return { kind: "unknown", detail: "cannot read the Server's password file" };
    }
    if (ca !== undefined && ca.kind !== "bytes") {
      return {
        kind: "unknown",
        detail: "cannot read the Server's CA file",
      };
    }
    const address = new URL(url).pathname === "/" ? url + apiPath : url;
    const limits = { timeoutMs: 30_000, bytes: 64 * 1024 * 1024 };
    const rest = createSesamRest({ url: address, ca: ca?.bytes, ...limits });
    const secret = decodeBytes(password.bytes).replace(/\r?\n$/, "");
    const credentials = { user, password: secret, type: loginType };
    return askServer({ credentials, jobs, busyStates }, rest);
  };
}
