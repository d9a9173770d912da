import { nameOutcome, type FleetStatus, type HostStatus } from "../../status/fleet-status.ts";
import type { RolloutTrace } from "../../rollout/ledger/ledger.ts";
import type { Rollout } from "../../rollout/state/rollout.ts";
import { verdicts } from "../../fleet/verdict.ts";
import { countOf } from "../../base/text.ts";
import type { TrendPoint } from "../../status/trend.ts";
import { renderHead, renderSection, renderTable, fill, nothing, type Markup } from "./markup.ts";
import type { PageFacts, PageModel } from "./model.ts";
import { renderVerdict } from "./overview.ts";
import { showTime } from "../../base/dates.ts";

/** The last rollout and the last scan of each host. */
export function renderRollouts({ hosts }: PageModel, { past }: PageFacts): Markup {
  if (past === undefined) return nothing;
  const statusOf = new Map(listHosts(past.status).map((one) => [one.host.name, one]));
  const rows = hosts.flatMap(({ host, id }) => {
    const found = statusOf.get(host.name);
    return found === undefined ? [] : [renderHost(found, id)];
  });
  const titles = [
    "Host",
    "State",
    "Scan",
    "Scanned at",
    "Rollout",
    "Result",
    "Requested by",
    "Approved by",
  ];
  const heads = titles.map((title) => renderHead(title));
  return renderSection(
    "rollouts",
    "Rollouts and scans",
    renderTable({ id: "rollouts", heads, rows }),
  );
}

function listHosts({ environments }: FleetStatus): readonly HostStatus[] {
  return environments.flatMap(({ hosts }) => hosts);
}

function renderHost({ host, state, wire, rolledOut }: HostStatus, id: string): Markup {
  const seen =
    wire === null
      ? fill`<td colspan="2" class="faint">never scanned</td>`
      : fill`<td>${renderVerdict(wire.verdict)}</td><td class="until">${showTime(wire.at)}${wire.from === "host" ? " (from the host)" : ""}${wire.isStale ? " (outdated)" : ""}</td>`;
  const last =
    rolledOut === null
      ? fill`<td colspan="4" class="faint">never rolled out</td>`
      : fill`<td class="until">${rolledOut.phase} <small>${rolledOut.rollout}</small></td><td class="until">${nameOutcome(rolledOut)}${rolledOut.reason === "" ? "" : ` (${rolledOut.reason})`}</td><td class="until">${rolledOut.requester}</td><td class="until">${rolledOut.approvals.join(", ")}</td>`;
  return fill`<tr data-h="${id}"><th scope="row">${host.name}</th><td class="until">${state}</td>${seen}${last}</tr>
`;
}

const [width, height] = [640, 120];
const maxRows = 30;

/** The rollouts in the ledger, newest first: waves with their results, soak, and the people. */
export function renderTimeline({ past }: PageFacts): Markup {
  const { rollouts, traces } = past?.ledger ?? { rollouts: new Map(), traces: new Map() };
  const rows = [...rollouts.values()]
    .map((rollout) => ({ rollout, trace: traces.get(rollout.id) }))
    .toSorted((left, right) => (right.trace?.requestedAt ?? 0) - (left.trace?.requestedAt ?? 0))
    .map(({ rollout, trace }) => renderRollout(rollout, trace));
  if (rows.length === 0) return nothing;
  const titles = ["Requested at", "Rollout", "State", "Waves", "People"];
  const heads = titles.map((title) => renderHead(title));
  return renderSection("timeline", "Timeline", renderTable({ id: "timeline", heads, rows }));
}

function renderRollout(rollout: Rollout, trace: RolloutTrace | undefined): Markup {
  const { id, phase, environment, state, terms, requester, approvals, purpose } = rollout;
  const waves = rollout.waves.map((hosts, index) => {
    const results = hosts.flatMap((host) => trace?.results.get(host) ?? []);
    const sent = results.map(({ sentAt }) => sentAt).toSorted((left, right) => left - right)[0];
    const good = results.filter(({ outcome }) => outcome === "good").length;
    const outcome =
      sent === undefined
        ? "no results"
        : `sent ${showTime(sent)}, ${good} of ${countOf(hosts.length, "host")} verified`;
    return fill`<li>Wave ${index + 1}: ${outcome}</li>`;
  });
  const approved = approvals.map((name) => {
    const at = trace?.approvals.findLast(({ by }) => by === name)?.at;
    return `${name} approved${at === undefined ? "" : ` ${showTime(at)}`}`;
  });
  const stopped = trace?.stoppedBy ?? null;
  const people = [
    `${requester} requested${purpose === "" ? "" : `: ${purpose}`}`,
    ...approved,
    ...(stopped === null ? [] : [`${stopped} stopped it: ${trace?.reason ?? ""}`]),
  ];
  const wave = "wave" in state ? ` (wave ${state.wave})` : "";
  const moved = trace === undefined ? "" : `since ${showTime(trace.movedAt)}`;
  return fill`<tr><th scope="row" class="until">${trace === undefined ? "" : showTime(trace.requestedAt)}</th><td>${phase}, ${environment} <small>${id}</small></td><td>${state.kind}${wave} <small>${moved}</small></td><td class="reason"><ol>${waves}</ol><small>soak ${terms.soak} s between waves</small></td><td class="reason"><ul>${people.map((text) => fill`<li>${text}</li>`)}</ul></td></tr>
`;
}

/** Hosts by verdict over time, as a stacked chart and as a table. */
export function renderTrend({ past }: PageFacts): Markup {
  const { trend = [] } = past ?? {};
  const [first, last] = [trend[0], trend.at(-1)];
  if (first === undefined || last === undefined || trend.length < 2) return nothing;
  const most = Math.max(1, ...trend.map(totalOf));
  const at = ({ at: time }: TrendPoint, count: number): string =>
    `${round(((time - first.at) / Math.max(1, last.at - first.at)) * width)},${round(height - (count / most) * (height - 8) - 4)}`;
  const areas = verdicts.map((verdict, index) => {
    const top = trend.map((point) => at(point, sumFirst(point, index + 1)));
    const bottom = trend.map((point) => at(point, sumFirst(point, index)));
    return trend.every(({ counts }) => counts[verdict] === 0)
      ? nothing
      : fill`<polygon class="${verdict}" points="${[...top, ...bottom.toReversed()].join(" ")}"/>`;
  });
  const said = `Hardened hosts: ${first.counts.hardened} of ${totalOf(first)} at ${showTime(first.at)}, ${last.counts.hardened} of ${totalOf(last)} at ${showTime(last.at)}`;
  const before = trend.at(-2) ?? first;
  const moved = verdicts
    .filter((verdict) => before.counts[verdict] !== last.counts[verdict])
    .map((verdict) => `${verdict} ${last.counts[verdict]} (was ${before.counts[verdict]})`);
  const since = `Since the scan of ${showTime(before.at)}: ${moved.join(", ") || "the same numbers"}`;
  const rows = trend
    .slice(-maxRows)
    .toReversed()
    .map(
      (point) =>
        fill`<tr><th scope="row" class="until">${showTime(point.at)}</th>${verdicts.map((verdict) => fill`<td>${point.counts[verdict]}</td>`)}</tr>
`,
    );
  const heads = ["Scanned at", ...verdicts.map(renderVerdict)].map((title) => renderHead(title));
  return renderSection(
    "trend",
    "Trend",
    fill`<div class="panel"><svg class="trend" viewBox="0 0 ${width} ${height}" role="img" aria-label="${said}">${areas}</svg>
<p class="faint">${said}.</p>
<p>${since}.</p></div>
${renderTable({ id: "trend", heads, rows })}`,
  );
}

/** Number of hosts with one of the first verdicts. */
function sumFirst({ counts }: TrendPoint, end: number): number {
  return verdicts.slice(0, end).reduce((sum, verdict) => sum + counts[verdict], 0);
}

function totalOf(point: TrendPoint): number {
  return sumFirst(point, verdicts.length);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
