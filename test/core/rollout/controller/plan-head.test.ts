import { expect, test } from "vitest";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { decideRollout, requestPlan } from "../../../../src/core/rollout/controller/commands.ts";
import {
  planRest,
  planRollback,
  readNewestFleet,
  type PlanTools,
} from "../../../../src/core/rollout/controller/plan-head.ts";
import type { HostProof } from "../../../../src/core/rollout/state/records.ts";
import { seeHosts } from "../../../../src/core/rollout/ledger/commands.ts";
import {
  bridgeOf,
  commit,
  filesOf,
  hard,
  proofOf,
  soft,
} from "../../../support/builders/rollout.ts";
import { plannedFleet } from "../../../support/fakes/github/ledger.ts";
import { approveRollout, makeControlBench, need } from "../../../support/harness/control.ts";

test("reads a fleet again only if the branch has a newer commit", async () => {
  const files = Object.entries(filesOf({ rds1: {}, rds2: {} }));
  const entries = new Map(files.map(([path, bytes]) => [path, { kind: "file", bytes } as const]));
  const read: string[] = [];
  let head = "1";
  const config = {
    readHead: async () => ({ branch: "main", commit: head }),
    readTree: async (asked: string) => {
      read.push(asked);
      return { top: "/repo", entries };
    },
    isAncestor: async () => true,
  };
  const first = await readNewestFleet(config);
  expect(first.hosts.map(({ folder }) => folder.name)).toEqual(["rds1", "rds2"]);
  expect(await readNewestFleet(config, first)).toBe(first);
  expect(read).toEqual(["1"]);
  head = "2";
  expect((await readNewestFleet(config, first)).head.commit).toBe("2");
  expect(read).toEqual(["1", "2"]);
});

const bridge = bridgeOf(hard, soft);
const entriesOf = (files: Readonly<Record<string, string>>) =>
  new Map(Object.entries(files).map(([path, bytes]) => [path, { kind: "file", bytes } as const]));

/** A fleet that was opened, and what plans for it. */
async function makeOpened() {
  const bench = await makeControlBench();
  const tools: PlanTools & ReturnType<typeof bench.controller> = {
    ...bench.controller(),
    config: {
      readHead: async () => ({ branch: "main", commit }),
      readTree: async () => ({ top: "/repo", entries: entriesOf(filesOf(plannedFleet)) }),
      isAncestor: async () => true,
    },
    repository: 4711,
  };
  const opened = await approveRollout(bench);
  await bench.runUntil(tools, ({ kind }) => kind === "succeeded");
  return { bench, tools, opened };
}

test("a rollback restores the earlier file of each host, and its rest is a rollback too", async () => {
  const { bench, tools, opened } = await makeOpened();
  const names = Object.keys(plannedFleet);
  const rolloutOf = async (id: string) => (await tools.writer.read()).ledger.rollouts.get(id);
  const ask = { environment: "production", names: [], rollout: await rolloutOf(opened) };
  // The earlier file was observed, but never verified.
  const first = await planRollback(ask, tools);
  expect(first?.plan.refused).toEqual(names.map((name) => ({ name, reason: "no-earlier-file" })));

  // One host has another file: the rollback restores the one that was verified.
  const other = `${bridge}; by hand\n`;
  const seen = [{ host: "rds2", file: hashSha256(other) }];
  need(await tools.writer.write(seeHosts(seen, [other])));
  const back = await planRollback(ask, tools);
  expect(back?.plan.waves).toEqual([["rds2"]]);
  expect(back?.plan.hosts[0]).toMatchObject({
    name: "rds2",
    before: hashSha256(other),
    file: hashSha256(bridge),
  });
  if (back === undefined) throw new Error("there is no plan");
  need(await requestPlan({ by: "anna", planned: back }, tools));
  const { id, plan } = await bench.rollout();
  need(await decideRollout(id, { kind: "approve", by: "ben", plan }, tools));
  bench.model.bad.add("rds2");
  await bench.runUntil(tools, ({ kind }) => kind === "failed");
  const failed = await bench.rollout();
  expect(failed.restores).toBe(true);
  const rest = await planRest(failed, tools);
  expect(rest?.plan).toMatchObject({
    restores: [{ name: "rds2", file: hashSha256(bridge) }],
    waves: [["rds2"]],
  });
  expect(rest?.blocked).toEqual(["locked"]);
  // A host that was removed from the config repo is skipped.
  const more = await planRest({ ...failed, waves: [["rds2"], ["rds9"]] }, tools);
  expect(more?.plan.waves).toEqual([["rds2"]]);
  expect(await planRollback({ ...ask, rollout: failed }, tools)).toBeDefined();
  expect(await planRollback({ ...ask, rollout: undefined }, tools)).toBeUndefined();
});

/** Plans a rollback of two hosts with another record of one: its file, and the previous one. */
async function rollBack(
  file: string,
  { proven, earlier }: { readonly proven: HostProof | null; readonly earlier: string },
) {
  const { tools } = await makeOpened();
  need(await tools.writer.write(seeHosts([{ host: "rds1", file: hashSha256(hard) }], [hard])));
  const read = async () => {
    const state = await tools.writer.read();
    const [hosts, verified] = [new Map(state.ledger.hosts), new Map(state.ledger.verified)];
    const latest = { file: hashSha256(hard), proof: proofOf("close") };
    for (const host of ["rds1", "rds2"]) {
      const own = host === "rds1" ? { file, proven } : { file: latest.file, proven: latest.proof };
      const before = host === "rds1" ? earlier : hashSha256(bridge);
      hosts.set(host, { host, ...own });
      const chain = { latest: { ...latest, file: before }, earlier: undefined };
      verified.set(host, { latest, earlier: chain });
    }
    return { ...state, ledger: { ...state.ledger, hosts, verified } };
  };
  const ask = { environment: "production", names: ["rds1", "rds2"], rollout: undefined };
  return planRollback(ask, { ...tools, writer: { ...tools.writer, read } });
}

test("a host restored by hand gets that file verified, not the newer one", async () => {
  const file = hashSha256(bridge);
  const back = await rollBack(file, { proven: null, earlier: file });
  expect(back?.plan.hosts[0]).toMatchObject({ name: "rds1", before: file, file });
});

test("a rollback says that hosts changed by hand are not rolled back", async () => {
  const { bench, tools } = await makeOpened();
  const rollout = await bench.rollout();
  const verified = { run: 1, at: 1 };
  const hand = {
    host: "win1",
    file: hashSha256(hard),
    recordedBy: ["ben"],
    recordedAt: 1,
    verified,
  };
  const read = async () => {
    const state = await tools.writer.read();
    const known = state.ledger.hosts.get("rds1");
    const earlier = state.ledger.verified.get("rds1")?.latest;
    if (known === undefined || earlier === undefined) throw new Error("it was not verified");
    const latest = { ...earlier, file: hashSha256(hard) };
    const hosts = new Map(state.ledger.hosts).set("win1", { ...known, host: "win1" });
    const files = new Map(state.ledger.verified).set("win1", {
      latest,
      earlier: { latest: earlier, earlier: undefined },
    });
    return { ...state, ledger: { ...state.ledger, hosts, verified: files } };
  };
  const entries = entriesOf(filesOf({ ...plannedFleet, win1: { facts: "os = windows\n" } }));
  const readTree = async () => ({ top: "/repo", entries });
  const ports = {
    ...tools,
    config: { ...tools.config, readTree },
    writer: { ...tools.writer, read },
  };
  const asked = { environment: "production", names: [], rollout: { ...rollout, byHand: [hand] } };
  const refused = (await planRollback(asked, ports))?.plan.refused;
  expect(refused).toContainEqual({ name: "win1", reason: "earlier-file-refused" });
});

test("an earlier file missing from the ledger prevents only its host's rollback", async () => {
  const record = { proven: proofOf("close"), earlier: "0".repeat(64) };
  const back = await rollBack(hashSha256(hard), record);
  expect(back?.plan.waves).toEqual([["rds2"]]);
  expect(back?.plan.refused).toEqual([{ name: "rds1", reason: "no-earlier-file" }]);
});

test("the rest of a rollout is its unverified hosts that still exist", async () => {
  const { bench, tools, opened } = await makeOpened();
  const done = await bench.rollout();
  expect(await planRest(done, tools)).toBeUndefined();
  const failed = { ...done, state: { kind: "failed", reason: "" } as const, done: ["rds1"] };
  const rest = await planRest(failed, tools);
  expect(rest?.plan.restores).toBeUndefined();
  // They are verified, regardless of this rollout.
  expect(rest?.done).toEqual(["rds2", "s1"]);
  const gone = { ...failed, waves: [["rds1"], ["rds9"]] };
  expect(await planRest(gone, tools)).toBeUndefined();
  expect(opened).toBe(done.id);
});
