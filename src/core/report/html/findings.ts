import { decodeBytes, countOf } from "../../base/text.ts";
import { severities } from "../../check/checked-fleet.ts";
import { cutFrame } from "../frame.ts";
import { renderSection, fill, nothing, type Content, type Markup } from "./markup.ts";
import type { PageFacts, PageFinding, PageFixes, PageHost, PageModel } from "./model.ts";
import { renderVerdict, nameEnvironment } from "./overview.ts";

/** Findings by host, worst first, with source line and advice, then the changes of safe fixes. */
export function renderFindings({ hosts, fleet }: PageModel, facts: PageFacts): Markup {
  // Hosts with the same name share their findings.
  const drawn = new Set<string>();
  const groups = hosts.flatMap((page) => {
    const { name } = page.host;
    if (drawn.has(name)) return [];
    drawn.add(name);
    const fixes = facts.fixes.filter((fix) => fix.name === name);
    return [renderHost(page, fixes, facts)];
  });
  const title = fill`<h3>Fleet</h3>`;
  const all = [renderGroup({ id: "", title, findings: fleet }), ...groups];
  const isClean = all.every((group) => group === nothing);
  return renderSection(
    "findings",
    "Findings",
    isClean ? fill`<p class="panel">No findings.</p>` : all,
  );
}

function renderHost(page: PageHost, fixes: readonly PageFixes[], facts: PageFacts): Markup {
  const { host, id, findings } = page;
  const title = fill`<h3>${host.name}</h3> ${renderVerdict(host.verdict)} <span class="faint">${nameEnvironment(host.environment)}</span>`;
  const changes = fixes.flatMap(({ path, files }) =>
    files.map(({ name, before, after }) => facts.diff({ path: path + name, before, after })),
  );
  const withheld = new Map(
    fixes.flatMap((fix) => fix.withheld.map(({ located, reason }) => [located.finding, reason])),
  );
  return renderGroup({ id, title, findings, withheld, changes });
}

interface Group {
  /** Id of the host; empty for the fleet. */
  readonly id: string;
  readonly title: Content;
  readonly findings: readonly PageFinding[];
  /** Why a fix is not safe. */
  readonly withheld?: ReadonlyMap<PageFinding["finding"], string>;
  readonly changes?: readonly string[];
}

function renderGroup({ id, title, findings, withheld, changes = [] }: Group): Markup {
  const counted = findings.filter(({ finding }) => finding.suppressed === null);
  if (counted.length === 0) return nothing;
  const counts = severities.map((severity) => {
    const count = counted.filter(({ finding }) => finding.severity === severity).length;
    return count === 0
      ? nothing
      : fill`<span class="${severity}">${countOf(count, severity)}</span>`;
  });
  const items = counted.map((located) => renderFinding(located, withheld?.get(located.finding)));
  return fill`<details class="host" id="h${id}" data-h="${id}"><summary>${title} <span class="counts">${counts}</span></summary>
<ol>${items}</ol>${changes.length === 0 ? nothing : renderChanges(changes)}</details>
`;
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
  return fill`<details class="diff"><summary>Changes of the safe fixes</summary><pre>${drawn}</pre></details>`;
}
