import { showCommand } from "../adapters/host/commands.ts";
import { renderDiff } from "../adapters/unified-diff.ts";
import type { ChangeRequest } from "../core/rollout/change-request.ts";
import type { HostReport } from "../core/rollout/host-report.ts";
import { decodeBytes, makeVisible } from "../core/text.ts";
import { rehearseChange, type ApplyRequest, type ApplyResult } from "../usecases/apply-change.ts";
import type { HostPort } from "../usecases/host-ports.ts";
import type { InstalledHost } from "./installed.ts";
import type { Shell } from "./shell.ts";

interface Rehearsal {
  readonly host: InstalledHost;
  readonly port: HostPort;
  readonly change: ChangeRequest;
}

/** Shows what would be done, asks what only reads, and changes nothing. */
export async function showRehearsal(
  request: ApplyRequest,
  { host: { pins, state }, port, change }: Rehearsal,
  { terminal }: Shell,
): Promise<number> {
  const result = await rehearseChange(request, port);
  const path = pins.stpdIni;
  if (result.kind === "refused") {
    const { code, message, next } = result.refusal;
    terminal.out(showDiff(path, result.live, change.desired));
    terminal.out(`would be refused (${code}): ${makeVisible(message)}\n${next}\n`);
    return 1;
  }
  terminal.out(showDiff(path, result.before, result.after));
  if (result.before === result.after) {
    terminal.out("The file is there already; it would only be proven again.\n");
    return 0;
  }
  const { limits, restart, busy, status } = pins;
  const lines = [
    `phase ${change.phase} on ${pins.host}; nothing was changed. It would`,
    `  write the journal and backups to ${state}`,
    `  arm the undo, to come in ${limits.watchdog / 1000} s unless the host is proven before`,
    `  replace ${pins.stpdIni}, which keeps its owner, mode and labels`,
    ...(busy === undefined ? [] : [`  ask ${showCommand(busy)}`]),
    `  run ${showCommand(restart)}`,
    `  look at ${pins.addresses.join(", ")} and 127.0.0.1 for up to ${limits.proveFor / 1000} s`,
    ...(status === undefined ? [] : [`It asked ${showCommand(status)}.`]),
  ];
  terminal.out(`${lines.map(makeVisible).join("\n")}\n`);
  return 0;
}

function showDiff(path: string, before: string | undefined, after: string): string {
  if (before === undefined || before === after) return "";
  return decodeBytes(renderDiff({ path: path.replace(/^\//, ""), before, after }));
}

/** Of drift the difference is shown, from what lies on the host to what the config repo wants. */
export function showResult(
  { code, message }: HostReport,
  { result, change }: { readonly result: ApplyResult; readonly change: ChangeRequest },
  { terminal }: Shell,
): void {
  if (result.kind === "refused" && code === "drift") {
    terminal.out(showDiff("stpd.ini", result.live, change.desired));
  }
  terminal.out(`${code}: ${makeVisible(message)}\n`);
}
