import fc from "fast-check";
import { expect, test } from "vitest";
import { advance } from "../../../../src/core/rollout/state/transition-table.ts";
import { followRollout } from "../../../../src/core/rollout/state/environment.ts";
import { verifyLedger } from "../../../../src/core/rollout/ledger/audit.ts";
import { newEnvironment } from "../../../../src/core/rollout/state/records.ts";
import {
  hostsOfWave,
  outcomes,
  type Rollout,
  type RolloutEvent,
} from "../../../../src/core/rollout/state/rollout.ts";
import { moveRollout } from "../../../../src/core/rollout/ledger/commands.ts";
import {
  createMemoryLedger,
  decisions,
  entriesOf,
  expiresAt,
  listingOf,
  makeBook,
  outside,
  planned,
  start,
  terms,
  write,
} from "../../../support/fakes/github/ledger.ts";
import { fitWave } from "../../../support/harness/rollout-steps.ts";
import { resultOf } from "../../../support/builders/rollout-states.ts";

const { plan, digest, changes } = planned;
const person = fc.constantFrom("anna", "ben", "carl");
const wave = fc.integer({ min: 1, max: 3 });
const anyEvent = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant("approve"), by: person, plan: fc.constant(digest) }),
  },
  fc.record({ kind: fc.constantFrom("revoke", "resume"), by: person }),
  fc.record({
    kind: fc.constant("withdraw"),
    by: person,
    reason: fc.constantFrom("", "no"),
  }),
  fc.record({ kind: fc.constant("deny"), by: person, reason: fc.constantFrom("", "no") }),
  fc.record({ kind: fc.constant("expire") }),
  { weight: 24, arbitrary: fc.record({ kind: fc.constant("dispatch"), wave }) },
  {
    weight: 16,
    arbitrary: fc.record({ kind: fc.constantFrom("accept", "find"), wave, run: fc.constant(7) }),
  },
  fc.record({ kind: fc.constant("lose"), wave }),
  fc.record({ kind: fc.constant("refuse"), wave, detail: fc.constant("404") }),
  fc.record({ kind: fc.constant("abort"), by: person, reason: fc.constant("too slow") }),
) as fc.Arbitrary<RolloutEvent>;

const anyStep = fc.record({
  event: anyEvent,
  /** Evaluates the current wave, instead of the event; sometimes no wave is running. */
  judged: fc.constantFrom("good", "good", "good", "good", ...outcomes),
  isAstray: fc.nat(9).map((number) => number === 0),
  writer: fc.nat(2),
});

function judgeOf(rollout: Rollout, outcome: (typeof outcomes)[number]): RolloutEvent {
  const number = "wave" in rollout.state ? rollout.state.wave : 1;
  const results = hostsOfWave(rollout, number).map((host) => resultOf(host, outcome));
  return { kind: "judge", wave: number, run: 7, results };
}

function provenBy(event: RolloutEvent) {
  if (event.kind !== "judge") return [];
  const good = event.results.filter(({ outcome }) => outcome === "good").map(({ host }) => host);
  return good.map((host) => ({
    host,
    file: plan.hosts.find(({ name }) => name === host)?.file ?? "",
  }));
}

/** The result of the state machine for a rollout, without a ledger. */
const requested: Rollout = {
  id: "production-open-1",
  environment: "production",
  phase: "open",
  plan: digest,
  waves: plan.waves,
  requester: "anna",
  purpose: "",
  approvals: [],
  expiresAt,
  terms,
  recorded: [],
  done: [],
  state: { kind: "requested" },
};

test("the ledger agrees with the state machine for random commands of three controllers", async () => {
  const ends = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 10, maxLength: 60 }), async (steps) => {
      const store = createMemoryLedger();
      const book = await makeBook(store);
      const writers = [book.writer, book.join(), book.join()];
      await write(book, decisions.request);
      let model = requested;
      let environment = followRollout(newEnvironment("production"), model);
      let count = 1;
      for (const { event: drawn, judged, isAstray, writer } of steps) {
        const isJudged = "run" in model.state !== isAstray;
        const event = isJudged ? judgeOf(model, judged) : fitWave(drawn, model.state);
        const by = "by" in event ? event.by : null;
        const move = { rollout: model.id, event, by, proven: provenBy(event) };
        const files = changes.map(({ after }) => after);
        const written = await writers[writer]?.write(
          moveRollout({ ...move, files: move.proven.length > 0 ? files : [] }, () => outside),
        );
        // Time passes, but there is no soak, and nothing expires within the test.
        const at = written?.kind === "written" ? written.entry.at : start;
        const decided = advance(model, event, {
          ...outside,
          at,
          environment,
          rehearsal: undefined,
        });
        expect(written?.kind).toBe(decided.kind === "moved" ? "written" : "refused");
        if (decided.kind === "refused") {
          expect(written).toEqual(decided);
          continue;
        }
        model = decided.rollout;
        environment = followRollout(environment, model);
        count++;
      }
      const branch = store.branch.at(-1)?.files ?? new Map<string, string>();
      const listing = listingOf(branch);
      const commits = store.branch.toReversed();
      const evidence = { commits, entries: entriesOf(branch), listing, files: branch };
      const { ledger, problems } = await verifyLedger(evidence, book.tools);
      expect(problems).toEqual([]);
      expect(ledger.rollouts.get(model.id)).toEqual(model);
      expect(ledger.environments.get("production")).toEqual(environment);
      expect([ledger.sequence, store.branch.length]).toEqual([count, count]);
      expect([...ledger.hosts.keys()].toSorted()).toEqual(model.done.toSorted());
      ends.add(model.state.kind);
    }),
    { numRuns: 150, seed: 7 },
  );
  // The steps get far enough to be meaningful.
  for (const kind of ["succeeded", "failed", "aborted", "paused", "denied"]) {
    expect([...ends]).toContain(kind);
  }
});
