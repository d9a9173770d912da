import { showUnread } from "./check.ts";
import { runCommand } from "../../adapters/host-local/spawn.ts";
import { createGlobalSettings } from "../../adapters/host-local/sm-glbv.ts";
import { appendRecord } from "../../adapters/host-local/state.ts";
import { factsOf } from "../../core/fleet/host-folder.ts";
import { globalKeys } from "../../core/fleet/globals.ts";
import type { HostRead } from "../../core/fleet/read-host.ts";
import { listWirePorts } from "../../core/probe/target-ports.ts";
import { exitCodes, HardenError } from "../../core/base/errors.ts";
import { makeVisible } from "../../core/base/text.ts";
import { addressOfRead, loadTargets } from "../../core/config-repo/load-hosts.ts";
import { globalValue, writeGlobals, type GlobalsResult } from "../../core/host/write-globals.ts";
import { usage } from "../../shell/options.ts";
import { findHost } from "./support/open-host.ts";
import { showGlobals } from "./support/read-globals.ts";
import { createProbeTools } from "./probe.ts";
import { parseCommand } from "../option-kinds.ts";
import type { Shell } from "../../shell/context.ts";
import { probeFleet } from "../../core/probe/probe-host.ts";

/** Exit code 0 if the settings are set and read back, 1 if refused, 4 if unknown; --read: showGlobals(). */
export async function runGlobals(args: readonly string[], shell: Shell): Promise<number> {
  const parsed = parseCommand(args, "globals");
  const { one, has } = parsed;
  if (has("--read")) return await showGlobals(parsed, shell);
  if (has("--format")) throw usage("--format needs --read");
  const repo = one("--repo");
  if (repo === undefined) throw usage("globals needs --repo, a checkout of the config repo");
  const attested = one("--attest");
  if (attested?.trim() === "") throw usage("--attest needs who saw the settings, and where");
  const { pins, state } = findHost(one("--host"));
  const { smGlbv, smGlbvRead, environment } = pins;
  if (pins.role !== "server" || smGlbv === undefined || environment === undefined) {
    const next = "Run it on the Server, with environment and [command.sm_glbv] in its pins.";
    throw new HardenError("usage", "these pins are not those of a Server with sm_glbv", next);
  }
  const request = { paths: [repo], overrides: {}, names: [] };
  const { hosts, unread } = loadTargets(request, shell.files);
  showUnread(unread, shell);
  if (unread.length > 0) {
    const next = "Make the files in the notes readable: an unread host may still need plain ports.";
    throw new HardenError(
      "broke",
      "nothing was written because some hosts could not be read",
      next,
    );
  }
  const own = hosts.filter(({ folder }) => factsOf(folder).environment === environment);
  const requests = own.map((read) => describeProbe(read, shell));
  const tools = createProbeTools({ timeout: undefined, sockets: undefined });
  const tell = (count: number): void =>
    shell.progress.tell(`${count} of ${own.length} hosts probed`);
  const probes = await probeFleet(requests, tools, tell).finally(shell.progress.clear);
  const settings = createGlobalSettings(smGlbv, smGlbvRead, runCommand);
  const result = await writeGlobals({ probes, attested }, settings);
  const at = shell.now().toISOString();
  const record = { at, command: "globals", environment, hosts: probes.length, attested, result };
  const unwritten = result.kind === "refused" ? undefined : appendRecord(state, record);
  if (unwritten !== undefined) shell.terminal.err(`${makeVisible(unwritten)}\n`);
  shell.terminal.out(`${makeVisible(describe(result, probes.length))}\n`);
  if (result.kind === "refused") return 1;
  return result.kind === "written" && result.seen !== "unread" ? 0 : exitCodes.broke;
}

function describeProbe(read: HostRead, { now }: Shell): Parameters<typeof probeFleet>[0][number] {
  const { name, policy } = read.folder;
  const { profile, filteredPort, unreachable } = policy;
  const demands = { profile, filteredPort, nowMs: now().getTime() };
  const ports = listWirePorts(read.folder);
  return { host: name, target: addressOfRead(read), ports, demands, full: false, unreachable };
}

const seenHow = {
  read: "read back by the pinned command",
  attested: "confirmed by the operator, which was recorded",
  unread:
    "NOT read back: check them in the GUI and run the command again with --attest, or pin [command.sm_glbv_read]",
} as const;

function describe(result: GlobalsResult, hosts: number): string {
  switch (result.kind) {
    case "refused":
      return `refused, nothing was written: ${result.reasons.join("; ")}. Roll out the phase open first.`;
    case "failed":
      return `${result.reason}. Written before: ${result.written.join(", ") || "nothing"}. Run the command again once that is fixed.`;
    case "written":
      return `${globalKeys.join(", ")} are ${globalValue}; ${hosts} hosts answer over HTTPS; ${seenHow[result.seen]}`;
  }
}
