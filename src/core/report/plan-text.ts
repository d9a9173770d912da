import type { LocatedFinding } from "../rules/finding.ts";
import { makeVisible, startSafely } from "../base/text.ts";
import type { RehearsedHost } from "../rollout/state/rehearsal.ts";
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
  type ShownReason,
} from "./plan.ts";
import type { Paint } from "./text.ts";

/**
 * Text for people. No line starts with text from a file, because a GitHub runner may read the log.
 */
export function renderPlanText(report: PlanReport, paint: Paint): string {
  const { plan, digest, done, refusals, rehearsal } = report;
  const clients = listClients(report);
  const parts = [
    describePlan(report, paint),
    ...(plan.waves.length > 0 || plan.byHand !== undefined ? [describeWaves(plan)] : []),
    ...(rehearsal === undefined ? [] : [describeRehearsal(rehearsal, paint)]),
    ...listShownHosts(report).map((shown) => describeHost(shown, paint)),
    ...refusals.map(({ name, reason, detail }) =>
      describeReason(`refused ${makeVisible(name)}`, showReason(reason, detail), paint),
    ),
    ...(clients.length > 0 ? [describeClients(clients, paint)] : []),
    ...listBlocks(report).map((shown) => describeReason("blocked", shown, paint)),
    ...(done.length > 0 ? [`done already: ${makeVisible(listNames(done))}\n`] : []),
    `${summarizePlan(report)}\ndigest ${digest}\n`,
  ];
  return parts.join("\n");
}

function describePlan({ plan }: PlanReport, paint: Paint): string {
  const { environment, commit, ledger, asOf, exceptions } = plan;
  const lines = [
    `plan for ${paint("strong", environment)}, phase ${paint("strong", nameWork(plan))}`,
    `  commit ${commit}`,
    `  ledger ${ledger ?? "none"}`,
    `  as of  ${asOf}`,
    ...(exceptions.length > 0 ? [`  but for ${makeVisible(listNames(exceptions))}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function describeWaves({ waves, byHand = [] }: PlanReport["plan"]): string {
  const lines = waves.map(
    (names, index) => `  wave ${index + 1}: ${makeVisible(names.join(", "))}`,
  );
  const manual = byHand.map(({ name }) => name).join(", ");
  if (manual !== "") lines.push(`  by hand: ${makeVisible(manual)}`);
  return `${lines.join("\n")}\n`;
}

function describeRehearsal(hosts: readonly RehearsedHost[], paint: Paint): string {
  const lines = hosts.map((answered) => {
    const { host, answer } = answered;
    const words = makeVisible(describeAnswer(answered));
    return `  ${makeVisible(startSafely(host))}: ${answer === "ready" ? words : paint("warning", words)}`;
  });
  return `${[`rehearsal: ${summarizeAnswers(hosts)}`, ...lines].join("\n")}\n`;
}

function describeClients(clients: readonly string[], paint: Paint): string {
  const lines = clients.map((client) => `  ${makeVisible(startSafely(client))}`);
  return `${[paint("warning", "depend on HTTP or FTP:"), ...lines].join("\n")}\n`;
}

function describeHost(shown: ShownHost, paint: Paint): string {
  const { host, change, risks, diff } = shown;
  const lines = [
    `host ${paint("strong", makeVisible(host.name))}: ${describeWay(shown, makeVisible)}`,
    // A person compares them at the host, because apply does not run there.
    ...("runner" in host ? [] : [`  before ${host.before}`, `  after  ${host.file}`]),
    ...risks.map((risk) => `  ${paint("warning", "risk:")} ${risk}`),
    ...change.findings.map((located) => `  ${describeFinding(located, paint)}`),
    ...diff.map((line) => `  ${paint("faint", "|")} ${paintLine(makeVisible(line), paint)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function paintLine(line: string, paint: Paint): string {
  if (line.startsWith("+")) return paint("good", line);
  return line.startsWith("-") ? paint("error", line) : line;
}

function describeFinding({ finding }: LocatedFinding, paint: Paint): string {
  const { severity, rule, file, line, column, message, suppressed } = finding;
  const what = makeVisible(`${file}:${line}:${column}: ${message}`);
  if (suppressed === null) return `${paint(severity, `${severity}:`)} ${what} [${rule}]`;
  const allowed = `allowed until ${suppressed.until}: ${makeVisible(suppressed.reason)}`;
  return `${paint("faint", "allowed:")} ${what} [${rule}], ${allowed}`;
}

function describeReason(what: string, { code, cause, next }: ShownReason, paint: Paint): string {
  return `${paint("error", what)}: ${code}: ${makeVisible(cause)}\n  ${next}\n`;
}
