import { expect, test } from "vitest";
import type { Button, Message } from "../../bot/views/blocks.ts";
import { renderRolloutCard, type CardFacts } from "../../bot/views/rollout-card.ts";
import { transitions } from "../../src/core/rollout/state/transition-table.ts";
import { unseenWire } from "../../src/core/rollout/ledger/fleet-observations.ts";
import { newEnvironment } from "../../src/core/rollout/state/records.ts";
import {
  isOver,
  type EventKind,
  type Rollout,
  type StateKind,
} from "../../src/core/rollout/state/rollout.ts";
import {
  hostile,
  ledgerCommit,
  makeHostileRollout,
  nowSeconds,
  traceOf,
} from "../support/builders/bot-fleet.ts";
import { holdMessage } from "../support/harness/hold-view.ts";
import { makeRollout, sentResultOf, states } from "../support/builders/rollout-states.ts";
import { draw } from "../support/harness/draw-blocks.ts";

const terms = { approvals: 2, soak: 1800, record: ["backup", "restore"], maxFailures: 0 } as const;

function cardOf(rollout: Rollout, change: Partial<CardFacts> = {}): CardFacts {
  return {
    rollout,
    trace: traceOf(rollout),
    environment: newEnvironment("production"),
    rehearsal: undefined,
    hindrance: null,
    ledgerCommit,
    wire: unseenWire,
    links: [],
    concerns: [],
    nowSeconds,
    ...change,
  };
}

const makeShown = (change: Partial<Rollout>): Rollout =>
  makeRollout({
    waves: [["rds-1"], ["rds-2", "rds-3"], ["server-1"]],
    expiresAt: nowSeconds + 3600,
    purpose: "CHG-1234, the new TLS policy",
    approvals: change.state?.kind === "requested" ? ["ben"] : ["ben", "carl"],
    terms,
    ...change,
  });

const buttonsOf = ({ blocks }: Message): readonly Button[] =>
  blocks.flatMap((block) => (block.type === "actions" ? block.elements : []));

/** What a click of each button requests from the state machine. */
const eventOf: Readonly<Record<string, EventKind>> = {
  approve: "approve",
  "approve-note": "approve",
  deny: "deny",
  withdraw: "withdraw",
  continue: "dispatch",
  record: "record",
  abort: "abort",
  revoke: "revoke",
  resume: "resume",
};

test.each(Object.keys(states) as StateKind[])("the card of a rollout in the state %s", (kind) => {
  const state = kind === "paused" ? { kind, judged: 1, since: 0 } : states[kind];
  const rollout = makeShown({ state, done: ["rds-1"] });
  const message = holdMessage(renderRolloutCard(cardOf(rollout)));
  const buttons = buttonsOf(message);
  const isLeft = ["failed", "expired", "succeeded", "aborted"].includes(kind);
  expect(buttons.some(({ action_id: action }) => action === "rest")).toBe(isLeft);
  const isOld = isOver(state) || kind === "aborted";
  expect(buttons.some(({ action_id: action }) => action === "rollback")).toBe(isOld);
  if (isOver(state)) expect(buttons).toHaveLength(isLeft ? 2 : 1);
  for (const { action_id: action, value, accessibility_label: label } of buttons) {
    expect(value).toBe("2026-11-1");
    expect(label).toContain("2026-11-1");
    const event = eventOf[action];
    if (event === undefined) expect(["show-plan", "rest", "rollback"]).toContain(action);
    else expect(transitions[kind][event]).toHaveProperty("move");
  }
  expect(message.text).toContain(ledgerCommit);
});

test("buttons for remaining hosts and for rollback appear if they are possible", () => {
  const rollout = makeShown({ state: states.succeeded });
  const done = rollout.waves.flat();
  const actionsOf = (names: readonly string[]): readonly string[] =>
    buttonsOf(renderRolloutCard(cardOf({ ...rollout, done: names }))).map((one) => one.action_id);
  expect(actionsOf(done)).toEqual(["rollback"]);
  expect(actionsOf(done.slice(1))).toEqual(["rest", "rollback"]);
  expect(actionsOf([])).toEqual(["rest"]);
});

test("a request that waits for its second approval", () => {
  const rollout = makeShown({ state: states.requested });
  const message = holdMessage(renderRolloutCard(cardOf(rollout)));
  expect(draw(message, 90)).toMatchInlineSnapshot(`
    "# Rollout 2026-11-1: open in production
    Waiting for approval: 1 of 2 given.
      The rollout is not approved yet. Approve or deny it.
      Phase: open, enables HTTPS next to the old ports
      Requested by: anna
      Approvals: 1 of 2 (ben)
      Plan digest: dddddddddddd
      Hosts: 0 of 4 verified, in 3 waves
      Failures allowed in a wave: 0
      Tests required between waves: backup, restore
      Reason given by the requester: “CHG-1234, the new TLS policy”
    Wave 1 of 3: 1 not started: rds-1.
    Wave 2 of 3: 2 not started: rds-2, rds-3.
    Wave 3 of 3: 1 not started: server-1.
      Expires 2027-01-15 09:00 UTC (unless it is done by then).
    [Approve] [Approve with a note] [Deny] [Show plan] [Withdraw]
      Ledger commit eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee.
    "
  `);
  expect(message.text).toMatchInlineSnapshot(`
    "Rollout 2026-11-1: open in production
    Waiting for approval: 1 of 2 given.
    The rollout is not approved yet. Approve or deny it.
    Phase: open, enables HTTPS next to the old ports
    Requested by: anna
    Approvals: 1 of 2 (ben)
    Plan digest: dddddddddddd
    Hosts: 0 of 4 verified, in 3 waves
    Failures allowed in a wave: 0
    Tests required between waves: backup, restore
    Reason given by the requester: “CHG-1234, the new TLS policy”
    Wave 1 of 3: 1 not started: rds-1.
    Wave 2 of 3: 2 not started: rds-2, rds-3.
    Wave 3 of 3: 1 not started: server-1.
    Expires 2027-01-15 09:00 UTC (unless it is done by then).
    Ledger commit eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee."
  `);
});

test("a running wave", () => {
  const rollout = makeShown({ state: { kind: "running", wave: 2, run: 7 }, done: ["rds-1"] });
  const links = [{ text: "Run of wave 2", url: "https://github.com/o/r/actions/runs/7" }];
  expect(draw(holdMessage(renderRolloutCard(cardOf(rollout, { links }))), 90))
    .toMatchInlineSnapshot(`
      "# Rollout 2026-11-1: open in production
      Wave 2 of 3 is running.
      Run of wave 2 (https://github.com/o/r/actions/runs/7)
        Phase: open, enables HTTPS next to the old ports
        Requested by: anna
        Approvals: 2 of 2 (ben, carl)
        Plan digest: dddddddddddd
        Hosts: 1 of 4 verified, in 3 waves
        Failures allowed in a wave: 0
        Tests required between waves: backup, restore
        Reason given by the requester: “CHG-1234, the new TLS policy”
      Wave 1 of 3: 1 verified: rds-1.
      Wave 2 of 3: 2 running: rds-2, rds-3.
      Wave 3 of 3: 1 not started: server-1.
        Expires 2027-01-15 09:00 UTC (unless it is done by then).
      [Show plan] [Abort]
        Ledger commit eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee.
      "
    `);
});

test("who approved, when, and with which note", () => {
  const approvals = [
    { by: "ben", at: nowSeconds - 120, note: "checked with the backup team" },
    { by: "carl", at: nowSeconds - 60, note: "" },
  ];
  const rollout = makeShown({ state: states.approved });
  const trace = traceOf(rollout, { approvals });
  const { text } = holdMessage(renderRolloutCard(cardOf(rollout, { trace })));
  expect(text.match(/^Approved by .*$/gm)).toEqual([
    "Approved by ben, 2027-01-15 07:58 UTC: “checked with the backup team”",
    "Approved by carl, 2027-01-15 07:59 UTC.",
  ]);
});

test("a pause that lacks required records", () => {
  const state = { kind: "paused", judged: 1, since: nowSeconds - 1800 } as const;
  const rollout = makeShown({ state, done: ["rds-1"], recorded: ["backup"] });
  expect(draw(holdMessage(renderRolloutCard(cardOf(rollout))), 90)).toMatchInlineSnapshot(`
    "# Rollout 2026-11-1: open in production
    Paused after wave 1 of 3. Tests not recorded yet: restore.
      Since the last wave, not every test that bot.ini requires was recorded. Run the missing
      tests over HTTPS, and record each one that worked.
      Phase: open, enables HTTPS next to the old ports
      Requested by: anna
      Approvals: 2 of 2 (ben, carl)
      Plan digest: dddddddddddd
      Hosts: 1 of 4 verified, in 3 waves
      Failures allowed in a wave: 0
      Tests since the last wave: backup; still missing: restore
      Reason given by the requester: “CHG-1234, the new TLS policy”
    Wave 1 of 3: 1 verified: rds-1.
    Wave 2 of 3: 2 not started: rds-2, rds-3.
    Wave 3 of 3: 1 not started: server-1.
      Expires 2027-01-15 09:00 UTC (unless it is done by then).
    [Continue] [Record a test] [Show plan] [Abort]
      Ledger commit eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee.
    "
  `);
});

test("a failure says what failed, and that the environment is locked", () => {
  const reason = "wave 2: rds-2 bad";
  const rollout = makeShown({ state: { kind: "failed", reason }, done: ["rds-1", "rds-3"] });
  const results = new Map([
    ["rds-1", sentResultOf("rds-1")],
    ["rds-2", sentResultOf("rds-2", "bad")],
    ["rds-3", sentResultOf("rds-3")],
  ]);
  const locked = { rollout: rollout.id, requester: "anna", reason };
  const message = renderRolloutCard(
    cardOf(rollout, {
      trace: traceOf(rollout, { results }),
      environment: { ...newEnvironment("production"), locked },
    }),
  );
  expect(draw(holdMessage(message), 90)).toMatchInlineSnapshot(`
    "# Rollout 2026-11-1: open in production
    Failed: wave 2: rds-2 bad.
      The environment is locked after a failed rollout. Find the cause. Then someone other
      than the requester of that rollout can unlock it.
      No one can roll out the rest or roll back while production is locked. Once it is
      unlocked, use the buttons, or type /sesam-harden rest 2026-11-1 or /sesam-harden
      rollback 2026-11-1.
      Phase: open, enables HTTPS next to the old ports
      Requested by: anna
      Approvals: 2 of 2 (ben, carl)
      Plan digest: dddddddddddd
      Hosts: 2 of 4 verified, in 3 waves
      Failures allowed in a wave: 0
      Reason given by the requester: “CHG-1234, the new TLS policy”
    Wave 1 of 3: 1 verified: rds-1.
    Wave 2 of 3: 1 not verified: rds-2 (no-answer). 1 verified: rds-3.
    Wave 3 of 3: 1 not started: server-1.
      Ledger commit eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee.
    "
  `);
  const unlocked = draw(holdMessage(renderRolloutCard(cardOf(rollout))), 90);
  expect(unlocked).toContain("[Roll out the rest] [Roll back]");
  expect(unlocked).not.toContain("No one can");
});

interface WordsRow {
  readonly name: string;
  readonly rollout: Partial<Rollout>;
  readonly facts?: Partial<CardFacts>;
  readonly says: readonly string[];
}

const paused = { kind: "paused", judged: 1, since: nowSeconds - 1800 } as const;

const frozen = {
  ...newEnvironment("production"),
  frozen: { by: "ben", reason: "tape library repair", until: nowSeconds + 7200 },
} as const;
const freeze = "(until 2027-01-15 10:00 UTC (in 2 hours), by ben: “tape library repair”)";

const rows: readonly WordsRow[] = [
  {
    name: "approved, in a backup window",
    rollout: { state: states.approved },
    facts: { hindrance: "backup-window" },
    says: ["The environment is in its backup window. Wait until the window ends."],
  },
  {
    name: "soaking",
    rollout: { state: { ...paused, since: nowSeconds - 1799 } },
    says: ["The next may start 2027-01-15 08:00 UTC (in 1 second)", "an HTTPS port that answers"],
  },
  {
    name: "paused, everything recorded, and frozen",
    rollout: { state: paused, recorded: ["backup", "restore"] },
    facts: { environment: frozen },
    says: [`The environment is frozen ${freeze}. Have someone else lift the freeze.`],
  },
  {
    name: "paused, frozen, and not recorded: both",
    rollout: { state: paused },
    facts: { environment: frozen, hindrance: "frozen" },
    says: [
      "Tests not recorded yet: backup, restore.",
      "Run the missing tests",
      "The environment is frozen",
    ],
  },
  {
    name: "soaking, in a freeze window",
    rollout: { state: { ...paused, since: nowSeconds } },
    facts: { hindrance: "freeze-window" },
    says: ["The next may start", "an HTTPS port that answers", "in a freeze window"],
  },
  {
    name: "a request in a frozen environment",
    rollout: { state: states.requested },
    facts: { environment: frozen },
    says: ["The environment is frozen", "The rollout is not approved yet."],
  },
  {
    name: "a request that expires before its last wave may start",
    rollout: { state: states.requested, expiresAt: nowSeconds + 3599 },
    says: [
      "It expires before its last wave can start: the pauses between its 3 waves take 60 minutes, and it expires 2027-01-15 08:59 UTC",
    ],
  },
  {
    name: "a request with enough time for its waves",
    rollout: { state: states.requested, expiresAt: nowSeconds + 3600 },
    says: ["Approve or deny it.\nPhase"],
  },
  {
    name: "a running wave in a frozen environment",
    rollout: { state: states.running },
    facts: { environment: frozen },
    says: ["Wave 1 of 3 is running.", `The environment is frozen ${freeze}.`],
  },
  {
    name: "a running wave after a freeze",
    rollout: { state: states.running },
    facts: { environment: { ...frozen, frozen: { ...frozen.frozen, until: nowSeconds } } },
    says: ["Wave 1 of 3 is running.\nPhase"],
  },
  {
    name: "paused before the first wave",
    rollout: { state: { ...paused, judged: 0 } },
    says: ["Paused before the first wave."],
  },
  {
    name: "denied, with a reason",
    rollout: { state: states.denied },
    facts: { trace: { ...traceOf(makeRollout()), stoppedBy: "ben", reason: "not on a Friday" } },
    says: ["Denied by ben. “not on a Friday”"],
  },
  {
    name: "withdrawn by its requester",
    rollout: { state: states.denied },
    facts: { trace: { ...traceOf(makeRollout()), stoppedBy: "anna", reason: "the wrong hosts" } },
    says: ["Withdrawn by anna. “the wrong hosts”"],
  },
  {
    name: "withdrawn by its requester after the approval",
    rollout: { state: states.revoked },
    facts: { trace: { ...traceOf(makeRollout()), stoppedBy: "anna" } },
    says: ["Withdrawn by anna before it started."],
  },
  {
    name: "withdrawn",
    rollout: { state: states.withdrawn },
    facts: { trace: { ...traceOf(makeRollout()), stoppedBy: "anna", reason: "the wrong hosts" } },
    says: ["Withdrawn by anna. “the wrong hosts”"],
  },
  {
    name: "revoked",
    rollout: { state: states.revoked },
    facts: { trace: { ...traceOf(makeRollout()), stoppedBy: "ben" } },
    says: ["Revoked by ben before it started."],
  },
  {
    name: "expired, with a run that was never found",
    rollout: { state: { kind: "expired", isLost: true } },
    says: ["was never found"],
  },
  {
    name: "aborted",
    rollout: { state: { kind: "aborted", judged: 1, by: "ben" } },
    says: ["Aborted by ben after 1 wave.", "Have someone else resume it, or plan again."],
  },
];

test.each(rows)("in words: $name", ({ rollout, facts, says }) => {
  const { text } = holdMessage(renderRolloutCard(cardOf(makeShown(rollout), facts)));
  for (const words of says) expect(text).toContain(words);
});

test("a retried wave does not show what the first attempt left undone", () => {
  const rollout = makeShown({ state: { kind: "running", wave: 2, run: 8 }, done: ["rds-2"] });
  const results = new Map([
    ["rds-2", sentResultOf("rds-2")],
    ["rds-3", sentResultOf("rds-3", "not-started")],
  ]);
  const { text } = renderRolloutCard(cardOf(rollout, { trace: traceOf(rollout, { results }) }));
  expect(text).toContain("Wave 2 of 3: 1 running: rds-3. 1 verified: rds-2.");
});

test.each([1, 12, 100, 1000])("%i hosts with hostile names of 300 characters fit", (count) => {
  for (const state of Object.values(states)) {
    const { rollout, trace } = makeHostileRollout(count, { state });
    const locked = { rollout: rollout.id, requester: "anna", reason: hostile.repeat(50) };
    const environment = { ...newEnvironment("production"), locked };
    const message = holdMessage(renderRolloutCard(cardOf(rollout, { trace, environment })));
    expect(message.text).toContain("Wave");
  }
});

test("problems come before what is verified", () => {
  const { rollout, trace } = makeHostileRollout(1000, { state: { kind: "failed", reason: "x" } });
  const blocks = JSON.stringify(renderRolloutCard(cardOf(rollout, { trace })).blocks);
  expect(blocks).toMatch(/Wave 35 of 35: 2 not verified: .*? 2 unknown \(.*? 2 verified: /);
  expect(blocks).toContain("33 earlier waves: see the ledger.");
});

const hand = { host: "win1", file: null, recordedBy: [], recordedAt: null, verified: null };
const recorded = { ...hand, file: "f".repeat(64), recordedBy: ["ben"], recordedAt: 100 };

interface HandRow {
  readonly says: string;
  readonly change?: Partial<Rollout>;
  readonly wire?: CardFacts["wire"];
  /** Omitted: both buttons are shown. */
  readonly buttons?: readonly string[];
}

test.each<HandRow>([
  {
    says: "win1, by hand: starts once this rollout is approved.",
    change: { state: { kind: "requested" }, approvals: [] },
    buttons: [],
  },
  { says: "Approved. All hosts of this plan are changed by hand.", change: { waves: [] } },
  { says: "type /sesam-harden record win1 SHA256." },
  {
    says: "recorded by ben; waiting for a scan that starts after that. Press Check now.",
    change: { byHand: [recorded] },
  },
  {
    says: "The newest scan reports it as plaintext (wire-unreachable).",
    change: { byHand: [recorded] },
    wire: {
      last: { run: 5, at: 200 },
      hosts: new Map([
        ["win1", { host: "win1", verdict: "plaintext", rules: ["wire-unreachable"] }],
      ]),
    },
  },
  {
    says: "recorded by ben; a second person must record it too.",
    change: { phase: "close", byHand: [recorded] },
  },
  {
    says: "not verified before the rollout expired. Nothing failed: plan again.",
    change: { expiresAt: nowSeconds },
    buttons: [],
  },
  { says: "not approved.", change: { state: { kind: "denied" } }, buttons: [] },
  {
    says: "recorded by ben, but the approval no longer counts, so it is not verified. Plan again.",
    change: { state: { kind: "revoked" }, byHand: [recorded] },
    buttons: [],
  },
  {
    says: "verified, recorded by ben, scanned",
    change: { byHand: [{ ...recorded, verified: { run: 5, at: 200 } }] },
    buttons: [],
  },
])("a host that is changed by hand: $says", ({ says, change, wire = unseenWire, ...row }) => {
  const { buttons = ["runbook", "check-now"] } = row;
  const rollout = makeShown({
    state: { kind: "succeeded" },
    approvals: ["ben", "carl"],
    done: ["rds-1", "rds-2", "rds-3", "server-1"],
    byHand: [hand],
    ...change,
  });
  const card = renderRolloutCard(cardOf(rollout, { wire }));
  expect(draw(holdMessage(card), 400)).toContain(says);
  const shown = buttonsOf(card).map(({ action_id: id }) => id);
  expect(shown.filter((id) => id === "runbook" || id === "check-now")).toEqual(buttons);
});
