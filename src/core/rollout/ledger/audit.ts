import { emptyLedger, type Ledger } from "./ledger.ts";
import type { LinkedEntry } from "./replay.ts";
import type { HostFile, LedgerEntry } from "./entry.ts";
import { nameRollout } from "./entry.ts";
import { filePath, isEntriesPath, planPath, printViews } from "./layout.ts";
import {
  extendLedger,
  type EntryTexts,
  type LedgerProblem,
  type LedgerTools,
} from "./verify-entries.ts";
import { listTargets, type Plan } from "../plan/plan.ts";
import { readPlan } from "../plan/plan-file.ts";
import { decodeBytes } from "../../base/text.ts";
import type { Hash } from "../../base/hash.ts";

export interface LedgerCommit {
  readonly commit: string;
  readonly parents: readonly string[];
}

/** The content of a ledger branch at one commit. */
export interface LedgerEvidence {
  /** Newest first, from the head down. */
  readonly commits: readonly LedgerCommit[];
  /** Signed entries, in the order of their files. */
  readonly entries: EntryTexts;
  /** Git blob hashes of all files, by path. */
  readonly listing: ReadonlyMap<string, string>;
  /** Bytes of plans and `stpd.ini` files, by path. */
  readonly files: ReadonlyMap<string, string>;
  /** A commit that was recorded elsewhere. */
  readonly remembered?: RememberedCommit | undefined;
}

export interface RememberedCommit {
  readonly commit: string;
  /** Its entries if the branch still contains it; may omit those that both begin with. */
  readonly entries: readonly string[];
  /** The entries of the branch, without the same ones. */
  readonly current: readonly string[];
}

export interface AuditTools extends LedgerTools {
  /** Computes a Git blob hash, so that a file whose text is known need not be fetched. */
  readonly nameBlob: (bytes: string) => string;
}

export interface LedgerAudit {
  readonly ledger: Ledger;
  readonly problems: readonly LedgerProblem[];
}

/**
 * Checks a ledger without outside information: a single line of commits, an unbroken chain of valid
 * signatures, allowed transitions, results that match the plans, and files that match the entries.
 * Truncation can only be detected with a commit that was recorded elsewhere.
 */
export async function verifyLedger(
  evidence: LedgerEvidence,
  tools: AuditTools,
): Promise<LedgerAudit> {
  const { entries: texts, commits, files } = evidence;
  const outside = [...judgeHistory(commits), ...judgeRemembered(evidence)];
  const entries: LinkedEntry[] = [];
  const extended = await extendLedger(emptyLedger, texts, tools, {
    signatures: "every",
    onEntry: (opened) => {
      if (needsFiles(opened.entry.event)) entries.push(opened);
    },
  });
  if (extended.kind === "refused") {
    return { ledger: emptyLedger, problems: [...outside, extended.problem] };
  }
  const { ledger } = extended;
  const plans = openPlans(entries, files, tools.hash);
  const problems = [
    ...outside,
    ...judgePlans(entries, plans, ledger),
    ...judgeFiles({ ledger, entries, plans }, evidence, tools),
  ];
  return { ledger, problems };
}

/** Whether an event is compared with plans or files; the others are not held until the end. */
function needsFiles(event: LedgerEntry["event"]): boolean {
  return event.kind === "request" || event.kind === "verify" || filesOf(event).length > 0;
}

function problem(reason: LedgerProblem["reason"], where: string, detail = ""): LedgerProblem {
  return { reason, where, detail };
}

function judgeHistory(commits: readonly LedgerCommit[]): readonly LedgerProblem[] {
  return commits.flatMap(({ commit, parents }, index) => {
    const next = commits[index + 1];
    const wanted = next === undefined ? [] : [next.commit];
    const isLinear = parents.length === wanted.length && parents[0] === wanted[0];
    return isLinear ? [] : [problem("ledger-forked", `commit ${commit}`)];
  });
}

function judgeRemembered({ remembered, commits }: LedgerEvidence): readonly LedgerProblem[] {
  if (remembered === undefined) return [];
  const { commit, entries: old, current } = remembered;
  const isAncestor = commits.some((one) => one.commit === commit);
  const goesOn = old.length > 0 && old.every((text, index) => current[index] === text);
  return isAncestor && goesOn ? [] : [problem("ledger-head", `commit ${commit}`)];
}

/** By rollout; omits plans that are missing or do not match the request. */
type Plans = ReadonlyMap<string, Plan>;

function openPlans(
  entries: readonly LinkedEntry[],
  files: ReadonlyMap<string, string>,
  hash: Hash,
): Plans {
  const plans = new Map<string, Plan>();
  for (const { entry } of entries) {
    if (entry.event.kind !== "request") continue;
    const plan = findPlan(entry.event.plan, files, hash);
    if (plan !== undefined && isPlanOf(plan, entry)) plans.set(nameRollout(entry), plan);
  }
  return plans;
}

function judgePlans(
  entries: readonly LinkedEntry[],
  plans: Plans,
  ledger: Ledger,
): readonly LedgerProblem[] {
  const confirmed = Map.groupBy(listConfirmed(ledger), ({ run }) => run);
  const verified = new Set<string>();
  return entries.flatMap(({ entry }): readonly LedgerProblem[] => {
    const where = `entry ${entry.sequence}`;
    const { event } = entry;
    if (event.kind === "request" && !plans.has(nameRollout(entry))) {
      return [problem("ledger-plan", where, event.plan)];
    }
    if (event.kind === "request") {
      // A rollback may only restore a file that was verified on that host before.
      const { restores = [] } = plans.get(nameRollout(entry)) ?? {};
      const strange = restores.find(({ name, file }) => !verified.has(`${file} ${name}`));
      return strange === undefined ? [] : [problem("ledger-plan", where, strange.name)];
    }
    // A record by hand is verified once a scan confirms it.
    if (event.kind === "verify") {
      for (const { host, file } of confirmed.get(event.run) ?? []) verified.add(`${file} ${host}`);
      return [];
    }
    if (event.kind !== "rollout" && event.kind !== "by-hand") return [];
    const claimed = event.kind === "rollout" ? event.proven : [event];
    if (event.kind === "rollout") {
      for (const { host, file } of claimed) verified.add(`${file} ${host}`);
    }
    const plan = plans.get(event.rollout);
    // A missing plan is already reported for its request.
    if (plan === undefined) return [];
    const targets = claimed.length === 0 ? [] : listTargets(plan);
    const planned = new Set(targets.map(({ name, file }) => `${file} ${name}`));
    const wrong = claimed.find(({ host, file }) => !planned.has(`${file} ${host}`));
    return wrong === undefined ? [] : [problem("ledger-results", where, wrong.host)];
  });
}

/** The files that were recorded by hand, with the run of verify that confirmed each. */
function listConfirmed({ rollouts }: Ledger): readonly (HostFile & { readonly run: number })[] {
  return [...rollouts.values()].flatMap(({ byHand = [] }) =>
    byHand.flatMap(({ host, file, verified }) =>
      file === null || verified === null ? [] : [{ host, file, run: verified.run }],
    ),
  );
}

function findPlan(
  digest: string,
  files: ReadonlyMap<string, string>,
  hash: Hash,
): Plan | undefined {
  const bytes = files.get(planPath(digest));
  const read = bytes === undefined ? undefined : readPlan(decodeBytes(bytes), hash);
  return read?.digest === digest ? read.plan : undefined;
}

/** Whether a request asks for exactly what a plan contains. */
export function isPlanOf(plan: Plan, { event, repository }: LedgerEntry): boolean {
  if (event.kind !== "request") return false;
  const { environment, phase, waves, byHand = [], restores } = event;
  const manual = plan.byHand ?? [];
  return (
    manual.length === byHand.length &&
    manual.every(({ name }, at) => name === byHand[at]) &&
    (plan.restores !== undefined) === (restores === true) &&
    plan.repository === repository &&
    plan.environment === environment &&
    plan.phase === phase &&
    plan.waves.length === waves.length &&
    plan.waves.every(
      (wave, index) =>
        wave.length === waves[index]?.length &&
        wave.every((name, at) => name === waves[index]?.[at]),
    )
  );
}

interface Audited {
  readonly ledger: Ledger;
  readonly entries: readonly LinkedEntry[];
  readonly plans: Plans;
}

function judgeFiles(
  { ledger, entries, plans: opened }: Audited,
  { files, listing }: LedgerEvidence,
  { hash, nameBlob }: AuditTools,
): readonly LedgerProblem[] {
  const views = printViews(ledger);
  const { contents, plans } = listNamed(entries);
  const brought = listBrought(opened);
  const named = new Set([...contents, ...plans, ...brought]);
  const differing = [...views].flatMap(([path, text]) =>
    listing.get(path) === nameBlob(text) ? [] : [problem("ledger-file", path)],
  );
  const wanted = new Set([...contents, ...brought.filter((path) => listing.has(path))]);
  const broken = [...wanted].flatMap((path) => {
    const bytes = files.get(path);
    const isWhole = bytes !== undefined && filePath(hash(bytes)) === path;
    return isWhole ? [] : [problem("ledger-file", path)];
  });
  const stray = [...listing.keys()]
    .filter((path) => !views.has(path) && !named.has(path) && !isEntriesPath(path))
    .map((path) => problem("ledger-stray", path));
  return [...differing, ...broken, ...stray];
}

/** Paths of the files that plans deploy, which are written with the request. */
function listBrought(plans: Plans): readonly string[] {
  const digests = [...plans.values()].flatMap((plan) => listTargets(plan).map(({ file }) => file));
  return [...new Set(digests)].map(filePath);
}

/** Digests of the files that an entry records on hosts, which the ledger must store. */
export function filesOf(event: LedgerEntry["event"]): readonly string[] {
  switch (event.kind) {
    case "see":
      return event.hosts.map(({ file }) => file);
    case "rollout":
      return event.proven.map(({ file }) => file);
    case "by-hand":
      return [event.file];
    default:
      return [];
  }
}

/** Paths of the plans and files that entries name. */
function listNamed(entries: readonly LinkedEntry[]): {
  readonly contents: ReadonlySet<string>;
  readonly plans: ReadonlySet<string>;
} {
  const digests = new Set<string>();
  const plans = new Set<string>();
  for (const { entry } of entries) {
    const { event } = entry;
    if (event.kind === "request") plans.add(planPath(event.plan));
    for (const file of filesOf(event)) digests.add(file);
  }
  return { contents: new Set([...digests].map(filePath)), plans };
}
