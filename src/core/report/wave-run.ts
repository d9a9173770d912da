import { makeVisible, countOf } from "../base/text.ts";
import type { JudgedRun } from "../rollout/dispatch/wave-results.ts";
import { isGood } from "../rollout/dispatch/wave-results.ts";
import type { RehearsalRun, WaveRun } from "../rollout/dispatch/wave-run.ts";
import { createWriter } from "./markdown.ts";
import { escapeMarkdown } from "../formats/markdown.ts";

export function nameRun({ rollout, wave, phase, environment }: RehearsalRun): string {
  return `rollout ${rollout}, wave ${wave}: ${phase} ${environment}`;
}

export function summarizeRun({ counts, strays }: JudgedRun): string {
  const { good, bad, unknown } = counts;
  const all = good + bad + unknown + counts["no-report"];
  const parts = [
    `${good} of ${countOf(all, "host")} verified`,
    ...(bad > 0 ? [`${bad} not hardened`] : []),
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
    ...(counts["no-report"] > 0 ? [`${counts["no-report"]} without a report`] : []),
    ...(strays.length > 0
      ? [`${countOf(strays.length, "report")}from hosts outside the wave`]
      : []),
  ];
  return parts.join(", ");
}

/** Text for the log: one line per host, none of which starts with untrusted text. */
export function renderRunText(run: WaveRun, judged: JudgedRun): string {
  const lines = judged.results.map(({ host, outcome, reason, message }) => {
    const what = reason === "" ? outcome : `${outcome}, ${reason}`;
    return `host ${makeVisible(host)}: ${makeVisible(what)}: ${makeVisible(message)}`;
  });
  return `${[nameRun(run), ...lines, summarizeRun(judged)].join("\n")}\n`;
}

/** Markdown for the summary of the run, with failures first. */
export function renderRunMarkdown(run: WaveRun, judged: JudgedRun, limit = Infinity): string {
  const writer = createWriter(limit, "see the log for the full list");
  writer.add(`## sesam-harden: ${escapeMarkdown(nameRun(run))}\n\n`);
  writer.add(`${isGood(judged) ? "" : "**Not good.** "}${summarizeRun(judged)}.\n\n`);
  const rows = judged.results
    .toSorted((left, right) => Number(left.reason === "") - Number(right.reason === ""))
    .map(({ host, outcome, reason, message }) => {
      const cells = [host, outcome, reason, message].map(escapeMarkdown);
      return `| ${cells.join(" | ")} |\n`;
    });
  writer.addAll("| host | outcome | reason | what |\n| --- | --- | --- | --- |\n", rows, "host");
  return writer.text();
}
