import { rules } from "../rules/index.ts";
import { version } from "../version.ts";
import type { Checked } from "./count.ts";
import { renderGithub } from "./github.ts";
import { renderJson } from "./json.ts";
import { renderJunit } from "./junit.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderSarif } from "./sarif.ts";
import { coloured, plain, renderText } from "./text.ts";

export const formats = ["text", "json", "github", "sarif", "junit", "markdown"] as const;
export type Format = (typeof formats)[number];

export function renderReport(format: Format, checked: Checked, colour = false): string {
  switch (format) {
    case "text":
      return renderText(checked, colour ? coloured : plain);
    case "json":
      return renderJson(checked);
    case "github":
      return renderGithub(checked, "", "see --format text.");
    case "sarif":
      return renderSarif(checked, rules, version);
    case "junit":
      return renderJunit(checked);
    case "markdown":
      return renderMarkdown(checked);
  }
}
