import { expect, test } from "vitest";
import { createGithubLedger } from "../../../src/adapters/github/ledger-branch.ts";
import { createGithubPeople } from "../../../src/adapters/github/teams-and-authors.ts";
import { hashSha256 } from "../../../src/adapters/runtime/crypto.ts";
import {
  decideEnvironment,
  decideRollout,
  requestPlan,
} from "../../../src/core/rollout/controller/commands.ts";
import { nameRollout } from "../../../src/core/rollout/ledger/entry.ts";
import { seeHosts } from "../../../src/core/rollout/ledger/commands.ts";
import { createOutsideSources } from "../../../src/core/rollout/controller/context-sources.ts";
import { planNewest, type PlanAsked } from "../../../src/core/rollout/controller/plan-head.ts";
import { createContextPort } from "../../../src/core/rollout/controller/context.ts";
import { reconcile } from "../../../src/core/rollout/controller/reconcile.ts";
import { createLedgerWriter } from "../../../src/core/rollout/ledger/writer.ts";
import { createActionsModel } from "../../support/fakes/github/actions-model.ts";
import { makeControlBench, need } from "../../support/harness/control.ts";
import { clientOf, openConfig } from "../../support/fakes/github/github-access.ts";
import { createActivity } from "../../support/fakes/github/github-activity.ts";
import { pushFiles } from "../../support/fakes/github/github-peer.ts";
import { filesOf, hard, soft } from "../../support/builders/rollout.ts";
import { startGithub } from "../../support/harness/started.ts";
import { rememberFiles } from "../../../src/core/rollout/ledger/store-port.ts";
import { readControllerSettings } from "../../support/builders/controller-settings.ts";
import { digestNewestGlobals } from "../../support/builders/newest-globals.ts";

const fleet = { rds1: {}, rds2: { facts: "wave = 2\n" } };
const openAll: PlanAsked = {
  environment: "production",
  phase: "open",
  names: [],
  exceptions: [],
};

/** A controller that reads and writes GitHub, simulated by emulate; runs are in memory. */
async function makeScene(requiresSignatures = false) {
  const activity = createActivity();
  const peer = await startGithub(activity.standIn);
  const idOf = async (login: string): Promise<number> =>
    (await peer.server<{ id: number }>("GET", `/users/${login}`)).id;
  const [anna, bot] = [await idOf("anna"), await idOf("bot")];
  await peer.server("POST", "/orgs/example/teams", { name: "backup" });
  await peer.server("PUT", "/orgs/example/teams/backup/memberships/bot", { role: "member" });
  const { settings, problems } = readControllerSettings(
    "bot.ini",
    `[person.carl]
github = 9001
groups = ops
[person.ben]
github = 9002
groups = ops
[person.anna]
github = ${anna}
groups = ops
[person.robin]
github = ${bot}
[group.admins]
team = example/backup
[environment.production]
approvals = 1
groups = ops admins
soak = 0s
`,
  );
  if (problems.length > 0) throw new Error(problems[0]?.message);
  /** The commits are anna's; another person pushes them. */
  const push = async (files: Readonly<Record<string, string>>, actor: number): Promise<void> => {
    const ref = await peer.api<{ object: { sha: string } }>("GET", "/git/ref/heads/main");
    const after = await pushFiles(peer, files);
    activity.moves.unshift({ before: ref.object.sha, after, actor: { id: actor, login: "x" } });
    activity.propose(after, actor);
  };
  await push(filesOf(fleet), 777);

  const bench = await makeControlBench();
  const base = bench.controller();
  const store = createGithubLedger(clientOf(peer));
  const { signer, nowSeconds } = base;
  const clock = { nowSeconds, wait: async () => {}, random: Math.random };
  const writer = createLedgerWriter({ store, tools: bench.tools, signer, repository: 4711, clock });
  const config = openConfig(peer);
  const people = createGithubPeople(clientOf(peer));
  const ports = { config, people, writer, hash: hashSha256, requiresSignatures };
  const remembered = rememberFiles(store);
  const { environments } = settings;
  const tools = {
    ...base,
    ...ports,
    store: remembered,
    repository: 4711,
    environments,
    context: createContextPort(settings, createOutsideSources({ ...ports, store: remembered })),
  };
  const seen = Object.keys(fleet).map((host) => ({ host, file: hashSha256(soft) }));
  need(await writer.write(seeHosts(seen, [soft])));
  const ask = async (asked: Partial<PlanAsked> = {}) => {
    const planned = await planNewest({ ...openAll, ...asked }, tools);
    const { entry } = need(await requestPlan({ by: "carl", planned }, tools));
    return { planned, id: nameRollout(entry) };
  };
  const approve = async (by: string, { id, planned }: Awaited<ReturnType<typeof ask>>) => {
    const event = { kind: "approve", by, plan: planned.digest } as const;
    const written = await decideRollout(id, event, tools);
    return written.kind === "refused" ? written.reason : written.kind;
  };
  /** Runs the approved rollout to its end. */
  const carry = async ({ id, planned }: Awaited<ReturnType<typeof ask>>): Promise<string> => {
    const model = createActionsModel(planned.plan, bench.tools.keys, tools.nowSeconds);
    const own = { ...tools, runs: model.runs, jobs: model.jobs };
    for (let round = 0; round < 12; round++) {
      const [step] = await reconcile(own);
      if (step?.kind === "failed") throw step.error;
      bench.later(60);
    }
    return (await writer.read()).ledger.rollouts.get(id)?.state.kind ?? "none";
  };
  return { peer, activity, push, tools, ask, approve, carry, config, anna, bot };
}

test("compares people with the authors of the change on GitHub since the last verified commit", async () => {
  const scene = await makeScene();
  const { peer, activity, push, ask, approve, carry, bot } = scene;
  const first = await ask();
  expect(first.planned.plan.waves).toEqual([["rds1"], ["rds2"]]);
  expect(await approve("carl", first)).toBe("own-change");
  expect(await approve("anna", first)).toBe("own-change");
  expect(await approve("robin", first)).toBe("written");
  expect(await carry(first)).toBe("succeeded");

  // Another person's push of rds2 does not matter for a change of rds1.
  await push({ "hosts/rds1/stpd.ini": `${hard}# 2\n` }, bot);
  await push({ "hosts/rds2/host.ini": "environment = production\n" }, 9002);
  const second = await ask({ names: ["rds1"] });
  expect(second.planned.plan.waves).toEqual([["rds1"]]);
  expect(await approve("robin", second)).toBe("own-change");
  expect(await approve("ben", second)).toBe("written");
  expect(await carry(second)).toBe("succeeded");
  expect([...peer.problems, ...activity.problems]).toEqual([]);
});

test("a name in a commit does not hide the author of a change", async () => {
  const { activity, push, ask, approve } = await makeScene();
  // Git says that anna wrote it, and carl merged it.
  await push({ "hosts/rds1/stpd.ini": `${hard}# 2\n` }, 9001);
  const [sha = ""] = [...activity.pulls.keys()].slice(-1);
  activity.pulls.delete(sha);
  const first = await ask();
  expect(await approve("ben", first)).toBe("author-unknown");
  activity.propose(sha, 9002);
  expect(await approve("ben", first)).toBe("own-change");
  expect(await approve("robin", first)).toBe("written");
});

test("if signatures are required, a pull request does not replace one", async () => {
  const { activity, push, ask, approve } = await makeScene(true);
  expect(await approve("ben", await ask())).toBe("author-unknown");
  for (const sha of activity.pulls.keys()) activity.signed.add(sha);
  // What was read of the old range is kept.
  await push({ "README.md": "x" }, 777);
  expect(await approve("ben", await ask())).toBe("written");
});

test("sends only planned files that are still on the branch", async () => {
  const { peer, push, tools, ask, approve } = await makeScene();
  const asked = await ask();
  expect(await approve("ben", asked)).toBe("written");
  const step = async () => (await reconcile(tools))[0];
  await push({ "hosts/rds2/stpd.ini": `${hard}# x\n` }, 777);
  expect(await step()).toMatchObject({ kind: "waits", reason: "target-changed" });
  await push({ "hosts/rds2/stpd.ini": hard, "README.md": "x" }, 777);
  peer.fail({ on: /compare/, when: "before", with: { status: 403 } });
  expect(await step()).toMatchObject({ kind: "waits", reason: "target-unreadable" });
  peer.fail({ on: /teams/, when: "before", with: { status: 403 } });
  expect(await step()).toMatchObject({ kind: "waits", reason: "approvals-missing" });
  expect(await step()).toMatchObject({ kind: "moved" });
});

test("the phase close requires all hosts open, and recorded global settings", async () => {
  const { push, tools, ask, approve, carry } = await makeScene();
  const globals = "[sesam]\ngv_default_interface_prefix = https\n";
  const close = { ...openAll, phase: "close" } as const;
  await push({ "hosts/s1/host.ini": "environment = production\nrole = server\n" }, 777);
  await push({ "hosts/s1/stpd.ini": hard, "hosts/s1/globals.ini": globals }, 777);
  const first = await ask({ names: ["rds1", "rds2"] });
  expect(await approve("ben", first)).toBe("written");
  expect(await carry(first)).toBe("succeeded");
  const planned = await planNewest({ ...close, exceptions: ["s1"] }, tools);
  expect(planned.blocked).toEqual(["globals-not-set"]);
  const sources = createOutsideSources(tools);
  const { plan } = first.planned;
  const rollout = (await tools.writer.read()).ledger.rollouts.get(first.id);
  if (rollout === undefined) throw new Error("there is no rollout");
  // The plan of the first rollout lists no exception, and s1 is not open.
  expect(plan.exceptions).toEqual([]);
  expect(await sources.readClosing(rollout)).toBe("open-not-proven");
  const record = async (digest: string): Promise<unknown> =>
    need(await decideEnvironment("production", { kind: "globals", by: "ben", digest }, tools));
  await record("0".repeat(64));
  expect((await planNewest({ ...close, exceptions: ["s1"] }, tools)).blocked).toEqual([
    "globals-not-set",
  ]);
  await record(await digestNewestGlobals("production", tools));
  expect((await planNewest({ ...close, exceptions: ["s1"] }, tools)).blocked).toEqual([]);
});

test("a waiting wave sends few requests, and most of them are answered not modified", async () => {
  const { peer, tools, ask, approve } = await makeScene();
  const asked = await ask();
  await approve("ben", asked);
  need(
    await decideEnvironment(
      "production",
      { kind: "freeze", by: "ben", reason: "audit", until: null },
      tools,
    ),
  );
  await reconcile(tools);
  peer.takeRequests();
  peer.unchanged.splice(0);
  expect(await reconcile(tools)).toMatchObject([{ kind: "waits", reason: "frozen" }]);
  expect(peer.takeRequests().length).toBe(peer.unchanged.length);
});
