import { hashSha1, hashSha256, nameBlob } from "../../../../src/adapters/runtime/crypto.ts";
import { verifySignature } from "../../../../src/adapters/signatures.ts";
import { printCanonical } from "../../../../src/core/formats/json/canonical.ts";
import type { HostResult, RolloutEvent } from "../../../../src/core/rollout/state/rollout.ts";
import {
  moveRollout,
  requestRollout,
  seeHosts,
  type ExternalFacts,
} from "../../../../src/core/rollout/ledger/commands.ts";
import type { LedgerHistory, LedgerStore } from "../../../../src/core/rollout/ledger/store-port.ts";
import { nameRollout } from "../../../../src/core/rollout/ledger/entry.ts";
import { listEntryFiles, splitEntries } from "../../../../src/core/rollout/ledger/reader.ts";
import {
  createLedgerWriter,
  type LedgerCommand,
  type LedgerWriter,
} from "../../../../src/core/rollout/ledger/writer.ts";
import { planOf, soft, type TestHost } from "../../builders/rollout.ts";
import { createRandom } from "../../builders/random.ts";
import { makeSituation, resultOf } from "../../builders/rollout-states.ts";
import { makeKeys, type Keys } from "../../builders/tickets.ts";

export const start = 1_800_000_000;
export const expiresAt = start + 90_000;

interface MemoryCommit {
  readonly commit: string;
  readonly parents: readonly string[];
  readonly files: ReadonlyMap<string, string>;
}

/** A branch in memory: one commit moves it, and only from the head that was read. */
export interface MemoryLedger extends LedgerStore, LedgerHistory {
  /** Oldest first. */
  readonly branch: MemoryCommit[];
  /** Answers that get lost, after the commit was made (`made`) or before. */
  readonly faults: ("lost" | "made")[];
}

export function createMemoryLedger(): MemoryLedger {
  const branch: MemoryCommit[] = [];
  const faults: MemoryLedger["faults"] = [];
  const blobs = new Map<string, string>();
  const pause = async (): Promise<void> => new Promise((done) => setImmediate(done));
  return {
    branch,
    faults,
    readHead: async () => {
      await pause();
      return branch.at(-1)?.commit;
    },
    list: async (commit) => {
      const files = branch.find((one) => one.commit === commit)?.files ?? new Map();
      for (const text of files.values()) blobs.set(nameBlob(text), text);
      return listingOf(files);
    },
    read: async (names) => names.map((name) => blobs.get(name) ?? ""),
    commit: async ({ head, files, message }) => {
      await pause();
      const fault = faults.shift();
      if (fault === "lost" || branch.at(-1)?.commit !== head) return { kind: "lost" };
      const before = branch.at(-1)?.files ?? new Map<string, string>();
      const after = new Map([...before, ...files]);
      const commit = hashSha1(`${head} ${message} ${[...after].join()}`);
      branch.push({ commit, parents: head === undefined ? [] : [head], files: after });
      return fault === "made" ? { kind: "lost" } : { kind: "committed", commit };
    },
    commits: async (head) => {
      const end = branch.findIndex(({ commit }) => commit === head);
      return branch.slice(0, end + 1).toReversed();
    },
  };
}

export function listingOf(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...files].map(([path, text]) => [path, nameBlob(text)]));
}

/** Signed entries of a branch, as in its files. */
export function entriesOf(files: ReadonlyMap<string, string>): readonly string[] {
  return [...splitEntries(listEntryFiles(files).map((path) => files.get(path) ?? ""))];
}

export const outside: ExternalFacts = makeSituation({
  standingOf: (name) => ({
    isKnown: true,
    group: "member",
    own: name === "anna" ? "yes" : "no",
  }),
});

/** Three waves with one host each. */
export const plannedFleet: Readonly<Record<string, TestHost>> = {
  rds1: {},
  rds2: { facts: "wave = 2\n" },
  s1: { facts: "role = server\n" },
};

export const planned = planOf(plannedFleet);
const { plan, digest, changes } = planned;

export const terms = { approvals: 1, soak: 0, record: [], maxFailures: 0 } as const;

export const decisions = {
  see: seeHosts(
    Object.keys(plannedFleet).map((host) => ({ host, file: hashSha256(soft) })),
    [soft],
  ),
  request: requestRollout({
    by: "anna",
    plan,
    text: printCanonical(plan),
    digest,
    expiresAt,
    terms,
  }),
  move: (rollout: string, event: RolloutEvent): LedgerCommand =>
    moveRollout({ rollout, event, by: "by" in event ? event.by : null }, () => outside),
  judge: (
    rollout: string,
    wave: number,
    outcome: HostResult["outcome"] = "good",
  ): LedgerCommand => {
    const names = plan.waves[wave - 1] ?? [];
    const isGood = outcome === "good";
    const proven = plan.hosts
      .filter(({ name }) => isGood && names.includes(name))
      .map(({ name, file }) => ({ host: name, file }));
    const results = names.map((name) => resultOf(name, outcome));
    return moveRollout(
      {
        rollout,
        by: null,
        event: { kind: "judge", wave, run: 7, results },
        proven,
        files: isGood ? changes.map(({ after }) => after) : [],
      },
      () => outside,
    );
  },
};

export interface Book {
  readonly store: LedgerStore & LedgerHistory;
  readonly keys: Keys;
  readonly writer: LedgerWriter;
  /** Another controller, which has the second key and optionally its own access to the branch. */
  readonly join: (own?: LedgerStore) => LedgerWriter;
  readonly tools: {
    readonly keys: readonly Keys["publicKey"][];
    readonly verifySignature: typeof verifySignature;
    readonly hash: typeof hashSha256;
    readonly nameBlob: typeof nameBlob;
  };
  readonly waits: number[];
  /** Sets the clock of all controllers. */
  readonly setClock: (seconds: number) => void;
}

/** A ledger with a controller; its clock advances one second with each read. */
export async function makeBook(
  store: LedgerStore & LedgerHistory = createMemoryLedger(),
  wait: (milliseconds: number) => Promise<void> = async () => {},
  repository = 4711,
): Promise<Book> {
  const [keys, second] = [await makeKeys(), await makeKeys()];
  const tools = {
    nameBlob,
    keys: [keys.publicKey, second.publicKey],
    verifySignature,
    hash: hashSha256,
  };
  const waits: number[] = [];
  let seconds = start;
  const clock = {
    nowSeconds: () => seconds++,
    wait: async (milliseconds: number) => {
      waits.push(milliseconds);
      await wait(milliseconds);
    },
    random: createRandom(20).next,
  };
  const common = { tools, repository, clock };
  const join = (own: LedgerStore = store): LedgerWriter =>
    createLedgerWriter({ ...common, store: own, signer: second.signer });
  const writer = createLedgerWriter({ ...common, store, signer: keys.signer });
  const setClock = (to: number): void => {
    seconds = to;
  };
  return { store, keys, tools, waits, join, writer, setClock };
}

/** Writes, and fails the test if it was refused. */
export async function write({ writer }: Pick<Book, "writer">, decide: LedgerCommand) {
  const written = await writer.write(decide);
  if (written.kind === "refused") throw new Error(written.reason);
  return written;
}

/** Really waits, a hundred times faster. */
export const waitFast = async (milliseconds: number): Promise<void> =>
  new Promise((done) => setTimeout(done, milliseconds / 100));

/** A rollout from its request to its end; returns its id. */
export async function writeRollout(book: Pick<Book, "writer">): Promise<string> {
  await book.writer.write(decisions.see);
  const { entry } = await write(book, decisions.request);
  const id = nameRollout(entry);
  await write(book, decisions.move(id, { kind: "approve", by: "ben", plan: digest }));
  for (const wave of [1, 2, 3]) {
    await write(book, decisions.move(id, { kind: "dispatch", wave }));
    await write(book, decisions.move(id, { kind: "accept", wave, run: 7 }));
    await write(book, decisions.judge(id, wave));
  }
  return id;
}
