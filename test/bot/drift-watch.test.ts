import { expect, test } from "vitest";
import { HardenError } from "../../src/core/base/errors.ts";
import { createDriftWatch } from "../../bot/loops/drift-watch.ts";
import { createLog } from "../../bot/runtime/log.ts";
import type { PostAnswer } from "../../bot/slack/chat-port.ts";
import type { Message } from "../../bot/views/blocks.ts";
import type { Tree } from "../../src/core/config-repo/tree-files.ts";
import type { HostProbe } from "../../src/core/probe/host-probe.ts";
import type { Ledger } from "../../src/core/rollout/ledger/ledger.ts";
import type { Rollout } from "../../src/core/rollout/state/rollout.ts";
import { makeRollout } from "../support/builders/rollout-states.ts";
import { recordVerify, type VerifyRun } from "../../src/core/rollout/controller/record-verify.ts";
import { renderJson } from "../../src/core/report/render.ts";
import { accept, hardened, probeOf, withTls } from "../support/builders/observations.ts";
import { nothingRelaxed } from "../support/builders/relaxed.ts";
import { commit, filesOf } from "../support/builders/rollout.ts";
import { plannedFleet } from "../support/fakes/github/ledger.ts";
import {
  approveRollout,
  killAt,
  killed,
  makeControlBench,
  plainly,
  settings,
  type ControlBench,
  type Effect,
} from "../support/harness/control.ts";

const entries: Tree["entries"] = new Map(
  Object.entries(filesOf(plannedFleet)).map(([path, bytes]) => [path, { kind: "file", bytes }]),
);
const names = Object.keys(plannedFleet);
const old = probeOf(withTls("TLS1.0", accept("TLS_RSA_AES_128_CBC_SHA1")));

interface Scene {
  readonly bench: ControlBench;
  /** Messages in the channel. */
  readonly posted: Message[];
  readonly answers: PostAnswer[];
  /** Completes a verify run that saw TLS 1.0 on these hosts, and records it. */
  readonly scan: (hosts: readonly string[], change?: Partial<VerifyRun>) => Promise<void>;
  /** A freshly started bot. */
  readonly watch: (
    effect?: Effect,
    change?: Partial<typeof settings>,
    readTree?: (commit: string) => Promise<Tree>,
    /** What the watch reads instead of the ledger. */
    alter?: (ledger: Ledger) => Ledger,
  ) => () => Promise<void>;
  /** Entries of the ledger that claim something. */
  readonly claims: () => Promise<number>;
}

/** Every host of the fleet was verified. */
async function makeScene(): Promise<Scene> {
  const bench = await makeControlBench();
  await approveRollout(bench);
  await bench.runUntil(bench.controller(), ({ kind }) => kind === "succeeded");
  bench.later(600);
  const [posted, answers]: [Message[], PostAnswer[]] = [[], []];
  const runs: VerifyRun[] = [];
  const verifyRuns = {
    newest: async (after: number) => runs.findLast(({ run }) => run > after),
  };
  return {
    bench,
    posted,
    answers,
    scan: async (hosts, change = {}) => {
      bench.later(3600);
      const { nowSeconds } = bench.controller();
      const probes = names.map((host): HostProbe => {
        return { ...(hosts.includes(host) ? old : probeOf(hardened)), host };
      });
      const text = renderJson({
        findings: [],
        hosts: names.map((name) => {
          return { name, role: "rds", environment: "production", verdict: "partial" };
        }),
        failOn: () => "error",
        probes,
        relaxed: nothingRelaxed,
      });
      const run = 7000 + runs.length;
      const url = `https://github.test/runs/${run}`;
      const times = { at: nowSeconds(), startedAt: nowSeconds() - 60 };
      runs.push({ run, ...times, commit, url, text, ...change });
      await recordVerify({ ...bench.controller(), verifyRuns });
    },
    watch: (
      effect = plainly,
      change = {},
      readTree = async () => ({ top: "/repo", entries }),
      alter = (ledger) => ledger,
    ) => {
      const { writer, ...others } = bench.controller(effect);
      const read = async () => {
        const state = await writer.read();
        return { ...state, ledger: alter(state.ledger) };
      };
      const controller = {
        ...others,
        writer: { ...writer, read },
        config: {
          readHead: async () => ({ branch: "main", commit }),
          readTree,
          isAncestor: async () => true,
        },
        verifyRuns: {
          newest: (after: number) => effect(() => verifyRuns.newest(after)),
          readGlobals: async () => new Map(),
        },
        repository: 4711,
      };
      return createDriftWatch({
        controller,
        settings: {
          environments: new Map([["production", { ...settings, ...change }]]),
          slack: { channel: "C1" } as never,
        },
        chat: {
          post: (_, message) =>
            effect(async () => {
              const answer = answers.shift() ?? { kind: "posted", message: "1.0" };
              if (answer.kind === "posted") posted.push(message);
              return answer;
            }),
        },
        log: createLog("silent"),
      });
    },
    claims: async () => {
      const { listing } = await bench.controller().writer.read();
      const paths = [...listing.keys()].filter((path) => path.startsWith("entries/"));
      const texts = await bench.store.read(paths.map((path) => listing.get(path) ?? ""));
      return texts
        .join("")
        .split("\n")
        .map((line) => Buffer.from(line.split(".")[1] ?? "", "base64url").toString())
        .filter((line) => line.includes('"kind":"drift"')).length;
    },
  };
}

const textOf = ({ text }: Message): string => text.replaceAll("\n", " ");

test("differing hosts are one message, and so are resolved ones", async () => {
  const { scan, watch, posted, bench } = await makeScene();
  const turn = watch();
  await turn();
  await scan(["rds1", "s1"]);
  await turn();
  await turn();
  expect(posted.map(textOf)).toEqual([
    expect.stringMatching(
      /Drift in production.*2 hosts differ from what was last verified on them\. rds1, s1: the host accepts TLS1\.0, .*run 7000/,
    ),
  ]);
  await scan(["rds1"]);
  await turn();
  expect(posted).toHaveLength(2);
  expect(posted.map(textOf)[1]).toMatch(/Drift resolved in production.*Resolved: s1\./);
  expect(await bench.audit()).toEqual([]);
});

test("does not compare hosts with results of rollouts that ended after the run was started", async () => {
  const { scan, watch, posted } = await makeScene();
  await scan(["rds1"], { startedAt: 1_800_000_000 });
  await watch()();
  expect(posted).toEqual([]);
});

test("a fleet that is unreadable at the commit of the run is reported once", async () => {
  const { scan, watch, posted } = await makeScene();
  const commits: string[] = [];
  const turn = watch(plainly, {}, async (asked) => {
    commits.push(asked);
    return {
      top: "/repo",
      entries: new Map([["sesam-harden.ini", { kind: "file", bytes: "x = 1\n" }]]),
    };
  });
  await scan(["rds1"]);
  await turn();
  await turn();
  expect(commits).toEqual([commit]);
  await scan(["rds1"]);
  await turn();
  expect(commits).toHaveLength(2);
  expect(posted).toEqual([]);
});

test("a run that cannot be compared is retried with growing pauses", async () => {
  const { scan, watch, posted, answers, bench } = await makeScene();
  let isDown = false;
  let reads = 0;
  const turn = watch(plainly, {}, async () => {
    reads++;
    if (isDown) throw new HardenError("broke", "no answer", "Wait.");
    return { top: "/repo", entries };
  });
  await scan(["rds1"]);
  answers.push({ kind: "refused", reason: "not_in_channel" });
  await turn();
  isDown = true;
  await scan(["rds1", "s1"]);
  await expect(turn()).rejects.toThrow("no answer");
  // Results of an earlier run are still posted.
  expect(posted.map(textOf)).toEqual([expect.stringMatching(/ rds1: the host accepts/)]);
  const tried: number[] = [];
  for (let minute = 1; minute <= 15; minute++) {
    bench.later(60);
    const before = reads;
    await turn().catch(() => tried.push(minute));
    expect(reads - before).toBe(tried.at(-1) === minute ? 1 : 0);
  }
  expect(tried).toEqual([1, 3, 7, 15]);
  // A newer run is compared at once.
  isDown = false;
  await scan(["s1"]);
  await turn();
  expect(posted).toHaveLength(2);
});

test("a verified file missing from the ledger skips only its host", async () => {
  const { scan, watch, posted } = await makeScene();
  await scan(["rds1", "rds2"]);
  await watch(plainly, {}, undefined, (ledger) => {
    const known = ledger.verified.get("rds2");
    if (known === undefined) throw new Error("it was not verified");
    const latest = { ...known.latest, file: "0".repeat(64) };
    return { ...ledger, verified: new Map(ledger.verified).set("rds2", { ...known, latest }) };
  })();
  expect(posted.map(textOf)).toEqual([expect.stringMatching(/1 host differs.* rds1: the host/)]);
});

test.each<{ name: string; recorded?: string; change?: Partial<Rollout>; isDrift: boolean }>([
  { name: "the file", isDrift: false },
  { name: "another file", recorded: "2".repeat(64), isDrift: true },
  {
    name: "the file, but the approval was revoked",
    change: { state: { kind: "revoked" } },
    isDrift: true,
  },
  { name: "the file, but the rollout expired", change: { expiresAt: 1 }, isDrift: true },
])("a new file is drift, unless people recorded it for an approved plan: $name", async (row) => {
  const file = "1".repeat(64);
  const { recorded = file, change = {}, isDrift } = row;
  const alter = (ledger: Ledger): Ledger => {
    const hosts = new Map(ledger.hosts).set("rds1", { host: "rds1", file, proven: null });
    const hand = { host: "rds1", recordedBy: ["ben"], recordedAt: 1, verified: null } as const;
    const approved = { state: { kind: "succeeded" }, approvals: ["ben"], waves: [] } as const;
    const byHand = [{ ...hand, file: recorded }];
    const expiresAt = ledger.at + 600;
    const rollout = makeRollout({ id: "r", ...approved, byHand, expiresAt, ...change });
    const rollouts = new Map(ledger.rollouts).set("r", rollout);
    return { ...ledger, hosts, rollouts, hands: new Map([["rds1", "r"]]) };
  };
  const { scan, watch, posted } = await makeScene();
  await scan([]);
  await watch(plainly, {}, undefined, alter)();
  const says = expect.stringMatching(/rds1: its stpd\.ini has the SHA-256 1/);
  expect(posted.map(textOf)).toEqual(isDrift ? [says] : []);
});

test("an environment can be silenced", async () => {
  const { scan, watch, posted, claims } = await makeScene();
  await scan(["rds1"]);
  await watch(plainly, { announceDrift: false })();
  expect([posted, await claims()]).toEqual([[], 0]);
});

test("one of several bots announces it, also after a restart", async () => {
  const { scan, watch, posted, claims } = await makeScene();
  await scan(["rds1"]);
  await Promise.all([watch()(), watch()(), watch()()]);
  await watch()();
  expect([posted.length, await claims()]).toEqual([1, 1]);
});

test("what Slack refuses is posted later, and what Slack does not answer is not", async () => {
  const { scan, watch, posted, answers } = await makeScene();
  await scan(["rds1"]);
  answers.push({ kind: "refused", reason: "not_in_channel" });
  const turn = watch();
  await turn();
  expect(posted).toEqual([]);
  await turn();
  await turn();
  expect(posted).toHaveLength(1);
  await scan([]);
  answers.push({ kind: "unknown" });
  await turn();
  await turn();
  expect(posted).toHaveLength(1);
});

test.each(["before", "after"] as const)(
  "killed %s any effect, it is claimed once and posted at most once",
  async (when) => {
    const counter = killAt(-1, when);
    const whole = await makeScene();
    await whole.scan(["rds1"]);
    await whole.watch(counter)();
    const lost: number[] = [];
    expect(counter.count()).toBeGreaterThan(5);
    for (let effect = 0; effect < counter.count(); effect++) {
      const { scan, watch, posted, claims } = await makeScene();
      await scan(["rds1"]);
      await expect(watch(killAt(effect, when))()).rejects.toBe(killed);
      await watch()();
      expect(await claims()).toBe(1);
      expect(posted.length).toBeLessThanOrEqual(1);
      if (posted.length === 0) lost.push(effect);
    }
    // Only between the claim, which is the second to last effect, and the post.
    const last = counter.count() - 1;
    expect(lost).toEqual(when === "before" ? [last] : [last - 1]);
  },
);
