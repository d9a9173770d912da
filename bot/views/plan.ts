import {
  describeWay,
  listBlocks,
  listConcerns,
  listNames,
  listShownHosts,
  nameWork,
  showReason,
  summarizePlan,
  type PlanReport,
  type ShownHost,
} from "../../src/core/report/plan.ts";
import type { LocatedFinding } from "../../src/core/rules/finding.ts";
import { renderPlanText } from "../../src/core/report/plan-text.ts";
import type { Block, Message } from "./blocks.ts";
import {
  context,
  facts,
  header,
  line,
  preformatted,
  rich,
  section,
  strong,
  richWords,
} from "./builders.ts";
import { message } from "./fit-to-limits.ts";
import { toLines, toName, toPlain } from "./escape.ts";
import { listSome, shortHash } from "./phrases.ts";
import { countOf } from "../../src/core/base/text.ts";

/** More diffs never fit into a message, so no more are rendered. */
const maxDiffs = 50;
const shownWaves = 10;

/** A plan as a message: summary, what blocks it, and as many hosts as fit. */
export function renderPlan(report: PlanReport, said = ""): Message {
  const { plan } = report;
  const { environment, phase, waves, byHand = [] } = plan;
  const next = `To request it: /sesam-harden rollout ${phase} ${environment}`;
  const moreWaves = waves.length - shownWaves;
  const hosts = listShownHosts({
    ...report,
    plan: { ...plan, waves: firstHosts(waves, maxDiffs), byHand: byHand.slice(0, maxDiffs) },
  });
  const hidden = plan.hosts.length + byHand.length - hosts.length;
  return message({
    head: [
      ...(said === "" ? [] : [section(said)]),
      ...renderPlanHead(report),
      ...renderConcerns(report),
      ...renderWaves(report).slice(0, shownWaves),
      ...(moreWaves > 0 ? [context(`${countOf(moreWaves, "more wave")}: ${elsewhere}.`)] : []),
    ],
    items: hosts.map((shown) => renderShownHost(shown)),
    tail:
      plan.hosts.length + byHand.length > 0 && report.blocked.length === 0 ? [context(next)] : [],
    rest: (left) => `${countOf(left + hidden, "more host")}: ${elsewhere}.`,
  });
}

const elsewhere = "see the plan file";

/** The waves, cut to the first hosts. */
function firstHosts(
  waves: readonly (readonly string[])[],
  most: number,
): readonly (readonly string[])[] {
  let room = most;
  return waves.map((names) => {
    const kept = names.slice(0, room);
    room -= kept.length;
    return kept;
  });
}

/** The whole plan, to be sent as a file. */
export function printPlanFile(report: PlanReport): {
  readonly name: string;
  readonly text: string;
} {
  const { environment } = report.plan;
  const safe = environment.replaceAll(/[^\w-]/g, "-");
  return {
    name: `plan-${nameWork(report.plan)}-${safe}-${shortHash(report.digest)}.txt`,
    text: renderPlanText(report, (_, text) => text),
  };
}

export function renderPlanHead(report: PlanReport): readonly Block[] {
  const { plan, digest, done } = report;
  const { environment, commit, ledger, asOf, exceptions } = plan;
  return [
    header(`Plan: ${nameWork(plan)} in ${environment}`),
    section(summarizePlan(report)),
    facts([
      ["Digest", digest],
      ["Commit", commit],
      ["Ledger", ledger ?? "none"],
      ["As of", asOf],
      ...(exceptions.length > 0 ? ([["Except", listSome(exceptions, 5)]] as const) : []),
      ...(done.length > 0 ? ([["Hosts already done", listSome(done, 5)]] as const) : []),
    ]),
  ];
}

const shownObstacles = 8;

/**
 * What blocks the plan or single hosts, and the risks of the others. The same for the requester,
 * the approvers and the card.
 */
export function renderConcerns(report: PlanReport): readonly Block[] {
  const concerns = listConcerns(report);
  return [...renderObstacles(report), ...(concerns.length === 0 ? [] : [context(...concerns)])];
}

function renderObstacles(report: PlanReport): readonly Block[] {
  const blocks = listBlocks(report).map(
    ({ code, cause, next }) => `Blocked: ${toPlain(cause, 800)}. ${next} (${code})`,
  );
  const refused = report.refusals.map(({ name, reason, detail }) => {
    const { code, cause, next } = showReason(reason, detail === "" ? "" : toPlain(detail, 200));
    return `Host ${toName(name)} is refused: ${cause}. ${next} (${code})`;
  });
  const all = [...blocks, ...refused];
  const left = all.length - shownObstacles;
  return [
    ...all.slice(0, shownObstacles).map((text) => section(text)),
    ...(left > 0 ? [context(`${left} more blocks or refusals: ${elsewhere}.`)] : []),
  ];
}

export function renderWaves({ plan: { waves, byHand = [] } }: PlanReport): readonly Block[] {
  const manual = byHand.map(({ name }) => name);
  return [
    ...(manual.length === 0 ? [] : [section(`By hand, ${describeNames(manual)}`)]),
    ...waves.map((names, index) =>
      section(`Wave ${index + 1} of ${waves.length}, ${describeNames(names)}`),
    ),
  ];
}

function describeNames(names: readonly string[]): string {
  return `${countOf(names.length, "host")}: ${listNames(names.map((name) => toName(name, 60)))}.`;
}

const shownLines = 20;
const shownFindings = 20;

function describeFinding({ finding }: LocatedFinding): string {
  const { severity, rule, file, line: at, message: said, suppressed } = finding;
  const what = suppressed === null ? severity : `suppressed until ${suppressed.until}`;
  return `${what}: ${toPlain(`${file}:${at}: ${said}`, 500)} (${rule})`;
}

export interface HostDetails {
  /** Lines of the diff. */
  readonly most: number;
  /** Findings that are listed, not only counted. */
  readonly findings: readonly LocatedFinding[];
}

/** A host with its risks and its diff, shortened if long. */
export function renderShownHost(
  shown: ShownHost,
  { most, findings: told }: HostDetails = { most: shownLines, findings: [] },
): readonly Block[] {
  const { host, change, risks, diff } = shown;
  const way = describeWay(shown, (runner) => toName(runner, 60));
  const left = diff.length - most;
  const notes = risks.map((risk) => `Risk: ${risk}.`).join(" ");
  const findings = change.findings.filter(({ finding }) => finding.suppressed === null).length;
  const more = told.length - shownFindings;
  const lines = [...diff.slice(0, most), ...(left > 0 ? [`… ${left} more lines`] : [])];
  return [
    rich(
      line(strong(toName(host.name)), richWords(`, ${way}. ${notes} Findings: ${findings}.`)),
      ...told
        .slice(0, shownFindings)
        .map((located) => line(richWords(describeFinding(located), 600))),
      ...(more > 0 ? [line(richWords(`${countOf(more, "more finding")}.`))] : []),
      preformatted(toLines(lines)),
    ),
  ];
}
