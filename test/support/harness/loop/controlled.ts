import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hashSha256, nameBlob } from "../../../../src/adapters/runtime/crypto.ts";
import { verifySignature } from "../../../../src/adapters/signatures.ts";
import { isOver, type Rollout } from "../../../../src/core/rollout/state/rollout.ts";
import { readLedgerAt } from "../../../../src/core/rollout/ledger/reader.ts";
import { auditLedger } from "../../../../src/core/rollout/ledger/run-audit.ts";
import {
  decideRollout,
  requestPlan,
  type ControlTools,
} from "../../../../src/core/rollout/controller/commands.ts";
import { publishKeys, seeHosts } from "../../../../src/core/rollout/ledger/commands.ts";
import { createOutsideSources } from "../../../../src/core/rollout/controller/context-sources.ts";
import { planNewest, type PlanTools } from "../../../../src/core/rollout/controller/plan-head.ts";
import { createContextPort } from "../../../../src/core/rollout/controller/context.ts";
import {
  reconcile,
  type ReconcileTools,
} from "../../../../src/core/rollout/controller/reconcile.ts";
import {
  createLedgerWriter,
  type LedgerWriting,
  messageOf,
} from "../../../../src/core/rollout/ledger/writer.ts";
import { reconcileRehearsals } from "../../../../src/core/rollout/controller/rehearse.ts";
import { createGitConfig, createGitPeople } from "../../fakes/github/git-config.ts";
import { createGitLedger } from "../../fakes/github/git-ledger.ts";
import { environment, repositoryNumber } from "./fleet.ts";
import { createSiteRuns, type SiteRuns } from "./runs.ts";
import { createSite, type RunChange, type Site } from "./site.ts";
import type { Phase } from "../../../../src/core/fleet/phase.ts";
import { readControllerSettings } from "../../builders/controller-settings.ts";
import { defaultPatience } from "../../builders/patience.ts";

/** Wraps all external effects of a controller, by name. */
export type Effect = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

export type Controller = ReconcileTools & ControlTools & PlanTools;

/** A fleet with its config repo, and controllers that run rollouts there. */
export interface Controlled {
  readonly site: Site;
  readonly actions: SiteRuns;
  /** A new controller, which knows only the content of the ledger. */
  readonly start: (effect?: Effect) => Controller;
  readonly later: (seconds: number) => void;
  /** The newest one. */
  readonly rollout: () => Promise<Rollout>;
  /** Entries of the ledger, and its problems. */
  readonly audit: () => Promise<{
    readonly history: readonly string[];
    readonly problems: readonly string[];
    /** Reports of good hosts: each is signed. */
    readonly marks: readonly string[];
  }>;
  /** How often the service of each host was restarted since the fleet was made. */
  readonly countRestarts: () => Readonly<Record<string, number>>;
}

/** anna created the config repo. */
const botIni = `[person.anna]
github = 1
groups = ops
[person.ben]
github = 2
groups = ops
[person.carl]
github = 3
groups = ops
[environment.${environment}]
approvals = 1
groups = ops
soak = 10m
record = backup
`;
const accounts = { "anna@example.org": 1 };

/** Hosts and gate use the clock of this machine, so the controller's clock starts later. */
const hoursBehind = 6;

export interface ControlledOptions {
  readonly change?: RunChange;
  /**
   * Plans are rehearsed before approval. A current report only counts for a controller with a
   * current time, so that such a clock does not start later.
   */
  readonly needsRehearsal?: boolean;
}

export async function createControlled(
  count: number,
  { change, needsRehearsal = false }: ControlledOptions = {},
): Promise<Controlled> {
  const ini = needsRehearsal ? `${botIni}rehearsal = required\n` : botIni;
  const { settings, problems: wrong } = readControllerSettings("bot.ini", ini);
  if (wrong.length > 0) throw new Error(wrong[0]?.message);
  const site = await createSite(count);
  const { config: folder, signer, publicKey } = site;
  const ledger = createGitLedger(folder);
  const actions = createSiteRuns(site, change);
  const hash = hashSha256;
  const tools = { keys: [publicKey], verifySignature, hash, nameBlob };
  let offset = needsRehearsal ? 0 : -hoursBehind * 3600;
  const nowSeconds = (): number => Date.now() / 1000 + offset;
  const clock = { nowSeconds, wait: async () => {}, random: Math.random };

  const start: Controlled["start"] = (effect = async (_, work) => work()) => {
    const store = guardStore(ledger, effect);
    const repository = repositoryNumber;
    const writer = createLedgerWriter({ store, tools, signer, repository, clock });
    const outside = { config: createGitConfig(folder), writer, store, hash };
    const people = createGitPeople(folder, accounts);
    return {
      ...outside,
      signer,
      nowSeconds,
      repository,
      runs: guardRuns(actions.runs, effect),
      jobs: actions.jobs,
      verifySignature,
      ticketLifeSeconds: 86_400,
      patience: defaultPatience,
      environments: settings.environments,
      context: createContextPort(settings, createOutsideSources({ ...outside, people })),
    };
  };
  const { writer } = start();
  // As verify saw them, before any rollout.
  const files = site.hosts.map(({ files: { plain } }) => plain);
  const seen = site.hosts.map(({ name }, index) => ({
    host: name,
    file: hash(files[index] ?? ""),
  }));
  need(await writer.write(seeHosts(seen, files)));
  need(await writer.write(publishKeys(site.hostKeys)));
  return {
    site,
    actions,
    start,
    later: (seconds) => {
      offset += seconds;
    },
    rollout: async () => {
      const [only] = [...(await writer.read()).ledger.rollouts.values()].slice(-1);
      if (only === undefined) throw new Error("there is no rollout");
      return only;
    },
    audit: async () => {
      const ports = { store: ledger, tools };
      const { problems } = await auditLedger({ remembered: undefined }, ports);
      const { entries } = await readLedgerAt(await ledger.readHead(), ledger, tools);
      return {
        history: entries.map(({ entry }) => messageOf(entry)),
        marks: entries.flatMap(({ entry: { event } }) => {
          const moved = event.kind === "rollout" ? event.event : undefined;
          const results = moved?.kind === "judge" ? moved.results : [];
          return results.flatMap(({ outcome, reason }) =>
            outcome === "good" && reason !== "" ? [reason] : [],
          );
        }),
        problems: problems.map(({ reason, where }) => `${reason} ${where}`),
      };
    },
    countRestarts: () =>
      Object.fromEntries(
        site.hosts.map(({ name, standIn }) => {
          const starts = readFileSync(join(standIn.folder, "run/starts"), "utf8");
          return [name, starts.trim().split("\n").length - 1];
        }),
      ),
  };
}

/** A commit is named after the event that it records. */
function guardStore(store: ReturnType<typeof createGitLedger>, effect: Effect) {
  return {
    ...store,
    commit: (request: Parameters<typeof store.commit>[0]) => {
      const [, event = ""] = /^\d+: (\S+)/.exec(request.message) ?? [];
      return effect(`commit ${event}`, () => store.commit(request));
    },
  };
}

function guardRuns(runs: SiteRuns["runs"], effect: Effect): SiteRuns["runs"] {
  return {
    dispatch: (inputs) => effect("dispatch", () => runs.dispatch(inputs)),
    find: (correlation, since) => effect("find", () => runs.find(correlation, since)),
    look: (run) => effect("look", () => runs.look(run)),
    readReports: (run) => effect("readReports", () => runs.readReports(run)),
  };
}

export function need(writing: LedgerWriting): Extract<LedgerWriting, { kind: "written" }> {
  if (writing.kind === "refused") throw new Error(writing.reason);
  return writing;
}

/** `written`, or the reason. */
export function answerOf(writing: LedgerWriting): string {
  return writing.kind === "refused" ? writing.reason : writing.kind;
}

/** carl requests. */
export async function askFor(
  phase: Phase,
  tools: Controller,
  names: readonly string[] = [],
): Promise<LedgerWriting> {
  const asked = { environment, phase, names, exceptions: [] };
  return requestPlan({ by: "carl", planned: await planNewest(asked, tools) }, tools);
}

/** carl requests, ben approves; returns the id. */
export async function approve(phase: Phase, bench: Controlled): Promise<string> {
  const tools = bench.start();
  need(await askFor(phase, tools));
  const { id, plan } = await bench.rollout();
  need(await decideRollout(id, { kind: "approve", by: "ben", plan }, tools));
  return id;
}

/** Runs until the newest rehearsal is over; returns the answer of each host, with its problems. */
export async function carryRehearsal(
  tools: Controller,
  bench: Controlled,
): Promise<readonly string[]> {
  for (let round = 0; round < 20; round++) {
    const [step] = await reconcileRehearsals(tools);
    if (step?.kind === "failed") throw step.error;
    await bench.actions.settle();
    const rehearsal = (await tools.writer.read()).ledger.rehearsals.get(environment);
    if (rehearsal?.state.kind !== "done") continue;
    const { id } = await bench.rollout();
    if (rehearsal.rollout !== id) continue;
    return [...rehearsal.results.values()].map(({ host, answer, findings }) =>
      [host, answer, ...(answer === "ready" ? [] : findings.map(({ code }) => code))].join(" "),
    );
  }
  throw new Error("the rehearsal does not end");
}

/**
 * Rounds, one minute apart, until the rollout has that state; returns what it waited for, each
 * reason once. ben records a backup whenever only that is missing.
 */
export async function carryOn(
  tools: Controller,
  bench: Controlled,
  isThere: (state: Rollout["state"]) => boolean = isOver,
): Promise<readonly string[]> {
  const reasons = new Set<string>();
  for (let round = 0; round < 100; round++) {
    const { id, state } = await bench.rollout();
    if (isThere(state)) return [...reasons];
    const [step] = await reconcile(tools);
    if (step?.kind === "failed") throw step.error;
    if (step?.kind === "waits") reasons.add(step.reason);
    if (step?.kind === "waits" && step.reason === "record-missing") {
      need(await decideRollout(id, { kind: "record", by: "ben", what: "backup" }, tools));
    }
    await bench.actions.settle();
    bench.later(60);
  }
  throw new Error(`it is still ${JSON.stringify((await bench.rollout()).state)}`);
}
