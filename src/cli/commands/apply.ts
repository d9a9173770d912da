import { appendRecord } from "../../adapters/host-local/state.ts";
import { exitCodes, HardenError } from "../../core/base/errors.ts";
import type { ChangeRequest } from "../../core/host/prepare-change.ts";
import type { HostReport } from "../../core/rollout/dispatch/host-report.ts";
import { makeVisible } from "../../core/base/text.ts";
import { applyChange, type ApplyRequest } from "../../core/host/apply.ts";
import { reportApply } from "../../core/host/report.ts";
import { believeIdle } from "../../core/host/idle-service.ts";
import { loadChange } from "../../core/host/load-change.ts";
import { chooseWord, usage } from "../../shell/options.ts";
import { createAuthority, readText, type Authority } from "./support/authorize-apply.ts";
import { findHost, openHost, type InstalledHost } from "./support/open-host.ts";
import { showDryRun, showResult } from "./support/print-change.ts";
import { parseCommand, type Parsed } from "../option-kinds.ts";
import type { Shell } from "../../shell/context.ts";
import { openReportPrinter } from "./support/sign-report.ts";
import { phases, type Phase } from "../../core/fleet/phase.ts";

/** Exit code 0 verified, 1 refused or rolled back, 4 unknown, or a person must check the host. */
export async function runApply(args: readonly string[], shell: Shell): Promise<number> {
  const parsed = parseCommand(args, "apply");
  const { one } = parsed;
  const phase = readPhase(one("--phase"));
  const format = chooseWord("--format", one("--format"), ["text", "json"], "text");
  const [repo, planFile] = [one("--repo"), one("--plan")];
  if (repo === undefined || planFile === undefined) throw usage("apply needs --repo and --plan");
  const host = findHost(one("--host"));
  const { pins } = host;
  if (pins.os === "windows") {
    const message =
      "hosts on Windows are changed by hand, since sesam-harden was never tested there";
    throw new HardenError(
      "usage",
      message,
      "Print a script for the host with sesam-harden runbook.",
    );
  }
  const plan = readText("--plan", planFile, shell);
  const printReport = await openReportPrinter(one("--attempt"), { host, plan }, shell);
  const change = loadChange({ repo, host: pins.host, phase, plan, ledger: one("--ledger") }, shell);
  const witness = readWitness(one("--idle-seen-by"), parsed.has("--from-job"));
  const opened = openHost(host, `apply ${phase}`, shell);
  const port = witness === undefined ? opened : { ...opened, service: believeIdle(opened.service) };
  const ticket = createAuthority(parsed, { host, plan, phase, port }, shell);
  const seen = witness === undefined ? "" : `; idle seen by ${witness}`;
  const authority = `${ticket.authority}${seen}`;
  const request = { ...createRequest(parsed, { host, change, ticket, shell }), authority };
  if (parsed.has("--dry-run")) return await showDryRun(request, { host, port }, shell);
  const result = await applyChange(request, port);
  const report = reportApply(result, { host: pins.host, phase, claims: ticket.claims() });
  const record = {
    at: shell.now().toISOString(),
    command: "apply",
    authority,
    ...report,
    ...(result.kind === "confirmed" && !result.already ? { before: expectedOf(request) } : {}),
  };
  // Repeated refused jobs could fill the disk with records; the job's own log has the refusal.
  const isIdle = result.kind === "refused" && parsed.has("--from-job");
  const unwritten = isIdle ? undefined : appendRecord(host.state, record);
  if (unwritten !== undefined) shell.terminal.err(`${makeVisible(unwritten)}\n`);
  if (format === "json") shell.terminal.out(await printReport(report));
  else await showResult(report, { result, request, host, port }, shell);
  return exitOf(report);
}

function readPhase(word: string | undefined): Phase {
  if (word === undefined) throw usage("apply needs --phase open or --phase close");
  return chooseWord("--phase", word, phases, "open");
}

/**
 * Returns who saw that no transfers run. Only root on the host may state this, not a job. Throws
 * HardenError `usage`.
 */
export function readWitness(typed: string | undefined, isJob: boolean): string | undefined {
  const witness = typed?.trim();
  if (witness === undefined) return undefined;
  if (witness === "") throw usage("--idle-seen-by needs the person and how it was seen");
  if (isJob || (process.geteuid?.() ?? 0) !== 0) {
    throw usage("a job cannot use --idle-seen-by; only root on the host can");
  }
  return witness;
}

function exitOf({ outcome }: Pick<HostReport, "outcome">): number {
  return { good: 0, bad: 1, unknown: exitCodes.broke }[outcome];
}

/** SHA-256 of the file that was replaced; the change of any other file would have been refused. */
function expectedOf({ pins, change: { plan } }: ApplyRequest): string | undefined {
  return pins.expect ?? (plan.kind === "planned" ? plan.change.before : undefined);
}

function createRequest(
  parsed: Parsed<"apply">,
  {
    host: { pins },
    change,
    ticket,
    shell,
  }: {
    readonly host: InstalledHost;
    readonly change: ChangeRequest;
    readonly ticket: Authority;
    readonly shell: Shell;
  },
): ApplyRequest {
  const expect = parsed.one("--expect");
  if (expect !== undefined && !/^[0-9a-f]{64}$/.test(expect)) {
    throw usage("invalid value for --expect (expected a SHA-256: 64 lowercase hexadecimal digits)");
  }
  // The approval covers the plan, including the file that it replaces.
  if (expect !== undefined && parsed.has("--from-job")) {
    throw usage(
      "a job cannot use --expect; only root on the host can allow a file that is not in the plan",
    );
  }
  const { repository, os, avx, role, version, limits } = pins;
  const id = `${shell
    .now()
    .toISOString()
    .replace(/[^0-9]/g, "")}-${process.pid}`;
  return {
    id,
    host: pins.host,
    change,
    pins: { repository, os, avx, expect },
    preflight: { phase: change.phase, role, version },
    limits,
    authority: ticket.authority,
    tickets: ticket.tickets,
  };
}
