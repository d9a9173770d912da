import { expect, test } from "vitest";
import { createPlanReader, reportPlan } from "../../bot/controller/queries.ts";
import { renderPlanModal } from "../../bot/views/modals.ts";
import { listShownHosts } from "../../src/core/report/plan.ts";
import { requestPlan } from "../../src/core/rollout/controller/commands.ts";
import { planNewest } from "../../src/core/rollout/controller/plan-head.ts";
import { makeBotScene } from "../support/harness/bot.ts";
import { need } from "../support/harness/control.ts";
import { pushFiles } from "../support/fakes/github/github-peer.ts";

const hosts = { rds1: {}, s1: { facts: "role = server\nwave = 2\n" } };

/** A requested rollout, and what its requester saw. */
async function request() {
  const scene = await makeBotScene({ hosts, isStarted: false });
  const { controller } = scene;
  const asked = { environment: "production", phase: "open", names: [], exceptions: [] } as const;
  const planned = await planNewest(asked, controller);
  need(await requestPlan({ by: "anna", planned }, controller));
  return { scene, controller, planned, rollout: await scene.rollout() };
}

test("approvers see the findings and risks that the requester saw", async () => {
  const { scene, controller, planned, rollout } = await request();
  // Later findings do not change it.
  await pushFiles(scene.front.github, { "hosts/rds1/host.ini": "environment = production\n# 2\n" });
  const report = await createPlanReader(controller)(rollout);
  expect(report).toMatchObject({ ...planned, blocked: [] });
  expect(listShownHosts(report)).toEqual(listShownHosts(reportPlan(planned)));
  const text = JSON.stringify(
    renderPlanModal({ report, rollout: rollout.id, rehearsed: [], page: 1 }),
  );
  const found = planned.changes.flatMap(({ findings }) => findings);
  expect(found.length).toBeGreaterThan(0);
  for (const { finding } of found) expect(text).toContain(`(${finding.rule})`);
  expect(text).toContain("Risk: this is a Server");
  expect(text).toContain("no rollout has verified it");
});

test("later pages need no further request", async () => {
  const { scene, controller, rollout } = await request();
  const read = createPlanReader(controller);
  const report = await read(rollout);
  scene.front.github.takeRequests();
  expect(await read(rollout)).toBe(report);
  expect(scene.front.github.takeRequests()).toEqual([]);
});

test("a missing or changed file is never shown as an empty one", async () => {
  const { controller, rollout } = await request();
  const { readRecords } = controller;
  const missing = createPlanReader({
    ...controller,
    readRecords: async (commit) => {
      const records = await readRecords(commit);
      return records && { ...records, hosts: records.hosts.map((one) => ({ ...one, file: "" })) };
    },
  });
  await expect(missing(rollout)).rejects.toThrow(
    "planning again from its commits gives a different plan",
  );
  const store: typeof controller.store = {
    read: async (names) => (await controller.store.read(names)).map(() => ""),
  };
  await expect(createPlanReader({ ...controller, store })(rollout)).rejects.toThrow("the plan");
});
