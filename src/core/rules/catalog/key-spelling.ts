import { explainPort } from "../../fleet/spelling.ts";
import {
  homeOf,
  isHttpsKey,
  plainNumber,
  priorityKey,
  readPort,
  serverSection,
  type StpdEntry,
  type StpdFile,
} from "../../fleet/stpd-file.ts";
import type { SectionLine } from "../../fleet/stpd-lines.ts";
import { lineEnding } from "../../formats/ini/document.ts";
import type { IniEdit } from "../../formats/ini/edit.ts";
import { describeStray, spoilsHttps } from "./stray-line.ts";
import { ofFile, type ProposedFix, type Rule, type RuleFinding } from "../rule.ts";

const portKey = "STPD_HTTPS_PORT";

export const keySpelling: Rule = {
  id: "key-spelling",
  title: "[STPD_Server] and the keys of HTTPS are written as SEP writes them",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "`[STPD_Server]`, `STPD_HTTPS_PORT` or `STPD_HTTPS_PRIORITY_STRING` in a spelling that some readers of INI files take for it and others do not: another case, `:` or a blank in place of `=`, `export` or a sign in front, quotes around the key, a no-break space, an invisible or full-width character, `[STPD Server]`. Also such a key on an indented line, or below a line that ends in `\\`, which readers may take for a part of the line above, also of a comment. Also a line that is not a setting and may be a part of an HTTPS setting above it (the second half of a value, an indented note), and an HTTPS key without a value. A plain port in such a spelling counts as open: ftp-port-open and http-port-open report it.",
    fix: "Write the name as SEP does. The fix renames it in its line, where that opens no old port and where the name does not stand in the file already.",
    rationale:
      "Whether STPD minds these differences is not documented, so an HTTPS port in such a spelling is not a certain way in, and a priority string may not count. A second line next to the misspelt one would leave open which of them STPD obeys. This rule cannot be suppressed.",
    source:
      "SEP, Disabling unsecure transport modes (5.1.0): the sample text of the file. What readers take for the same was tried with inih, configparser and `ini`.",
  },
  check: ofFile((file) => {
    const home = homeOf(file);
    const kept = new Map([portKey, priorityKey].map((key) => [key, findKept(file, key)]));
    return [
      ...file.sections.flatMap((section) => describeSection(file, section, home)),
      ...file.entries.flatMap((entry) => describeEntry(file, entry, kept)),
      ...file.strays.filter(spoilsHttps).map((stray) => describeStray(file, stray)),
    ];
  }),
};

/** The line of a key that stays where there are several. */
interface Kept {
  readonly entry: StpdEntry | undefined;
  /** All of them say the same number. */
  readonly saysOne: boolean;
}

function findKept({ serverEntries }: StpdFile, key: string): Kept {
  const all = serverEntries.get(key) ?? [];
  const entry = all.find(({ causes }) => causes.length === 0) ?? all[0];
  const numbers = new Set(all.map(plainNumber));
  return { entry, saysOne: key === portKey && numbers.size === 1 && !numbers.has(undefined) };
}

/** Kinds of lines that a section cannot lose. */
const meaningful: readonly string[] = ["entry", "unparsed"];

function describeSection(
  file: StpdFile,
  section: SectionLine,
  first: number | undefined,
): readonly RuleFinding[] {
  const { line, causes, inServer } = section;
  const { raw } = file.document.lines[line] ?? { raw: "" };
  if (inServer !== "maybe" || file.broken.includes(line)) return [];
  const [start, end] = [raw.indexOf("["), raw.indexOf("]") + 1];
  const fix = editOf({ op: "rewrite", line, text: `[${serverSection}]` });
  const home = file.sectionLine;
  const next = file.sections.find((other) => other.line > line)?.line ?? Infinity;
  const body = file.document.lines.slice(line + 1, next);
  const isEmpty = !body.some(({ kind }) => meaningful.includes(kind));
  return [
    {
      place: { line, span: [start, end] },
      message: `${raw.slice(start, end)} is [${serverSection}] but for ${causes.join(" and ")}, so STPD may not read what is below it`,
      help:
        home === undefined
          ? `Write [${serverSection}].`
          : isEmpty
            ? "Remove this line."
            : `Move the lines below it to [${serverSection}] on line ${home + 1}.`,
      ...(first === line ? { fix } : {}),
    },
  ];
}

function describeEntry(
  file: StpdFile,
  entry: StpdEntry,
  kept: ReadonlyMap<string, Kept>,
): readonly RuleFinding[] {
  const { known, inServer, causes, joins, line, key, keySpan } = entry;
  const isHttps = isHttpsKey(known);
  const place = { line, span: keySpan };
  if (inServer !== "no" && isHttps && causes.length > 0) {
    const message = `${key} is ${known} but for ${causes.join(" and ")}, so STPD may not read it`;
    return [{ place, message, ...adviseRename(file, entry, kept.get(known ?? "")) }];
  }
  const { raw } = file.document.lines[line] ?? { raw: "" };
  const isIndented = /^[ \t]/.test(raw);
  const isDoubtful = joins !== undefined && (isHttps || isHttpsKey(entry.joinsKnown));
  // One that is indented may become a part of what is written, or made certain, above it.
  if (!isDoubtful && !(isIndented && inServer !== "no")) return [];
  const text = (isHttps ? writeLine(entry) : undefined) ?? withoutEnding(raw).trimStart();
  const reason = isIndented ? "is indented" : "stands below a line that ends in \\";
  const other = joins === undefined ? "a line above it" : `line ${joins + 1}`;
  const isBelowComment = file.document.lines[joins ?? -1]?.kind === "comment";
  // At the start of the line an old port that may be open would be open for certain.
  const isPlain = known !== undefined && !isHttps;
  const move = isPlain
    ? `Comment out the line, or write ${text} at its start if the port must stay open.`
    : `Write ${text} at the start of the line.`;
  return [
    {
      place,
      ...(isDoubtful ? {} : { severity: "notice" }),
      message: `${key} ${reason}, so STPD may take it for a part of ${other}`,
      help: isIndented
        ? move
        : isBelowComment
          ? `Remove the \\ from the end of ${other}.`
          : `Write ${other} anew.`,
      ...(isIndented && !isPlain ? { fix: editOf({ op: "rewrite", line, text }, known) } : {}),
    },
  ];
}

/** A second line of the key is never made: what is there already is renamed, or gives way. */
function adviseRename(
  file: StpdFile,
  entry: StpdEntry,
  kept: Kept | undefined,
): Pick<RuleFinding, "help" | "fix"> {
  const { known = "", line } = entry;
  if (kept?.entry !== undefined && kept.entry !== entry) {
    const edit = { op: "commentOut", line } as const;
    return {
      help: `Keep this line or line ${kept.entry.line + 1}, spelt ${known}.`,
      ...(kept.saysOne && { fix: editOf(edit, known) }),
    };
  }
  const text = writeLine(entry);
  // In another section with another number: which one HTTPS is to have is not sure.
  const isDoubtful = file.entries.some(
    (other) =>
      known === portKey && other.known === portKey && plainNumber(other) !== plainNumber(entry),
  );
  if (text !== undefined && isDoubtful) return { help: `Write ${text}, if that is the number.` };
  if (text === undefined) return { help: `Write ${known}=, and the number of the port behind it.` };
  return { help: `Write ${text}`, fix: editOf({ op: "rewrite", line, text }, known) };
}

/** The line as SEP writes it; undefined where the number of the port cannot be told. */
export function writeLine({ known, value, isQuoted }: StpdEntry): string | undefined {
  const text = isQuoted ? `"${value}"` : value;
  if (known === priorityKey) return `${known}=${value.includes('"') ? text : `"${value}"`}`;
  const digits = explainPort(text)?.digits ?? value;
  return readPort(digits) === undefined ? undefined : `${known}=${digits}`;
}

function withoutEnding(raw: string): string {
  return raw.slice(0, raw.length - lineEnding(raw).length);
}

function editOf(edit: IniEdit, key = ""): ProposedFix {
  return { kind: "edit", edit, key: { section: serverSection, key } };
}
