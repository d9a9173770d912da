import { setFailed, setOutput } from "@actions/core";
import { exitCodes, HardenError } from "../core/base/errors.ts";
import { renderRunMarkdown, renderRunText, summarizeRun } from "../core/report/wave-run.ts";
import { isGood, evaluateWave } from "../core/rollout/dispatch/wave-results.ts";
import { readRun } from "../core/rollout/dispatch/wave-run.ts";
import { explainReason } from "../core/base/reasons.ts";
import { makeVisible } from "../core/base/text.ts";
import { collectReports } from "../core/rollout/dispatch/collect-reports.ts";
import { type OutputName, needInput } from "./inputs.ts";
import type { ActionShell } from "./context.ts";

const maxSummaryLength = 300_000;

/** Exit code 0 if every host was verified, 1 if one was not, 4 if one is unknown. */
export function runJudge({ files, terminal, environment }: ActionShell): number {
  if (environment["GITHUB_RUN_ATTEMPT"] !== "1") {
    setFailed(explainReason("run-again"));
    return 1;
  }
  const run = readRun(needInput("run"));
  if (run === undefined) {
    throw new HardenError(
      "usage",
      "the input run is not the output of gate",
      "Pass the output run of gate unchanged.",
    );
  }
  const judged = evaluateWave(run, collectReports(needInput("results"), files));
  const { counts } = judged;
  const values: Readonly<Partial<Record<OutputName, number>>> = {
    hosts: run.hosts.length,
    good: counts.good,
    bad: counts.bad,
    unknown: counts.unknown,
    "no-report": counts["no-report"],
  };
  for (const [name, value] of Object.entries(values)) setOutput(name, value);
  terminal.out(renderRunText(run, judged));
  const summary = environment["GITHUB_STEP_SUMMARY"];
  if (summary) terminal.append(summary, renderRunMarkdown(run, judged, maxSummaryLength));
  if (isGood(judged)) return 0;
  setFailed(makeVisible(`${summarizeRun(judged)}; the controller decides how it goes on`));
  return counts.unknown > 0 ? exitCodes.broke : 1;
}
