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
  title: "[STPD_Server] and the HTTPS keys are spelled as SEP documents them",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "`[STPD_Server]`, `STPD_HTTPS_PORT` or `STPD_HTTPS_PRIORITY_STRING` is spelled in a way that only some INI parsers accept: different case, `:` or a space instead of `=`, `export` or a sign in front, quotes around the key, a no-break space, an invisible or full-width character, `[STPD Server]`. Also such a key on an indented line, or below a line or comment that ends in `\\`, which some parsers read as a continuation of the line above. Also an HTTPS key without a value, and a line that is not a setting but may belong to an HTTPS setting above it, such as the second half of a value or an indented note. A plain port in such a spelling counts as open and is reported by ftp-port-open and http-port-open.",
    fix: "Spell the name as SEP does. The automatic fix renames it in place, unless that would open an old port or the correct name is already in the file.",
    rationale:
      "SEP does not document whether STPD accepts these spellings, so an HTTPS port in such a spelling cannot be relied on, and a priority string may be ignored. Adding a second, correct line would leave open which of them STPD uses. This rule cannot be suppressed.",
    source:
      "SEP, Disabling unsecure transport modes (5.1.0): the sample file. What parsers accept was tested with inih, configparser and `ini`.",
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

/** The line to keep if a key is set several times. */
interface Kept {
  readonly entry: StpdEntry | undefined;
  /** True if all of them have the same number. */
  readonly saysOne: boolean;
}

function findKept({ serverEntries }: StpdFile, key: string): Kept {
  const all = serverEntries.get(key) ?? [];
  const entry = all.find(({ causes }) => causes.length === 0) ?? all[0];
  const numbers = new Set(all.map(plainNumber));
  return { entry, saysOne: key === portKey && numbers.size === 1 && !numbers.has(undefined) };
}

/** Kinds of lines that carry settings. */
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
      message: `nonstandard spelling of [${serverSection}] (${causes.join(" and ")}), so STPD may ignore the keys below it`,
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
    const message = `nonstandard spelling of ${known} (${causes.join(" and ")}), so STPD may ignore it`;
    return [{ place, message, ...adviseRename(file, entry, kept.get(known ?? "")) }];
  }
  const { raw } = file.document.lines[line] ?? { raw: "" };
  const isIndented = /^[ \t]/.test(raw);
  const isDoubtful = joins !== undefined && (isHttps || isHttpsKey(entry.joinsKnown));
  // An indented line may become part of a line that a fix adds or corrects above it.
  if (!isDoubtful && !(isIndented && inServer !== "no")) return [];
  const text = (isHttps ? writeLine(entry) : undefined) ?? withoutEnding(raw).trimStart();
  const reason = isIndented ? "is indented" : "follows a line that ends in \\";
  const other = joins === undefined ? "a line above" : `line ${joins + 1}`;
  const isBelowComment = file.document.lines[joins ?? -1]?.kind === "comment";
  // Without the indentation an old port that may be open would certainly be open.
  const isPlain = known !== undefined && !isHttps;
  const move = isPlain
    ? `Comment the line out, or write ${text} without indentation if the port must stay open.`
    : `Write ${text} without indentation.`;
  return [
    {
      place,
      ...(isDoubtful ? {} : { severity: "notice" }),
      message: `${key} ${reason}, so STPD may read it as part of ${other}`,
      help: isIndented
        ? move
        : isBelowComment
          ? `Remove the \\ from the end of ${other}.`
          : `Rewrite ${other} so that it does not end in \\.`,
      ...(isIndented && !isPlain ? { fix: editOf({ op: "rewrite", line, text }, known) } : {}),
    },
  ];
}

/** Never adds a second line of a key: renames the line that is there, or comments it out. */
function adviseRename(
  file: StpdFile,
  entry: StpdEntry,
  kept: Kept | undefined,
): Pick<RuleFinding, "help" | "fix"> {
  const { known = "", line } = entry;
  if (kept?.entry !== undefined && kept.entry !== entry) {
    const edit = { op: "commentOut", line } as const;
    return {
      help: `Keep either this line or line ${kept.entry.line + 1}, spelled ${known}.`,
      ...(kept.saysOne && { fix: editOf(edit, known) }),
    };
  }
  const text = writeLine(entry);
  // Another section has a different number, and it is not clear which one is meant.
  const isDoubtful = file.entries.some(
    (other) =>
      known === portKey && other.known === portKey && plainNumber(other) !== plainNumber(entry),
  );
  if (text !== undefined && isDoubtful)
    return { help: `Write ${text} if this is the right number.` };
  if (text === undefined) return { help: `Write ${known}= followed by the port number.` };
  return { help: `Write ${text}`, fix: editOf({ op: "rewrite", line, text }, known) };
}

/** The line as SEP writes it; undefined if the value has no port number. */
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
