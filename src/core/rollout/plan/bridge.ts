import {
  commentedInServer,
  isSpelt,
  plainNumber,
  plainPortEntries,
  readPort,
  serverSection,
  type ParseStpd,
  type StpdEntry,
  type StpdFile,
} from "../../fleet/stpd-file.ts";
import { plainKeys, type PlainPortKey } from "../../fleet/port-usage.ts";
import { httpsPort, worksOverHttps } from "../../fleet/verdict.ts";
import { lineEnding, printIni, type IniLine } from "../../formats/ini/document.ts";
import { applyEdits, readCommented, type IniEdit } from "../../formats/ini/edit.ts";
import { differsOnlyIn, readWithIni, valueOf } from "../../formats/ini/cross-check.ts";
import { refusal, type Refusal, type RefusalCode } from "../../base/reasons.ts";

export interface BridgeRequest {
  /** Bytes of the file that the config repo wants, one character a byte. */
  readonly desired: string;
  /** Bytes of the file that lies on the host. */
  readonly current: string;
  /** What the host's policy makes of a file. */
  readonly parse: ParseStpd;
}

export type BridgeOutcome =
  | {
      readonly kind: "bridge";
      readonly bytes: string;
      /** The lines of the current file that were put back, without their endings. */
      readonly putBack: readonly string[];
    }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/**
 * The file of the `open` phase: the desired one, with HTTPS and priority as they are there, and the
 * lines put back, or uncommented, that open the old ports on the host. Nothing else differs from the desired file,
 * and no plain port that is open now is lost. A bridge of a bridge is the same bridge.
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
  const bytes = printIni(outcome.document);
  const bridge = parse(bytes);
  if (bridge.kind !== "file" || httpsPort(bridge) === undefined) {
    return refuse("plain-port-conflict", "the HTTPS port is the number of an old port");
  }
  if (!isSeenAlike(request, { wanted, found, bridge: bytes, putBack })) {
    return refuse("readers-disagree");
  }
  return { kind: "bridge", bytes, putBack: putBack.map((entry) => textOf(entry, found)) };
}

function refuse(code: RefusalCode, detail = ""): BridgeOutcome {
  return { kind: "refused", refusal: refusal(code, detail) };
}

function refuseHttps(wanted: StpdFile, found: StpdFile): Refusal | undefined {
  const port = httpsPort(wanted);
  if (port === undefined || !worksOverHttps(wanted)) return refusal("https-not-sure");
  // Only one HTTPS port can be open, so whoever uses the old one would be cut off.
  const old = (found.serverEntries.get("STPD_HTTPS_PORT") ?? []).map(plainNumber);
  const other = old.find((number) => number !== undefined && number !== port);
  return other === undefined
    ? undefined
    : refusal("https-port-changes", `from ${other} on the host to ${port}`);
}

function refusePlain(wanted: StpdFile, found: StpdFile): Refusal | undefined {
  const misplaced = found.entries.find(
    (entry) => isMisplaced(entry) && !wanted.entries.some((other) => isSame(entry, other)),
  );
  if (misplaced !== undefined) {
    const detail = `line ${misplaced.line + 1} sets ${misplaced.key}, and it is unknown whether STPD reads it outside [${serverSection}]`;
    return refusal("plain-port-misplaced", detail);
  }
  for (const key of plainKeys) {
    const [old, fresh] = [allEntries(found, key), allEntries(wanted, key)];
    if (isSameList(old, fresh)) continue;
    const open = plainPortEntries(found, key);
    const wrong = open.find(({ value }) => readPort(value) === undefined);
    if (wrong !== undefined) {
      const detail = `line ${wrong.line + 1} sets ${wrong.key}, and it is unknown how STPD reads it`;
      return refusal("plain-port-unreadable", detail);
    }
    if (!fitsBeside(fresh, open)) return refusal("plain-port-conflict", key);
  }
  return undefined;
}

/** Tells whether the desired file's own lines of a key leave open what is open on the host. */
function fitsBeside(fresh: readonly StpdEntry[], open: readonly StpdEntry[]): boolean {
  if (fresh.length === 0) return true;
  // An empty value may close a port that is open where its key is absent.
  if (fresh.some(({ value }) => value === "")) return false;
  const [first] = fresh;
  if (first === undefined || open.length === 0) return true;
  const isOne = [...fresh, ...open].every(({ value }) => value === first.value);
  // What STPD makes of another spelling is not documented, so what stays has to be spelt right.
  return isOne && fresh.every(isSpelt);
}

function allEntries({ serverEntries }: StpdFile, key: PlainPortKey): readonly StpdEntry[] {
  return serverEntries.get(key) ?? [];
}

function isMisplaced({ inServer, known, value }: StpdEntry): boolean {
  return inServer !== "yes" && value !== "" && plainKeys.some((name) => name === known);
}

function isSame(left: StpdEntry, right: StpdEntry): boolean {
  return left.section === right.section && left.key === right.key && left.value === right.value;
}

function isSameList(left: readonly StpdEntry[], right: readonly StpdEntry[]): boolean {
  return (
    left.length === right.length &&
    left.every((entry, index) => {
      const other = right[index];
      return other !== undefined && isSame(entry, other);
    })
  );
}

/** All lines of the key, in their order: which of several STPD obeys is not documented. */
function listMissing(key: PlainPortKey, wanted: StpdFile, found: StpdFile): readonly StpdEntry[] {
  const isThere = allEntries(wanted, key).length > 0 || plainPortEntries(found, key).length === 0;
  return isThere ? [] : allEntries(found, key);
}

/**
 * A line that is commented out in the desired file and else the same loses its mark. Others go below
 * the line that has the key commented out, else to the top of the section.
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
    // Which of several lines STPD obeys is not documented, so their order stays.
    return entries.length === 1 && twin !== undefined
      ? { op: "uncomment", line: twin }
      : { op: "insertAfter", line: commented[0] ?? wanted.sectionLine ?? -1, text };
  });
}

function isCommentedTwin(line: IniLine | undefined, text: string): boolean {
  const raw = line === undefined ? undefined : readCommented(line)?.raw;
  return raw !== undefined && withoutEnding(raw) === text;
}

/** Without its indentation, by which it could be taken for a part of the line above. */
function textOf(entry: StpdEntry, { document }: StpdFile): string {
  return withoutEnding(document.lines[entry.line]?.raw ?? "").trimStart();
}

function withoutEnding(raw: string): string {
  return raw.slice(0, raw.length - lineEnding(raw).length);
}

/** `ini` sees the ports of the host as we do, and the desired file with just those put back. */
function isSeenAlike(
  { desired, current }: BridgeRequest,
  { wanted, found, bridge, putBack }: Seen,
): boolean {
  const old = readWithIni(current);
  const seen = readWithIni(bridge);
  // Lines that both files have stay as they are, whatever another reader makes of them.
  const changed = plainKeys.filter(
    (key) => !isSameList(allEntries(found, key), allEntries(wanted, key)),
  );
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
