import { nameOutcome, type FleetStatus, type HostStatus } from "../../status/fleet-status.ts";
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

/** Hardened hosts over time, as a chart and as a table. */
export function renderTrend({ past }: PageFacts): Markup {
  const { trend = [] } = past ?? {};
  const [first, last] = [trend[0], trend.at(-1)];
  if (first === undefined || last === undefined || trend.length < 2) return nothing;
  const most = Math.max(1, ...trend.map(totalOf));
  const at = ({ at: time }: TrendPoint, count: number): string =>
    `${round(((time - first.at) / Math.max(1, last.at - first.at)) * width)},${round(height - (count / most) * (height - 8) - 4)}`;
  const line = (count: (point: TrendPoint) => number): string =>
    trend.map((point) => at(point, count(point))).join(" ");
  const said = `Hardened hosts: ${first.counts.hardened} of ${totalOf(first)} at ${showTime(first.at)}, ${last.counts.hardened} of ${totalOf(last)} at ${showTime(last.at)}`;
  const rows = trend
    .slice(-maxRows)
    .toReversed()
    .map(
      (point) =>
        fill`<tr><th scope="row" class="until">${showTime(point.at)}</th><td>${point.counts.hardened}</td><td>${totalOf(point) - point.counts.hardened}</td></tr>
`,
    );
  const heads = ["Scanned at", "Hardened", "Not hardened"].map((title) => renderHead(title));
  return renderSection(
    "trend",
    "Trend",
    fill`<div class="panel"><svg class="trend" viewBox="0 0 ${width} ${height}" role="img" aria-label="${said}"><polyline class="all" points="${line(totalOf)}"/><polyline points="${line(({ counts }) => counts.hardened)}"/></svg>
<p class="faint">${said}. The dashed line shows all hosts.</p></div>
${renderTable({ id: "trend", heads, rows })}`,
  );
}

function totalOf({ counts }: TrendPoint): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
