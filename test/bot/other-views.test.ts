import { expect, test } from "vitest";
import { explainCommand, renderHelp, nearestCommand, commandWords } from "../../bot/views/help.ts";
import { renderHistory } from "../../bot/views/history.ts";
import { renderHome, type HomeFacts } from "../../bot/views/home.ts";
import { renderReasonModal, renderRecordModal } from "../../bot/views/modals.ts";
import { renderLocks } from "../../bot/views/status.ts";
import { renderNote, renderRefusal } from "../../bot/views/refusal.ts";
import { reasons, type ReasonCode } from "../../src/core/base/reasons.ts";
import { newEnvironment } from "../../src/core/rollout/state/records.ts";
import type { Rollout } from "../../src/core/rollout/state/rollout.ts";
import {
  hostile,
  ledgerCommit,
  makeHostileFleet,
  makeHostileRollout,
  nowSeconds,
  traceOf,
} from "../support/builders/bot-fleet.ts";
import { holdMessage, holdView } from "../support/harness/hold-view.ts";
import { makeRollout, states } from "../support/builders/rollout-states.ts";
import { draw } from "../support/harness/draw-blocks.ts";

const pastOf = (rollout: Rollout, change: Parameters<typeof traceOf>[1] = {}) => ({
  rollout,
  trace: traceOf(rollout, change),
});

test("every refusal has a cause and a next step", () => {
  for (const code of Object.keys(reasons) as ReasonCode[]) {
    const { text } = holdMessage(renderRefusal({ code, what: "approve 2026-11-1", detail: "" }));
    expect(text).toContain(`Reason: ${code}. Nothing was changed.`);
  }
  const message = renderRefusal({ code: "second-person", what: "resume 2026-11-1", detail: "ben" });
  expect(draw(message)).toMatchInlineSnapshot(`
    "You can't resume 2026-11-1: this must be done by someone other than the person
    who caused it (ben). Ask another person in the environment's groups.
      Reason: second-person. Nothing was changed.
    "
  `);
  holdMessage(renderRefusal({ code: "locked", what: hostile, detail: hostile.repeat(100) }));
});

test("a note consists of sentences", () => {
  expect(draw(holdMessage(renderNote("ben approved it.", hostile.repeat(200), "")))).toContain(
    "ben approved it.",
  );
  holdMessage(renderNote());
});

test("help lists every command", () => {
  expect(draw(holdMessage(renderHelp()), 100)).toMatchInlineSnapshot(`
    "# Commands of /sesam-harden
    /sesam-harden status [ENVIRONMENT|HOST] Shows the state of the fleet, an environment or a host.
    /sesam-harden plan open|close ENVIRONMENT [HOST…] [except HOST…] Shows what a rollout would do now;
    changes nothing.
    /sesam-harden rollout open|close ENVIRONMENT [HOST…] [except HOST…] [because REASON] Requests a
    rollout; other people must approve it.
    /sesam-harden approve ROLLOUT [because NOTE] Approves the plan of a rollout, like the button.
    /sesam-harden continue ROLLOUT|ENVIRONMENT Starts the next wave now; all checks still apply.
    /sesam-harden rest ROLLOUT|ENVIRONMENT [because REASON] Requests the same phase for the hosts that a
    rollout did not verify.
    /sesam-harden record HOST SHA256 Records that a host changed by hand has the planned file.
    /sesam-harden rollback ROLLOUT|ENVIRONMENT [HOST…] [because REASON] Requests a rollback to the files
    verified before, on all hosts of the rollout or on the named ones.
    /sesam-harden withdraw ROLLOUT|ENVIRONMENT [because REASON] Withdraws your own request before its
    first wave.
    /sesam-harden abort ROLLOUT|ENVIRONMENT because REASON Stops a rollout: running hosts finish, and no
    other host starts.
    /sesam-harden freeze ENVIRONMENT because REASON [until TIME | for SPAN] Stops all rollouts until a
    time in the environment's time zone (06:00, tomorrow 06:00, 2027-01-31 or 2027-01-31 06:00), for a
    duration (30m, 8h or 2 days), or until someone else lifts the freeze.
    /sesam-harden unfreeze ENVIRONMENT Lifts a freeze; someone other than the person who set it must do
    this.
    /sesam-harden unlock ENVIRONMENT because REASON Lifts the lock after a failed rollout; someone other
    than its requester must do this.
    /sesam-harden globals ENVIRONMENT [except HOST…] Records that the global settings are set on the
    environment's Servers.
    /sesam-harden locks Lists all freezes and locks with reason, person and end.
    /sesam-harden history [ENVIRONMENT] Lists all rollouts, newest first.
    /sesam-harden help [COMMAND] Shows this list, or one command with an example.
    "
  `);
});

test.each([
  ["staus", "status"],
  ["rolout", "rollout"],
  ["FREZE", "freeze"],
  ["unfreez", "unfreeze"],
  ["xyzzy", undefined],
  [hostile, undefined],
])("%j means %j", (word, meant) => {
  expect(nearestCommand(word)).toBe(meant);
  const { text } = holdMessage(renderHelp(word));
  expect(text.includes("Did you mean")).toBe(meant !== undefined);
  for (const name of commandWords) expect(text).toContain(`/sesam-harden ${name}`);
});

test("the help of a command has its syntax and an example", () => {
  for (const word of commandWords) holdMessage(explainCommand(word));
  expect(draw(holdMessage(explainCommand("unlock")), 100)).toMatchInlineSnapshot(`
    "# /sesam-harden unlock
    Lifts the lock after a failed rollout; someone other than its requester must do this.
    Usage: /sesam-harden unlock ENVIRONMENT because REASON
    Example: /sesam-harden unlock lab because the certificate was renewed
    "
  `);
});

test("the history lists the newest first, for one environment if requested", () => {
  const rollouts = [
    pastOf(makeRollout({ id: "2026-10-1", state: states.denied }), { stoppedBy: "carl" }),
    pastOf(makeRollout({ id: "2026-10-2", environment: "lab", state: states.succeeded })),
    pastOf(makeRollout({ id: "2026-11-3", state: states.failed })),
  ];
  const facts = { rollouts, environment: "production", ledgerCommit, nowSeconds };
  expect(draw(holdMessage(renderHistory(facts)), 100)).toMatchInlineSnapshot(`
    "# Rollouts of production
    2026-11-3: open in production, failed (wave 1: a bad). Requested by anna, 2027-01-15 06:00 UTC (2
    hours ago); approved by ben. 0 of 4 hosts verified. Last change 2027-01-15 07:00 UTC (60 minutes
    ago). Plan dddddddddddd.
    2026-10-1: open in production, denied by carl. Requested by anna, 2027-01-15 06:00 UTC (2 hours
    ago); approved by ben. 0 of 4 hosts verified. Last change 2027-01-15 07:00 UTC (60 minutes ago).
    Plan dddddddddddd.
      Ledger commit eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee.
    "
  `);
  expect(holdMessage(renderHistory({ ...facts, environment: null })).text).toContain("2026-10-2");
  expect(renderHistory({ ...facts, environment: "none" }).text).toContain("No rollouts yet.");
});

test("a long history is truncated, and says where the rest is", () => {
  const { rollout, trace } = makeHostileRollout(50, { state: { kind: "failed", reason: hostile } });
  const rollouts = Array.from({ length: 2000 }, (_, index) => ({
    rollout: {
      ...rollout,
      id: `2026-11-${index}`,
      requester: hostile,
      approvals: Array(20).fill(hostile),
    },
    trace,
  }));
  const message = holdMessage(
    renderHistory({ rollouts, environment: null, ledgerCommit: null, nowSeconds }),
  );
  expect(JSON.stringify(message.blocks)).toMatch(/\d+ older rollouts: sesam-harden ledger log/);
});

const makeHome = (change: Partial<HomeFacts> = {}): HomeFacts => ({
  person: "ben",
  waiting: [],
  status: makeHostileFleet(3, 1),
  fixUrl: null,
  recent: [],
  ...change,
});

test("the home of a person whose approval a rollout needs", () => {
  const rollout = makeRollout({
    approvals: [],
    state: states.requested,
    expiresAt: nowSeconds + 60,
  });
  const waiting = [
    {
      rollout,
      trace: undefined,
      environment: newEnvironment("production"),
      rehearsal: undefined,
      hindrance: null,
      nowSeconds,
    },
  ];
  const view = holdView(renderHome(makeHome({ waiting, recent: [pastOf(rollout)] })));
  const drawn = draw(view, 90);
  expect(drawn).toContain("Waiting for approval: 0 of 1");
  expect(drawn).toContain("[Approve] [Approve with a note] [Deny] [Show plan]");
  expect(drawn).toContain("# Recent rollouts");
  expect(draw(holdView(renderHome(makeHome())))).toContain("Nothing is waiting for you.");
});

test("an unknown account sees nothing of the fleet", () => {
  const view = holdView(renderHome(makeHome({ person: null })));
  expect(draw(view)).toMatchInlineSnapshot(`
    "(home)
    This account is not in bot.ini. Ask the bot's administrator to add a
    [person.NAME] section with it.
    "
  `);
});

test.each([1, 60, 1000])("a home with %i environments and many waiting rollouts fits", (count) => {
  const waiting = Object.values(states).flatMap((state) =>
    Array.from({ length: 5 }, () => {
      const { rollout, trace } = makeHostileRollout(40, { state });
      const environment = newEnvironment("production");
      return { rollout, trace, environment, rehearsal: undefined, hindrance: null, nowSeconds };
    }),
  );
  const recent = waiting.map(({ rollout, trace }) => ({ rollout, trace }));
  const status = makeHostileFleet(1000, count);
  const view = holdView(renderHome(makeHome({ waiting, recent, status })));
  expect(JSON.stringify(view)).toContain("Recent rollouts");
});

test("a person who denies or aborts gives a reason", () => {
  const view = holdView(
    renderReasonModal("deny", makeRollout({ requester: hostile, environment: "e".repeat(500) })),
  );
  expect(view.private_metadata).toBe("2026-11-1");
  expect(draw(holdView(renderReasonModal("deny", makeRollout())))).toMatchInlineSnapshot(`
    "(Deny this rollout)
      Rollout: 2026-11-1, open in production
      Requested by: anna
      Plan digest: dddddddddddd
    Why?
      [                    ]
      The requester sees it, and the ledger records it.
    [Leave as it is] [Deny]
    "
  `);
  expect(draw(holdView(renderReasonModal("abort", makeRollout())))).toMatchInlineSnapshot(`
    "(Abort this rollout)
      Rollout: 2026-11-1, open in production
      Requested by: anna
      Plan digest: dddddddddddd
    Running hosts finish, and no other host starts.
    Why?
      [                    ]
      The requester sees it, and the ledger records it.
    [Let it continue] [Abort]
    "
  `);
});

test("only missing records can be recorded", () => {
  const terms = {
    approvals: 1,
    soak: 0,
    record: ["backup", "restore", "migration", "abort"],
    maxFailures: 0,
  } as const;
  const rollout = makeRollout({ terms, recorded: ["backup", "abort"] });
  expect(draw(holdView(renderRecordModal(rollout)))).toMatchInlineSnapshot(`
    "(What worked?)
      Rollout: 2026-11-1, open in production
      Requested by: anna
      Plan digest: dddddddddddd
    Which of these did you test with the hosts of the last wave?
      ( ) A restore over HTTPS worked
      ( ) A migration over HTTPS worked
      A TLS handshake is not a backup: record only what you saw succeed.
    [Close] [Record]
    "
  `);
  const all = holdView(renderRecordModal(makeRollout({ terms, recorded: terms.record })));
  expect(all.submit).toBeUndefined();
  expect(draw(all)).toContain("Nothing left to record.");
});

test("lists all freezes and locks, with who may lift them", () => {
  const frozen = { by: "ben", reason: "tape library repair", until: nowSeconds + 7200 };
  const locked = { rollout: "lab-open-5", requester: "anna", reason: "wave 1: rds1 bad" };
  const records = [
    { ...newEnvironment("lab"), frozen, locked },
    { ...newEnvironment("production"), frozen: { ...frozen, until: null } },
    { ...newEnvironment("old"), frozen: { ...frozen, until: nowSeconds } },
  ];
  expect(draw(holdMessage(renderLocks(records, nowSeconds)), 100)).toMatchInlineSnapshot(`
    "# Freezes and locks
    lab is frozen until 2027-01-15 10:00 UTC (in 2 hours), by ben: “tape library repair”. Someone other
    than ben lifts it: /sesam-harden unfreeze lab
    lab is locked since rollout lab-open-5: wave 1: rds1 bad. Someone other than anna unlocks it:
    /sesam-harden unlock lab because REASON
    production is frozen until someone else lifts it, by ben: “tape library repair”. Someone other than
    ben lifts it: /sesam-harden unfreeze production
    "
  `);
  const none = holdMessage(renderLocks(records.slice(2), nowSeconds));
  expect(none.text).toContain("No environment is frozen or locked.");
});
