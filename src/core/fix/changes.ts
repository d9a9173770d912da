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

/** An edit that one or more findings ask for. */
export interface WantedChange {
  readonly edit: IniEdit;
  readonly key: NamedKey;
  readonly closes: PlainPortKey | undefined;
  readonly proposed: readonly ProposedFix[];
  /** Why the line is not touched at all. */
  readonly refused: string | undefined;
  /** Why it is not safe to replace what a person may have meant. */
  readonly doubt: string | undefined;
}

export const disagreeing = "other readers of INI files would see more change than this";

/** Equal edits are one; a line that is to be commented out is not changed in another way as well. */
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
        // One finding may know that the line closes a port where another only calls it doubled.
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
    // Without =, only a line that is written anew can take a value.
    const canSet = !touched.has(line) && stpd.document.lines[line]?.kind === "entry";
    if (entry === undefined || (rewrite === undefined && !canSet)) return [];
    const faults = faultsOf(own);
    const value = repairPriority(entry.value, faults, folder.policy.profile, stpd.readPriority);
    if (value === undefined) return [];
    const last = findLastLine(stpd.document, line);
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

const unclear = "the value ends with a backslash, so that the next line may belong to it";

/** The string as a reader has it that joins the lines it is written on. */
function joinValue({ document }: StpdFile, { line, value }: StpdEntry, last = line): string {
  const rest = document.lines.slice(line + 1, last + 1).map(({ raw }) => raw);
  const parts = [value, ...rest].map((text) => text.replaceAll(/["\\]/g, "").trim());
  return parts.join("");
}

/** A string that may be right for its host is replaced only if a person asks for it. */
function findDoubt(
  value: string,
  { policy }: HostFolder,
  { readPriority }: StpdFile,
): string | undefined {
  if (/^\s*@/.test(value)) {
    return "what the string stands for is in GnuTLS's configuration on the host";
  }
  const key = fittingKey(readPriority(value), policy.keys);
  if (key === undefined) return undefined;
  return `the string may be meant for a certificate with ${key === "rsa" ? "an RSA" : "an EC"} key, which host.ini does not say (certificate_key)`;
}

/** The lines that go with an old value need no mark of a comment. */
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

/** A line that is commented out needs no other spelling. */
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

/** A file with more is no stpd.ini that anybody wrote; what goes beyond is left alone. */
const maxVerified = 100;

/** Tells why a second reader stands against an edit; undefined where it sees no more than we do. */
function createVerifier(
  stpd: StpdFile,
  changes: readonly Unverified[],
): (change: Unverified) => string | undefined {
  const [broken] = stpd.broken;
  if (broken !== undefined) {
    return () => `line ${broken + 1} is broken, so what STPD reads cannot be verified`;
  }
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
    return differsOnlyIn(
      theirs,
      printIni(outcome.document),
      some.flatMap(({ edit, key }) => [key, ...touched(edit)]),
    );
  };
  // All at once first: one reading instead of one for each.
  const areAllSeen = isSeen(changes);
  let verified = 0;
  return (change) => {
    const { edit, key } = change;
    // What becomes of the whole line does not rest on how its value is read.
    const isWhole = edit.op === "commentOut" || edit.op === "rewrite";
    if (!isWhole && valueOf(theirs, key) !== ours.get(`${key.section}\0${key.key}`)) {
      return "another reader of INI files takes this line for something else";
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

/** A file of the fleet before and after; bytes, one character a byte. */
export interface FileChange {
  /** Path below the root of the fleet, with `/`. */
  readonly path: string;
  /** Undefined where the file is new. */
  readonly before: string | undefined;
  readonly after: string;
}
