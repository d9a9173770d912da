import { encodeBytes, compareText, countOf } from "../../base/text.ts";
import { version } from "../../base/version.ts";
import { countResults, summarize, type Checked } from "../../check/checked-fleet.ts";
import {
  renderHead,
  renderSection,
  renderTable,
  fill,
  nothing,
  type Content,
  type Markup,
} from "./markup.ts";
import { nameGroup, type PageFacts, type PageFinding, type PageModel } from "./model.ts";
import { assumptions, type Assumption } from "../../fleet/assumptions.ts";
import { rulePage, type Finding } from "../../rules/finding.ts";
import { rules } from "../../rules/index.ts";
import { countRules, describeSince, groupByRule, unclearTitles } from "../groups.ts";
import { renderVerdict } from "./overview.ts";
import type { InputFile } from "../../config-repo/recorded-files.ts";
import { describeRelaxed, joinItems } from "../relaxed.ts";

/** Suppressed findings with reason and end date, sorted by end date. */
export function renderSuppressions({ fleet, groups }: PageModel): Markup {
  const rows = [fleet, ...groups]
    .flatMap((group) => group.findings.map((located) => ({ ...located, group })))
    .filter(({ finding }) => finding.suppressed !== null)
    .toSorted((left, right) => compareText(untilOf(left), untilOf(right)))
    .map((located) => {
      const { group, anchor, finding } = located;
      const { rule, file, line, message, suppressed } = finding;
      const name = group.hosts.length === 0 ? "fleet" : nameGroup(group);
      return fill`<tr id="${anchor}" data-r="${rule}" data-g="${group.id}"><td class="until">${untilOf(located)}</td><th scope="row">${name}</th><td><a href="#rule-${rule}">${rule}</a></td><td class="reason">${suppressed?.reason ?? ""}</td><td class="reason">${message} <small><code>${file}:${line}</code></small></td></tr>
`;
    });
  if (rows.length === 0) return nothing;
  const titles = ["Until", "Host", "Rule", "Reason", "Finding"];
  const heads = titles.map((title) => renderHead(title));
  return renderSection("suppressed", "Suppressed", renderTable({ id: "suppressed", heads, rows }));
}

/** How settings, baseline and pull request relax the check. */
export function renderRelaxed(checked: Checked): Markup {
  const lines = describeRelaxed(checked);
  if (lines.length === 0) return nothing;
  const rows = lines.map(
    (line) => fill`<li>${joinItems(line)}</li>
`,
  );
  return renderSection(
    "relaxed",
    "Relaxed checks",
    fill`<div class="panel"><ul>${rows}</ul></div>`,
  );
}

/** What changed since an earlier report, with links to the hosts that are on the page. */
export function renderSince(checked: Checked, { hosts }: PageModel): Markup {
  const { since } = checked;
  if (since === undefined) return nothing;
  const groupOf = new Map(hosts.map(({ host, group }) => [host.name, group?.id]));
  const link = (name: string): Markup => {
    const id = groupOf.get(name);
    return id === undefined ? fill`${name}` : fill`<a href="#h${id}">${name}</a>`;
  };
  const join = (names: readonly (string | null)[]): readonly Markup[] =>
    names.map((name, at) => fill`${at > 0 ? ", " : ""}${name === null ? "fleet" : link(name)}`);
  const listRules = (found: readonly Finding[]): readonly Markup[] =>
    groupByRule(found).map(([rule, names]) => fill`<b>${rule}</b>: ${join(names)}`);
  const reasons = Map.groupBy(since.unclear, ({ reason }) => reason);
  const lists = [
    ["New findings", listRules(since.new)],
    ["Fixed", listRules(since.fixed)],
    ...[...reasons].map(
      ([reason, list]) =>
        [
          `Not fixed: ${unclearTitles[reason]}`,
          listRules(list.map(({ finding }) => finding)),
        ] as const,
    ),
    [
      "Other verdict",
      since.verdicts.map(
        ({ host, before, now }) =>
          fill`${link(host)}: ${renderVerdict(now)}, was ${renderVerdict(before)}`,
      ),
    ],
    ["Hosts added", since.hostsAdded.length > 0 ? [fill`${join(since.hostsAdded)}`] : []],
    ["Hosts gone", since.hostsGone.length > 0 ? [fill`${join(since.hostsGone)}`] : []],
  ] as const;
  const drawn = lists.map(([title, items]) =>
    items.length === 0
      ? nothing
      : fill`<dt>${title}</dt><dd><ul>${items.map((item) => fill`<li>${item}</li>`)}</ul></dd>`,
  );
  const [first] = describeSince(checked);
  return renderSection(
    "since",
    "Since last time",
    fill`<div class="panel"><p>${first === undefined ? "" : joinItems(first)}</p><dl>${drawn}</dl></div>`,
  );
}

function untilOf({ finding }: PageFinding): string {
  return finding.suppressed?.until ?? "";
}

/** Rules by number of hosts, each with the command that fixes it, or with what to do. */
export function renderFirst(checked: Checked): Markup {
  const rows = countRules(checked).map(({ rule, hosts, findings, fixable }) => {
    const text = rules.find(({ id }) => id === rule)?.explanation.fix ?? "";
    const what =
      fixable === 0
        ? renderProse(text)
        : fill`<code class="copy">sesam-harden fix --rule ${rule}</code> <span class="faint">fixes ${fixable} of ${countOf(findings, "finding")}</span>`;
    return fill`<tr><th scope="row"><a href="#rule-${rule}">${rule}</a></th><td class="until">${hosts === 0 ? "fleet" : countOf(hosts, "host")}</td><td class="reason">${what}</td></tr>
`;
  });
  if (rows.length === 0) return nothing;
  const heads = ["Rule", "Affects", "What to do"].map((title) => renderHead(title));
  return renderSection("first", "Fix first", renderTable({ id: "first", heads, rows }));
}

/** What the verdicts assume, with the hosts. */
export function renderAssumptions({ hosts }: Checked): Markup {
  const codes = Object.keys(assumptions) as readonly Assumption[];
  const rows = codes.flatMap((code) => {
    const assumed = hosts.filter((host) => host.assumptions?.includes(code));
    if (assumed.length === 0) return [];
    const names = assumed.map(({ name }) => name).toSorted(compareText);
    return [
      fill`<tr><th scope="row">${code}</th><td class="reason">${assumptions[code]}</td><td><details><summary>${countOf(names.length, "host")}</summary><p>${names.join(", ")}</p></details></td></tr>
`,
    ];
  });
  if (rows.length === 0) return nothing;
  const heads = ["Assumption", "The verdict assumes that", "Hosts"].map((title) =>
    renderHead(title),
  );
  return renderSection(
    "assumptions",
    "Assumptions",
    renderTable({ id: "assumptions", heads, rows }),
  );
}

/** The rules with findings, with requirement and rationale. */
export function renderRules(model: PageModel): Markup {
  if (model.rules.length === 0) return nothing;
  const rows = model.rules.map(
    ({ id, title, explanation }) =>
      fill`<tr id="rule-${id}"><th scope="row"><a href="${rulePage(id)}" rel="noreferrer">${id}</a></th><td class="reason">${title}</td><td class="reason">${renderProse(explanation.rationale)}</td></tr>
`,
  );
  const heads = ["Rule", "Requirement", "Why"].map((title) => renderHead(title));
  return renderSection("rules", "Rules with findings", renderTable({ id: "rules", heads, rows }));
}

/** Renders text in backticks as code. */
function renderProse(text: string): readonly Markup[] {
  return text
    .split("`")
    .map((part, index) => (index % 2 ? fill`<code>${part}</code>` : fill`${part}`));
}

/** Evidence for an auditor that the page belongs to these files and this program. */
export function renderEvidence(checked: Checked, facts: PageFacts): Markup {
  const { command, asOf, commit, inputs, hash } = facts;
  const list = listInputs(inputs);
  const lines: readonly (readonly [string, Content])[] = [
    ["Result", summarize(countResults(checked))],
    ["Program", `sesam-harden ${version}, ${command}`],
    ["As of", asOf ?? fill`<em>not given</em>`],
    ["Commit", commit ?? fill`<em>not given</em>`],
    ["Files read", inputs.length],
    ["SHA-256 of the file list", fill`<code>${hash(encodeBytes(list))}</code>`],
  ];
  const rows = lines.map(([name, content]) => fill`<dt>${name}</dt><dd>${content}</dd>`);
  return renderSection(
    "evidence",
    "Evidence",
    fill`<div class="panel"><dl>${rows}</dl>
<details class="inputs"><summary>File list, in the format of sha256sum</summary><pre tabindex="0">${list.split("\n").map((line) => fill`${line}\n`)}</pre></details></div>`,
  );
}

/** Escapes names with line breaks as sha256sum does. */
function listInputs(inputs: readonly InputFile[]): string {
  const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r" };
  return inputs
    .toSorted((left, right) => compareText(left.path, right.path))
    .map(({ path, digest }) => {
      const escaped = path.replaceAll(/[\\\n\r]/g, (char) => escapes[char] ?? "");
      return `${escaped === path ? "" : "\\"}${digest}  ${escaped}\n`;
    })
    .join("");
}
