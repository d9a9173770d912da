import { expect, test } from "vitest";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { printCanonical } from "../../../../src/core/formats/json/canonical.ts";
import { planAgain } from "../../../../src/core/rollout/plan/plan-again.ts";
import { readPlan } from "../../../../src/core/rollout/plan/plan-file.ts";
import { summarizePlan } from "../../../../src/core/report/plan.ts";
import { newEnvironment } from "../../../../src/core/rollout/state/records.ts";
import { createMemoryFiles } from "../../../support/builders/fleet.ts";
import {
  bridgeOf,
  commit,
  filesOf,
  hard,
  oldPorts,
  planOf,
  recordsOf,
  soft,
  type TestHost,
} from "../../../support/builders/rollout.ts";
import { priorityIni } from "../../../support/builders/rules.ts";

const bridge = bridgeOf(hard, soft);
const closed: TestHost = { known: hard, proven: "close" };

/** Plans to restore a file on one host; returns the result for the host. */
function restore(file: string | undefined, host: TestHost = closed) {
  const restores = new Map(file === undefined ? [] : [["rds1", file]]);
  const planned = planOf({ rds1: host, rds2: closed }, { names: ["rds1"], restores });
  const [refusal] = planned.refusals;
  const [change] = planned.changes;
  return {
    planned,
    outcome: refusal?.reason ?? (change === undefined ? "done" : "planned"),
    detail: refusal?.detail ?? "",
    risks: change?.risks ?? [],
  };
}

test("a closed host gets its bridge back, which lowers security, and the plan says so", () => {
  const { planned, outcome, risks } = restore(bridge);
  expect(outcome).toBe("planned");
  expect(risks).toEqual(["restart", "restored", "less-secure"]);
  const [host] = planned.plan.hosts;
  expect(host).toMatchObject({
    before: hashSha256(hard),
    file: hashSha256(bridge),
    desired: hashSha256(hard),
  });
  expect(planned.plan).toMatchObject({
    phase: "open",
    restores: [{ name: "rds1", file: hashSha256(bridge) }],
  });
  expect(planned.changes[0]?.after).toBe(bridge);
  expect(summarizePlan(planned)).toBe(
    "Rollback: each host gets back the file that was verified on it before. Security is lowered on 1 host. 1 host in 1 wave; it can be rolled out once it is approved.",
  );
});

const stricter = `${hard}; stricter\n`;

test.each<{
  name: string;
  file: string | undefined;
  host?: TestHost;
  becomes: string;
  says?: string;
  risks?: readonly string[];
}>([
  {
    name: "another closed file, which lowers nothing",
    file: stricter,
    becomes: "planned",
    risks: ["restart", "restored"],
  },
  {
    name: "a closed file that allows more TLS",
    file: priorityIni("NORMAL"),
    becomes: "planned",
    risks: ["restart", "restored", "less-secure"],
  },
  { name: "none is known", file: undefined, becomes: "no-earlier-file" },
  { name: "it is already in place", file: hard, becomes: "done" },
  {
    name: "it was verified, and another one is there now",
    file: hard,
    host: { known: stricter, proven: null },
    becomes: "planned",
    risks: ["restart", "unproven", "restored"],
  },
  {
    name: "it closes a port that is open now",
    file: hard,
    host: { known: bridge, proven: "open" },
    becomes: "earlier-file-refused",
    says: "it lacks a port that is open now",
  },
  { name: "it has no HTTPS", file: `[STPD_Server]\n${oldPorts}`, becomes: "no-https" },
  { name: "it is not text", file: "a\0b", becomes: "no-https" },
  {
    name: "it changes the HTTPS port",
    file: hard.replace("11443", "12443"),
    becomes: "earlier-file-refused",
    says: "12443",
  },
  {
    name: "the current file is unknown",
    file: bridge,
    host: { known: undefined },
    becomes: "never-seen",
  },
  {
    name: "the host is on Windows",
    file: bridge,
    host: { ...closed, facts: "os = windows\navx = yes\n" },
    becomes: "earlier-file-refused",
    says: "by hand",
  },
  {
    name: "the host has no runner",
    file: bridge,
    host: { ...closed, facts: "transport = ssh\n" },
    becomes: "no-runner",
  },
  {
    name: "the config repo's file is wrong, which is the reason to roll back",
    file: bridge,
    host: { ...closed, file: priorityIni("NORMAL:+VERS-TLS1.0") },
    becomes: "planned",
  },
])("restores an earlier file, or refuses: $name", ({ file, host, becomes, says = "", risks }) => {
  const { outcome, detail, risks: found } = restore(file, host);
  expect(outcome).toBe(becomes);
  expect(detail).toContain(says);
  if (risks !== undefined) expect(found).toEqual(risks);
});

test("the same commits and files give the same plan, and others give none", () => {
  const hosts = { rds1: closed, rds2: { ...closed, known: bridge }, rds3: closed, rds4: closed };
  const restores = new Map([
    ["rds1", bridge],
    ["rds2", hard],
    // This one is there already.
    ["rds4", hard],
  ]);
  const names = Object.keys(hosts);
  const { plan, digest } = planOf(hosts, { names, restores });
  expect(plan.refused.map(({ reason }) => reason)).toEqual([
    "earlier-file-refused",
    "no-earlier-file",
  ]);
  const ledger = {
    commit: "e".repeat(40),
    environment: newEnvironment("production"),
    hosts: recordsOf(hosts),
  };
  const basis = { paths: ["."], repository: 4711, commit, ledger };
  const tools = { files: createMemoryFiles(filesOf(hosts)), hash: hashSha256 };
  const contents = new Map([bridge, hard].map((bytes) => [hashSha256(bytes), bytes]));
  expect(planAgain(plan, { ...basis, contents }, tools).digest).toBe(digest);
  expect(() => planAgain(plan, basis, tools)).toThrow("which the plan restores, is missing");
});

test("a plan with restored files is read only if it is consistent, and others have no such member", () => {
  const read = (plan: object) => readPlan(printCanonical(plan as never), hashSha256)?.digest;
  const { planned } = restore(bridge);
  const { plan, digest } = planned;
  expect(read(plan)).toBe(digest);
  expect(read({ ...plan, phase: "close" })).toBeUndefined();
  expect(read({ ...plan, restores: [] })).toBeUndefined();
  expect(read({ ...plan, restores: [{ name: "rds1", file: hashSha256(hard) }] })).toBeUndefined();
  expect(Object.keys(planOf({ rds1: {} }).plan)).not.toContain("restores");
});
