import type { HostFolder } from "../fleet/host-folder.ts";
import type { ParseStpd, StpdFile } from "../fleet/stpd-file.ts";
import type { FindUse, PlainPortKey } from "../fleet/used-ports.ts";
import { httpsPort } from "../fleet/verdict.ts";
import { printIni } from "../ini/document.ts";
import { applyEdits } from "../ini/edit.ts";
import type { Fixable } from "../rules/finding.ts";
import type { Mend } from "../rules/rule.ts";
import { collectChanges, type Change } from "./changes.ts";
import { planGlobals, type GlobalsPlan } from "./globals-plan.ts";
import { keepsDataPort, refuseClosing, refuseForHttps, refuseHost, type Outcome } from "./guard.ts";

/** What becomes of one finding's fix. */
export interface MendOutcome {
  readonly fixable: Fixable;
  /** Why it is not safe; undefined where it is, or where there is none. */
  readonly reason: string | undefined;
  readonly applied: boolean;
}

export interface ChangedFile {
  readonly name: "stpd.ini" | "globals.ini";
  /** Undefined where the file is new. Bytes, one character a byte. */
  readonly before: string | undefined;
  readonly after: string;
}

export interface HostPlan {
  /** One for each wish, in their order. */
  readonly outcomes: readonly MendOutcome[];
  readonly files: readonly ChangedFile[];
}

export interface PlanContext {
  readonly parse: ParseStpd;
  readonly findUse: FindUse;
  /** Apply what is unsafe too, unless no data port would be left. */
  readonly unsafe: boolean;
}

const none: MendOutcome = { fixable: "no", reason: undefined, applied: false };

/**
 * Plans the edits of one host: what opens and mends first, then what closes, each judged over the
 * whole host afterwards. Only what breaks something is withheld, not the whole host.
 */
export function planHost(
  folder: HostFolder,
  wishes: readonly (Mend | undefined)[],
  context: PlanContext,
): HostPlan {
  const { stpd } = folder;
  if (stpd.kind !== "file" || wishes.every((wish) => wish === undefined)) {
    return { outcomes: wishes.map(() => none), files: [] };
  }
  const changes = collectChanges(folder, stpd, wishes);
  const usable = changes.filter(({ refused }) => refused === undefined);
  const mending = usable.filter(({ closes, doubt }) => closes === undefined && doubt === undefined);
  const globals = planGlobals(folder, wishes);

  const outcomeOf = (closing: readonly Change[], more: readonly Change[] = []): Outcome => {
    const after = applyChanges(stpd, [...mending, ...more, ...closing], context.parse);
    return { folder, before: stpd, after: after ?? stpd, globals: globals.after ?? folder.globals };
  };
  const closing = usable.filter(({ closes }) => closes !== undefined);
  const reasons = judgeClosing(closing, outcomeOf, context.findUse);
  const safe = outcomeOf(closing.filter(({ closes }) => !reasons.has(closes)));
  // A port that would be opened on the number of a plain one that stays could take it away.
  const collides = mending.some(isOpening) && httpsPort(safe.after) === undefined;
  const refusedOpening = collides ? "the port would not be sure to open" : undefined;
  const globalsReason = refuseForHttps(safe);
  const doubted = usable.filter(({ doubt }) => doubt !== undefined);
  const leavesNone = !keepsDataPort(outcomeOf(closing, doubted));
  const isApplied = (reason: string | undefined): boolean =>
    reason === undefined || (context.unsafe && !leavesNone);
  const obstacle = refuseHost(folder);
  const reasonOf = (change: Change): string | undefined =>
    obstacle ?? change.doubt ?? (isOpening(change) ? refusedOpening : reasons.get(change.closes));
  // A change that closes nothing, and is not doubted itself, leaves every port that there is.
  const isHarmless = ({ closes, doubt }: Change): boolean =>
    closes === undefined && doubt === undefined && refusedOpening === undefined;
  const isChanged = (change: Change): boolean =>
    isApplied(reasonOf(change)) || (context.unsafe && isHarmless(change));

  const applied = usable.filter(isChanged);
  const files = writeFiles(stpd, applied, globals, isApplied(globalsReason));
  const changeOf = new Map(
    changes.flatMap((change) => change.wishes.map((wish) => [wish, change] as const)),
  );
  const outcomes = wishes.map((wish): MendOutcome => {
    if (wish === undefined) return none;
    if (wish.kind === "global") {
      return describe(
        globals.refused ?? globalsReason,
        isApplied(globals.refused ?? globalsReason),
      );
    }
    const change = changeOf.get(wish);
    if (change === undefined) return none;
    if (change.refused !== undefined) return describe(change.refused, false);
    const reason = reasonOf(change);
    return describe(reason, isChanged(change));
  });
  return { outcomes, files };
}

/** Sets the HTTPS port where it was not set. */
function isOpening({ edit, key }: Change): boolean {
  return key.key === "STPD_HTTPS_PORT" && edit.op !== "commentOut";
}

/**
 * Why plain ports must not be closed. What is withheld changes what the others are judged by, so
 * they are judged again until nothing more is withheld.
 */
function judgeClosing(
  closing: readonly Change[],
  outcomeOf: (closing: readonly Change[]) => Outcome,
  findUse: FindUse,
): ReadonlyMap<PlainPortKey | undefined, string> {
  const reasons = new Map<PlainPortKey | undefined, string>();
  for (;;) {
    const left = closing.filter(({ closes }) => !reasons.has(closes));
    const outcome = outcomeOf(left);
    const before = reasons.size;
    for (const { closes } of left) {
      const reason = closes && refuseClosing(outcome, closes, findUse);
      if (reason !== undefined) reasons.set(closes, reason);
    }
    if (reasons.size === before) return reasons;
  }
}

function describe(reason: string | undefined, applied: boolean): MendOutcome {
  return { fixable: reason === undefined ? "safe" : "unsafe", reason, applied };
}

function applyChanges(
  stpd: StpdFile,
  changes: readonly Change[],
  parse: ParseStpd,
): StpdFile | undefined {
  const outcome = applyEdits(
    stpd.document,
    changes.map(({ edit }) => edit),
  );
  if (outcome.kind === "refused") return undefined;
  const after = parse(printIni(outcome.document));
  return after.kind === "file" ? after : undefined;
}

function writeFiles(
  stpd: StpdFile,
  changes: readonly Change[],
  globals: GlobalsPlan,
  writesGlobals: boolean,
): readonly ChangedFile[] {
  const before = printIni(stpd.document);
  const outcome = applyEdits(
    stpd.document,
    changes.map(({ edit }) => edit),
  );
  const after = outcome.kind === "edited" ? printIni(outcome.document) : before;
  const files: ChangedFile[] = [];
  if (globals.text !== undefined && writesGlobals && globals.text !== globals.before) {
    files.push({ name: "globals.ini", before: globals.before, after: globals.text });
  }
  if (after !== before) files.push({ name: "stpd.ini", before, after });
  return files;
}
