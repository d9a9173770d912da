import {
  commentedInServer,
  isLeftOpen,
  isSure,
  plainNumber,
  plainPortEntries,
  portOf,
  readPort,
  serverSection,
  type ParseStpd,
  type StpdEntry,
  type StpdFile,
} from "../../fleet/stpd-file.ts";
import { straysOf, withoutEnding, wordLine, wordPorts } from "../../fleet/closed-ports.ts";
import { plainKeys, type PlainPortKey } from "../../fleet/port-usage.ts";
import { httpsPort, worksOverHttps } from "../../fleet/verdict.ts";
import type { IniLine } from "../../formats/ini/document.ts";
import { applyEdits, readCommented, type IniEdit } from "../../formats/ini/edit.ts";
import { differsOnlyIn, readWithIni, valueOf } from "../../formats/ini/cross-check.ts";
import { refusal, type Refusal, type RefusalCode } from "../../base/reasons.ts";

export interface BridgeRequest {
  /** Bytes of the file in the config repo, one character per byte. */
  readonly desired: string;
  /** Bytes of the file on the host. */
  readonly current: string;
  /** Parses a file under the host's policy. */
  readonly parse: ParseStpd;
}

export type BridgeOutcome =
  | {
      readonly kind: "bridge";
      readonly bytes: string;
      /** The lines of the current file that were kept, without their endings. */
      readonly putBack: readonly string[];
    }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/**
 * Returns the file of the `open` phase: the desired file, with its HTTPS port and priority string,
 * plus the lines of the current file that open the old ports, added or uncommented. Nothing else
 * differs from the desired file, and every plain port that is open now stays open. Idempotent: the
 * bridge of a bridge is the same bridge.
 */
export function planBridge(request: BridgeRequest): BridgeOutcome {
  const { desired, current, parse } = request;
  const wanted = parse(desired);
  const found = parse(current);
  if (wanted.kind !== "file") {
    return refuse("desired-unreadable");
  }
  if (found.kind !== "file") {
    return refuse("current-unreadable", "it is not text");
  }
  const [broken] = found.broken;
  if (broken !== undefined) {
    return refuse("current-unreadable", `its line ${broken + 1} is broken`);
  }
  const against = refuseHttps(wanted, found) ?? refusePlain(wanted, found);
  if (against !== undefined) return { kind: "refused", refusal: against };
  const missing = plainKeys.map((key) => listMissing(key, wanted, found));
  const putBack = missing.flat();
  const edits = missing.flatMap((entries) => putLines(entries, wanted, found));
  const outcome = applyEdits(wanted.document, edits);
  if (outcome.kind === "refused") return refuse("readers-disagree", outcome.reason);
  const bytes = outcome.text;
  const bridge = parse(bytes);
  if (bridge.kind !== "file" || httpsPort(bridge) === undefined) {
    return refuse("plain-port-conflict", "the HTTPS port is the number of an old port");
  }
  if (!standAlone(putBack, bridge)) {
    return refuse("readers-disagree", "a line of an old port would follow a continued line");
  }
  if (!isSeenAlike(request, { wanted, found, bridge: bytes, putBack })) {
    return refuse("readers-disagree");
  }
  return { kind: "bridge", bytes, putBack: putBack.map((entry) => textOf(entry, found)) };
}

/** Whether no parser takes a line that was put back for a part of the line above. */
function standAlone(putBack: readonly StpdEntry[], bridge: StpdFile): boolean {
  return putBack.every(({ known }) => {
    const lines = bridge.entries.filter((entry) => entry.known === known);
    return lines.every(({ line, joins }) => joins === undefined && !bridge.joined.has(line));
  });
}

function refuse(code: RefusalCode, detail = ""): BridgeOutcome {
  return { kind: "refused", refusal: refusal(code, detail) };
}

function refuseHttps(wanted: StpdFile, found: StpdFile): Refusal | undefined {
  const port = httpsPort(wanted);
  if (port === undefined || !worksOverHttps(wanted)) return refusal("https-not-sure");
  // Only one HTTPS port can be open, so clients that use the old one would be cut off.
  const old = (found.serverEntries.get("STPD_HTTPS_PORT") ?? []).map(plainNumber);
  const other = old.find((number) => number !== undefined && number !== port);
  return other === undefined
    ? undefined
    : refusal("https-port-changes", `from ${other} on the host to ${port}`);
}

function refusePlain(wanted: StpdFile, found: StpdFile): Refusal | undefined {
  const misplaced = found.entries.find(
    (entry) =>
      isMisplaced(entry) &&
      !wanted.entries.some((other) => wordLine(entry, found) === wordLine(other, wanted)),
  );
  if (misplaced !== undefined) {
    const detail = `line ${misplaced.line + 1} sets ${misplaced.key}, and it is unknown whether STPD reads it outside [${serverSection}]`;
    return refusal("plain-port-misplaced", detail);
  }
  for (const key of plainKeys) {
    // What is assumed open by default stays open only if the desired file does not name it either.
    if (isLeftOpen(found, key) && !isLeftOpen(wanted, key)) {
      const detail = `the host has no ${key}, which the setting absent_port takes for open`;
      const next = `Set ${key} on the host to the port that it uses, and record the file again.`;
      return { ...refusal("plain-port-conflict", detail), next };
    }
    if (isAlike(key, wanted, found)) continue;
    const open = plainPortEntries(found, key);
    const wrong = open.find(({ value }) => readPort(value) === undefined);
    if (wrong !== undefined) {
      const detail = `line ${wrong.line + 1} sets ${wrong.key}, and it is unknown how STPD reads it`;
      return refusal("plain-port-unreadable", detail);
    }
    // Put back on a line of its own, it would be one that only some parsers have read so far.
    const all = allEntries(found, key);
    const hidden = all.find(({ joins }) => joins !== undefined);
    if (hidden !== undefined && open.length > 0 && all.length > 1) {
      const detail = `line ${hidden.line + 1} sets ${hidden.key}, and may be a part of the line above`;
      const next = `Remove its indentation, or the \\ above it, on the host, and record the file again.`;
      return { ...refusal("readers-disagree", detail), next };
    }
    if (!fitsBeside(key, wanted, found)) return refusal("plain-port-conflict", key);
  }
  return undefined;
}

/** Whether the desired file's own lines of a key keep open what is open on the host. */
function fitsBeside(key: PlainPortKey, wanted: StpdFile, found: StpdFile): boolean {
  const [fresh, open] = [allEntries(wanted, key), plainPortEntries(found, key)];
  const isOpen = open.length > 0 || isLeftOpen(found, key);
  // Some parsers set a key without a value, too.
  if (isOpen && straysOf(key, wanted).length > 0) return false;
  if (fresh.length === 0) return true;
  // An empty value may close a port that is open if the key is absent.
  if (fresh.some(({ value }) => value === "")) return false;
  const [first] = fresh;
  if (first === undefined || open.length === 0) return true;
  const isOne = [...fresh, ...open].every(({ value }) => value === first.value);
  // How STPD handles other spellings is not documented, so lines that stay must be certain.
  return isOne && fresh.every((entry) => isSure(wanted, entry) && portOf(entry) !== undefined);
}

function allEntries({ serverEntries }: StpdFile, key: PlainPortKey): readonly StpdEntry[] {
  return serverEntries.get(key) ?? [];
}

function isMisplaced({ inServer, known, value }: StpdEntry): boolean {
  return inServer !== "yes" && value !== "" && plainKeys.some((name) => name === known);
}

/** Whether every parser reads the key in both files alike, because its lines are alike. */
function isAlike(key: PlainPortKey, wanted: StpdFile, found: StpdFile): boolean {
  const [ours, theirs] = [wanted, found].map((file) =>
    wordPorts([...allEntries(file, key), ...straysOf(key, file)], file),
  );
  return ours === theirs;
}

/** All lines of the key, in their order: which of several STPD uses is not documented. */
function listMissing(key: PlainPortKey, wanted: StpdFile, found: StpdFile): readonly StpdEntry[] {
  const isThere = allEntries(wanted, key).length > 0 || plainPortEntries(found, key).length === 0;
  return isThere ? [] : allEntries(found, key);
}

/**
 * Uncomments a line that is commented out in the desired file and otherwise equal. Adds other lines
 * below the commented-out line of the key, or else at the top of the section.
 */
function putLines(
  entries: readonly StpdEntry[],
  wanted: StpdFile,
  found: StpdFile,
): readonly IniEdit[] {
  return entries.map((entry): IniEdit => {
    const commented = commentedInServer(wanted, entry.known ?? entry.key);
    const text = textOf(entry, found);
    const twin = commented.find((line) => isCommentedTwin(wanted.document.lines[line], text));
    // Which of several lines STPD uses is not documented, so their order stays.
    return entries.length === 1 && twin !== undefined
      ? { op: "uncomment", line: twin }
      : { op: "insertAfter", line: commented[0] ?? wanted.sectionLine ?? -1, text };
  });
}

function isCommentedTwin(line: IniLine | undefined, text: string): boolean {
  const raw = line === undefined ? undefined : readCommented(line)?.raw;
  return raw !== undefined && withoutEnding(raw) === text;
}

/** Without its indentation, because it could be read as a continuation of the line above. */
function textOf(entry: StpdEntry, { document }: StpdFile): string {
  return withoutEnding(document.lines[entry.line]?.raw ?? "").trimStart();
}

/**
 * Whether `ini` sees the host's ports as we do, and the desired file with only those lines added.
 */
function isSeenAlike(
  { desired, current }: BridgeRequest,
  { wanted, found, bridge, putBack }: Seen,
): boolean {
  const old = readWithIni(current);
  const seen = readWithIni(bridge);
  // Lines that both files have stay as they are, however another parser reads them.
  const changed = plainKeys.filter((key) => !isAlike(key, wanted, found));
  const keys = new Set<string>(changed.flatMap((key) => [key, ...spellings(found, key)]));
  const named = [...keys].map((key) => ({ section: serverSection, key }));
  const areRead = named.every((name) => {
    const ours = found.entries.findLast(
      ({ section, key }) => section === serverSection && key === name.key,
    );
    return valueOf(old, name) === ours?.value;
  });
  const inserted = named.filter(({ key }) => putBack.some((entry) => entry.key === key));
  return (
    areRead &&
    differsOnlyIn(readWithIni(desired), bridge, inserted) &&
    inserted.every((name) => valueOf(seen, name) === valueOf(old, name))
  );
}

interface Seen {
  readonly wanted: StpdFile;
  readonly found: StpdFile;
  readonly bridge: string;
  readonly putBack: readonly StpdEntry[];
}

function spellings(file: StpdFile, key: PlainPortKey): readonly string[] {
  return allEntries(file, key).map((entry) => entry.key);
}
