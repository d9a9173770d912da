import { verifySignature } from "../../../adapters/signatures.ts";
import { clock } from "../../../adapters/clock.ts";
import { HardenError } from "../../../core/base/errors.ts";
import { encodeBytes } from "../../../core/base/text.ts";
import { phases } from "../../../core/fleet/phase.ts";
import { checkRehearsalTicket } from "../../../core/host/check-ticket.ts";
import { findingOf, passed, refusedFor } from "../../../core/host/check/precondition.ts";
import { loadChange } from "../../../core/host/load-change.ts";
import {
  answerFindings,
  printRehearsalReport,
  signRehearsalReport,
  type CheckFinding,
} from "../../../core/rollout/dispatch/rehearsal-report.ts";
import type { RehearsalClaims } from "../../../core/rollout/dispatch/ticket.ts";
import { chooseWord, readNumber, usage } from "../../../shell/options.ts";
import { explainError } from "../../errors.ts";
import type { Parsed } from "../../option-kinds.ts";
import type { Shell } from "../../../shell/context.ts";
import { pinsOfTicket, readText } from "./authorize-apply.ts";
import { checkInstalled, exitOfAnswer } from "./check-installed.ts";
import { findReadable, type InstalledHost } from "./open-host.ts";
import { openUsableKey } from "./sign-report.ts";

type Arguments = Parsed<"host check">;

/**
 * Rehearses one plan for a job; asks the host nothing before the ticket is accepted. Prints the
 * signed report; the exit code is that of `host check`.
 */
export async function runRehearsal(parsed: Arguments, shell: Shell): Promise<number> {
  const need = (name: Parameters<Arguments["one"]>[0]): string => {
    const value = parsed.one(name);
    if (value === undefined) throw usage(`host check --from-job needs ${name}`);
    return value;
  };
  chooseWord("--format", need("--format"), ["json"], "json");
  const phase = chooseWord("--phase", need("--phase"), phases, "open");
  const attempt = readNumber("--attempt", need("--attempt"), [1, 9999]) ?? 1;
  const wave = readNumber("--wave", need("--wave"), [1, 9999]);
  const [repo, commit] = [need("--repo"), need("--commit")];
  const ledger = parsed.one("--ledger");
  const host = findReadable(parsed.one("--host"));
  const { pins, state } = host;
  const plan = readText("--plan", need("--plan"), shell);
  const ticket = readText("--ticket", need("--ticket"), shell);
  const answer = await checkRehearsalTicket(
    { ticket, plan, phase, wave, commit, pins: pinsOfTicket(pins) },
    { verifySignature, hash: shell.hash, clock },
  );
  const isAccepted = answer.kind === "accepted";
  const findings = isAccepted
    ? [
        findingOf(passed("ticket", `it is for rollout ${answer.claims.rollout}`)),
        ...(await tryPlan(host, { repo, host: pins.host, phase, plan, ledger }, shell)),
      ]
    : [findingOf(refusedFor("ticket", answer.refusal))];
  const claims: RehearsalClaims | undefined = isAccepted ? answer.claims : undefined;
  const report = {
    schemaVersion: 1,
    kind: "rehearsal",
    host: pins.host,
    rollout: claims?.rollout ?? null,
    wave: claims?.wave ?? null,
    attempt,
    plan: shell.hash(encodeBytes(plan)),
    phase,
    repository: pins.repository,
    at: Math.floor(shell.now().getTime() / 1000),
    answer: answerFindings(findings),
    findings,
  } as const;
  const signer = await openUsableKey(state);
  const signed =
    signer === undefined
      ? { ...report, signature: null }
      : await signRehearsalReport(report, signer);
  shell.terminal.out(printRehearsalReport(signed));
  return exitOfAnswer(report.answer);
}

/** A problem in the files of the config repo is reported as a finding. */
async function tryPlan(
  host: InstalledHost,
  of: Parameters<typeof loadChange>[0],
  shell: Shell,
): Promise<readonly CheckFinding[]> {
  const { repository, os, avx } = host.pins;
  let request: ReturnType<typeof loadChange>;
  try {
    request = loadChange(of, shell);
  } catch (error) {
    if (!(error instanceof HardenError)) throw error;
    const message = explainError(error);
    return [{ check: "plan", state: "failed", code: error.code, message, next: error.next }];
  }
  const pins = { repository, os, avx, expect: undefined };
  return checkInstalled(host, { request, pins }, shell);
}
