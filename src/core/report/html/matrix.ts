import { verdicts } from "../../fleet/verdict.ts";
import { severities } from "../../check/checked-fleet.ts";
import { renderHead, renderSection, renderTable, fill, nothing, type Markup } from "./markup.ts";
import type { MatrixCell, PageHost, PageModel } from "./model.ts";
import { renderVerdict, nameEnvironment } from "./overview.ts";

/** Matrix of hosts and rules: a cell shows the highest severity and the count, and links to the finding. */
export function renderMatrix(model: PageModel): Markup {
  const { hosts, columns } = model;
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
  const rows = hosts.map((host) => renderRow(host, model));
  const foot = columns.length === 0 ? nothing : renderTotals(model);
  return renderSection(
    "hosts",
    "Hosts and rules",
    fill`<p class="faint key">${key}<span class="hint" hidden>Click a heading to sort. Use the arrow keys to move, Enter to open.</span></p>
${renderTable({ id: "matrix", title: "hosts", heads, rows, foot })}<p class="empty" hidden>No host matches the filter.</p>`,
  );
}

function renderRow(
  { host, id, environment, findings, cells }: PageHost,
  { columns }: PageModel,
): Markup {
  const { name, role, verdict } = host;
  return fill`<tr data-h="${id}" data-e="${environment}" data-v="${verdict}"><th scope="row">${
    findings.length === 0 ? name : fill`<a href="#h${id}">${name}</a>`
  }${role === "server" ? fill` <small>Server</small>` : nothing}</th><td>${nameEnvironment(host.environment)}</td><td data-n="${verdicts.indexOf(verdict)}">${renderVerdict(verdict)}</td>${columns.map((rule) => renderCell(cells.get(rule.id)))}</tr>
`;
}

function renderCell(cell: MatrixCell | undefined): Markup {
  if (cell === undefined) return fill`<td></td>`;
  const { level, count, anchor } = cell;
  return fill`<td><a class="cell ${level}" href="#${anchor}">${count}<span class="heard"> ${level}</span></a></td>`;
}

function renderTotals({ hosts, columns }: PageModel): Markup {
  const totals = columns.map(({ id }) => {
    const hit = hosts.filter(
      ({ cells }) => (cells.get(id)?.level ?? "suppressed") !== "suppressed",
    );
    return fill`<td>${hit.length}</td>`;
  });
  return fill`<tfoot><tr><th scope="row">Affected hosts</th><td></td><td></td>${totals}</tr></tfoot>`;
}
