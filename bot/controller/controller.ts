import { createGithubConfig, readRepositoryNumber } from "../../src/adapters/github/config-repo.ts";
import { createAllHeads } from "../../src/adapters/github/branch-heads.ts";
import { createGithubJobs } from "../../src/adapters/github/workflow-jobs.ts";
import { createGithubLedger } from "../../src/adapters/github/ledger-branch.ts";
import { createGithubPeople } from "../../src/adapters/github/teams-and-authors.ts";
import {
  openGithubClient,
  type GithubAccess,
  type GithubClient,
} from "../../src/adapters/github/client.ts";
import { createGithubRuns } from "../../src/adapters/github/workflow-runs.ts";
import { createGithubTime } from "../../src/adapters/github/time.ts";
import { createGithubVerify } from "../../src/adapters/github/verify-runs.ts";
import { hashSha256 } from "../../src/adapters/runtime/crypto.ts";
import { createLedgerMemory } from "../../src/adapters/ledger-memory.ts";
import { verifySignature } from "../../src/adapters/signatures.ts";
import { readZipped } from "../../src/adapters/archive/zip.ts";
import type { BotSettings } from "../runtime/settings.ts";
import type { RecordsFile } from "../../src/core/rollout/plan/records-file.ts";
import type { PublicKey, Signer } from "../../src/core/formats/jws.ts";
import type { ConfigBranch } from "../../src/core/rollout/controller/config-repo-port.ts";
import type { ControlTools } from "../../src/core/rollout/controller/commands.ts";
import { readLedgerRecords } from "../../src/core/rollout/ledger/plan-source.ts";
import { type LedgerStore, rememberFiles } from "../../src/core/rollout/ledger/store-port.ts";
import { createOutsideSources } from "../../src/core/rollout/controller/context-sources.ts";
import type { PlanTools } from "../../src/core/rollout/controller/plan-head.ts";
import { createContextPort } from "../../src/core/rollout/controller/context.ts";
import type { ReconcileTools } from "../../src/core/rollout/controller/reconcile.ts";
import type { VerifyRuns } from "../../src/core/rollout/controller/record-verify.ts";
import { createLedgerWriter } from "../../src/core/rollout/ledger/writer.ts";
import type { Log } from "../runtime/log.ts";
import { createGithubFixes } from "../../src/adapters/github/pull-requests.ts";

export interface ControllerPorts {
  readonly fetch: typeof fetch;
  readonly token: GithubAccess["token"];
  readonly signer: Signer;
  /** Keys of all controllers that ever wrote the ledger, including this one. */
  readonly keys: readonly PublicKey[];
  readonly clock: {
    readonly nowSeconds: () => number;
    readonly wait: (milliseconds: number) => Promise<void>;
    /** From 0 (inclusive) to 1 (exclusive). */
    readonly random: () => number;
  };
  /** Keeps the newest entry read across restarts; undefined keeps nothing. */
  readonly stateDirectory?: string | undefined;
  readonly log: Pick<Log, "warn">;
}

/** All ports of the use cases, for the config repo on GitHub. */
export type Controller = ControlTools &
  ReconcileTools &
  PlanTools & {
    readonly client: GithubClient;
    readonly config: ConfigBranch;
    readonly verifyRuns: VerifyRuns;
    /** URL of the open pull request with fixes; null if there is none. */
    readonly readFixUrl: () => Promise<string | null>;
    /** Undefined if the clock of this machine is right. */
    readonly clockTrouble: () => string | undefined;
    /** The ledger at one of its commits. Throws HardenError as readLedgerRecords() does. */
    readonly readRecords: (commit: string) => Promise<RecordsFile | undefined>;
  };

/** Maximum difference between the machine's clock and GitHub's (s). */
const maxOffSeconds = 60;

const advice = {
  token: "Give the bot a valid GITHUB_TOKEN, or a valid key of the App.",
  access:
    "Check the name of the repository in bot.ini, and give the App or token the permissions listed in docs/bot.md for it.",
  again:
    "The bot retries automatically. If this persists, check that its machine can connect to GitHub, or set a proxy.",
};

export function openConfigRepo(
  { github }: Pick<BotSettings, "github">,
  { fetch: ask, token, clock }: Pick<ControllerPorts, "fetch" | "token" | "clock">,
): GithubClient {
  const { owner, repo, apiUrl } = github;
  const access = { apiUrl, owner, repo, token, fetch: ask, advice };
  return openGithubClient({ ...access, wait: clock.wait, timeoutMs: 20_000 });
}

/** Throws HardenError `broke` if the config repo cannot be read. */
export async function openController(
  settings: BotSettings,
  ports: ControllerPorts,
): Promise<Controller> {
  const { signer, keys } = ports;
  const { github, times, environments } = settings;
  const time = createGithubTime(ports.fetch, github.apiUrl, ports.clock.nowSeconds);
  const client = openConfigRepo(settings, { ...ports, fetch: time.fetch });
  const isClockWrong = (): boolean => Math.abs(time.aheadSeconds()) > maxOffSeconds;
  const repository = await readRepositoryNumber(client);
  const findHead = createAllHeads(client);
  const own = createGithubConfig(client, findHead);
  const { branch } = await own.readHead();
  // One request reads both heads. If the default branch was renamed, it is looked up.
  const config: ConfigBranch = {
    ...own,
    readHead: async () => {
      const commit = await findHead(branch);
      return commit === undefined ? own.readHead() : { branch, commit };
    },
  };
  const ledger: LedgerStore = createGithubLedger(client, findHead);
  const store = rememberFiles(ledger);
  const tools = { keys, verifySignature, hash: hashSha256 };
  const { stateDirectory: directory, log } = ports;
  const onFailure = (error: unknown): void =>
    log.warn({ reason: String(error) }, "cannot store the newest ledger entry");
  const memory =
    directory === undefined ? undefined : createLedgerMemory({ directory, repository, onFailure });
  const clock = { ...ports.clock, nowSeconds: time.toldSeconds };
  const writer = createLedgerWriter({ store: ledger, tools, memory, signer, repository, clock });
  const people = createGithubPeople(client);
  const { workflow, verifyWorkflow, requiresSignatures } = github;
  const about = { config, people, writer, store, hash: hashSha256, requiresSignatures };
  const sources = createOutsideSources(about);
  return {
    client,
    writer,
    store,
    signer,
    config,
    repository,
    environments,
    runs: createGithubRuns(client, { workflow, branch, readZipped }),
    jobs: createGithubJobs(client),
    verifySignature,
    verifyRuns: createGithubVerify(client, {
      workflow: verifyWorkflow,
      branch,
      readZipped,
      nowSeconds: time.nowSeconds,
    }),
    readRecords: async (commit) =>
      readLedgerRecords(commit, { ...ledger, read: store.read }, tools),
    readFixUrl: createGithubFixes(client, { branch, findHead, nowSeconds: time.nowSeconds }),
    context: createContextPort(settings, sources),
    hash: hashSha256,
    ticketLifeSeconds: times.ticketLifeSeconds,
    patience: times,
    nowSeconds: time.nowSeconds,
    isClockWrong,
    clockTrouble: () => (isClockWrong() ? describeClock(time.aheadSeconds()) : undefined),
  };
}

function describeClock(aheadSeconds: number): string {
  const seconds = Math.round(Math.abs(aheadSeconds));
  return `the clock of the bot's machine is ${seconds} s ${aheadSeconds > 0 ? "ahead of" : "behind"} GitHub's`;
}
