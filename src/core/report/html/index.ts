import { verdicts } from "../../fleet/verdict.ts";
import type { Checked } from "../../check/checked-fleet.ts";
import { drawEvidence, drawRules, drawSuppressions } from "./evidence.ts";
import { drawFindings } from "./findings.ts";
import { fill, nothing, type Content, type Markup } from "./markup.ts";
import { drawMatrix } from "./matrix.ts";
import { modelPage, type PageFacts, type PageModel } from "./model.ts";
import { drawEnvironments, drawHeader } from "./overview.ts";
import { script } from "./script.ts";
import { drawRollouts, drawTrend } from "./status.ts";
import { style } from "./style.ts";
import { drawWire } from "./tls.ts";

/**
 * One page that needs nothing else: no request leaves it, and its own script and style, known by
 * their hashes, are all that runs. Without the script it has no filter, and everything else.
 */
export function renderHtml(checked: Checked, facts: PageFacts): string {
  const model = modelPage(checked);
  const sources = `default-src 'none'; script-src ${sourceOf(script, facts)}; style-src ${sourceOf(style, facts)}`;
  const policy = `${sources}; img-src data:; base-uri 'none'; form-action 'none'`;
  return fill`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:">
<title>sesam-harden ${facts.command}</title>
<style>${{ markup: style }}</style></head>
<body><a class="skip" href="#hosts">Skip to the hosts</a>
${drawHeader(checked, facts)}${drawBody(checked, model, facts)}<script>${{ markup: script }}</script></body></html>
`.markup;
}

/** As a content security policy names a text. */
function sourceOf(text: string, { hash }: PageFacts): string {
  const bytes = hash(text).match(/../g) ?? [];
  return `'sha256-${btoa(String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 16))))}'`;
}

function drawBody(checked: Checked, model: PageModel, facts: PageFacts): Markup {
  const sections = [
    ["hosts", "Hosts", drawMatrix(model)],
    ["rollouts", "Rollouts", drawRollouts(model, facts)],
    ["trend", "Trend", drawTrend(facts)],
    ["findings", "Findings", drawFindings(model, facts)],
    ["wire", "Wire", drawWire(model, facts)],
    ["suppressed", "Suppressed", drawSuppressions(model)],
    ["rules", "Rules", drawRules(model)],
    ["evidence", "Evidence", drawEvidence(checked, facts)],
  ] as const;
  const links = sections.map(([id, title, drawn]) =>
    drawn === nothing ? nothing : fill`<li><a href="#${id}">${title}</a></li>`,
  );
  return fill`<nav aria-label="Sections"><ul>${links}</ul>
${drawFilter(model)}</nav>
<main>
${drawEnvironments(model, checked)}${sections.map(([, , drawn]) => drawn)}</main>
`;
}

/** Shown by the script, since it does nothing without it. */
function drawFilter({ hosts, environments, columns }: PageModel): Markup {
  const used = verdicts.filter((verdict) => hosts.some(({ host }) => host.verdict === verdict));
  const selects = [
    drawSelect(
      "environment",
      environments.map((name, index) => [index, name ?? "none"]),
    ),
    drawSelect(
      "verdict",
      used.map((verdict) => [verdict, verdict]),
    ),
    drawSelect(
      "rule",
      columns.map(({ id }) => [id, id]),
    ),
  ];
  return fill`<form id="filter" role="search" aria-label="Filter" hidden><input type="search" name="text" placeholder="Filter hosts" aria-label="Filter hosts" aria-keyshortcuts="/" autocomplete="off" spellcheck="false">
${selects}<button type="reset">Reset</button><output></output></form>`;
}

function drawSelect(name: string, options: readonly (readonly [Content, string])[]): Markup {
  if (options.length < 2) return nothing;
  const drawn = options.map(([value, text]) => fill`<option value="${value}">${text}</option>`);
  return fill`<select name="${name}" aria-label="${name}"><option value="">every ${name}</option>${drawn}</select>
`;
}
