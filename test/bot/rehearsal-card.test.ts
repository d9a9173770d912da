import { expect, test } from "vitest";
import { renderHome } from "../../bot/views/home.ts";
import { renderPlanModal } from "../../bot/views/modals.ts";
import { listButtons, listRehearsalLines } from "../../bot/views/rollout-state.ts";
import { renderRolloutCard, type CardFacts } from "../../bot/views/rollout-card.ts";
import { unseenWire } from "../../src/core/rollout/ledger/fleet-observations.ts";
import { newEnvironment } from "../../src/core/rollout/state/records.ts";
import type {
  Rehearsal,
  RehearsalNote,
  RehearsedHost,
} from "../../src/core/rollout/state/rehearsal.ts";
import type { Rollout } from "../../src/core/rollout/state/rollout.ts";
import {
  hostile,
  ledgerCommit,
  makeHostileFleet,
  nowSeconds,
  traceOf,
} from "../support/builders/bot-fleet.ts";
import { makeRollout, states } from "../support/builders/rollout-states.ts";
import { draw } from "../support/harness/draw-blocks.ts";
import { planOf } from "../support/builders/rollout.ts";
import { holdMessage, holdView } from "../support/harness/hold-view.ts";

const names = ["rds1", "rds2", "rds3", "rds4"];
const waiting = makeRollout({
  state: states.requested,
  approvals: [],
  waves: [names],
  expiresAt: nowSeconds + 3600,
});
const required = { ...waiting, terms: { ...waiting.terms, rehearsal: "required" } as const };
const saying = (
  host: string,
  answer: RehearsedHost["answer"],
  ...findings: readonly RehearsalNote[]
): RehearsedHost => ({ host, answer, at: nowSeconds, findings });

const rehearsalOf = (
  hosts: readonly RehearsedHost[],
  state: Rehearsal["state"] = { kind: "done" },
): Rehearsal => ({
  rollout: waiting.id,
  plan: waiting.plan,
  startedAt: nowSeconds - 120,
  sent: { wave: 1, sequence: 3, digest: "a".repeat(64), at: nowSeconds - 120 },
  state,
  results: new Map(hosts.map((host) => [host.host, host])),
});

const factsOf = (rehearsal: Rehearsal | undefined, rollout: Rollout = waiting): CardFacts => ({
  rollout,
  rehearsal,
  trace: traceOf(rollout),
  environment: newEnvironment("production"),
  hindrance: null,
  wire: unseenWire,
  links: [],
  concerns: [],
  ledgerCommit,
  nowSeconds,
});

/** What the card says about the rehearsal, and about what prevents the approval. */
const shown = (rehearsal: Rehearsal | undefined, rollout = waiting): string =>
  draw(holdMessage(renderRolloutCard(factsOf(rehearsal, rollout))), 200);

const busy = { code: "busy-unknown", message: "no busy command" };
const mixed = rehearsalOf([
  saying("rds1", "ready"),
  saying("rds2", "not-ready", { code: "certificate-ends", message: "it ends in 6 days" }),
  saying("rds3", "unknown", busy),
  saying("rds4", "ready", { code: "certificate-ends", message: "it ends in 20 days" }),
]);

test("the card says before an approval which hosts are ready, and names the others", () => {
  const drawn = shown(mixed);
  expect(drawn).toContain("Rehearsal: 2 of 4 hosts ready as of 2027-01-15 07:58 UTC");
  expect(drawn).toContain("Transfers are checked again before a host is changed.");
  expect(drawn).toContain("Not ready: rds2: it ends in 6 days.");
  expect(drawn).toContain("Unknown: rds3: no busy command.");
  expect(drawn).toContain("Ready, with a warning: rds4: it ends in 20 days.");
  expect(drawn).toContain("[Rehearse again]");
  expect(drawn.indexOf("no busy command.")).toBeLessThan(drawn.indexOf("Approve or deny it."));
  expect(drawn).not.toContain("requires that");
});

test.each<[string, Rehearsal["state"], string]>([
  ["under way", { kind: "running", wave: 1, run: 7 }, "Rehearsal running, wave 1 of 1"],
  [
    "refused by an old workflow",
    { kind: "refused", wave: 1, isOldWorkflow: true, detail: "422" },
    "Not rehearsed. The rollout workflow of the config repo is older than rehearsals",
  ],
  [
    "refused",
    { kind: "refused", wave: 1, isOldWorkflow: false, detail: "It is disabled." },
    "Not rehearsed: GitHub refused to start it. It is disabled.",
  ],
])("a rehearsal that is %s", (_, state, words) => {
  expect(shown(rehearsalOf([], state))).toContain(words);
});

test("a rehearsal that an approval would end says so, one that an approval waits for does not", () => {
  const running = rehearsalOf([], { kind: "running", wave: 1, run: 7 });
  const text = "hosts ready so far. Approving the rollout ends it.";
  expect(shown(running)).toContain(text);
  expect(shown(running, required)).not.toContain("ends it");
});

test("if a rehearsal is required, the card says what an approval waits for", () => {
  expect(shown(undefined, required)).toContain("this environment requires it");
  expect(shown(mixed, required)).toContain("Not every host of the plan was ready");
  const all = rehearsalOf(names.map((name) => saying(name, "ready")));
  expect(shown(all, required)).not.toContain("Rehearse again on the card");
  expect(shown(undefined)).not.toContain("ehears");
});

test("a rehearsal of another or a started rollout is not shown", () => {
  expect(shown({ ...mixed, rollout: "2026-11-9" })).not.toContain("ehears");
  const begun = { ...waiting, state: states.running };
  expect(shown(mixed, begun)).not.toContain("ehears");
});

test("the button appears once there is a result, and as long as it can be clicked", () => {
  const hasButton = (rehearsal: Rehearsal | undefined, rollout: Rollout): boolean =>
    listButtons(factsOf(rehearsal, rollout)).some(({ action_id }) => action_id === "rehearse");
  const running = rehearsalOf([], { kind: "running", wave: 1, run: 7 });
  expect(hasButton(mixed, waiting)).toBe(true);
  expect(hasButton(undefined, waiting)).toBe(false);
  expect(hasButton(running, waiting)).toBe(false);
  expect(hasButton(mixed, { ...waiting, state: states.approved })).toBe(false);
  expect(hasButton(mixed, { ...required, state: states.approved })).toBe(true);
  expect(hasButton(mixed, { ...required, state: states.paused })).toBe(true);
});

test("equal causes are grouped, with the text of their code if hosts word it differently", () => {
  const many = Array.from({ length: 600 }, (_, index) =>
    saying(`host-${index}`, "not-ready", { code: "busy", message: `${index} transfers` }),
  );
  const drawn = shown(rehearsalOf([...many, saying("rds2", "unknown")]));
  expect(drawn).toContain(
    "Not ready: host-0, host-1, host-2, host-3, host-4, host-5 and 594 more: transfers are running",
  );
  expect(drawn).toContain("Unknown: rds2: it gave no reason.");
});

test("App Home shows the same as the plan of the button, shortened", () => {
  const [facts] = [factsOf(mixed)];
  const person = { person: "ben", waiting: [facts], fixUrl: null, recent: [] };
  const home = draw(holdView(renderHome({ ...person, status: makeHostileFleet(3, 1) })), 200);
  expect(home).toContain("Rehearsal: 2 of 4 hosts ready");
  expect(home).toContain("[Rehearse again]");
  const report = { ...planOf({ rds1: {} }), renderDiff: () => "" };
  const rehearsed = listRehearsalLines(facts);
  const view = renderPlanModal({ report, rollout: waiting.id, rehearsed, page: 1 });
  expect(draw(holdView(view), 200)).toContain("Unknown: rds3: no busy command.");
});

test("hundreds of hosts with different causes and hostile text fit Slack's limits", () => {
  const many = Array.from({ length: 600 }, (_, index) =>
    saying(
      `${hostile}-${index}`,
      (["not-ready", "unknown", "ready"] as const)[index % 3] ?? "unknown",
      ...Array.from({ length: 4 }, (__, note) => ({
        code: `code-${index}-${note}`,
        message: hostile.repeat(9).slice(0, 200),
      })),
    ),
  );
  const rollout = { ...required, waves: [many.map(({ host }) => host)] };
  expect(shown(rehearsalOf(many), rollout)).toContain("more causes");
});
