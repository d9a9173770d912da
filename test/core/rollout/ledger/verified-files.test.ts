import { expect, test } from "vitest";
import { nextRollout, type LedgerEvent } from "../../../../src/core/rollout/ledger/entry.ts";
import { emptyLedger, type Ledger } from "../../../../src/core/rollout/ledger/ledger.ts";
import { replayEntries } from "../../../../src/core/rollout/ledger/replay.ts";
import { start, terms } from "../../../support/fakes/github/ledger.ts";

const plan = "d".repeat(64);

function apply(ledger: Ledger, by: string | null, event: LedgerEvent): Ledger {
  const sequence = ledger.sequence + 1;
  const entry = { schemaVersion: 1, repository: 4711, sequence, at: start, by, event } as const;
  const linked = { ...entry, previous: ledger.tip, nonce: "0" };
  const fold = replayEntries(ledger, [{ entry: linked, digest: String(sequence) }]);
  if (fold.kind === "refused") throw new Error(`${fold.reason} ${fold.because}`);
  return fold.ledger;
}

/** A rollout that verifies a file on the only host. */
function deploy(before: Ledger, file: string, isRollback = false): Ledger {
  const [environment, phase, waves] = ["production", "open", [["rds1"]]] as const;
  const id = nextRollout({ environment, phase }, before);
  const asked = { rollout: id, environment, phase, plan, waves, terms, purpose: "" } as const;
  const restores = isRollback ? ({ restores: true } as const) : {};
  const judged = { kind: "judge", wave: 1, run: 7 } as const;
  const move = { kind: "rollout", rollout: id, proven: [] } as const;
  let ledger = apply(before, "anna", {
    kind: "request",
    ...asked,
    expiresAt: start + 900,
    ...restores,
  });
  ledger = apply(ledger, "ben", { ...move, event: { kind: "approve", by: "ben", plan } });
  ledger = apply(ledger, null, { ...move, event: { kind: "dispatch", wave: 1 } });
  ledger = apply(ledger, null, { ...move, event: { kind: "accept", wave: 1, run: 7 } });
  return apply(ledger, null, {
    ...move,
    event: { ...judged, results: [{ host: "rds1", outcome: "good", reason: "" }] },
    proven: [{ host: "rds1", file }],
  });
}

test.each([
  { name: "each file comes before the previous one", files: ["a", "b", "c"], is: "c b a" },
  { name: "the same file again is not added", files: ["a", "b", "b"], is: "b a" },
  {
    name: "a file that a rollout deploys again is added again",
    files: ["a", "b", "a"],
    is: "a b a",
  },
  {
    name: "a rollback removes the files that it rolls back",
    files: ["a", "b", "c", "<b"],
    is: "b a",
  },
  { name: "a second one goes further back", files: ["a", "b", "c", "<b", "<a"], is: "a" },
  { name: "a rollback to the current file changes nothing", files: ["a", "b", "<b"], is: "b a" },
  { name: "a file rolled out afterwards is new", files: ["a", "b", "<a", "c"], is: "c a" },
])("the verified files of a host: $name", ({ files, is }) => {
  let ledger = emptyLedger;
  for (const file of files) ledger = deploy(ledger, file.replace("<", ""), file.startsWith("<"));
  const all: string[] = [];
  for (let one = ledger.verified.get("rds1"); one !== undefined; one = one.earlier) {
    all.push(one.latest.file);
  }
  expect(all.join(" ")).toBe(is);
});
