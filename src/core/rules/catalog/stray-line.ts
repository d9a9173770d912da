import { isHttpsKey, portOf, priorityKey, type StpdFile } from "../../fleet/stpd-file.ts";
import type { ForeignComment, StrayLine } from "../../fleet/stpd-lines.ts";
import { byteOrderMark, lineEnding } from "../../formats/ini/document.ts";
import type { IniEdit } from "../../formats/ini/edit.ts";
import { ofFile, type ProposedFix, type Rule, type RuleFinding } from "../rule.ts";

export const strayLine: Rule = {
  id: "stray-line",
  title: "Every line is a comment, a section or a setting",
  severity: "error",
  explanation: {
    triggers:
      "The key of a plain port without a value. As a warning: any other line that is not blank, a comment, a section or `KEY=value`, such as a note without `#` or text pasted from a wiki. As a notice: a comment that starts with `;`, `//` or another marker that SEP does not document. A line that may belong to an HTTPS setting is reported by key-spelling.",
    fix: "Start the line with `#`. The automatic fix does this in `[STPD_Server]` and above the first section. It skips lines that may continue the value of an undocumented key or contain the number of a port.",
    rationale:
      "SEP does not say that STPD skips what it does not understand. Some parsers stop at such a line, and some read an indented line, or a line below a `\\`, as part of the value above.",
    source:
      "SEP, Disabling unsecure transport modes (5.1.0), which shows `#` at the start of a line as the only comment.",
  },
  check: ofFile((file) => [
    ...file.strays
      .filter((stray) => !spoilsHttps(stray))
      .map((stray) => describeStray(file, stray)),
    ...file.foreignComments.map((comment) => describeComment(file, comment)),
  ]),
};

/** True if the line puts an HTTPS setting in doubt; key-spelling reports it because that rule cannot be suppressed. */
export function spoilsHttps({
  known,
  joinsKnown,
}: Pick<StrayLine, "known" | "joinsKnown">): boolean {
  return isHttpsKey(joinsKnown) || isHttpsKey(known);
}

export function describeStray(
  file: StpdFile,
  { line, section, isOurs, known, joins, joinsKnown }: StrayLine,
): RuleFinding {
  const raw = rawOf(file, line);
  const start = raw.length - raw.trimStart().length;
  const place = { line, span: [start, raw.trimEnd().length] as const };
  // Some parsers read a port number from this line; without it the last data port may be gone.
  const holdsPort =
    joinsKnown !== priorityKey &&
    file.entries.some((entry) => entry.line === joins && portOf(entry) === undefined);
  const isSafe = joins === undefined || (joinsKnown !== undefined && !holdsPort);
  return {
    severity: spoilsHttps({ known, joinsKnown }) || known !== undefined ? "error" : "warning",
    place,
    message:
      joins === undefined
        ? "this line is not a comment, section or setting, and STPD may not skip it"
        : `this line is not a setting, and some INI parsers read it as part of line ${joins + 1}`,
    help: isSafe
      ? "Start it with # if it is a comment, or write KEY=value."
      : "Write the whole value on one line, or start this line with #.",
    ...(isSafe && isOurs && !isHttpsKey(known)
      ? { fix: editOf({ op: "commentOut", line }, section) }
      : {}),
  };
}

function describeComment(
  file: StpdFile,
  { line, section, isOurs, mark }: ForeignComment,
): RuleFinding {
  const raw = rawOf(file, line);
  const start = raw.indexOf(mark);
  const lead = line === 0 && raw.startsWith(byteOrderMark) ? byteOrderMark.length : 0;
  const text = `${raw.slice(lead, start)}# ${raw.slice(start + mark.length).trimStart()}`.trimEnd();
  return {
    severity: "notice",
    place: { line, span: [start, start + mark.length] },
    message: `SEP does not document '${mark}' as a comment marker`,
    help: "Start the comment with #, the only documented marker.",
    ...(isOurs ? { fix: editOf({ op: "rewrite", line, text }, section) } : {}),
  };
}

function editOf(edit: IniEdit, section: string): ProposedFix {
  return { kind: "edit", edit, key: { section, key: "" } };
}

function rawOf({ document }: StpdFile, line: number): string {
  const raw = document.lines[line]?.raw ?? "";
  return raw.slice(0, raw.length - lineEnding(raw).length);
}
