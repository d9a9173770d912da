import type { HostFolder } from "../fleet/host-folder.ts";
import { entriesOf, type ParseStpd, type StpdFile } from "../fleet/stpd-file.ts";
import { type FindUse, type PlainPortKey, plainKeys } from "../fleet/port-usage.ts";
import { httpsPort, worksOverHttps } from "../fleet/verdict.ts";
import { printIni } from "../formats/ini/document.ts";
import { applyEdits, type IniEdit } from "../formats/ini/edit.ts";
import type { Fixable, LocatedFinding } from "../rules/finding.ts";
import type { ProposedFix } from "../rules/rule.ts";
import { collectChanges, type WantedChange } from "./changes.ts";
import { planGlobals, type GlobalsPlan } from "./globals-plan.ts";
import {
  createClosingGuard,
  keepsDataPort,
  refuseForHttps,
  refuseHost,
  type GuardOutcome,
} from "./lockout-guard.ts";

/** The outcome of one finding's fix. */
export interface FixOutcome {
  readonly fixable: Fixable;
  /** Why the fix is not safe; undefined if it is safe, or if there is none. */
  readonly reason: string | undefined;
  readonly applied: boolean;
}

export interface ChangedFile {
  readonly name: "stpd.ini" | "globals.ini";
  /** Undefined if the file is new. Bytes, one character per byte. */
  readonly before: string | undefined;
  readonly after: string;
}

export interface HostPlan {
  /** One for each proposed fix, in their order. */
  readonly outcomes: readonly FixOutcome[];
  readonly files: readonly ChangedFile[];
  /** The edits that make the new stpd.ini. */
  readonly edits: readonly IniEdit[];
}

export interface PlanContext {
  readonly parse: ParseStpd;
  readonly findUse: FindUse;
  /** Also apply unsafe fixes, unless no data port would be left, or HTTPS would stop working. */
  readonly unsafe: boolean;
}

const none: FixOutcome = { fixable: "no", reason: undefined, applied: false };

/**
 * Plans the edits of one host: first those that open or repair something, then those that close
 * ports. Each is checked against the whole host after all edits. Only the edits that would break
 * something are withheld, not the whole host.
 */
export function planHostFixes(
  folder: HostFolder,
  proposed: readonly (ProposedFix | undefined)[],
  context: PlanContext,
): HostPlan {
  const { stpd } = folder;
  if (stpd.kind !== "file" || proposed.every((fix) => fix === undefined)) {
    return { outcomes: proposed.map(() => none), files: [], edits: [] };
  }
  const changes = collectChanges(folder, stpd, proposed);
  const usable = changes.filter(({ refused }) => refused === undefined);
  const repairs = usable.filter(({ closes, doubt }) => closes === undefined && doubt === undefined);
  const globals = planGlobals(folder, proposed);

  const closing = usable.filter(({ closes }) => closes !== undefined);
  const doubted = usable.filter(({ doubt }) => doubt !== undefined);
  const apply = rememberOutcomes(usable, (some) =>
    some.length === 0 ? stpd : (applyChanges(stpd, some, context.parse) ?? stpd),
  );
  const evaluateWith = (others: readonly WantedChange[]): Evaluated => {
    const outcomeOf = (
      some: readonly WantedChange[],
      more: readonly WantedChange[] = [],
    ): GuardOutcome => {
      const after = apply([...others, ...more, ...some]);
      return { folder, before: stpd, after, globals: globals.after ?? folder.globals };
    };
    const reasons = evaluateClosing(closing, outcomeOf, context.findUse);
    const safe = outcomeOf(closing.filter(({ closes }) => !reasons.has(closes)));
    return { reasons, safe, whole: outcomeOf(closing, doubted) };
  };
  const all = evaluateWith(repairs);
  const renames = opensPlain(all.safe) ? new Set(repairs.filter(isRename(repairs))) : new Set();
  const { reasons, safe, whole } =
    renames.size === 0 ? all : evaluateWith(repairs.filter((change) => !renames.has(change)));
  // HTTPS on the number of a plain port that stays open could take that port away.
  const collides = repairs.some(isOpening) && httpsPort(safe.after) === undefined;
  const refusedOpening = collides ? "the HTTPS port might not open" : undefined;
  const globalsReason = refuseForHttps(safe);
  // What even --unsafe does not do: leave no data port, or spoil HTTPS that works.
  const isTooMuch = !keepsDataPort(whole) || (worksOverHttps(stpd) && !worksOverHttps(whole.after));
  const isApplied = (reason: string | undefined): boolean =>
    reason === undefined || (context.unsafe && !isTooMuch);
  const obstacle = refuseHost(folder);
  // A line that is added above an indented line can make the indented one ambiguous.
  const losesHttps = worksOverHttps(stpd) && !worksOverHttps(safe.after);
  const reasonOf = (change: WantedChange): string | undefined => {
    const doubt = obstacle ?? change.doubt;
    if (doubt !== undefined) return doubt;
    if (losesHttps && change.closes === undefined) return "HTTPS might not work";
    if (renames.has(change)) return "it would open an old port";
    if (isRemoval(change) && !worksOverHttps(safe.after)) return "HTTPS might not work";
    return isOpening(change) ? refusedOpening : reasons.get(change.closes);
  };
  // A change that closes nothing, and is not in doubt itself, leaves all open ports open.
  const isHarmless = (change: WantedChange): boolean =>
    change.closes === undefined &&
    change.doubt === undefined &&
    refusedOpening === undefined &&
    !losesHttps &&
    !renames.has(change) &&
    !isRemoval(change);
  const isChanged = (change: WantedChange): boolean =>
    isApplied(reasonOf(change)) || (context.unsafe && isHarmless(change));

  const edits = usable.filter(isChanged).map(({ edit }) => edit);
  const files = writeFiles(stpd, edits, globals, isApplied(globalsReason));
  const changeOf = new Map(
    changes.flatMap((change) => change.proposed.map((fix) => [fix, change] as const)),
  );
  const outcomes = proposed.map((fix): FixOutcome => {
    if (fix === undefined) return none;
    if (fix.kind === "global") {
      return describe(
        globals.refused ?? globalsReason,
        isApplied(globals.refused ?? globalsReason),
      );
    }
    const change = changeOf.get(fix);
    if (change === undefined) return none;
    if (change.refused !== undefined) return describe(change.refused, false);
    const reason = reasonOf(change);
    return describe(reason, isChanged(change));
  });
  return { outcomes, files, edits };
}

interface Evaluated {
  readonly reasons: ReadonlyMap<PlainPortKey | undefined, string>;
  /** After all safe edits. */
  readonly safe: GuardOutcome;
  /** After all edits. */
  readonly whole: GuardOutcome;
}

function isSet(file: StpdFile, key: PlainPortKey): boolean {
  return entriesOf(file, key).some(({ value }) => value !== "");
}

/** True if a plain port that STPD may have ignored before would certainly be read. */
function opensPlain({ before, after }: GuardOutcome): boolean {
  return plainKeys.some((key) => isSet(after, key) && !isSet(before, key));
}

/** True for a change that corrects the section name, and for a line added below such a section. */
function isRename(changes: readonly WantedChange[]): (change: WantedChange) => boolean {
  const lines = changes.flatMap(({ edit, key }) =>
    edit.op === "rewrite" && key.key === "" ? [edit.line] : [],
  );
  return ({ edit, key }) =>
    lines.includes(edit.line) && (key.key === "" || edit.op === "insertAfter");
}

/** True if the change sets an HTTPS port that was not set. */
function isOpening({ edit, key }: WantedChange): boolean {
  return key.key === "STPD_HTTPS_PORT" && edit.op !== "commentOut";
}

/** True if the change removes one of several lines that set the HTTPS port. */
function isRemoval({ edit, key }: WantedChange): boolean {
  return key.key === "STPD_HTTPS_PORT" && edit.op === "commentOut";
}

/**
 * Why plain ports must not be closed. Withholding one edit affects the others, so all are checked
 * again until nothing more is withheld.
 */
function evaluateClosing(
  closing: readonly WantedChange[],
  outcomeOf: (closing: readonly WantedChange[]) => GuardOutcome,
  findUse: FindUse,
): ReadonlyMap<PlainPortKey | undefined, string> {
  const reasons = new Map<PlainPortKey | undefined, string>();
  for (;;) {
    const left = closing.filter(({ closes }) => !reasons.has(closes));
    if (left.length === 0) return reasons;
    const refuse = createClosingGuard(outcomeOf(left), findUse);
    const before = reasons.size;
    for (const { closes } of left) {
      const reason = closes && refuse(closes);
      if (reason !== undefined) reasons.set(closes, reason);
    }
    if (reasons.size === before) return reasons;
  }
}

function describe(reason: string | undefined, applied: boolean): FixOutcome {
  return { fixable: reason === undefined ? "safe" : "unsafe", reason, applied };
}

/** Caches the outcome per list of changes: mostly nothing is withheld, and all lists are equal. */
function rememberOutcomes(
  changes: readonly WantedChange[],
  apply: (some: readonly WantedChange[]) => StpdFile,
): (some: readonly WantedChange[]) => StpdFile {
  const numbers = new Map(changes.map((change, index) => [change, index]));
  const known = new Map<string, StpdFile>();
  return (some) => {
    const name = some.map((change) => numbers.get(change)).join(" ");
    const outcome = known.get(name) ?? apply(some);
    known.set(name, outcome);
    return outcome;
  };
}

function applyChanges(
  stpd: StpdFile,
  changes: readonly WantedChange[],
  parse: ParseStpd,
): StpdFile | undefined {
  const outcome = applyEdits(
    stpd.document,
    changes.map(({ edit }) => edit),
  );
  if (outcome.kind === "refused") return undefined;
  const after = parse(outcome.text);
  return after.kind === "file" ? after : undefined;
}

function writeFiles(
  stpd: StpdFile,
  edits: readonly IniEdit[],
  globals: GlobalsPlan,
  writesGlobals: boolean,
): readonly ChangedFile[] {
  const before = printIni(stpd.document);
  const outcome = applyEdits(stpd.document, edits);
  const after = outcome.kind === "edited" ? outcome.text : before;
  const files: ChangedFile[] = [];
  if (globals.text !== undefined && writesGlobals && globals.text !== globals.before) {
    files.push({ name: "globals.ini", before: globals.before, after: globals.text });
  }
  if (after !== before) files.push({ name: "stpd.ini", before, after });
  return files;
}

/** The fixes of a host, and those that are withheld. */
export interface HostFixes {
  /** Set for a host on Windows, which a person changes. */
  readonly isWindows?: true;
  readonly files: HostPlan["files"];
  readonly applied: readonly LocatedFinding[];
  readonly withheld: readonly { readonly located: LocatedFinding; readonly reason: string }[];
}

export interface FolderFixes extends HostFixes {
  readonly name: string;
  /** Path of the host directory relative to the root, with a trailing slash unless it is the root. */
  readonly path: string;
}
