import type { LocatedFinding } from "../rules/finding.ts";
import { makeVisible } from "../base/text.ts";
import { createWriter } from "./markdown.ts";
import {
  describeAnswer,
  describeWay,
  listBlocks,
  listClients,
  listNames,
  listShownHosts,
  showReason,
  nameWork,
  summarizeAnswers,
  summarizePlan,
  type PlanReport,
  type ShownHost,
} from "./plan.ts";
import { escapeMarkdown } from "../formats/markdown.ts";

/** Markdown for job summaries and for files that approvers get; cut near `limit` characters. */
export function renderPlanMarkdown(report: PlanReport, limit = Infinity): string {
  const { plan, digest, done, refusals, rehearsal } = report;
  const { environment, commit, ledger, asOf, exceptions } = plan;
  const writer = createWriter(limit, "`sesam-harden plan` shows all");
  writer.add(`## Plan for ${escapeMarkdown(environment)}, phase ${nameWork(plan)}\n\n`);
  writer.add(`${summarizePlan(report)}\n\n`);
  const facts = [
    ["digest", digest],
    ["commit", commit],
    ["ledger", ledger ?? "none"],
    ["as of", asOf],
    ...(exceptions.length > 0 ? [["but for", escapeMarkdown(listNames(exceptions))]] : []),
  ];
  writer.add(
    `| | |\n| --- | --- |\n${facts.map(([key, value]) => `| ${key} | ${value} |\n`).join("")}\n`,
  );
  const blocks = listBlocks(report).map(
    ({ code, cause, next }) => `- ${code}: ${escapeMarkdown(cause)}. ${escapeMarkdown(next)}\n`,
  );
  if (blocks.length > 0) writer.addAll("### What blocks this plan\n\n", blocks, "reason");
  const clients = listClients(report).map((client) => `- ${escapeMarkdown(client)}\n`);
  if (clients.length > 0)
    writer.addAll("### Clients that depend on HTTP or FTP\n\n", clients, "client");
  if (refusals.length > 0) {
    const rows = refusals.map(({ name, reason, detail }) => {
      const { cause, next } = showReason(reason, detail);
      const cells = [escapeMarkdown(name), reason, escapeMarkdown(cause), escapeMarkdown(next)];
      return `| ${cells.join(" | ")} |\n`;
    });
    writer.addAll(
      "### Refused\n\n| host | reason | why | what to do |\n| --- | --- | --- | --- |\n",
      rows,
      "host",
    );
  }
  if (plan.waves.length > 0) {
    const rows = plan.waves.map(
      (names, index) => `| ${index + 1} | ${names.map(escapeMarkdown).join(", ")} |\n`,
    );
    writer.addAll("### Waves\n\n| wave | hosts |\n| ---: | --- |\n", rows, "wave");
  }
  if (rehearsal !== undefined) {
    const rows = rehearsal.map(
      (answered) =>
        `| ${escapeMarkdown(answered.host)} | ${escapeMarkdown(describeAnswer(answered))} |\n`,
    );
    const summary = escapeMarkdown(summarizeAnswers(rehearsal));
    writer.addAll(
      `### Rehearsal\n\n${summary}.\n\n| host | answer |\n| --- | --- |\n`,
      rows,
      "host",
    );
  }
  if (plan.byHand !== undefined) {
    const rows = plan.byHand.map(
      ({ name, reason, before, file }) =>
        `| ${escapeMarkdown(name)} | ${reason} | ${before} | ${file} |\n`,
    );
    writer.addAll(
      "### By hand\n\n| host | reason | SHA-256 before | SHA-256 after |\n| --- | --- | --- | --- |\n",
      rows,
      "host",
    );
  }
  const shown = listShownHosts(report).map(renderHost);
  if (shown.length > 0) writer.addAll("### Changes\n\n", shown, "host");
  if (done.length > 0) writer.add(`Done already: ${escapeMarkdown(listNames(done))}.\n`);
  return writer.text();
}

function renderHost(shown: ShownHost): string {
  const { host, change, risks, diff } = shown;
  const way = describeWay(shown, escapeMarkdown);
  const lines = diff.map(makeVisible);
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []);
  const longest = Math.max(2, ...runs.map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  const notes = [...risks, ...change.findings.map(renderFinding)].map((note) => `- ${note}\n`);
  return [
    `#### ${escapeMarkdown(host.name)}\n\n`,
    `${way.charAt(0).toUpperCase()}${way.slice(1)}.\n\n${notes.join("")}\n`,
    `${fence}diff\n${lines.join("\n")}\n${fence}\n\n`,
  ].join("");
}

function renderFinding({ finding }: LocatedFinding): string {
  const { severity, rule, file, line, message, suppressed } = finding;
  const what = `${escapeMarkdown(`${file}:${line}`)}: ${escapeMarkdown(message)} (${rule})`;
  if (suppressed === null) return `${severity}: ${what}`;
  return `allowed until ${suppressed.until}: ${what}: ${escapeMarkdown(suppressed.reason)}`;
}
