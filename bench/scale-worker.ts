import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createGithubConfig } from "../src/adapters/github/config-repo.ts";
import { createGithubLedger } from "../src/adapters/github/ledger-branch.ts";
import { createHeads } from "../src/adapters/github/branch-heads.ts";
import { openGithubClient } from "../src/adapters/github/client.ts";
import { hashSha256, nameBlob } from "../src/adapters/runtime/crypto.ts";
import { openSigner, verifySignature } from "../src/adapters/signatures.ts";
import { printCanonical } from "../src/core/formats/json/canonical.ts";
import type { EnvironmentSettings } from "../src/core/rollout/state/rollout-settings.ts";
import type { PublicKey } from "../src/core/formats/jws.ts";
import { ledgerBranch } from "../src/core/rollout/ledger/layout.ts";
import type { Planned } from "../src/core/rollout/plan/plan.ts";
import type { RolloutEvent } from "../src/core/rollout/state/rollout.ts";
import { signTicket, type TicketClaims } from "../src/core/rollout/dispatch/ticket.ts";
import { auditLedger } from "../src/core/rollout/ledger/run-audit.ts";
import { moveRollout, requestRollout, seeHosts } from "../src/core/rollout/ledger/commands.ts";
import { createTreeSource, isOfLedgerView } from "../src/core/rollout/ledger/tree-source.ts";
import type { LedgerHistory, LedgerStore } from "../src/core/rollout/ledger/store-port.ts";
import { lookNowhere } from "../src/core/rollout/ledger/decision-context.ts";
import { openGate } from "../src/core/rollout/dispatch/gate.ts";
import { planNewest } from "../src/core/rollout/controller/plan-head.ts";
import { createLedgerReader } from "../src/core/rollout/ledger/reader.ts";
import { openTree, type Tree } from "../src/core/config-repo/tree-files.ts";
import { createLedgerWriter, type LedgerCommand } from "../src/core/rollout/ledger/writer.ts";
import { createStandIn, type Branch, type Count } from "./scale-github.ts";
import { fleetArchive, packName, snapshotName, terms, type Snapshot } from "./scale-history.ts";
import { openPack } from "./scale-pack.ts";
import { runInputsOf } from "../src/core/rollout/dispatch/wave-run.ts";

/** Cost of one step. */
export interface Cost extends Count {
  readonly seconds: number;
}

export interface ScaleInput {
  readonly folder: string;
  readonly rollouts: number;
  readonly privateKey: string;
  readonly publicKey: PublicKey;
  /** Separate processes, so that each memory figure is independent. */
  readonly what: "control" | "audit";
}

export interface ScaleReport {
  readonly costs: Readonly<Record<string, Cost>>;
  /** MiB: before anything was read, and the peak until the ledger was read. */
  readonly memory: readonly [before: number, peak: number];
  readonly facts: Readonly<Record<string, number>>;
}

const input: ScaleInput = JSON.parse(readFileSync(0, "utf8"));
const snapshot: Snapshot = JSON.parse(
  readFileSync(join(input.folder, snapshotName(input.rollouts)), "utf8"),
);
const pack = openPack(join(input.folder, packName), snapshot.pack);
const branch: Branch = {
  name: ledgerBranch,
  commits: [...snapshot.commits],
  listing: new Map(snapshot.listing),
  archive: snapshot.archive,
};
const fleet: Branch = {
  name: "main",
  commits: ["c".repeat(40)],
  listing: new Map(snapshot.fleet),
  archive: join(input.folder, fleetArchive),
};
const standIn = createStandIn(pack, [branch, fleet]);
const wait = async (milliseconds: number): Promise<void> =>
  new Promise((done) => setTimeout(done, milliseconds));
const client = openGithubClient({
  apiUrl: "https://api.github.com",
  owner: "example",
  repo: "config",
  token: "none",
  fetch: standIn.fetch,
  wait,
  timeoutMs: 600_000,
});
const tools = { keys: [input.publicKey], verifySignature, hash: hashSha256, nameBlob };
const costs: Record<string, Cost> = {};
const facts: Record<string, number> = {};
const mebibytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
/** From Linux, since the usage that a process gets starts with that of its parent. */
const peak = (): number => {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return Math.round(Number(kibibytes) / 1024);
};

async function measure<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  standIn.take();
  const from = performance.now();
  const result = await work();
  const count = standIn.take();
  costs[what] = { seconds: (performance.now() - from) / 1000 - count.own, ...count };
  return result;
}

const openStore = (): LedgerStore & LedgerHistory => createGithubLedger(client);
const before = mebibytes(process.memoryUsage.rss());

async function measureAudit(): Promise<void> {
  const request = { remembered: undefined };
  const { problems, ledger } = await measure("audit", () =>
    auditLedger(request, { store: openStore(), tools }),
  );
  const [first] = problems;
  // Every plan of the history brings what no file of a host was planned from, and is whole.
  if (first !== undefined) throw new Error(`${first.reason} ${first.where} ${first.detail}`);
  facts["audited"] = ledger.sequence;
}

const control = await startControl();

async function startControl() {
  const signer = await openSigner(input.privateKey);
  let seconds = 1_800_000_000 + 100_000_000;
  const nowSeconds = (): number => seconds++;
  const clock = { nowSeconds, wait, random: Math.random };
  const open = (store: LedgerStore) =>
    createLedgerWriter({ store, tools, signer, repository: 4711, clock });
  return { signer, nowSeconds, open };
}

const settings: EnvironmentSettings = {
  name: "production",
  ...terms,
  soakSeconds: 0,
  groups: ["g"],
  expiresSeconds: 28_800,
  rehearsal: "off",
  waveSize: 256,
  after: null,
  announceDrift: true,
  freeze: [],
  backupWindows: [],
  timeZone: "UTC",
};

async function measureControl(): Promise<readonly [number, number]> {
  const store = openStore();
  const writer = control.open(store);
  const state = await measure("cold", () => writer.read());
  const memory = [before, peak()] as const;
  facts["entries"] = state.ledger.sequence;
  facts["files"] = state.listing.size;
  await measure("unchanged", () => writer.read());
  const planned = await measurePlan(writer, store);
  await measureGate(planned);
  const other = openStore();
  const reader = createLedgerReader(other, tools);
  await reader.read();
  await writeWave(writer, planned);
  // Only the newest entry is new to it.
  await reader.read();
  const file = `[a]\nb=${Math.random()}\n`;
  const seen = seeHosts([{ host: "other", file: hashSha256(file) }], [file]);
  await writeOne(writer, seen);
  await measure("read on", () => reader.read());
  return memory;
}

async function measurePlan(
  writer: ReturnType<typeof control.open>,
  store: LedgerStore,
): Promise<Planned> {
  const { nowSeconds } = control;
  const environments = new Map([["production", settings]]);
  const asked = { environment: "production", phase: "open", names: [], exceptions: [] } as const;
  const common = { writer, store, hash: hashSha256, environments, nowSeconds, repository: 4711 };
  const config = createGithubConfig(client, createHeads(client));
  const planned = await measure("plan", () => planNewest(asked, { ...common, config }));
  // The same files, listed in reverse order.
  const turned = {
    ...config,
    readTree: async (commit: string): Promise<Tree> => {
      const tree = await config.readTree(commit);
      return { ...tree, entries: new Map([...tree.entries].toReversed()) };
    },
  };
  const again = await measure("plan again", () => planNewest(asked, { ...common, config: turned }));
  facts["stable"] = again.digest === planned.digest ? 1 : 0;
  facts["planned"] = planned.plan.hosts.length;
  facts["plan bytes"] = printCanonical(planned.plan).length;
  facts["waves"] = planned.plan.waves.length;
  facts["largest wave"] = Math.max(...planned.plan.waves.map(({ length }) => length));
  return planned;
}

/** Reads files from disk, as `actions/checkout` leaves them; the time of Git is not counted. */
async function measureGate({ plan, digest }: Planned): Promise<void> {
  const listed = [...branch.listing].filter(([path]) => isOfLedgerView(path));
  const seconds = 1_900_000_000;
  const claims: TicketClaims = {
    schemaVersion: 1,
    rollout: "2030-01-1",
    wave: 2,
    sequence: 1,
    repository: 4711,
    commit: plan.commit,
    phase: plan.phase,
    environment: plan.environment,
    plan: digest,
    ledger: plan.ledger,
    nbf: seconds - 60,
    exp: seconds + 3600,
  };
  const { correlation: _, ...inputs } = runInputsOf(
    await signTicket(claims, control.signer),
    claims,
    "",
  );
  const recorded = printCanonical(plan);
  const answer = await measure("gate", async () => {
    const entries = new Map(
      listed.map(([path, name]) => [
        path,
        { kind: "file", bytes: pack.read(name).toString("latin1") } as const,
      ]),
    );
    const config = new Map(
      [...fleet.listing].map(([path, name]) => [
        path,
        { kind: "file", bytes: pack.read(name).toString("latin1") } as const,
      ]),
    );
    return openGate(
      {
        inputs,
        attempt: 1,
        recorded,
        repository: 4711,
        keys: tools.keys,
        clockSkewSeconds: 30,
        paths: ["."],
        commit: plan.commit,
      },
      {
        files: openTree({ top: "/config-repo", entries: config }),
        ledger: createTreeSource({ commit: plan.ledger ?? "", entries }, hashSha256),
        hash: hashSha256,
        verifySignature,
        nowSeconds: seconds,
      },
    );
  });
  if (answer.kind === "refused") throw new Error(`${answer.reason} ${answer.detail}`);
  facts["gate files"] = listed.length;
}

async function writeOne(writer: ReturnType<typeof control.open>, decide: LedgerCommand) {
  const written = await writer.write(decide);
  if (written.kind === "refused") throw new Error(written.reason);
  return written;
}

/** From the request to the evaluation of the first wave with many hosts. */
async function writeWave(
  writer: ReturnType<typeof control.open>,
  { plan, digest, changes }: Planned,
): Promise<void> {
  const request = requestRollout({
    by: "anna",
    plan,
    text: printCanonical(plan),
    digest,
    expiresAt: control.nowSeconds() + 100_000,
    terms,
    files: changes.map(({ after }) => after),
  });
  const { ledger } = await measure("request", () => writeOne(writer, request));
  const id = [...ledger.rollouts.keys()].at(-1) ?? "";
  const send = (event: RolloutEvent, wave: readonly string[] = []) => {
    const by = "by" in event ? event.by : null;
    const files = new Map(plan.hosts.map(({ name, file }) => [name, file]));
    const proven = wave.map((host) => ({ host, file: files.get(host) ?? "" }));
    const move = { rollout: id, event, by, proven };
    return writeOne(
      writer,
      moveRollout(move, () => ({
        ...lookNowhere("nothing-found"),
        standingOf: () => ({ isKnown: true, group: "member", own: "no" }),
        target: "same",
        window: "none",
        closing: "ready",
        predecessor: "ready",
      })),
    );
  };
  await measure("approve", () => send({ kind: "approve", by: "ben", plan: digest }));
  const sizes = plan.waves.map(({ length }) => length);
  const largest = sizes.indexOf(Math.max(...sizes)) + 1;
  for (const [index, names] of plan.waves.entries()) {
    const wave = index + 1;
    const results = names.map((host) => ({ host, outcome: "good", reason: "" }) as const);
    if (wave > largest) return;
    const isMeasured = wave === largest;
    const steps: readonly (readonly [string, () => Promise<unknown>])[] = [
      ["dispatch", () => send({ kind: "dispatch", wave })],
      ["accept", () => send({ kind: "accept", wave, run: 7 })],
      ["judge", () => send({ kind: "judge", wave, run: 7, results }, names)],
    ];
    for (const [what, step] of steps) await (isMeasured ? measure(what, step) : step());
  }
}

const audited = async (): Promise<readonly [number, number]> => {
  await measureAudit();
  return [before, peak()];
};
const memory = await (input.what === "audit" ? audited() : measureControl());
const report: ScaleReport = { costs, facts, memory };
process.stdout.write(JSON.stringify(report));
pack.close();
