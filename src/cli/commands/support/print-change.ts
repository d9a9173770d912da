import { showCommand } from "../../../adapters/host-local/spawn.ts";
import { showDiff } from "../../../adapters/unified-diff.ts";
import type { HostReport } from "../../../core/rollout/dispatch/host-report.ts";
import { makeVisible } from "../../../core/base/text.ts";
import { dryRunChange, type ApplyRequest, type ApplyResult } from "../../../core/host/apply.ts";
import { refuseUnfinished } from "../../../core/host/preflight.ts";
import type { HostPort } from "../../../core/host/ports.ts";
import { findStateOf, type InstalledHost } from "./open-host.ts";
import type { Shell } from "../../../shell/context.ts";

interface OpenedHost {
  readonly host: InstalledHost;
  readonly port: HostPort;
}

type Refused = Extract<ApplyResult, { kind: "refused" }>;

/** Shows what the change would do; asks only read-only questions, and changes nothing. */
export async function showDryRun(
  request: ApplyRequest,
  opened: OpenedHost,
  { terminal }: Shell,
): Promise<number> {
  const { host, port } = opened;
  const { pins } = host;
  const result = await dryRunUnlessUnfinished(request, port);
  if (result.kind === "refused") {
    const { refusal, live, after } = result;
    terminal.out(await showDrift(request, result, opened));
    const isDrift = refusal.code === "drift" && after !== undefined && after !== live;
    if (isDrift) terminal.out(`The phase ${request.change.phase} would change:\n`);
    terminal.out(showChange(pins.stpdIni, live, after));
    const { code, message, next } = refusal;
    terminal.out(`would be refused (${code}): ${makeVisible(message)}\n${makeVisible(next)}\n`);
    return 1;
  }
  terminal.out(showChange(pins.stpdIni, result.before, result.after));
  if (result.before === result.after) {
    terminal.out("The file is in place already; it would only be verified again.\n");
    return 0;
  }
  terminal.out(`${listSteps(request, host).map(makeVisible).join("\n")}\n`);
  return 0;
}

async function dryRunUnlessUnfinished(
  request: ApplyRequest,
  port: HostPort,
): ReturnType<typeof dryRunChange> {
  const refusal = await refuseUnfinished(port);
  // If the host does not answer, no more questions are asked.
  if (refusal?.code === "ssh-failed") return { kind: "refused", refusal };
  const result = await dryRunChange(request, port);
  if (refusal === undefined) return result;
  const { after } = result;
  const live = result.kind === "refused" ? result.live : result.before;
  return { kind: "refused", refusal, after, ...(live === undefined ? {} : { live }) };
}

/** Over ssh, everything is on the target except the program, its pins and the probes. */
function listSteps({ change }: ApplyRequest, host: InstalledHost): readonly string[] {
  const { pins } = host;
  const { limits, restart, busy, status, ssh } = pins;
  const on = ssh === undefined ? "" : ` on ${pins.host}`;
  const over = ssh === undefined ? "" : `, over ssh as ${ssh.user}@${ssh.address}`;
  return [
    `phase ${change.phase} on ${pins.host}${over}; nothing was changed. It would`,
    `  write the journal and backups to ${findStateOf(host)}${on}`,
    `  arm the undo timer${on}, which rolls back after ${limits.watchdogMs / 1000} s unless the host is verified before`,
    `  replace ${pins.stpdIni}${on}, which keeps its owner, mode and labels`,
    ...(busy === undefined ? [] : [`  ask${on} ${showCommand(busy)}`]),
    `  run${on} ${showCommand(restart)}`,
    `  check ${pins.addresses.join(", ")} and its 127.0.0.1 for up to ${limits.proveForMs / 1000} s`,
    ...(status === undefined ? [] : [`It asked${on} ${showCommand(status)}.`]),
  ];
}

function showChange(path: string, before: string | undefined, after: string | undefined): string {
  if (before === undefined || after === undefined || before === after) return "";
  return showDiff({ path: path.replace(/^\//, ""), before, after });
}

/** What changed on the host since it was recorded; empty for any other refusal. */
async function showDrift(
  { change: { plan, desired }, pins: { expect } }: ApplyRequest,
  { refusal, live }: Refused,
  { host: { pins }, port }: OpenedHost,
): Promise<string> {
  if (refusal.code !== "drift" || live === undefined) return "";
  const digest = expect ?? (plan.kind === "planned" ? plan.change.before : "");
  const recorded = port.hash(desired) === digest ? desired : await port.backups.find(digest);
  if (recorded === undefined) {
    return `The recorded file, ${digest}, is not stored on ${pins.host}, so the difference cannot be shown.\n`;
  }
  const diff = showChange(pins.stpdIni, recorded, live);
  return `Changed on ${pins.host} since it was recorded:\n${diff}`;
}

/** For drift, shows the diff from the recorded file to the one on the host. */
export async function showResult(
  { code, message }: HostReport,
  {
    result,
    request,
    ...opened
  }: OpenedHost & {
    readonly result: ApplyResult;
    readonly request: ApplyRequest;
  },
  { terminal }: Shell,
): Promise<void> {
  if (result.kind === "refused") terminal.out(await showDrift(request, result, opened));
  terminal.out(`${code}: ${makeVisible(message)}\n`);
}
