import { decodeBytes, countOf } from "../../base/text.ts";
import { assumptions } from "../../fleet/assumptions.ts";
import { severities } from "../../check/checked-fleet.ts";
import { cutFrame } from "../frame.ts";
import { renderSection, fill, nothing, type Markup } from "./markup.ts";
import {
  nameGroup,
  type PageFacts,
  type PageFinding,
  type PageGroup,
  type PageModel,
} from "./model.ts";
import { renderVerdict, nameEnvironment } from "./overview.ts";

/** Findings by group of hosts, worst first, with source line and advice, then the changes of safe fixes. */
export function renderFindings({ groups, fleet }: PageModel, facts: PageFacts): Markup {
  const open = [fleet, ...groups].filter(
    ({ hosts: [first], findings }) => findings.some(isOpen) || first?.assumptions?.length,
  );
  const none = fill`<p class="panel">No findings.</p>`;
  return renderSection(
    "findings",
    "Findings",
    open.length === 0 ? none : renderGroups(open, facts),
  );
}

function* renderGroups(groups: readonly PageGroup[], facts: PageFacts): Iterable<Markup> {
  for (const group of groups) yield renderGroup(group, facts);
}

function isOpen({ finding }: PageFinding): boolean {
  return finding.suppressed === null;
}

function renderGroup(group: PageGroup, facts: PageFacts): Markup {
  const { id, hosts, findings, fixes } = group;
  const counted = findings.filter(isOpen);
  const counts = severities.map((severity) => {
    const count = counted.filter(({ finding }) => finding.severity === severity).length;
    return count === 0
      ? nothing
      : fill`<span class="${severity}">${countOf(count, severity)}</span>`;
  });
  const withheld = new Map(
    fixes.flatMap((fix) => fix.withheld.map(({ located, reason }) => [located.finding, reason])),
  );
  const items = counted.map((located) => renderFinding(located, withheld.get(located.finding)));
  const changes = fixes.flatMap(({ path, files }) =>
    files.map(({ name, before, after }) => facts.diff({ path: path + name, before, after })),
  );
  const fired = [...new Set(counted.map(({ finding }) => finding.rule))].join(" ");
  const list =
    counted.length === 0 ? fill`<p class="clean">No findings.</p>` : fill`<ol>${items}</ol>`;
  return fill`<details class="host" id="h${id}" data-g="${id}" data-r="${fired || "-"}"><summary>${renderTitle(group)} <span class="counts">${counts}</span></summary><noscript>${renderNames(group)}
${list}${renderAssumed(hosts)}${changes.length === 0 ? nothing : renderChanges(changes)}</noscript></details>
`;
}

function renderTitle(group: PageGroup): Markup {
  const [host] = group.hosts;
  if (host === undefined) return fill`<h3>Fleet</h3>`;
  const environments = new Set(group.hosts.map(({ environment }) => environment));
  const environment =
    environments.size === 1
      ? nameEnvironment(host.environment)
      : countOf(environments.size, "environment");
  return fill`<h3>${nameGroup(group)}</h3> ${renderVerdict(host.verdict)} <span class="faint">${environment}</span>`;
}

/** The hosts of a group; empty for a single one. */
function renderNames({ hosts, findings }: PageGroup): Markup {
  if (hosts.length < 2) return nothing;
  const names = [...new Set(hosts.map(({ name }) => name))].join(", ");
  const more = "with the same findings; files and lines are those of the first";
  return fill`<details class="names"><summary>${countOf(hosts.length, "host")} ${findings.length > 0 ? more : ""}</summary><p>${names}</p></details>`;
}

/** What the verdict of the hosts of a group assumes. */
function renderAssumed([first]: PageGroup["hosts"]): Markup {
  const codes = first?.assumptions ?? [];
  if (codes.length === 0) return nothing;
  const text = codes.map((code) => assumptions[code]).join("; ");
  return fill`<p class="assumed"><b>The verdict assumes:</b> ${text}.</p>`;
}

function renderFinding(located: PageFinding, withheld: string | undefined): Markup {
  const { rule, severity, file, line, column, message, help, fixable } = located.finding;
  const fix =
    withheld === undefined
      ? fixable === "safe"
        ? fill` <span class="safe">Can be fixed automatically.</span>`
        : nothing
      : fill` <span class="unsafe">Fix withheld: ${decodeBytes(withheld)}.</span>`;
  return fill`<li id="${located.anchor}" data-r="${rule}" class="finding" tabindex="-1"><p class="what"><b class="${severity}">${severity}</b> ${message}</p>
<p class="where"><code>${file}:${line}:${column}</code> <a href="#rule-${rule}">${rule}</a></p>
${renderFrame(located)}<p class="help">${help}${fix}</p></li>
`;
}

function renderFrame(located: PageFinding): Markup {
  const frame = cutFrame(located);
  if (frame === undefined) return nothing;
  const { line, before, marked, after } = frame;
  return fill`<pre><span class="line">${line}</span>${before}<mark>${marked}</mark>${after}</pre>`;
}

const kinds: Readonly<Record<string, string>> = { "+": "added", "-": "removed", "@": "faint" };

/** A line of a file that looks like a header may get its style, but stays text. */
function renderChanges(changes: readonly string[]): Markup {
  const lines = changes.flatMap((change) => change.trimEnd().split("\n"));
  const drawn = lines.map((line) => {
    const isHeader = /^(diff |new file |--- |\+\+\+ )/.test(line);
    const kind = isHeader ? "faint" : (kinds[line.charAt(0)] ?? "");
    return fill`<span class="${kind}">${decodeBytes(line.replace(/\r$/, ""))}\n</span>`;
  });
  return fill`<details class="diff"><summary>Changes of the safe fixes</summary><pre class="copy">${drawn}</pre></details>`;
}
