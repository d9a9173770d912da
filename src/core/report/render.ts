import { rules } from "../rules/index.ts";
import { version } from "../base/version.ts";
import { type Checked, countResults } from "../check/checked-fleet.ts";
import { renderGithub } from "./github.ts";
import type { PageFacts } from "./html/model.ts";
import { renderJunit } from "./junit.ts";
import { renderMarkdown } from "./markdown.ts";
import { describeRelaxed, listExceptions, showRelaxed } from "./relaxed.ts";
import { renderSarif } from "./sarif.ts";
import { coloured, uncoloured, renderConcise, renderText, type TextDetail } from "./text.ts";
import { printJson } from "../formats/json/print.ts";

export const textFormats = [
  "text",
  "concise",
  "json",
  "github",
  "sarif",
  "junit",
  "markdown",
] as const;
export const formats = [...textFormats, "html"] as const;
export type TextFormat = (typeof textFormats)[number];
export type Format = (typeof formats)[number];

export interface RenderTools {
  readonly colour: boolean;
  readonly detail?: TextDetail;
  /** Where a reader finds a file of the report; by default as the report has it. */
  readonly pathTo?: (file: string) => string;
  /** What only the page needs. */
  readonly page: () => Promise<PageFacts>;
}

/** The page is loaded only where it is asked for. */
export async function renderAny(
  format: Format,
  checked: Checked,
  { page, ...tools }: RenderTools,
): Promise<string> {
  if (format !== "html") return renderReport(format, checked, tools);
  const { renderHtml } = await import("./html/index.ts");
  return renderHtml(checked, await page());
}

export function renderReport(
  format: TextFormat,
  checked: Checked,
  { colour = false, detail, pathTo = (file) => file }: Partial<Omit<RenderTools, "page">> = {},
): string {
  switch (format) {
    case "text":
      return renderText(checked, colour ? coloured : uncoloured, detail);
    case "concise":
      return renderConcise(checked, pathTo);
    case "json":
      return renderJson(checked);
    case "github":
      return (
        renderGithub(checked, { prefix: "", where: "see --format text." }) +
        showRelaxed(describeRelaxed(checked))
      );
    case "sarif":
      return renderSarif(checked, rules, version);
    case "junit":
      return renderJunit(checked);
    case "markdown":
      return renderMarkdown(checked);
  }
}

/** The same bytes on every machine and runtime: no time, no absolute path. */
export function renderJson(checked: Checked): string {
  const { findings, hosts, probes, relaxed, baselined = 0, ownChanges } = checked;
  const seen = probes === undefined ? { knownHosts: countResults(checked).known } : { probes };
  const report = {
    schemaVersion: 2,
    findings: findings.map(({ finding }) => finding),
    hosts,
    ...seen,
    relaxed: { ...relaxed, exceptions: listExceptions(findings), baselined },
    ...(ownChanges === undefined ? {} : { ownChanges }),
  };
  return printJson(report, 2);
}
