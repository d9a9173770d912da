import { rules } from "../rules/index.ts";
import { version } from "../base/version.ts";
import { type Checked, countResults } from "../check/checked-fleet.ts";
import { describeSince } from "./groups.ts";
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
  /** Path under which a reader can open a file of the report; default: unchanged. */
  readonly pathTo?: (file: string) => string;
  /** Facts that only the HTML page needs. */
  readonly page: () => Promise<PageFacts>;
  /** Gets the report in pieces. */
  readonly out: (piece: string) => void;
}

/** Renders any format, in pieces; loads the code of the HTML page only if needed. */
export async function renderAny(
  format: Format,
  checked: Checked,
  { page, out, ...tools }: RenderTools,
): Promise<void> {
  if (format !== "html") return out(renderReport(format, checked, tools));
  const { renderHtml } = await import("./html/index.ts");
  renderHtml(checked, await page(), out);
}

export function renderReport(
  format: TextFormat,
  checked: Checked,
  {
    colour = false,
    detail,
    pathTo = (file) => file,
  }: Partial<Omit<RenderTools, "page" | "out">> = {},
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
        showRelaxed([...describeSince(checked), ...describeRelaxed(checked)])
      );
    case "sarif":
      return renderSarif(checked, rules, version);
    case "junit":
      return renderJunit(checked);
    case "markdown":
      return renderMarkdown(checked);
  }
}

/** JSON without times or absolute paths, so the bytes are the same on every machine and runtime. */
export function renderJson(checked: Checked): string {
  const { findings, hosts, probes, relaxed, baselined = 0, ownChanges, since } = checked;
  const seen = probes === undefined ? { knownHosts: countResults(checked).known } : { probes };
  const report = {
    schemaVersion: 2,
    findings: findings.map(({ finding }) => finding),
    hosts,
    ...seen,
    relaxed: { ...relaxed, exceptions: listExceptions(findings), baselined },
    ...(ownChanges === undefined ? {} : { ownChanges }),
    ...(since === undefined ? {} : { since }),
  };
  return printJson(report, 2);
}
