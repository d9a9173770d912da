import { verdicts } from "../../fleet/verdict.ts";
import { severities } from "../../check/checked-fleet.ts";
import {
  renderHead,
  renderSection,
  renderTable,
  fill,
  nothing,
  type Content,
  type Markup,
} from "./markup.ts";
import type { MatrixCell, PageGroup, PageHost, PageModel } from "./model.ts";
import { renderVerdict, nameEnvironment } from "./overview.ts";

/** Matrix of hosts and rules: a cell shows the highest severity and the count, and links to the finding. */
export function renderMatrix(model: PageModel): Markup {
  const { hosts, rules: columns } = model;
  const key = [...severities, "suppressed"].map(
    (level) => fill`<span><span class="cell ${level}" aria-hidden="true">1</span>${level}</span>`,
  );
  const heads = [
    ...["Host", "Environment", "Verdict"].map((title) => renderHead(title)),
    ...columns.map(
      ({ id, title }) =>
        fill`<th scope="col" class="rule" data-r="${id}" title="${title}">${id}</th>`,
    ),
  ];
  const cellsOf = new Map(model.groups.map((group) => [group, renderCells(group, model)]));
  const none = columns.map(() => renderCell(undefined));
  const rows = hosts.map((page) =>
    renderRow(page, (page.group && cellsOf.get(page.group)) ?? none),
  );
  const foot = columns.length === 0 ? nothing : renderFoot(model);
  return renderSection(
    "hosts",
    "Hosts and rules",
    fill`<p class="faint key">${key}<span class="hint" hidden>Click a heading to sort. Use the arrow keys to move, Enter to open.</span></p>
${renderTable({ id: "matrix", title: "hosts", heads, rows, foot })}<p class="empty" hidden>No host matches the filter.</p>`,
  );
}

function renderRow({ host, id, group }: PageHost, cells: Content): Markup {
  const { name, role, verdict, environment } = host;
  return fill`<tr data-h="${id}" data-g="${group?.id ?? "-"}" data-e="${environment ?? "(none)"}" data-v="${verdict}"><th scope="row">${
    group === undefined ? name : fill`<a href="#h${group.id}">${name}</a>`
  }${role === "server" ? fill` <small>Server</small>` : nothing}</th><td>${nameEnvironment(environment)}</td><td data-n="${verdicts.indexOf(verdict)}">${renderVerdict(verdict)}</td>${cells}</tr>
`;
}

function renderCells({ cells }: PageGroup, { rules }: PageModel): readonly Markup[] {
  return rules.map(({ id }) => renderCell(cells.get(id)));
}

function renderCell(cell: MatrixCell | undefined): Markup {
  if (cell === undefined) return fill`<td></td>`;
  const { level, count, anchor } = cell;
  return fill`<td><a class="cell ${level}" href="#${anchor}">${count}<span class="heard"> ${level}</span></a></td>`;
}

/** The number of hosts for each rule, and the findings of no single host. */
function renderFoot(model: PageModel): Markup {
  const { rules, groups, fleet } = model;
  const totals = rules.map(({ id }) => {
    const hit = groups.filter(({ cells }) => isOpen(cells.get(id)));
    return fill`<td>${hit.reduce((sum, { hosts }) => sum + hosts.length, 0)}</td>`;
  });
  const open = fleet.findings.some(({ finding }) => finding.suppressed === null);
  const title = open ? fill`<a href="#h">Fleet</a>` : "Fleet";
  const own =
    fleet.findings.length === 0
      ? nothing
      : fill`<tr><th scope="row">${title}</th><td></td><td></td>${renderCells(fleet, model)}</tr>`;
  return fill`<tfoot>${own}<tr><th scope="row">Affected hosts</th><td></td><td></td>${totals}</tr></tfoot>`;
}

function isOpen(cell: MatrixCell | undefined): boolean {
  return cell !== undefined && cell.level !== "suppressed";
}
