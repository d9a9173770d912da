import { expect, test } from "vitest";
import type { Block, ModalView } from "../../bot/views/blocks.ts";
import { renderPlanModal, planValue, readPlanValue } from "../../bot/views/modals.ts";
import { renderConcerns, renderPlan, printPlanFile } from "../../bot/views/plan.ts";
import { renderDiff } from "../../src/adapters/unified-diff.ts";
import { listConcerns, type PlanReport } from "../../src/core/report/plan.ts";
import { hostile, longName } from "../support/builders/bot-fleet.ts";
import { holdMessage, holdView } from "../support/harness/hold-view.ts";
import { hard, planOf } from "../support/builders/rollout.ts";
import { draw } from "../support/harness/draw-blocks.ts";

const reportOf = (...given: Parameters<typeof planOf>): PlanReport => ({
  ...planOf(...given),
  renderDiff,
});

const small = reportOf({
  "rds-1": {},
  "rds-2": { facts: "wave = 2\n" },
  "server-1": { facts: "role = server\n" },
  "rds-new": { known: undefined },
  "rds-done": { known: hard, proven: "open" },
});

/** A plan with hostile host names, and files with any content. */
function makeHostileReport(count: number): PlanReport {
  const few = planOf({ a: {}, b: {} });
  const [host, change] = [few.plan.hosts[0], few.changes[0]];
  if (host === undefined || change === undefined) throw new Error("no host");
  const names = Array.from({ length: count }, (_, index) => longName(index));
  return {
    ...few,
    plan: {
      ...few.plan,
      environment: "e".repeat(400),
      exceptions: names,
      waves: names.map((name) => [name]),
      hosts: names.map((name) => ({ ...host, name, runner: hostile })),
      refused: [],
    },
    changes: names.map((name) => ({
      ...change,
      name,
      path: `hosts/${name}/stpd.ini`,
      after: `${hostile}\n`.repeat(90),
    })),
    refusals: names.map((name) => ({ name, reason: "no-bridge", detail: hostile.repeat(20) })),
    blocked: ["open-not-proven", "locked"],
    unproven: names,
    done: names,
    renderDiff,
  };
}

test("a plan as a message", () => {
  expect(draw(holdMessage(renderPlan(small)), 100)).toMatchInlineSnapshot(`
    "# Plan: open in production
    3 hosts in 3 waves; it can be rolled out once it is approved.
      Digest: 68ab65ae95a324be9d772eab941ff59fbccafa0f9f52584a1cdc24a74775466b
      Commit: cccccccccccccccccccccccccccccccccccccccc
      Ledger: eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee
      As of: 2026-11-25
      Hosts already done: rds-done
    Host rds-new is refused: the ledger has no record of the file on the host. Run 'sesam-harden host
    records' on the host, copy the output to the machine of the bot, and import it there: 'node
    bot/main.js --import FILE'. (never-seen)
      Risk: the service of SEP sesam restarts (all hosts).
      Risk: this is a Server: while it restarts, no backup of its clients starts (server-1).
      Risk: the old ports stay open next to HTTPS (all hosts).
      Risk: the file on the host is recorded, but no rollout has verified it (all hosts).
      Findings: 3 errors (server-1).
    Wave 1 of 3, 1 host: rds-1.
    Wave 2 of 3, 1 host: rds-2.
    Wave 3 of 3, 1 host: server-1.
    rds-1, wave 1, runner rds-1. Risk: the service of SEP sesam restarts. Risk: the old ports stay open
    next to HTTPS. Risk: the file on the host is recorded, but no rollout has verified it. Findings: 0.
    | --- a/hosts/rds-1/stpd.ini
    | +++ b/hosts/rds-1/stpd.ini
    | @@ -1,5 +1,5 @@
    |  [STPD_Server]
    | -STPD_HTTPS_PORT=11443
    | -STPD_HTTPS_PRIORITY_STRING="NORMAL"
    |  STPD_PORT=11001
    |  STPD_HTTP_PORT=11000
    | +STPD_HTTPS_PORT=11443
    | +STPD_HTTPS_PRIORITY_STRING="NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:-VERS-SSL3.0:-3DES-CBC:-DES-CBC:%SERVER_PRECEDENCE"
    rds-2, wave 2, runner rds-2. Risk: the service of SEP sesam restarts. Risk: the old ports stay open
    next to HTTPS. Risk: the file on the host is recorded, but no rollout has verified it. Findings: 0.
    | --- a/hosts/rds-2/stpd.ini
    | +++ b/hosts/rds-2/stpd.ini
    | @@ -1,5 +1,5 @@
    |  [STPD_Server]
    | -STPD_HTTPS_PORT=11443
    | -STPD_HTTPS_PRIORITY_STRING="NORMAL"
    |  STPD_PORT=11001
    |  STPD_HTTP_PORT=11000
    | +STPD_HTTPS_PORT=11443
    | +STPD_HTTPS_PRIORITY_STRING="NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:-VERS-SSL3.0:-3DES-CBC:-DES-CBC:%SERVER_PRECEDENCE"
    server-1, wave 3, runner server-1. Risk: the service of SEP sesam restarts. Risk: this is a Server:
    while it restarts, no backup of its clients starts. Risk: the old ports stay open next to HTTPS.
    Risk: the file on the host is recorded, but no rollout has verified it. Findings: 3.
    | --- a/hosts/server-1/stpd.ini
    | +++ b/hosts/server-1/stpd.ini
    | @@ -1,5 +1,5 @@
    |  [STPD_Server]
    | -STPD_HTTPS_PORT=11443
    | -STPD_HTTPS_PRIORITY_STRING="NORMAL"
    |  STPD_PORT=11001
    |  STPD_HTTP_PORT=11000
    | +STPD_HTTPS_PORT=11443
    | +STPD_HTTPS_PRIORITY_STRING="NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:-VERS-SSL3.0:-3DES-CBC:-DES-CBC:%SERVER_PRECEDENCE"
      To request it: /sesam-harden rollout open production
    "
  `);
});

test.each([
  ["with refused hosts", small],
  [
    "that closes, with an excepted client",
    {
      ...reportOf({ "rds-1": { known: hard, proven: "open" } }, { phase: "close" }),
      clients: [{ name: "client-7", reason: "uses http://rds-1:11000", isExcepted: true }],
    },
  ],
] as const)("requester and approver see the same for a plan %s", (_, report) => {
  const concerns = renderConcerns(report);
  expect(concerns.length).toBeGreaterThan(0);
  expect(renderPlan(report).blocks).toEqual(expect.arrayContaining([...concerns]));
  const { blocks } = renderPlanModal({ report, rollout: "lab-open-1", rehearsed: [], page: 1 });
  expect(blocks).toEqual(expect.arrayContaining([...concerns]));
});

test("what a plan says about all of its hosts", () => {
  const report = {
    ...small,
    clients: [
      { name: "client-7", reason: "uses HTTP", isExcepted: true },
      { name: "", reason: "uses FTP", isExcepted: true },
    ],
  };
  expect(listConcerns(report)).toEqual([
    "Risk: the service of SEP sesam restarts (all hosts).",
    "Risk: this is a Server: while it restarts, no backup of its clients starts (server-1).",
    "Risk: the old ports stay open next to HTTPS (all hosts).",
    "Risk: the file on the host is recorded, but no rollout has verified it (all hosts).",
    "These depend on HTTP or FTP: client-7: uses HTTP (excepted); a client without a name: uses FTP (excepted).",
    "Findings: 3 errors (server-1).",
  ]);
});

test("shows what blocks a plan, and does not suggest requesting it", () => {
  const report = reportOf({ "rds-1": {} }, { phase: "close" });
  const message = holdMessage(renderPlan(report));
  expect(message.text).toContain("Blocked:");
  expect(message.text).toContain("open-not-proven");
  expect(message.text).not.toContain("Ask for it");
});

test("a plan without changes says so", () => {
  const report = reportOf({ finished: { known: hard, proven: "open" } });
  expect(holdMessage(renderPlan(report)).text).toContain("Nothing to do.");
});

test("the file contains the whole plan", () => {
  const { name, text } = printPlanFile(small);
  expect(name).toMatch(/^plan-open-production-[0-9a-f]{12}\.txt$/);
  for (const part of ["rds-1", "rds-2", "server-1", "rds-new", small.digest, "@@"]) {
    expect(text).toContain(part);
  }
});

test.each([1, 30, 1000])("a plan of %i hosts with hostile names fits a message", (count) => {
  const message = holdMessage(renderPlan(makeHostileReport(count)));
  expect(message.text).toContain("Plan: open");
});

const findButtons = (blocks: readonly Block[]) =>
  blocks.flatMap((block) => (block.type === "actions" ? block.elements : []));

function turnAll(report: PlanReport): readonly ModalView[] {
  const pages: ModalView[] = [];
  for (let page = 1; ; page++) {
    const view = holdView(renderPlanModal({ report, rollout: "2026-11-1", rehearsed: [], page }));
    pages.push(view);
    const next = findButtons(view.blocks).find(({ text }) => text.text === "Next page");
    if (next === undefined) return pages;
    expect(readPlanValue(next.value ?? "")).toEqual({ rollout: "2026-11-1", page: page + 1 });
  }
}

test("the pages of the modal list every host once, and all fit", () => {
  const report = makeHostileReport(60);
  const pages = turnAll(report);
  expect(pages.length).toBeGreaterThan(3);
  const text = pages.map(({ blocks }) => JSON.stringify(blocks)).join("");
  for (let index = 0; index < 60; index++) {
    const end = String(index).padStart(5, "0");
    const titles = text.match(new RegExp(`x${end}","style":\\{"bold":true\\}`, "g"));
    expect(titles, end).toHaveLength(1);
  }
  const [first, second] = pages;
  expect(findButtons(first?.blocks ?? []).map(({ text: { text: word } }) => word)).toEqual([
    "Next page",
  ]);
  expect(findButtons(second?.blocks ?? []).map(({ value }) => value)).toEqual([
    "2026-11-1#1",
    "2026-11-1#3",
  ]);
});

test("a page that does not exist becomes the nearest one", () => {
  const last = renderPlanModal({ report: small, rollout: "2026-11-1", rehearsed: [], page: 99 });
  expect(last).toEqual(
    renderPlanModal({ report: small, rollout: "2026-11-1", rehearsed: [], page: 1 }),
  );
  expect(renderPlanModal({ report: small, rollout: "2026-11-1", rehearsed: [], page: 0 })).toEqual(
    last,
  );
});

test.each([
  ["2026-11-1", { rollout: "2026-11-1", page: 1 }],
  [planValue("2026-11-12", 7), { rollout: "2026-11-12", page: 7 }],
  ["2026-11-0", undefined],
  ["2026-11-1#x", undefined],
  ["2026-11-1#1 ", undefined],
  ["<!channel>", undefined],
  ["", undefined],
])("the value %j is %j", (value, read) => {
  expect(readPlanValue(value)).toEqual(read);
});
