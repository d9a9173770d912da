import { readVerdict } from "../../fleet/verdict.ts";
import { printCanonical } from "../../formats/json/canonical.ts";
import type { EnvironmentEvent } from "../state/environment.ts";
import { readJws, type JwsReading, type PublicKey, type Signer } from "../../formats/jws.ts";
import type { CardMove, FleetSight } from "./fleet-observations.ts";
import {
  type RolloutEvent,
  type RolloutTerms,
  recordKinds,
  type HostResult,
  outcomes,
} from "../state/rollout.ts";
import {
  countShape,
  digestShape,
  listShape,
  matchShape,
  nameShape,
  nullable,
  recordShape,
  rolloutShape,
  textShape,
  unionShape,
  wordShape,
  type Shape,
} from "../../formats/json/decode.ts";
import { phases, type Phase } from "../../fleet/phase.ts";
import type { HostWire } from "../../verify/parse-report.ts";

/** A file as it lies on a host, by its SHA-256 in hexadecimal. */
export type HostFile = { readonly host: string; readonly file: string };

/** What the ledger records. A request takes the place of the rollout before it, if that may be. */
export type LedgerEvent =
  | {
      readonly kind: "request";
      readonly environment: string;
      readonly phase: Phase;
      /** Digest of the plan. */
      readonly plan: string;
      readonly waves: readonly (readonly string[])[];
      /** Seconds since 1970. */
      readonly expiresAt: number;
      readonly terms: RolloutTerms;
      /** What it is for, in the requester's words. */
      readonly purpose: string;
    }
  | {
      readonly kind: "rollout";
      readonly rollout: string;
      readonly event: RolloutEvent;
      /** The files of the hosts that were judged good, as the plan has them. */
      readonly proven: readonly HostFile[];
    }
  | {
      readonly kind: "environment";
      readonly environment: string;
      readonly event: EnvironmentEvent;
    }
  /** What lies on hosts, whoever brought it there. */
  | { readonly kind: "see"; readonly hosts: readonly HostFile[] }
  /** What a run of verify saw from outside. */
  | ({ readonly kind: "verify" } & FleetSight)
  /** Where the card of a rollout stands. */
  | ({ readonly kind: "card" } & CardMove)
  /** Approvers are called a second time, and no more. */
  | { readonly kind: "remind"; readonly rollout: string };

export type LedgerEntry = {
  readonly schemaVersion: 1;
  /** GitHub's number of the config repo, so that no entry counts in another one. */
  readonly repository: number;
  /** Counts from 1. */
  readonly sequence: number;
  /** SHA-256 of the signed entry before; null for the first. */
  readonly previous: string | null;
  /** Seconds since 1970; never less than in the entry before. */
  readonly at: number;
  /** Name of the person; null where the controller did it by itself. */
  readonly by: string | null;
  readonly event: LedgerEvent;
  /**
   * By chance: two controllers with one key that decide alike in the same second would else sign the
   * same entry, and each take the other's for its own.
   */
  readonly nonce: string;
};

const termsShape = recordShape<RolloutTerms>({
  approvals: countShape,
  soak: countShape,
  record: listShape(wordShape(...recordKinds)),
  maxFailures: countShape,
});

const resultShape = recordShape<HostResult>({
  host: textShape,
  outcome: wordShape(...outcomes),
  reason: textShape,
});

/** Events that say who did it, and no more. */
function byShape<Kind extends string>(
  kind: Kind,
): Shape<{ readonly kind: Kind; readonly by: string }> {
  return recordShape<{ readonly kind: Kind; readonly by: string }>({
    kind: wordShape(kind),
    by: nameShape,
  });
}

function runShape<Kind extends string>(
  kind: Kind,
): Shape<{ readonly kind: Kind; readonly wave: number; readonly run: number }> {
  return recordShape<{ readonly kind: Kind; readonly wave: number; readonly run: number }>({
    kind: wordShape(kind),
    wave: countShape,
    run: countShape,
  });
}

function waveShape<Kind extends string>(
  kind: Kind,
): Shape<{ readonly kind: Kind; readonly wave: number }> {
  return recordShape<{ readonly kind: Kind; readonly wave: number }>({
    kind: wordShape(kind),
    wave: countShape,
  });
}

const rolloutEventShape = unionShape<RolloutEvent>({
  approve: recordShape({ kind: wordShape("approve"), by: nameShape, plan: digestShape }),
  deny: recordShape({ kind: wordShape("deny"), by: nameShape, reason: textShape }),
  revoke: byShape("revoke"),
  supersede: recordShape({ kind: wordShape("supersede"), rollout: rolloutShape }),
  expire: recordShape({ kind: wordShape("expire") }),
  dispatch: waveShape("dispatch"),
  accept: runShape("accept"),
  refuse: recordShape({ kind: wordShape("refuse"), wave: countShape, detail: textShape }),
  lose: waveShape("lose"),
  find: runShape("find"),
  judge: recordShape({
    kind: wordShape("judge"),
    wave: countShape,
    run: countShape,
    results: listShape(resultShape),
  }),
  record: recordShape({
    kind: wordShape("record"),
    by: nameShape,
    what: wordShape(...recordKinds),
  }),
  abort: recordShape({ kind: wordShape("abort"), by: nameShape, reason: textShape }),
  resume: byShape("resume"),
});

const environmentEventShape = unionShape<EnvironmentEvent>({
  freeze: recordShape({
    kind: wordShape("freeze"),
    by: nameShape,
    reason: textShape,
    until: nullable(countShape),
  }),
  unfreeze: byShape("unfreeze"),
  unlock: recordShape({ kind: wordShape("unlock"), by: nameShape, reason: textShape }),
  globals: recordShape({
    kind: wordShape("globals"),
    by: nameShape,
    digest: nullable(digestShape),
  }),
});

const hostFilesShape = listShape(recordShape<HostFile>({ host: textShape, file: digestShape }));

const eventShape = unionShape<LedgerEvent>({
  request: recordShape({
    kind: wordShape("request"),
    environment: nameShape,
    phase: wordShape(...phases),
    plan: digestShape,
    waves: listShape(listShape(textShape)),
    expiresAt: countShape,
    terms: termsShape,
    purpose: textShape,
  }),
  rollout: recordShape({
    kind: wordShape("rollout"),
    rollout: rolloutShape,
    event: rolloutEventShape,
    proven: hostFilesShape,
  }),
  environment: recordShape({
    kind: wordShape("environment"),
    environment: nameShape,
    event: environmentEventShape,
  }),
  see: recordShape({ kind: wordShape("see"), hosts: hostFilesShape }),
  verify: recordShape({
    kind: wordShape("verify"),
    run: countShape,
    at: countShape,
    hosts: listShape(
      recordShape<HostWire>({
        host: textShape,
        verdict: readVerdict,
        rules: listShape(textShape),
      }),
    ),
    gone: listShape(textShape),
  }),
  remind: recordShape({ kind: wordShape("remind"), rollout: rolloutShape }),
  card: recordShape({
    kind: wordShape("card"),
    rollout: rolloutShape,
    channel: textShape,
    message: textShape,
    replaces: nullable(textShape),
  }),
});

/** Up to the end of the year 9999, after which no date has the form that ids of rollouts have. */
const timeShape: Shape<number> = (value) => {
  const seconds = countShape(value);
  return seconds !== undefined && seconds < 253_402_300_800 ? seconds : undefined;
};

const entryShape = recordShape<LedgerEntry>({
  schemaVersion: wordShape(1),
  repository: countShape,
  sequence: countShape,
  previous: nullable(digestShape),
  at: timeShape,
  by: nullable(nameShape),
  event: eventShape,
  nonce: matchShape(/^[0-9a-f]{16}$/),
});

export type EntryReading =
  | { readonly kind: "entry"; readonly entry: LedgerEntry; readonly key: PublicKey }
  | Extract<JwsReading, { readonly kind: "refused" }>;

/** Gives the compact JWS. */
export function signEntry(entry: LedgerEntry, signer: Signer): Promise<string> {
  return signer.sign("sesam-harden-ledger", printCanonical(entry));
}

/** Reads a signed entry; whether its signature fits is left to be asked. */
export function readEntry(text: string, keys: readonly PublicKey[]): EntryReading {
  const reading = readJws(text, "sesam-harden-ledger", keys);
  if (reading.kind === "refused") return reading;
  const entry = entryShape(reading.payload);
  return entry === undefined
    ? { kind: "refused", reason: "malformed" }
    : { kind: "entry", entry, key: reading.key };
}

/** The id of the rollout that an entry requests: its month in UTC, and its number. */
export function nameRollout({ at, sequence }: Pick<LedgerEntry, "at" | "sequence">): string {
  return `${new Date(at * 1000).toISOString().slice(0, 7)}-${sequence}`;
}
