import { beforeAll, describe, expect, test } from "vitest";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { verifySignature } from "../../../../src/adapters/signatures.ts";
import { emptyLedger } from "../../../../src/core/rollout/ledger/ledger.ts";
import {
  readEntry,
  signEntry,
  type LedgerEntry,
} from "../../../../src/core/rollout/ledger/entry.ts";
import {
  extendLedger,
  type ExtendOptions,
  type OpenedEntry,
} from "../../../../src/core/rollout/ledger/verify-entries.ts";
import { entriesPath } from "../../../../src/core/rollout/ledger/layout.ts";
import { createLedgerReader } from "../../../../src/core/rollout/ledger/reader.ts";
import type { LedgerStore } from "../../../../src/core/rollout/ledger/store-port.ts";
import type { PublicKey } from "../../../../src/core/formats/jws.ts";
import { makeKeys, type Keys } from "../../../support/builders/tickets.ts";

/** More entries than one batch verifies. */
const count = 1100;
let keys: Keys;
let others: Keys;
let chain: readonly string[];

/** A chain of entries, each signed by the named key. */
async function makeChain(signers: readonly Keys[]): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const [index, { signer }] of signers.entries()) {
    const last = texts.at(-1);
    const entry: LedgerEntry = {
      schemaVersion: 1,
      repository: 4711,
      sequence: index + 1,
      previous: last === undefined ? null : hashSha256(last),
      at: 1_800_000_000,
      by: null,
      event: { kind: "see", hosts: [{ host: `h${index + 1}`, file: hashSha256("a") }] },
      nonce: "0".repeat(16),
    };
    texts.push(await signEntry(entry, signer));
  }
  return texts;
}

beforeAll(async () => {
  keys = await makeKeys();
  others = await makeKeys();
  chain = await makeChain(Array.from({ length: count }, () => keys));
});

const extend = async (
  texts: readonly string[],
  signatures: ExtendOptions["signatures"] = "every",
) => {
  const asked: string[] = [];
  const entries: OpenedEntry[] = [];
  const tools = {
    keys: [keys.publicKey, others.publicKey],
    hash: hashSha256,
    verifySignature: (jws: string, key: PublicKey) => {
      asked.push(jws);
      return verifySignature(jws, key);
    },
  };
  const onEntry = (entry: OpenedEntry): void => void entries.push(entry);
  const extended = await extendLedger(emptyLedger, texts, tools, { signatures, onEntry });
  return { extended, asked, entries };
};

/** The same entry with the signature of another one. */
const swapSignature = (texts: readonly string[], sequence: number): readonly string[] => {
  const [header, payload] = (texts[sequence - 1] ?? "").split(".");
  const [, , other] = (texts[sequence === 1 ? 1 : 0] ?? "").split(".");
  return texts.with(sequence - 1, [header, payload, other].join("."));
};

test("verifies each signature of a long ledger once and in order", async () => {
  const { extended, asked, entries } = await extend(chain);
  expect(asked).toEqual(chain);
  if (extended.kind === "refused") throw new Error(extended.problem.reason);
  expect(extended.ledger.sequence).toBe(count);
  expect(entries.map(({ entry }) => entry.sequence)).toEqual(
    Array.from({ length: count }, (_, index) => index + 1),
  );
});

test.each([1, 2, 255, 256, 257, 512, 513, 1024, 1025])(
  "reports a wrong signature at entry %i, regardless of later entries",
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

describe("a reader verifies the last signature of each run of entries by one key", () => {
  /** Two runs of one key around one of another: entries 1 to 4, 5 to 7, 8 to 10. */
  let runs: readonly string[];
  let stranger: Keys;

  beforeAll(async () => {
    stranger = await makeKeys();
    runs = await makeChain(
      [1, 1, 1, 1, 2, 2, 2, 1, 1, 1].map((one) => (one === 1 ? keys : others)),
    );
  });

  const part = (text = "", index = 0): string => text.split(".")[index] ?? "";
  const withSignature = (sequence: number, signature: string): readonly string[] => {
    const text = runs[sequence - 1];
    return runs.with(sequence - 1, [part(text, 0), part(text, 1), signature].join("."));
  };
  const read = async (texts: readonly string[]): Promise<string> => {
    const { extended } = await extend(texts, "last-of-run");
    if (extended.kind === "ledger") return `${extended.ledger.sequence} entries`;
    return `${extended.problem.reason} ${extended.problem.where}`;
  };
  const signedBy = async (signer: Keys, sequence: number): Promise<string> => {
    const reading = readEntry(runs[sequence - 1] ?? "", [keys.publicKey, others.publicKey]);
    if (reading.kind === "refused") throw new Error(reading.reason);
    return signEntry({ ...reading.entry, nonce: "1".repeat(16) }, signer.signer);
  };

  test("and reads the same ledger as one that verifies all", async () => {
    const fast = await extend(runs, "last-of-run");
    expect(fast.asked).toEqual([runs[3], runs[6], runs[9]]);
    const whole = await extend(runs, "every");
    expect(whole.asked).toEqual(runs);
    expect(fast.extended).toEqual(whole.extended);
    expect(fast.entries).toEqual(whole.entries);
  });

  test("a signature that was replaced within a run breaks the chain at the next entry", async () => {
    for (const sequence of [1, 2, 3, 5, 6, 8, 9]) {
      const forged = withSignature(sequence, part(runs[sequence === 1 ? 1 : 0], 2));
      expect(await read(forged)).toBe(`ledger-chain entry ${sequence + 1}`);
    }
  });

  test("a last signature of a run that is missing, replaced or of another key is refused", async () => {
    for (const sequence of [4, 7, 10]) {
      expect(await read(withSignature(sequence, ""))).toBe(`ledger-malformed entry ${sequence}`);
      expect(await read(withSignature(sequence, part(runs[0], 2)))).toBe(
        `ledger-signature entry ${sequence}`,
      );
      const own = sequence === 7 ? keys : others;
      const other = withSignature(sequence, part(await signedBy(own, sequence), 2));
      expect(await read(other)).toBe(`ledger-signature entry ${sequence}`);
    }
  });

  test("an inserted or replaced entry is refused, regardless of who signed it", async () => {
    for (const signer of [keys, others]) {
      for (const sequence of [2, 4, 5, 7, 8]) {
        const entry = await signedBy(signer, sequence);
        expect(await read(runs.with(sequence - 1, entry))).toBe(
          `ledger-chain entry ${sequence + 1}`,
        );
        const inserted = runs.toSpliced(sequence - 1, 0, entry);
        expect(await read(inserted)).toBe(`ledger-sequence entry ${sequence + 1}`);
      }
    }
    expect(await read(runs.with(9, await signedBy(stranger, 10)))).toBe(
      "ledger-key-unknown entry 10",
    );
  });

  test("an entry without a valid signature is refused, even if valid ones of another key follow", async () => {
    // What someone could leave who can push to the branch, and whom no controller noticed.
    const forged = runs
      .slice(0, 4)
      .with(3, [part(runs[3], 0), part(runs[3], 1), part(runs[0], 2)].join("."));
    const reading = readEntry(runs[4] ?? "", [others.publicKey]);
    if (reading.kind === "refused") throw new Error(reading.reason);
    const next = { ...reading.entry, previous: hashSha256(forged[3] ?? "") };
    const texts = [...forged, await signEntry(next, others.signer)];
    expect(await read(texts)).toBe("ledger-signature entry 4");
  });

  test("a chain without its first or a middle entry is refused; without its end it is shorter", async () => {
    expect(await read(runs.slice(1))).toBe("ledger-sequence entry 1");
    expect(await read(runs.toSpliced(5, 1))).toBe("ledger-sequence entry 6");
    // Only what was read before shows this: see the tests of the reader.
    expect(await read(runs.slice(0, 6))).toBe("6 entries");
  });
});

test("an entry signed before the verdicts were renamed is read with the current names", async () => {
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

/** A branch with these entry files; counts the files that are read at once. */
function storeOf(texts: readonly string[]) {
  const names = texts.map((_, index) => `blob ${index}`);
  const asked: number[] = [];
  const refuse = async (): Promise<never> => {
    throw new Error("not needed");
  };
  const store: LedgerStore = {
    readHead: async () => "head",
    list: async () => new Map(names.map((name, index) => [entriesPath(index + 1), name])),
    read: async (some) => {
      asked.push(some.length);
      return some.map((name) => texts[names.indexOf(name)] ?? "");
    },
    commit: refuse,
  };
  return { store, asked };
}

describe("many files", () => {
  const readAll = async (texts: readonly string[]) => {
    const { store, asked } = storeOf(texts);
    const tools = { keys: [keys.publicKey], hash: hashSha256, verifySignature };
    const state = await createLedgerReader(store, tools).read();
    return { state, asked };
  };

  test("are read some at a time, in order", async () => {
    const texts = chain.slice(0, 100).map((entry) => `${entry}\n`);
    const { state, asked } = await readAll(texts);
    expect(asked).toEqual([32, 32, 32, 4]);
    expect(state.ledger.sequence).toBe(100);
    expect(state.ledger.tip).toBe(hashSha256(chain[99] ?? ""));
    expect(state.last).toEqual({ path: entriesPath(100), text: texts[99] });
  });

  test("may cut entries anywhere, also between those read at once", async () => {
    const whole = chain
      .slice(0, 20)
      .map((entry) => `${entry}\n`)
      .join("");
    const length = Math.ceil(whole.length / 70);
    const texts = Array.from({ length: 70 }, (_, at) =>
      whole.slice(at * length, at * length + length),
    );
    const { state, asked } = await readAll(texts);
    expect(asked).toEqual([32, 32, 6]);
    expect(state.ledger.tip).toBe(hashSha256(chain[19] ?? ""));
  });

  test("are refused from the first entry on that does not fit, and no more is read", async () => {
    const texts = chain.slice(0, 200).map((entry) => `${entry}\n`);
    const reading = readAll(texts.toSpliced(40, 1));
    await expect(reading).rejects.toThrow("the ledger cannot be trusted: entry 41: ");
  });

  test("end at an error of the store", async () => {
    const { store } = storeOf(chain.slice(0, 100).map((entry) => `${entry}\n`));
    const tools = { keys: [keys.publicKey], hash: hashSha256, verifySignature };
    const broken: LedgerStore = {
      ...store,
      read: async (names) => {
        if (names.includes("blob 40")) throw new Error("no answer");
        return store.read(names);
      },
    };
    await expect(createLedgerReader(broken, tools).read()).rejects.toThrow("no answer");
  });
});
