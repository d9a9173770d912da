import type { HostFolder } from "../fleet/host-folder.ts";
import { priorityKey, type StpdEntry, type StpdFile } from "../fleet/stpd-file.ts";
import type { PlainPortKey } from "../fleet/port-usage.ts";
import { fittingKey, type PriorityFaults } from "../gnutls/verdict.ts";
import { printIni } from "../formats/ini/document.ts";
import { applyEdits, type IniEdit } from "../formats/ini/edit.ts";
import { differsOnlyIn, readWithIni, valueOf, type NamedKey } from "../formats/ini/cross-check.ts";
import { createTouched } from "./touched-keys.ts";
import type { ProposedFix } from "../rules/rule.ts";
import { findLastLine } from "./old-value.ts";
import { repairPriority } from "./repair-priority.ts";

/** An edit that one or more findings need. */
export interface WantedChange {
  readonly edit: IniEdit;
  readonly key: NamedKey;
  readonly closes: PlainPortKey | undefined;
  readonly proposed: readonly ProposedFix[];
  /** Why the line is not changed at all. */
  readonly refused: string | undefined;
  /** Why it is not safe to replace a value that may be intended. */
  readonly doubt: string | undefined;
}

export const disagreeing = "other INI parsers would see more changes than this; fix it by hand";

/** Merges equal edits, and drops other edits of a line that is commented out. */
export function collectChanges(
  folder: HostFolder,
  stpd: StpdFile,
  proposed: readonly (ProposedFix | undefined)[],
): readonly WantedChange[] {
  const edits = new Map<
    string,
    { edit: IniEdit; key: NamedKey; closes?: PlainPortKey; proposed: ProposedFix[] }
  >();
  const lines = new Map<number, ProposedFix[]>();
  for (const fix of proposed) {
    if (fix?.kind === "edit") {
      const { edit, key, closes } = fix;
      const known = edits.get(JSON.stringify(edit));
      if (known === undefined) {
        edits.set(JSON.stringify(edit), { edit, key, ...(closes && { closes }), proposed: [fix] });
      } else {
        known.proposed.push(fix);
        // One finding may know that the line closes a port while another only reports a duplicate.
        if (closes !== undefined) known.closes = closes;
      }
    } else if (fix?.kind === "priority") {
      const known = lines.get(fix.line);
      if (known === undefined) lines.set(fix.line, [fix]);
      else known.push(fix);
    }
  }
  mergeRewrites(edits);
  const touched = new Set(
    [...edits.values()].map(({ edit }) => (edit.op === "insertAfter" ? -1 : edit.line)),
  );
  const repairs = [...lines].flatMap(([line, own]) => {
    const entry = stpd.entries.find((candidate) => candidate.line === line);
    const rewrite = touched.has(line)
      ? [...edits.values()].find(({ edit }) => edit.op === "rewrite" && edit.line === line)
      : undefined;
    // A line without = can only get a value if it is rewritten.
    const canSet = !touched.has(line) && stpd.document.lines[line]?.kind === "entry";
    if (entry === undefined || (rewrite === undefined && !canSet)) return [];
    const faults = faultsOf(own);
    const value = repairPriority(entry.value, faults, folder.policy.profile, stpd.readPriority);
    if (value === undefined) return [];
    const last = findLastLine(stpd, line);
    const doubt = findDoubt(joinValue(stpd, entry, last), folder, stpd);
    if (rewrite !== undefined) {
      if (doubt !== undefined) return [];
      rewrite.edit = { op: "rewrite", line, text: `${priorityKey}="${value}"` };
      rewrite.proposed.push(...own);
      return [];
    }
    const { section, key } = entry;
    // In quotes, as SEP writes it.
    const edit = { op: "set", line, value, quoted: true, last: last ?? line } as const;
    const rest = takeRest(edits, line, last ?? line);
    const refused = last === undefined ? unclear : undefined;
    return [
      {
        edit,
        key: { section, key },
        closes: undefined,
        proposed: [...own, ...rest],
        doubt,
        refused,
      },
    ];
  });
  const asked = [...edits.values()].map((change) => ({
    ...change,
    closes: change.closes,
    doubt: undefined,
    refused: undefined,
  }));
  const changes: readonly WantedChange[] = [...asked, ...repairs];
  const refuse = createVerifier(stpd, changes);
  return changes.map((change) => ({ ...change, refused: change.refused ?? refuse(change) }));
}

const unclear = "the value ends in a backslash, so the next line may belong to it; fix it by hand";

/** The string as a parser that joins continued lines reads it. */
function joinValue({ document }: StpdFile, { line, value }: StpdEntry, last = line): string {
  const rest = document.lines.slice(line + 1, last + 1).map(({ raw }) => raw);
  const parts = [value, ...rest].map((text) => text.replaceAll(/["\\]/g, "").trim());
  return parts.join("");
}

/** Why a string may be right for its host, so that only `--unsafe` replaces it. */
function findDoubt(
  value: string,
  { policy }: HostFolder,
  { readPriority }: StpdFile,
): string | undefined {
  if (/^\s*@/.test(value)) {
    return "the meaning of the string depends on the GnuTLS configuration on the host";
  }
  const key = fittingKey(readPriority(value), policy.keys);
  if (key === undefined) return undefined;
  return `the string may be meant for a certificate with ${key === "rsa" ? "an RSA" : "an EC"} key; set certificate_key in host.ini to confirm or rule that out`;
}

/** Removes edits that comment out the continuation lines of a value that is replaced. */
function takeRest(
  edits: Map<string, { edit: IniEdit; proposed: ProposedFix[] }>,
  line: number,
  last: number,
): readonly ProposedFix[] {
  const proposed: ProposedFix[] = [];
  for (let rest = line + 1; rest <= last; rest++) {
    const name = JSON.stringify({ op: "commentOut", line: rest });
    proposed.push(...(edits.get(name)?.proposed ?? []));
    edits.delete(name);
  }
  return proposed;
}

/** Drops spelling fixes of lines that are commented out. */
function mergeRewrites(edits: Map<string, { edit: IniEdit; proposed: ProposedFix[] }>): void {
  for (const [name, { edit, proposed }] of edits) {
    if (edit.op !== "rewrite") continue;
    const other = edits.get(JSON.stringify({ op: "commentOut", line: edit.line }));
    if (other === undefined) continue;
    other.proposed.push(...proposed);
    edits.delete(name);
  }
}

type Unverified = Pick<WantedChange, "edit" | "key">;

/** No real stpd.ini needs more edits than this; any further ones are not made. */
const maxVerified = 100;

/** Nor is a real stpd.ini longer: a second parser would take seconds for one of a megabyte. */
const maxLines = 10_000;
const tooLong = "the file has more than 10,000 lines; fix it by hand";

/** True for a file that is not edited because of its length. */
export function isTooLong({ document }: Pick<StpdFile, "document">): boolean {
  return document.lines.length > maxLines;
}

/** Returns why a second INI parser disagrees with an edit; undefined if it sees the same change. */
function createVerifier(
  stpd: StpdFile,
  changes: readonly Unverified[],
): (change: Unverified) => string | undefined {
  const [broken] = stpd.broken;
  if (broken !== undefined) {
    return () => `line ${broken + 1} is malformed, so what STPD reads cannot be verified`;
  }
  if (isTooLong(stpd)) return () => tooLong;
  const theirs = readWithIni(printIni(stpd.document));
  const ours = new Map(
    stpd.entries.map(({ section, key, value }) => [`${section}\0${key}`, value]),
  );
  const touched = createTouched(stpd);
  const isSeen = (some: readonly Unverified[]): boolean => {
    const outcome = applyEdits(
      stpd.document,
      some.map(({ edit }) => edit),
    );
    if (outcome.kind === "refused") return false;
    const keys = some.map(({ key }) => key);
    return differsOnlyIn(theirs, outcome.text, keys, () =>
      some.flatMap(({ edit }) => touched(edit)),
    );
  };
  // Check all edits together first, which takes one parse instead of one per edit.
  const areAllSeen = isSeen(changes);
  let verified = 0;
  return (change) => {
    const { edit, key } = change;
    // How the value is parsed does not matter if the whole line is replaced.
    const isWhole = edit.op === "commentOut" || edit.op === "rewrite";
    if (!isWhole && valueOf(theirs, key) !== ours.get(`${key.section}\0${key.key}`)) {
      return "ambiguous line (INI parsers disagree on it); fix it by hand";
    }
    if (areAllSeen) return undefined;
    return ++verified <= maxVerified && isSeen([change]) ? undefined : disagreeing;
  };
}

function faultsOf(proposed: readonly ProposedFix[]): PriorityFaults {
  const has = (fault: keyof PriorityFaults): boolean =>
    proposed.some((fix) => fix.kind === "priority" && fix.fault === fault);
  return {
    invalid: has("invalid"),
    legacy: has("legacy"),
    weak: has("weak"),
    secrecy: has("secrecy"),
    aead: has("aead"),
    order: has("order"),
    ineffective: has("ineffective"),
  };
}

/** A file of the fleet before and after, as bytes: one character per byte. */
export interface FileChange {
  /** Path relative to the root of the fleet, with `/`. */
  readonly path: string;
  /** Undefined if the file is new. */
  readonly before: string | undefined;
  readonly after: string;
}
