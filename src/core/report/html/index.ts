import { verdicts } from "../../fleet/verdict.ts";
import type { Checked } from "../../check/checked-fleet.ts";
import {
  renderAssumptions,
  renderEvidence,
  renderFirst,
  renderRelaxed,
  renderRules,
  renderSince,
  renderSuppressions,
} from "./evidence.ts";
import { renderFindings } from "./findings.ts";
import { fill, nothing, trust, type Content, type Markup } from "./markup.ts";
import { renderMatrix } from "./matrix.ts";
import { modelPage, type PageFacts, type PageModel } from "./model.ts";
import { renderEnvironments, renderHeader } from "./overview.ts";
import { script } from "./script.ts";
import { renderRollouts, renderTimeline, renderTrend } from "./status.ts";
import { style } from "./style.ts";
import { renderWire } from "./tls.ts";

/** Characters of a piece of the page. */
const pieceLength = 64 * 1024;

/**
 * A self-contained page: it makes no requests, and its content security policy allows only its own
 * script and style by hash. Long parts are in `noscript`: the script builds them when they are shown,
 * and without JavaScript the browser shows them; then filter, sorting, copying and CSV are missing.
 * The page goes to `out` in pieces, since a large one needs a multiple of its length in memory.
 */
export function renderHtml(checked: Checked, facts: PageFacts, out: (piece: string) => void): void {
  let piece = "";
  renderPage(checked, facts).print((text) => {
    piece += text;
    if (piece.length < pieceLength) return;
    out(piece);
    piece = "";
  });
  out(piece);
}

function renderPage(checked: Checked, facts: PageFacts): Markup {
  const model = modelPage(checked, facts);
  const sources = `default-src 'none'; script-src ${sourceOf(script, facts)}; style-src ${sourceOf(style, facts)}`;
  const policy = `${sources}; img-src data:; base-uri 'none'; form-action 'none'`;
  return fill`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:">
<title>sesam-harden ${facts.command}</title>
<style>${trust(style)}</style></head>
<body><a class="skip" href="#hosts">Skip to the hosts</a>
${renderHeader(checked, facts)}${renderBody(checked, model, facts)}<script>${trust(script)}</script></body></html>
`;
}

/** The hash source of a text for a content security policy. */
function sourceOf(text: string, { hash }: PageFacts): string {
  const bytes = hash(text).match(/../g) ?? [];
  return `'sha256-${btoa(String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 16))))}'`;
}

function renderBody(checked: Checked, model: PageModel, facts: PageFacts): Markup {
  const sections = [
    ["relaxed", "Relaxed", renderRelaxed(checked)],
    ["since", "Since last time", renderSince(checked, model)],
    ["hosts", "Hosts", renderMatrix(model)],
    ["first", "Fix first", renderFirst(checked)],
    ["rollouts", "Rollouts", renderRollouts(model, facts)],
    ["timeline", "Timeline", renderTimeline(facts)],
    ["trend", "Trend", renderTrend(facts)],
    ["findings", "Findings", renderFindings(model, facts)],
    ["wire", "Scan", renderWire(model, facts)],
    ["suppressed", "Suppressed", renderSuppressions(model)],
    ["assumptions", "Assumptions", renderAssumptions(checked)],
    ["rules", "Rules", renderRules(model)],
    ["evidence", "Evidence", renderEvidence(checked, facts)],
  ] as const;
  const links = sections.map(([id, title, drawn]) =>
    drawn === nothing ? nothing : fill`<li><a href="#${id}">${title}</a></li>`,
  );
  return fill`<nav aria-label="Sections"><ul>${links}</ul>
${renderFilter(model)}</nav>
<main>
${renderEnvironments(model, checked)}${sections.map(([, , drawn]) => drawn)}</main>
`;
}

/** Hidden until the script shows it, since it needs the script. */
function renderFilter({ hosts, environments, rules: columns }: PageModel): Markup {
  const used = verdicts.filter((verdict) => hosts.some(({ host }) => host.verdict === verdict));
  const selects = [
    renderSelect(
      "environment",
      environments.map((name) => [name ?? "(none)", name ?? "none"]),
    ),
    renderSelect(
      "verdict",
      used.map((verdict) => [verdict, verdict]),
    ),
    renderSelect(
      "rule",
      columns.map(({ id }) => [id, id]),
    ),
  ];
  return fill`<form id="filter" role="search" aria-label="Filter" hidden><input type="search" name="text" placeholder="Filter hosts" aria-label="Filter hosts" aria-keyshortcuts="/" autocomplete="off" spellcheck="false">
${selects}<button type="reset">Reset</button><button type="button" name="csv" title="Download the hosts shown, as CSV">CSV</button><output></output></form>`;
}

function renderSelect(name: string, options: readonly (readonly [Content, string])[]): Markup {
  if (options.length < 2) return nothing;
  const drawn = options.map(([value, text]) => fill`<option value="${value}">${text}</option>`);
  return fill`<select name="${name}" aria-label="${name}"><option value="">All ${name}s</option>${drawn}</select>
`;
}
