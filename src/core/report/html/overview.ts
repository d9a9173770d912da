import type { Verdict } from "../../fleet/verdict.ts";
import { verdicts } from "../../fleet/verdict.ts";
import { countResults, type Checked } from "../../check/checked-fleet.ts";
import {
  renderHead,
  renderSection,
  renderTable,
  fill,
  nothing,
  type Content,
  type Markup,
} from "./markup.ts";
import type { PageFacts, PageModel } from "./model.ts";
import { countOf } from "../../base/text.ts";

const meanings: Readonly<Record<Verdict, string>> = {
  hardened: "only HTTPS, nothing old, no errors",
  partial: "HTTPS works, but something old is open or an error is left",
  plaintext: "only unencrypted ports work",
  "locked-out": "no data port works",
  unknown: "the file or the host could not be read",
};

export function renderVerdict(verdict: Verdict): Markup {
  return fill`<span class="verdict ${verdict}">${verdict}</span>`;
}

export function nameEnvironment(environment: string | null): Content {
  return environment ?? fill`<em>none</em>`;
}

/** The top of the page: number of hardened hosts, verdicts and findings. */
export function renderHeader(checked: Checked, { command, asOf, commit }: PageFacts): Markup {
  const { hosts, known, byVerdict, bySeverity, suppressed, fixable } = countResults(checked);
  const legend = listVerdicts(byVerdict).map(
    (verdict) =>
      fill`<li>${renderVerdict(verdict)} <b>${byVerdict[verdict]}</b> <span class="faint">${meanings[verdict]}</span></li>`,
  );
  const numbers = [
    renderNumber("error", bySeverity.error, ["error", "errors"]),
    renderNumber("warning", bySeverity.warning, ["warning", "warnings"]),
    renderNumber("notice", bySeverity.notice, ["notice", "notices"]),
    renderNumber("", suppressed, ["suppressed", "suppressed"]),
    known === hosts
      ? nothing
      : renderNumber("warning", known - hosts, ["host not in the repo", "hosts not in the repo"]),
    command === "check" ? renderNumber("safe", fixable, ["safe fix", "safe fixes"]) : nothing,
  ];
  return fill`<header>
<p class="kind"><b>sesam-harden ${command}</b>${asOf === undefined ? nothing : fill` <span>as of ${asOf}</span>`}${
    commit === undefined ? nothing : fill` <span>commit <code>${commit.slice(0, 12)}</code></span>`
  }</p>
<h1>${byVerdict.hardened} of ${countOf(known, known === hosts ? "host" : "known data host")} hardened</h1>
${renderBar(byVerdict, known)}
<ul class="legend">${legend}</ul>
<ul class="numbers">${numbers}</ul>
</header>
`;
}

function renderNumber(kind: string, count: number, [one, more]: readonly [string, string]): Markup {
  return fill`<li class="${count === 0 ? "faint" : kind}"><b>${count}</b> ${count === 1 ? one : more}</li>`;
}

type VerdictCounts = Readonly<Record<Verdict, number>>;

/** Omits `unknown` if no host has it. */
function listVerdicts({ unknown }: VerdictCounts): readonly Verdict[] {
  return verdicts.filter((verdict) => verdict !== "unknown" || unknown > 0);
}

/** Hidden from screen readers, since the numbers are next to it. */
function renderBar(counts: VerdictCounts, total: number): Markup {
  let start = 0;
  const parts = verdicts.map((verdict) => {
    const width = (counts[verdict] / total) * 100;
    start += width;
    return width === 0
      ? nothing
      : fill`<rect class="${verdict}" x="${(start - width).toFixed(3)}" width="${width.toFixed(3)}" height="1"/>`;
  });
  return fill`<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>`;
}

/** Verdicts by environment; omitted for a single environment, which the header covers. */
export function renderEnvironments({ hosts, environments }: PageModel, checked: Checked): Markup {
  if (environments.length < 2) return nothing;
  const shown = listVerdicts(countResults(checked).byVerdict);
  const rows = environments.map((environment) => {
    const counts = { hardened: 0, partial: 0, plaintext: 0, "locked-out": 0, unknown: 0 };
    const own = hosts.filter(({ host }) => host.environment === environment);
    for (const { host } of own) counts[host.verdict]++;
    const numbers = [
      [own.length === 1 ? "host" : "hosts", own.length] as const,
      ...shown.map((verdict) => [verdict, counts[verdict]] as const),
    ];
    const cells = numbers.map(
      ([name, count]) =>
        fill`<td class="number${count === 0 ? " faint" : ""}" data-l="${name}">${count}</td>`,
    );
    return fill`<tr><th scope="row">${nameEnvironment(environment)}</th><td class="wide">${renderBar(counts, own.length)}</td>${cells}</tr>
`;
  });
  const heads = [
    renderHead("Environment"),
    renderHead("Share", "wide"),
    ...["Hosts", ...shown.map(renderVerdict)].map((title) => renderHead(title, "number")),
  ];
  return renderSection(
    "environments",
    "Environments",
    renderTable({ id: "environments", heads, rows }),
  );
}
