import { showUnread } from "./check.ts";
import { createWire } from "../../adapters/network/network.ts";
import { listWirePorts } from "../../core/probe/target-ports.ts";
import { worstOf, type ProbeAnswer, type Demands } from "../../core/probe/address-probe.ts";
import { type HostProbe } from "../../core/probe/host-probe.ts";
import { defaultPorts } from "../../core/probe/observation.ts";
import { renderFleetProbeJson, renderProbeJson, renderProbeText } from "../../core/report/probe.ts";
import { coloured, uncoloured } from "../../core/report/text.ts";
import { addressOfRead, loadTargets } from "../../core/config-repo/load-hosts.ts";
import { probeHost, type HostRequest, probeFleet } from "../../core/probe/probe-host.ts";
import type { ProbeTools } from "../../core/probe/probe-address.ts";
import { chooseWord, usage, chooseOptional, readNumber } from "../../shell/options.ts";
import { parseCommand, type Parsed } from "../option-kinds.ts";
import type { Shell } from "../../shell/context.ts";
import { profiles } from "../../core/base/profile.ts";
import { families, type Family } from "../../core/base/family.ts";
import { randomHello } from "../../adapters/runtime/crypto.ts";

const exitOf: Readonly<Record<ProbeAnswer, number>> = { good: 0, bad: 1, unknown: 4 };

/** Exit code 0 good, 1 bad, 4 unknown; of a fleet the worst, where unknown comes before bad. */
export async function runProbe(args: readonly string[], shell: Shell): Promise<number> {
  const parsed = parseCommand(args, "probe");
  const format = chooseWord("--format", parsed.one("--format"), ["text", "json"], "text");
  const tools = createProbeTools({
    timeout: parsed.one("--timeout"),
    sockets: parsed.one("--sockets"),
  });
  const full = parsed.has("--full");
  const paint = shell.colour ? coloured : uncoloured;
  if (parsed.has("--fleet")) {
    const probes = await probeConfigRepo(parsed, tools, shell);
    const text = (): string => probes.map((probe) => renderProbeText(probe, paint)).join("\n");
    shell.terminal.out(format === "json" ? renderFleetProbeJson(probes, full) : text());
    // As everywhere, what could not be done comes before what is wrong.
    if (probes.some(({ verdict }) => verdict === "unknown")) return exitOf.unknown;
    return exitOf[worstOf(probes.map(({ verdict }) => ({ answer: verdict })))];
  }
  const [typed, ...more] = parsed.positionals;
  // An IPv6 address may stand in brackets, as in a URL.
  const host = typed?.replace(/^\[(.*:.*)\]$/, "$1");
  if (host === undefined || host === "" || more.length > 0) {
    throw usage("probe wants the name or address of one host, or --fleet");
  }
  const probe = await probeHost(readRequest(host, parsed, shell), tools);
  shell.terminal.out(
    format === "json" ? renderProbeJson(probe, full) : renderProbeText(probe, paint),
  );
  return exitOf[probe.verdict];
}

/** As the options --timeout (seconds) and --sockets say. */
export function createProbeTools(given: {
  readonly timeout: string | undefined;
  readonly sockets: string | undefined;
}): ProbeTools {
  const timeoutSeconds = readNumber("--timeout", given.timeout, [1, 300]) ?? 5;
  const sockets = readNumber("--sockets", given.sockets, [1, 1000]) ?? 64;
  return { wire: createWire({ sockets, timeoutMs: timeoutSeconds * 1000 }), random: randomHello };
}

function readRequest(host: string, parsed: Parsed<"probe">, { now }: Shell): HostRequest {
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
  const ports = { https: port("https"), http: port("http"), ftp: port("ftp") };
  const unreachable = chooseFamilies(parsed.one("--unreachable-families")) ?? [];
  return { host, ports, demands, full: parsed.has("--full"), unreachable };
}

/** Each host by its own file, facts and policy. */
async function probeConfigRepo(
  parsed: Parsed<"probe">,
  tools: ProbeTools,
  shell: Shell,
): Promise<readonly HostProbe[]> {
  const { files, now, progress } = shell;
  for (const name of ["--https-port", "--http-port", "--ftp-port", "--filtered-port"] as const) {
    if (parsed.one(name) !== undefined) {
      throw usage(`${name} is for one host; with --fleet the config repo tells`);
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

/** As `unreachable_families` of the settings, which it overrides. */
export function chooseFamilies(given: string | undefined): readonly Family[] | undefined {
  const word = chooseOptional("--unreachable-families", given, [...families, "none"]);
  return word === undefined ? undefined : families.filter((family) => family === word);
}
