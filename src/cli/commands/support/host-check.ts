import {
  findInstallation,
  listPinned,
  loadPins,
  type Installation,
} from "../../../adapters/host-local/installation.ts";
import { findState } from "../../../adapters/host-local/state.ts";
import { HardenError } from "../../../core/base/errors.ts";
import { makeVisible } from "../../../core/base/text.ts";
import {
  answerFindings,
  type CheckFinding,
  type RehearsalAnswer,
} from "../../../core/rollout/dispatch/rehearsal-report.ts";
import { chooseWord, usage } from "../../../shell/options.ts";
import { explainError } from "../../errors.ts";
import { parseCommand, type Parsed } from "../../option-kinds.ts";
import type { Shell } from "../../../shell/context.ts";
import { checkInstalled, exitOfAnswer } from "./check-installed.ts";
import { findProgram } from "./open-host.ts";
import { runRehearsal } from "./rehearse-host.ts";

/** Exit code 0 ready, 1 if a precondition is not met, 4 if one is unknown. */
export async function runHostCheck(args: readonly string[], shell: Shell): Promise<number> {
  const parsed = parseCommand(args, "host check");
  if (parsed.has("--from-job")) return await runRehearsal(parsed, shell);
  refusePlan(parsed);
  const format = chooseWord("--format", parsed.one("--format"), ["text", "json"], "text");
  const installation = findInstallation(findProgram());
  const hosts = chooseHosts(parsed.one("--host"), installation);
  const seen: HostChecked[] = [];
  for (const name of hosts) {
    const findings = await checkPinned(name, installation, shell);
    const checked = { host: name, answer: answerFindings(findings), findings };
    seen.push(checked);
    if (format === "text") shell.terminal.out(renderChecked(checked));
  }
  if (format === "json") {
    shell.terminal.out(`${JSON.stringify({ schemaVersion: 1, hosts: seen }, null, 2)}\n`);
  }
  return Math.max(...seen.map(({ answer }) => exitOfAnswer(answer)));
}

interface HostChecked {
  readonly host: string;
  readonly answer: RehearsalAnswer;
  readonly findings: readonly CheckFinding[];
}

const ofRehearsal = ["--phase", "--wave", "--commit", "--repo", "--plan", "--ticket"] as const;

/** They would be ignored, so the answer would say less than it seems to. */
function refusePlan(parsed: Parsed<"host check">): void {
  const given = [...ofRehearsal, "--attempt" as const].find((name) => parsed.has(name));
  if (given !== undefined) throw usage(`${given} needs --from-job, with the plan of a rehearsal`);
}

function chooseHosts(name: string | undefined, installation: Installation): readonly string[] {
  const all = listPinned(installation);
  if (all.length === 0) throw usage("no host has pins here: run sesam-harden host install");
  if (name === undefined) return all;
  if (!all.includes(name)) throw usage(`--host needs one of ${all.join(", ")}`);
  return [name];
}

/** Invalid pins or a missing state directory are a finding of this host only. */
async function checkPinned(
  name: string,
  installation: Installation,
  shell: Shell,
): Promise<readonly CheckFinding[]> {
  try {
    const pins = loadPins(installation, name);
    const host = { installation, pins, state: findState(installation, name) };
    return await checkInstalled(host, undefined, shell);
  } catch (error) {
    if (!(error instanceof HardenError)) throw error;
    const message = explainError(error);
    return [{ check: "pins", state: "failed", code: "pins-wrong", message, next: error.next }];
  }
}

const verdicts: Readonly<Record<RehearsalAnswer, string>> = {
  ready: "ready for a rollout",
  "not-ready": "NOT READY for a rollout",
  unknown: "UNKNOWN whether it is ready for a rollout",
};

/** The verdict, then one line per precondition, with what to do below it. */
function renderChecked({ host, answer, findings }: HostChecked): string {
  const codes = findings.flatMap(({ state, code }) =>
    state === "failed" || state === "unknown" ? [code] : [],
  );
  const why = codes.length === 0 ? "" : ` (${[...new Set(codes)].join(", ")})`;
  const lines = findings.flatMap(({ check, state, message, next }) => [
    `  ${state.padEnd(8)} ${check.padEnd(12)} ${message}`,
    ...(state === "ok" || next === "" ? [] : [`${" ".repeat(24)}${next}`]),
  ]);
  return `${[`${host}: ${verdicts[answer]}${why}`, ...lines].map(makeVisible).join("\n")}\n`;
}
