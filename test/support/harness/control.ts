import { hashSha256, nameBlob } from "../../../src/adapters/runtime/crypto.ts";
import { verifySignature } from "../../../src/adapters/signatures.ts";
import { HardenError } from "../../../src/core/base/errors.ts";
import type { EnvironmentSettings } from "../../../src/core/rollout/state/rollout-settings.ts";
import { verifyLedger } from "../../../src/core/rollout/ledger/audit.ts";
import type { LedgerTools } from "../../../src/core/rollout/ledger/verify-entries.ts";
import type { Rollout } from "../../../src/core/rollout/state/rollout.ts";
import {
  decideRollout,
  requestPlan,
  type ControlTools,
} from "../../../src/core/rollout/controller/commands.ts";
import type { LedgerStore } from "../../../src/core/rollout/ledger/store-port.ts";
import { reconcile, type ReconcileTools } from "../../../src/core/rollout/controller/reconcile.ts";
import type { WaveRuns } from "../../../src/core/rollout/dispatch/workflow-port.ts";
import { createLedgerWriter, type LedgerWriting } from "../../../src/core/rollout/ledger/writer.ts";
import { createActionsModel, type ActionsModel } from "../fakes/github/actions-model.ts";
import {
  createMemoryLedger,
  entriesOf,
  listingOf,
  planned,
  type MemoryLedger,
} from "../fakes/github/ledger.ts";
import { createRandom } from "../builders/random.ts";
import { makeSituation } from "../builders/rollout-states.ts";
import { makeKeys, type Keys } from "../builders/tickets.ts";
import type { ContextPort } from "../../../src/core/rollout/ledger/decision-context.ts";
import { defaultPatience } from "../builders/patience.ts";

export const start = 1_800_000_000;

/** Wraps every effect: all requests of a controller to GitHub. */
export type Effect = <Result>(work: () => Promise<Result>) => Promise<Result>;

export const plainly: Effect = async (work) => work();

export const killed = new Error("the controller was killed");

/** Kills the controller at one of its effects, before it or after it without an answer. */
export function killAt(
  effect: number,
  when: "before" | "after",
): Effect & { readonly count: () => number } {
  let count = 0;
  const run: Effect = async (work) => {
    const isIt = count++ === effect;
    if (isIt && when === "before") throw killed;
    const result = await work();
    if (isIt) throw killed;
    return result;
  };
  return Object.assign(run, { count: () => count });
}

export interface ControlBench {
  readonly store: MemoryLedger;
  readonly keys: readonly Keys[];
  readonly tools: LedgerTools & { readonly nameBlob: typeof nameBlob };
  readonly model: ActionsModel;
  readonly situation: {
    -readonly [Key in "target" | "window" | "closing" | "predecessor"]: ContextPort[Key];
  };
  /** Members of the group. */
  readonly members: Set<string>;
  readonly controller: (effect?: Effect, keys?: Keys) => ReconcileTools & ControlTools;
  readonly later: (seconds: number) => void;
  readonly rollout: () => Promise<Rollout>;
  /** Problems of the ledger. */
  readonly audit: () => Promise<readonly string[]>;
  /** Any number of rounds, one minute apart, until the rollout has that state. */
  readonly runUntil: (
    tools: ReconcileTools,
    isThere: (state: Rollout["state"]) => boolean,
  ) => Promise<void>;
}

export const settings: EnvironmentSettings = {
  name: "production",
  approvals: 1,
  groups: ["g"],
  expiresSeconds: 28_800,
  soakSeconds: 120,
  record: [],
  maxFailures: 0,
  waveSize: 256,
  after: null,
  announceDrift: true,
  rehearsal: "optional",
  freeze: [],
  backupWindows: [],
  timeZone: "UTC",
};

export async function makeControlBench(
  change: Partial<EnvironmentSettings> = {},
): Promise<ControlBench> {
  const store = createMemoryLedger();
  const [first, second] = [await makeKeys(), await makeKeys()];
  const publicKeys = [first.publicKey, second.publicKey];

  const members = new Set(["anna", "ben", "carl"]);
  let seconds = start;
  const nowSeconds = (): number => seconds;
  const model = createActionsModel(planned.plan, publicKeys, nowSeconds);
  const situation: ControlBench["situation"] = {
    target: async () => "same",
    window: () => "none",
    closing: async () => "ready",
    predecessor: async () => "ready",
  };
  const tools = { keys: publicKeys, verifySignature, hash: hashSha256, nameBlob };
  const random = createRandom(7).next;

  const controller = (effect: Effect = plainly, keys = first): ReconcileTools & ControlTools => {
    const own = guard(store, effect);
    const clock = { nowSeconds, wait: async () => {}, random };
    const ports = { store: own, tools, signer: keys.signer, repository: 4711, clock };
    return {
      writer: createLedgerWriter(ports),
      store: own,
      signer: keys.signer,
      runs: guardRuns(model.runs, effect),
      jobs: {
        read: (run) => effect(() => model.jobs.read(run)),
        end: (run) => effect(() => model.jobs.end(run)),
      },
      verifySignature,
      hash: hashSha256,
      ticketLifeSeconds: 3600,
      nowSeconds,
      patience: defaultPatience,
      environments: new Map([["production", { ...settings, ...change }]]),
      context: {
        standings: async (_, rollout) => (name) => ({
          ...makeSituation().standingOf(name),
          group: members.has(name) ? "member" : "outside",
          own: rollout?.requester === name ? "yes" : "no",
        }),
        target: (rollout) => situation.target(rollout),
        window: (environment, at) => situation.window(environment, at),
        closing: (rollout) => situation.closing(rollout),
        predecessor: (environment) => situation.predecessor(environment),
      },
    };
  };
  const reader = controller();
  const rollout = async (): Promise<Rollout> => {
    const { ledger } = await reader.writer.read();
    const [only] = [...ledger.rollouts.values()].slice(-1);
    if (only === undefined) throw new Error("there is no rollout");
    return only;
  };
  const later = (more: number): void => {
    seconds += more;
  };
  return {
    store,
    keys: [first, second],
    tools,
    model,
    situation,
    members,
    controller,
    later,
    rollout,
    audit: async () => {
      const files = store.branch.at(-1)?.files ?? new Map<string, string>();
      const [commits, listing] = [store.branch.toReversed(), listingOf(files)];
      const evidence = { commits, entries: entriesOf(files), listing, files };
      const { problems } = await verifyLedger(evidence, tools);
      return problems.map(({ reason, where }) => `${reason} ${where}`);
    },
    runUntil: async (own, isThere) => {
      for (let round = 0; round < 200; round++) {
        if (isThere((await rollout()).state)) return;
        for (const step of await reconcile(own)) {
          // The controller reports an unexpected error of a step; here that is the test's own
          // crash.
          if (step.kind === "failed" && !(step.error instanceof HardenError)) throw step.error;
        }
        later(60);
      }
      throw new Error(`it is still ${JSON.stringify((await rollout()).state)}`);
    },
  };
}

function guard(store: LedgerStore, effect: Effect): LedgerStore {
  return {
    readHead: () => effect(() => store.readHead()),
    list: (commit) => effect(() => store.list(commit)),
    read: (names) => effect(() => store.read(names)),
    commit: (request) => effect(() => store.commit(request)),
  };
}

function guardRuns(runs: WaveRuns, effect: Effect): WaveRuns {
  return {
    dispatch: (inputs) => effect(() => runs.dispatch(inputs)),
    find: (correlation, since) => effect(() => runs.find(correlation, since)),
    look: (run) => effect(() => runs.look(run)),
    readReports: (run) => effect(() => runs.readReports(run)),
  };
}

export function need(writing: LedgerWriting): Extract<LedgerWriting, { kind: "written" }> {
  if (writing.kind === "refused") throw new Error(writing.reason);
  return writing;
}

/** anna requests, ben approves; returns the id. */
export async function approveRollout(bench: ControlBench): Promise<string> {
  const tools = bench.controller();
  need(await requestPlan({ by: "anna", planned }, tools));
  const { id, plan } = await bench.rollout();
  need(await decideRollout(id, { kind: "approve", by: "ben", plan }, tools));
  return id;
}
