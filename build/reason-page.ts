import {
  approvalReasons,
  gateReasons,
  hostReasons,
  ledgerReasons,
  planReasons,
  rehearsalReasons,
  stateReasons,
  ticketReasons,
  type Reason,
} from "../src/core/base/reasons.ts";

type Group = readonly [title: string, what: string, reasons: Readonly<Record<string, Reason>>];

/** Groups of reasons in the order of the page, each with a sentence on where its codes appear. */
export const reasonGroups: readonly Group[] = [
  ["Hosts", "A host refuses a change, and nothing was changed.", hostReasons],
  ["Tickets", "The gate or a host does not accept a ticket.", ticketReasons],
  [
    "Plans",
    "A plan leaves out a host, or is blocked as a whole. A plan can also refuse a host as `interface-in-use`, see [Hosts](#hosts).",
    planReasons,
  ],
  ["Rehearsals", "A rehearsal is missing, or cannot start.", rehearsalReasons],
  ["Approvals", "An approval or another decision of a person does not count.", approvalReasons],
  ["Requests and rollouts", "A request is refused, or a rollout waits.", stateReasons],
  ["Runs of the workflow", "The gate of the rollout workflow stops a run.", gateReasons],
  ["Ledger and controller", "The controller does not continue.", ledgerReasons],
];

/** docs/reasons.md: every reason code with cause and next step. */
export function renderReasonPage(): string {
  const sections = reasonGroups.map(([title, what, reasons]) => {
    const rows = Object.entries(reasons).map(
      ([code, { cause, next }]) => `| \`${code}\` | ${escapeText(cause)} | ${escapeText(next)} |\n`,
    );
    return `## ${title}\n\n${what}\n\n| code | cause | what to do |\n| --- | --- | --- |\n${rows.join("")}`;
  });
  return `# Reason codes

\`npm run docs\` writes this page from [reasons.ts](../src/core/base/reasons.ts). Messages, cards and reports show these codes. Other pages explain two more kinds of codes:

- [signed-reports.md](signed-reports.md#which-reports-count): why the report of a host does not count;
- [apply.md](apply.md#what-does-apply-report): how a change on a host ended.

${sections.join("\n")}`;
}

/** A page as messages name it, and a heading of it. */
const namedPage = /(?:see ([A-Z][a-z]+(?: [a-z]+)*) in )?docs\/([a-z-]+\.md)/g;

function linkPage(_: string, heading: string | undefined, page: string): string {
  if (heading === undefined) return `[${page}](${page})`;
  return `see [${heading}](${page}#${heading.toLowerCase().replaceAll(" ", "-")})`;
}

/** Escapes what Markdown would interpret, and links pages; code spans stay as they are. */
function escapeText(text: string): string {
  const parts = text.split("`").map((part, index) => {
    const shown = part.replaceAll("|", String.raw`\|`);
    if (index % 2 === 1) return shown;
    return shown.replaceAll(/[*_<[]/g, String.raw`\$&`).replaceAll(namedPage, linkPage);
  });
  return parts.join("`");
}
