import { describe, expect, test } from "vitest";
import { renderDiff } from "../../../../src/adapters/unified-diff.ts";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { printCanonical } from "../../../../src/core/formats/json/canonical.ts";
import { loadChange } from "../../../../src/core/host/load-change.ts";
import { prepareChange } from "../../../../src/core/host/prepare-change.ts";
import { findPlannedHost } from "../../../../src/core/rollout/plan/planned-host.ts";
import { renderPlanMarkdown } from "../../../../src/core/report/plan-markdown.ts";
import { renderPlanText } from "../../../../src/core/report/plan-text.ts";
import { readPlan } from "../../../../src/core/rollout/plan/plan-file.ts";
import { planAgain } from "../../../../src/core/rollout/plan/plan-again.ts";
import { newEnvironment } from "../../../../src/core/rollout/state/records.ts";
import { createMemoryFiles } from "../../../support/builders/fleet.ts";
import {
  bridgeOf,
  commit,
  filesOf,
  hard,
  planOf,
  recordsOf,
  soft,
  type TestHost,
} from "../../../support/builders/rollout.ts";

const windows = (more: Partial<TestHost> = {}): TestHost => ({
  facts: "os = windows\navx = yes\n",
  ...more,
});

const mixed = { rds1: {}, win1: windows() };

describe("a host on Windows", () => {
  test("is not in a wave and is listed by hand, with the digests that a person compares", () => {
    const { plan, changes, blocked } = planOf(mixed);
    expect(plan.waves).toEqual([["rds1"]]);
    expect(plan.hosts.map(({ name }) => name)).toEqual(["rds1"]);
    expect(plan.byHand).toEqual([
      {
        name: "win1",
        reason: "windows-by-hand",
        role: "rds",
        before: hashSha256(soft),
        file: hashSha256(bridgeOf(hard, soft)),
        desired: hashSha256(hard),
        facts: expect.stringMatching(/^[0-9a-f]{64}$/),
        policy: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    expect(changes.map(({ name, risks }) => `${name}: ${risks.join(", ")}`)).toEqual([
      "rds1: restart, bridge, unproven",
      "win1: restart, bridge, unproven",
    ]);
    expect(blocked).toEqual([]);
  });

  test("may be the only host of a plan", () => {
    const { plan, blocked } = planOf({ win1: windows() });
    expect([plan.waves, plan.hosts, plan.byHand?.length, blocked]).toEqual([[], [], 1, []]);
  });

  test.each([
    { name: "without AVX", host: windows({ facts: "os = windows\navx = no\n" }), why: "no-https" },
    { name: "that was never seen", host: windows({ known: undefined }), why: "never-seen" },
    { name: "without HTTPS", host: windows({ file: "[STPD_Server]\n" }), why: "no-https" },
  ])("$name is refused", ({ host, why }) => {
    const { plan, refusals } = planOf({ win1: host });
    expect(plan.byHand).toBeUndefined();
    expect(refusals.map(({ reason }) => reason)).toEqual([why]);
  });

  test("prevents a plan for `close` until its HTTPS is verified", () => {
    const opened = { known: bridgeOf(hard, soft), proven: "open" } as const;
    const { blocked } = planOf({ rds1: opened, win1: windows() }, { phase: "close" });
    expect(blocked).toContain("open-not-proven");
  });
});

test("`apply` finds it in the plan and refuses it", () => {
  const { plan } = planOf(mixed);
  expect(findPlannedHost(plan, "win1").kind).toBe("by-hand");
  const change = loadChange(
    { repo: ".", host: "win1", phase: "open", plan: printCanonical(plan) },
    { files: createMemoryFiles(filesOf(mixed)), hash: hashSha256 },
  );
  const pins = { repository: 4711, os: "linux", avx: "yes", expect: undefined } as const;
  expect(prepareChange(change, soft, pins, { hash: hashSha256, nowMs: 0 })).toMatchObject({
    kind: "refused",
    refusal: { code: "windows-by-hand" },
  });
});

describe("the file of a plan", () => {
  test("with hosts by hand is read, and planning again reproduces it byte for byte", () => {
    const { plan, digest } = planOf(mixed);
    const read = readPlan(printCanonical(plan), hashSha256);
    expect(read).toEqual({ plan, digest });
    const ledger = {
      commit: "e".repeat(40),
      environment: newEnvironment("production"),
      hosts: recordsOf(mixed),
    };
    const files = createMemoryFiles(filesOf(mixed));
    const basis = { paths: ["."], repository: 4711, commit, ledger };
    expect(planAgain(plan, basis, { files, hash: hashSha256 }).digest).toBe(digest);
  });

  test("without such hosts does not mention them, so that its digest is unchanged", () => {
    const { plan } = planOf({ rds1: {} });
    expect(printCanonical(plan)).not.toContain("byHand");
    expect(readPlan(printCanonical(plan), hashSha256)?.plan).toEqual(plan);
  });

  test.each([
    ["an empty list", []],
    ["a host that is also in a wave", [{ ...planOf(mixed).plan.byHand?.[0], name: "rds1" }]],
    ["a host with another reason", [{ ...planOf(mixed).plan.byHand?.[0], reason: "solaris" }]],
  ])("with %s is refused", (_, byHand) => {
    const text = printCanonical({ ...planOf(mixed).plan, byHand } as never);
    expect(readPlan(text, hashSha256)).toBeUndefined();
  });
});

test("text and Markdown show it with its reason, digests, risks and difference", () => {
  const planned = planOf(mixed);
  const [host] = planned.plan.byHand ?? [];
  const text = renderPlanText({ ...planned, renderDiff }, (_, words) => words);
  expect(text).toContain("  wave 1: rds1\n  by hand: win1\n");
  expect(text).toContain(
    `host win1: by hand (windows-by-hand)\n  before ${host?.before}\n  after  ${host?.file}\n  risk: `,
  );
  expect(text).toContain("1 host in 1 wave and 1 host by hand; it can be rolled out");
  const markdown = renderPlanMarkdown({ ...planned, renderDiff });
  expect(markdown).toContain(`| win1 | windows-by-hand | ${host?.before} | ${host?.file} |`);
  expect(markdown).toContain("#### win1\n\nBy hand (windows-by-hand).");
});
