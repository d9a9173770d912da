import { expect, test } from "vitest";
import { hashSha256 as hash } from "../../../src/adapters/runtime/crypto.ts";
import { printCanonical } from "../../../src/core/formats/json/canonical.ts";
import { loadChange } from "../../../src/core/host/load-change.ts";
import { createMemoryFiles } from "../../support/builders/fleet.ts";
import { filePath } from "../../../src/core/rollout/ledger/layout.ts";
import { bridgeOf, filesOf, hard, planOf, soft } from "../../support/builders/rollout.ts";
import { printSmallPlan } from "../../support/builders/small-plan.ts";

const fleet = { rds1: {}, s1: { facts: "role = server\n" } };
const { plan } = planOf(fleet);
const files = createMemoryFiles(filesOf(fleet));
const load = (text: string) =>
  loadChange({ repo: ".", host: "rds1", phase: "open", plan: text }, { files, hash }).plan;

test("apply reads a host's digests from the approved plan", () => {
  const host = plan.hosts.find(({ name }) => name === "rds1");
  const { before = "", file = "", desired = "" } = host ?? {};
  const { phase, repository } = plan;
  const change = { phase, repository, before, file, desired, isRestored: false };
  expect(load(printCanonical(plan))).toEqual({ kind: "planned", change });
  expect(load(printSmallPlan([], { phase, repository }))).toEqual({ kind: "absent" });
});

// Root may use --break-glass for a plan, in which case no ticket contains its digest.
test.each([
  ["in another layout", JSON.stringify(plan, null, 2)],
  ["with a trailing line feed", `${printCanonical(plan)}\n`],
  ["with an additional member", printCanonical({ ...plan, more: 1 })],
  ["with a missing member", JSON.stringify({ ...plan, asOf: undefined })],
  ["of another version", printCanonical({ ...plan, schemaVersion: 2 })],
  ["with a host twice", printCanonical({ ...plan, hosts: [...plan.hosts, ...plan.hosts] })],
  ["with a host in no wave", printCanonical({ ...plan, waves: plan.waves.slice(1) })],
  ["with a repeated key", printCanonical(plan).replace("{", '{"phase":"close",')],
  ["that is not JSON", "secret"],
])("apply, like the gate, refuses a plan %s, and does not quote it", (_, text) => {
  expect(load(text)).toEqual({
    kind: "unreadable",
    reason: "it is not the output of sesam-harden plan --format json",
  });
});

test("a plan that restores reads the file from the ledger, by its digest", () => {
  const known = { known: hard, proven: "close" } as const;
  const bridge = bridgeOf(hard, soft);
  const restores = new Map([["rds1", bridge]]);
  const back = planOf({ rds1: known }, { names: ["rds1"], restores });
  const request = {
    repo: ".",
    host: "rds1",
    phase: "open",
    plan: printCanonical(back.plan),
  } as const;
  const path = `recorded/${filePath(hash(bridge))}`;
  const tools = { files: createMemoryFiles({ ...filesOf({ rds1: known }), [path]: bridge }), hash };
  const { restored, plan: reading } = loadChange({ ...request, ledger: "recorded" }, tools);
  expect(restored).toBe(bridge);
  expect(reading).toMatchObject({ kind: "planned", change: { isRestored: true } });
  // A missing file is refused with a report, so that the controller sees it.
  expect(loadChange(request, tools).restored).toBeUndefined();
  expect(loadChange({ ...request, ledger: "elsewhere" }, tools).restored).toBeUndefined();
});
