import { beforeAll, expect, test } from "vitest";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { verifySignature } from "../../../../src/adapters/signatures.ts";
import { emptyLedger } from "../../../../src/core/rollout/ledger/ledger.ts";
import { signEntry, type LedgerEntry } from "../../../../src/core/rollout/ledger/entry.ts";
import { extendLedger } from "../../../../src/core/rollout/ledger/verify-entries.ts";
import { makeKeys, type Keys } from "../../../support/builders/tickets.ts";

/** More entries than are looked at at once. */
const count = 1100;
let keys: Keys;
let chain: readonly string[];

beforeAll(async () => {
  keys = await makeKeys();
  const texts: string[] = [];
  for (let sequence = 1; sequence <= count; sequence++) {
    const last = texts.at(-1);
    const entry: LedgerEntry = {
      schemaVersion: 1,
      repository: 4711,
      sequence,
      previous: last === undefined ? null : hashSha256(last),
      at: 1_800_000_000,
      by: null,
      event: { kind: "see", hosts: [{ host: `h${sequence}`, file: hashSha256("a") }] },
      nonce: "0".repeat(16),
    };
    texts.push(await signEntry(entry, keys.signer));
  }
  chain = texts;
});

const extend = async (texts: readonly string[]) => {
  const asked: string[] = [];
  const extended = await extendLedger(emptyLedger, texts, {
    keys: [keys.publicKey],
    hash: hashSha256,
    verifySignature: (jws, key) => {
      asked.push(jws);
      return verifySignature(jws, key);
    },
  });
  return { extended, asked };
};

/** The same entry with the signature of another one. */
const swapSignature = (texts: readonly string[], sequence: number): readonly string[] => {
  const [header, payload] = (texts[sequence - 1] ?? "").split(".");
  const [, , other] = (texts[sequence === 1 ? 1 : 0] ?? "").split(".");
  return texts.with(sequence - 1, [header, payload, other].join("."));
};

test("verifies each signature of a long ledger once and in order", async () => {
  const { extended, asked } = await extend(chain);
  expect(asked).toEqual(chain);
  if (extended.kind === "refused") throw new Error(extended.problem.reason);
  expect(extended.ledger.sequence).toBe(count);
  expect(extended.entries.map(({ entry }) => entry.sequence)).toEqual(
    Array.from({ length: count }, (_, index) => index + 1),
  );
});

test.each([1, 2, 511, 512, 513, 1024, 1025])(
  "a signature that does not fit is told of at entry %i, whatever comes after it",
  async (sequence) => {
    const { extended } = await extend(swapSignature(swapSignature(chain, sequence), count));
    expect(extended).toMatchObject({
      kind: "refused",
      problem: { reason: "ledger-signature", where: `entry ${sequence}` },
    });
  },
);

test("reports an earlier broken chain first", async () => {
  const without = chain.filter((_, index) => index !== 519);
  const { extended } = await extend(swapSignature(without, 600));
  expect(extended).toMatchObject({
    kind: "refused",
    problem: { reason: "ledger-sequence", where: "entry 520" },
  });
});

test("an entry signed before the verdicts were renamed is read with today's names", async () => {
  const formerly = ["half", "open", "closed", "hardened"] as const;
  const entry = {
    schemaVersion: 1,
    repository: 4711,
    sequence: 1,
    previous: null,
    at: 1_800_000_000,
    by: null,
    event: {
      kind: "verify",
      run: 1,
      at: 1_800_000_000,
      hosts: formerly.map((verdict) => ({ host: verdict, verdict, rules: [] })),
      gone: [],
    },
    nonce: "0".repeat(16),
  };
  const { extended } = await extend([
    await signEntry(entry as unknown as LedgerEntry, keys.signer),
  ]);
  expect(extended.kind).toBe("ledger");
  const hosts = extended.kind === "ledger" ? [...extended.ledger.wire.hosts.values()] : [];
  expect(hosts.map(({ verdict }) => verdict)).toEqual([
    "partial",
    "plaintext",
    "locked-out",
    "hardened",
  ]);
});
