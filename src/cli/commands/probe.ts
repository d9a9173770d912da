import { showUnread } from "./check.ts";
import { createNetwork } from "../../adapters/network/network.ts";
import { listWirePorts } from "../../core/probe/target-ports.ts";
import { worstOf, type ProbeAnswer, type Demands } from "../../core/probe/address-probe.ts";
import { type HostProbe } from "../../core/probe/host-probe.ts";
import { readPort } from "../../core/fleet/stpd-file.ts";
import { defaultPorts } from "../../core/probe/observation.ts";
import { renderFleetProbeJson, renderProbeJson, renderProbeText } from "../../core/report/probe.ts";
import { coloured, uncoloured } from "../../core/report/text.ts";
import { addressOfRead, loadTargets } from "../../core/config-repo/load-hosts.ts";
import { probeHost, type HostRequest, probeFleet } from "../../core/probe/probe-host.ts";
import type { ProbeTools } from "../../core/probe/probe-address.ts";
import { chooseColor, chooseWord, usage, chooseOptional, readNumber } from "../../shell/options.ts";
import { parseCommand, type Parsed } from "../option-kinds.ts";
import type { Shell } from "../../shell/context.ts";
import { profiles } from "../../core/base/profile.ts";
import { families, type Family } from "../../core/base/family.ts";
import { randomHello } from "../../adapters/runtime/crypto.ts";

const exitOf: Readonly<Record<ProbeAnswer, number>> = { good: 0, bad: 1, unknown: 4 };

/** Exit code 0 good, 1 bad, 4 unknown; for a fleet the worst, with unknown before bad. */
export async function runProbe(args: readonly string[], shell: Shell): Promise<number> {
  const parsed = parseCommand(args, "probe");
  const format = chooseWord("--format", parsed.one("--format"), ["text", "json"], "text");
  const tools = createProbeTools({
    timeout: parsed.one("--timeout"),
    sockets: parsed.one("--sockets"),
  });
  const full = parsed.has("--full");
  const paint = chooseColor(parsed.one("--color"), shell.colour) ? coloured : uncoloured;
  if (parsed.has("--fleet")) {
    const probes = await probeConfigRepo(parsed, tools, shell);
    const text = (): string => probes.map((probe) => renderProbeText(probe, paint)).join("\n");
    shell.terminal.out(format === "json" ? renderFleetProbeJson(probes, full) : text());
    // As everywhere, unknown takes precedence over bad.
    if (probes.some(({ verdict }) => verdict === "unknown")) return exitOf.unknown;
    return exitOf[worstOf(probes.map(({ verdict }) => ({ answer: verdict })))];
  }
  const [typed, ...more] = parsed.positionals;
  const target = typed === undefined ? undefined : readTarget(typed);
  if (target === undefined || more.length > 0) {
    throw usage("expected one host (NAME, ADDRESS, HOST:PORT or https://HOST:PORT), or --fleet");
  }
  if (target.port !== undefined && parsed.one("--https-port") !== undefined) {
    throw usage("the HTTPS port is given twice: with the host and by --https-port");
  }
  const probe = await probeHost(readRequest(target, parsed, shell), tools);
  shell.terminal.out(
    format === "json" ? renderProbeJson(probe, full) : renderProbeText(probe, paint),
  );
  return exitOf[probe.verdict];
}

/** Network tools for the options --timeout (seconds) and --sockets. */
export function createProbeTools(given: {
  readonly timeout: string | undefined;
  readonly sockets: string | undefined;
}): ProbeTools {
  const timeoutSeconds = readNumber("--timeout", given.timeout, [1, 300]) ?? 5;
  const sockets = readNumber("--sockets", given.sockets, [1, 1000]) ?? 64;
  return {
    network: createNetwork({ sockets, timeoutMs: timeoutSeconds * 1000 }),
    random: randomHello,
  };
}

interface ProbeTarget {
  readonly host: string;
  /** Port for HTTPS. */
  readonly port: number | undefined;
}

/**
 * `rds1`, `192.0.2.1`, `2001:db8::1`, `[2001:db8::1]:11443`, `rds1:11443` or `https://rds1:11443/`.
 * Undefined for any other text.
 */
export function readTarget(typed: string): ProbeTarget | undefined {
  const bare = typed.replace(/^https:\/\//i, "").replace(/\/$/, "");
  // More than one colon without brackets is an IPv6 address.
  const isAddress = /^[^[\]]*:[^[\]]*:[^[\]]*$/.test(bare);
  const pattern = /^(?:\[([^[\]]*:[^[\]]*)\]|([^:/[\]]+))(?::(\d{1,5}))?$/;
  const [, inBrackets, name, digits] = pattern.exec(bare) ?? [];
  const host = isAddress ? bare : (inBrackets ?? name);
  const port = digits === undefined ? undefined : readPort(digits);
  const isWrongPort = digits !== undefined && port === undefined;
  return host === undefined || host === "" || isWrongPort ? undefined : { host, port };
}

function readRequest(target: ProbeTarget, parsed: Parsed<"probe">, { now }: Shell): HostRequest {
  const { host } = target;
  const port = (name: "https" | "http" | "ftp"): number =>
    readNumber(`--${name}-port`, parsed.one(`--${name}-port`), [1, 65_535]) ?? defaultPorts[name];
  const demands: Demands = {
    profile: chooseWord("--profile", parsed.one("--profile"), profiles, "vendor"),
    filteredPort: chooseWord(
      "--filtered-port",
      parsed.one("--filtered-port"),
      ["unknown", "closed"],
      "unknown",
    ),
    nowMs: now().getTime(),
  };
  const ports = { https: target.port ?? port("https"), http: port("http"), ftp: port("ftp") };
  const unreachable = chooseFamilies(parsed.one("--unreachable-families")) ?? [];
  return { host, ports, demands, full: parsed.has("--full"), unreachable };
}

/** Scans each host with its own file, facts and policy. */
async function probeConfigRepo(
  parsed: Parsed<"probe">,
  tools: ProbeTools,
  shell: Shell,
): Promise<readonly HostProbe[]> {
  const { files, now, progress } = shell;
  for (const name of ["--https-port", "--http-port", "--ftp-port", "--filtered-port"] as const) {
    if (parsed.one(name) !== undefined) {
      throw usage(`${name} cannot be combined with --fleet, which uses the config repo`);
    }
  }
  const paths = parsed.positionals.length > 0 ? parsed.positionals : ["."];
  const profile = chooseOptional("--profile", parsed.one("--profile"), profiles);
  const unreachable = chooseFamilies(parsed.one("--unreachable-families"));
  const overrides = { profile, unreachable };
  const { hosts, unread } = loadTargets({ paths, overrides, names: [] }, files);
  showUnread(unread, shell);
  const requests = hosts.map((read): HostRequest => {
    const { name, policy } = read.folder;
    const { filteredPort } = policy;
    const demands = { profile: policy.profile, filteredPort, nowMs: now().getTime() };
    const ports = listWirePorts(read.folder);
    const full = parsed.has("--full");
    const target = addressOfRead(read);
    return { host: name, target, ports, demands, full, unreachable: policy.unreachable };
  });
  const tell = (done: number): void => progress.tell(`${done} of ${requests.length} hosts probed`);
  try {
    return await probeFleet(requests, tools, tell);
  } finally {
    progress.clear();
  }
}

/** Overrides `unreachable_families` of the settings. */
export function chooseFamilies(given: string | undefined): readonly Family[] | undefined {
  const word = chooseOptional("--unreachable-families", given, [...families, "none"]);
  return word === undefined ? undefined : families.filter((family) => family === word);
}
