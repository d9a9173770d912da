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
      "The key of a plain port without a value. As a warning, any other line that is not blank, a comment, a section or `KEY=value`: a note without `#`, text from a wiki. One that may be a part of an HTTPS setting is reported by key-spelling. As a notice, a comment that starts with `;`, `//` or another mark that SEP does not document.",
    fix: "Start the line with `#`. The fix does that in `[STPD_Server]` and above the first section, except for a line that may be the rest of a value of a key that is not documented, or hold the number of a port.",
    rationale:
      "Nothing says that STPD skips what it does not understand: some readers stop at such a line, and some take an indented one, or one below a `\\`, for a part of the value above.",
    source:
      "SEP, Disabling unsecure transport modes (5.1.0), which shows `#` at the start of the row as the only comment.",
  },
  check: ofFile((file) => [
    ...file.strays
      .filter((stray) => !spoilsHttps(stray))
      .map((stray) => describeStray(file, stray)),
    ...file.foreignComments.map((comment) => describeComment(file, comment)),
  ]),
};

/** Leaves an HTTPS setting in doubt, which no suppression may hide: key-spelling reports it. */
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
  // Some readers find the number of a port here: without it HTTPS, or the last way in, is gone.
  const holdsPort =
    joinsKnown !== priorityKey &&
    file.entries.some((entry) => entry.line === joins && portOf(entry) === undefined);
  const isSafe = joins === undefined || (joinsKnown !== undefined && !holdsPort);
  return {
    severity: spoilsHttps({ known, joinsKnown }) || known !== undefined ? "error" : "warning",
    place,
    message:
      joins === undefined
        ? "this line is not a comment, a section or a setting, and STPD may not skip it"
        : `this line sets nothing, or is a part of line ${joins + 1}, as some readers take it`,
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
    message: `${mark} is not a comment mark that SEP documents`,
    help: "Start comments with #, the only mark that is documented.",
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
