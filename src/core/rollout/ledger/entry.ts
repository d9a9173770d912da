import { readVerdict } from "../../fleet/verdict.ts";
import { printCanonical } from "../../formats/json/canonical.ts";
import type { EnvironmentEvent } from "../state/environment.ts";
import {
  listHeaders,
  readJws,
  type JwsReading,
  type PublicKey,
  type SignedHeaders,
  type Signer,
} from "../../formats/jws.ts";
import { driftCauses, type DriftNews, type HostDrift } from "./drift-record.ts";
import type { CardMove, FleetSight } from "./fleet-observations.ts";
import {
  longestNote,
  mostNotes,
  rehearsalAnswers,
  type RehearsalEvent,
  type RehearsalNote,
  type RehearsedHost,
} from "../state/rehearsal.ts";
import {
  type RolloutEvent,
  type RolloutTerms,
  recordKinds,
  type HostResult,
  outcomes,
} from "../state/rollout.ts";
import {
  countDecoder,
  digestDecoder,
  flagDecoder,
  listDecoder,
  matchDecoder,
  nameDecoder,
  nullable,
  recordDecoder,
  rolloutDecoder,
  textDecoder,
  unionDecoder,
  wordDecoder,
  type Decoder,
} from "../../formats/json/decode.ts";
import { phases, type Phase } from "../../fleet/phase.ts";
import type { HostWire } from "../../verify/parse-report.ts";
import { type HostKey, hostKeysDecoder } from "../state/host-keys.ts";

/** The file of a host, by its SHA-256 in hexadecimal. */
export type HostFile = { readonly host: string; readonly file: string };
/** What the ledger records. A request replaces the previous rollout if that is allowed. */
export type LedgerEvent =
  | {
      readonly kind: "request";
      /** Name of the rollout, which must be the next one; omitted by older releases. */
      readonly rollout?: string;
      readonly environment: string;
      readonly phase: Phase;
      /** Digest of the plan. */
      readonly plan: string;
      readonly waves: readonly (readonly string[])[];
      /** Names of the hosts that people change; omitted if there are none. */
      readonly byHand?: readonly string[];
      /** Seconds since 1970. */
      readonly expiresAt: number;
      readonly terms: RolloutTerms;
      /** Purpose, as the requester stated it. */
      readonly purpose: string;
      /** Omitted unless the plan restores earlier files. */
      readonly restores?: true;
    }
  | {
      readonly kind: "rollout";
      readonly rollout: string;
      readonly event: RolloutEvent;
      /** Planned files of the hosts with the outcome good. */
      readonly proven: readonly HostFile[];
    }
  | {
      readonly kind: "environment";
      readonly environment: string;
      readonly event: EnvironmentEvent;
    }
  /** A person saw this file on a host that is changed by hand. */
  | {
      readonly kind: "by-hand";
      readonly rollout: string;
      readonly host: string;
      readonly file: string;
    }
  /** Files on hosts, no matter who deployed them. */
  | { readonly kind: "see"; readonly hosts: readonly HostFile[] }
  /** Public keys of hosts from an import of `host records`; each replaces the previous key. */
  | { readonly kind: "keys"; readonly hosts: readonly HostKey[] }
  /** What a run of verify saw over the network. */
  | ({ readonly kind: "verify" } & FleetSight)
  /** Hosts that differ, recorded before they are announced. */
  | ({ readonly kind: "drift" } & DriftNews)
  /** The message of a rollout's card. */
  | ({ readonly kind: "card" } & CardMove)
  /** Approvers are reminded, once. */
  | { readonly kind: "remind"; readonly rollout: string }
  /** The plan of a rollout is rehearsed on its hosts, which changes nothing there. */
  | { readonly kind: "rehearsal"; readonly rollout: string; readonly event: RehearsalEvent };

export type LedgerEntry = {
  readonly schemaVersion: 1;
  /** GitHub's id of the config repo, so that an entry is not valid in another one. */
  readonly repository: number;
  /** Counts from 1. */
  readonly sequence: number;
  /** SHA-256 of the previous signed entry; null for the first. */
  readonly previous: string | null;
  /** Seconds since 1970; never less than in the previous entry. */
  readonly at: number;
  /** Name of the person; null if the controller acted by itself. */
  readonly by: string | null;
  readonly event: LedgerEvent;
  /**
   * Random. Without it, two controllers with one key that make the same decision in the same second
   * would sign identical entries, and each would take the other's for its own.
   */
  readonly nonce: string;
};

const termsDecoder = recordDecoder<RolloutTerms>({
  approvals: countDecoder,
  soak: countDecoder,
  record: listDecoder(wordDecoder(...recordKinds)),
  maxFailures: countDecoder,
  // Omitted by older releases, and if no rehearsal is required.
  rehearsal: { optional: wordDecoder("required") },
});

const resultDecoder = recordDecoder<HostResult>({
  host: textDecoder,
  outcome: wordDecoder(...outcomes),
  reason: textDecoder,
});

/** Decodes events that only contain a person. */
function byDecoder<Kind extends string>(
  kind: Kind,
): Decoder<{ readonly kind: Kind; readonly by: string }> {
  return recordDecoder<{ readonly kind: Kind; readonly by: string }>({
    kind: wordDecoder(kind),
    by: nameDecoder,
  });
}

function runDecoder<Kind extends string>(
  kind: Kind,
): Decoder<{ readonly kind: Kind; readonly wave: number; readonly run: number }> {
  return recordDecoder<{ readonly kind: Kind; readonly wave: number; readonly run: number }>({
    kind: wordDecoder(kind),
    wave: countDecoder,
    run: countDecoder,
  });
}

function waveDecoder<Kind extends string>(
  kind: Kind,
): Decoder<{ readonly kind: Kind; readonly wave: number }> {
  return recordDecoder<{ readonly kind: Kind; readonly wave: number }>({
    kind: wordDecoder(kind),
    wave: countDecoder,
  });
}

const rolloutEventDecoder = unionDecoder<RolloutEvent>({
  approve: recordDecoder<Extract<RolloutEvent, { readonly kind: "approve" }>>({
    kind: wordDecoder("approve"),
    by: nameDecoder,
    plan: digestDecoder,
    note: { optional: textDecoder },
  }),
  deny: recordDecoder({ kind: wordDecoder("deny"), by: nameDecoder, reason: textDecoder }),
  withdraw: recordDecoder({ kind: wordDecoder("withdraw"), by: nameDecoder, reason: textDecoder }),
  revoke: byDecoder("revoke"),
  supersede: recordDecoder({ kind: wordDecoder("supersede"), rollout: rolloutDecoder }),
  expire: recordDecoder({ kind: wordDecoder("expire") }),
  dispatch: waveDecoder("dispatch"),
  accept: runDecoder("accept"),
  refuse: recordDecoder({ kind: wordDecoder("refuse"), wave: countDecoder, detail: textDecoder }),
  lose: waveDecoder("lose"),
  find: runDecoder("find"),
  judge: recordDecoder({
    kind: wordDecoder("judge"),
    wave: countDecoder,
    run: countDecoder,
    results: listDecoder(resultDecoder),
  }),
  record: recordDecoder({
    kind: wordDecoder("record"),
    by: nameDecoder,
    what: wordDecoder(...recordKinds),
  }),
  abort: recordDecoder({ kind: wordDecoder("abort"), by: nameDecoder, reason: textDecoder }),
  resume: byDecoder("resume"),
});

const noteDecoder = recordDecoder<RehearsalNote>({
  code: matchDecoder(/^[a-z0-9-]{1,64}$/),
  message: (value) => {
    const text = textDecoder(value);
    return text !== undefined && text.length <= longestNote ? text : undefined;
  },
});

const rehearsalEventDecoder = unionDecoder<RehearsalEvent>({
  dispatch: waveDecoder("dispatch"),
  accept: runDecoder("accept"),
  refuse: recordDecoder({
    kind: wordDecoder("refuse"),
    wave: countDecoder,
    isOldWorkflow: flagDecoder,
    detail: textDecoder,
  }),
  lose: waveDecoder("lose"),
  results: recordDecoder({
    kind: wordDecoder("results"),
    wave: countDecoder,
    run: nullable(countDecoder),
    results: listDecoder(
      recordDecoder<RehearsedHost>({
        host: textDecoder,
        answer: wordDecoder(...rehearsalAnswers),
        at: nullable(countDecoder),
        findings: (value) => {
          const notes = listDecoder(noteDecoder)(value);
          return notes !== undefined && notes.length <= mostNotes ? notes : undefined;
        },
      }),
    ),
  }),
});

const environmentEventDecoder = unionDecoder<EnvironmentEvent>({
  freeze: recordDecoder({
    kind: wordDecoder("freeze"),
    by: nameDecoder,
    reason: textDecoder,
    until: nullable(countDecoder),
  }),
  unfreeze: byDecoder("unfreeze"),
  unlock: recordDecoder({ kind: wordDecoder("unlock"), by: nameDecoder, reason: textDecoder }),
  globals: recordDecoder({
    kind: wordDecoder("globals"),
    by: nameDecoder,
    digest: nullable(digestDecoder),
  }),
});

const hostFilesDecoder = listDecoder(
  recordDecoder<HostFile>({ host: textDecoder, file: digestDecoder }),
);
const yesDecoder: Decoder<true> = (value) => (value === true ? value : undefined);
const eventDecoder = unionDecoder<LedgerEvent>({
  request: recordDecoder<Extract<LedgerEvent, { readonly kind: "request" }>>({
    kind: wordDecoder("request"),
    rollout: { optional: rolloutDecoder },
    environment: nameDecoder,
    phase: wordDecoder(...phases),
    plan: digestDecoder,
    waves: listDecoder(listDecoder(textDecoder)),
    byHand: { optional: listDecoder(textDecoder) },
    expiresAt: countDecoder,
    terms: termsDecoder,
    purpose: textDecoder,
    restores: { optional: yesDecoder },
  }),
  rollout: recordDecoder({
    kind: wordDecoder("rollout"),
    rollout: rolloutDecoder,
    event: rolloutEventDecoder,
    proven: hostFilesDecoder,
  }),
  environment: recordDecoder({
    kind: wordDecoder("environment"),
    environment: nameDecoder,
    event: environmentEventDecoder,
  }),
  "by-hand": recordDecoder({
    kind: wordDecoder("by-hand"),
    rollout: rolloutDecoder,
    host: textDecoder,
    file: digestDecoder,
  }),
  see: recordDecoder({ kind: wordDecoder("see"), hosts: hostFilesDecoder }),
  keys: recordDecoder({ kind: wordDecoder("keys"), hosts: hostKeysDecoder }),
  verify: recordDecoder<Extract<LedgerEvent, { readonly kind: "verify" }>>({
    kind: wordDecoder("verify"),
    run: countDecoder,
    began: { optional: countDecoder },
    at: countDecoder,
    hosts: listDecoder(
      recordDecoder<HostWire>({
        host: textDecoder,
        verdict: readVerdict,
        rules: listDecoder(textDecoder),
      }),
    ),
    gone: listDecoder(textDecoder),
  }),
  drift: recordDecoder({
    kind: wordDecoder("drift"),
    environment: nameDecoder,
    run: countDecoder,
    at: countDecoder,
    appeared: listDecoder(
      recordDecoder<HostDrift>({
        host: textDecoder,
        causes: listDecoder(wordDecoder(...driftCauses)),
      }),
    ),
    resolved: listDecoder(textDecoder),
  }),
  remind: recordDecoder({ kind: wordDecoder("remind"), rollout: rolloutDecoder }),
  rehearsal: recordDecoder({
    kind: wordDecoder("rehearsal"),
    rollout: rolloutDecoder,
    event: rehearsalEventDecoder,
  }),
  card: recordDecoder({
    kind: wordDecoder("card"),
    rollout: rolloutDecoder,
    channel: textDecoder,
    message: textDecoder,
    replaces: nullable(textDecoder),
  }),
});

/** Until the end of the year 9999: later months do not match the format of paths and old ids. */
const timeDecoder: Decoder<number> = (value) => {
  const seconds = countDecoder(value);
  return seconds !== undefined && seconds < 253_402_300_800 ? seconds : undefined;
};

const entryDecoder = recordDecoder<LedgerEntry>({
  schemaVersion: wordDecoder(1),
  repository: countDecoder,
  sequence: countDecoder,
  previous: nullable(digestDecoder),
  at: timeDecoder,
  by: nullable(nameDecoder),
  event: eventDecoder,
  nonce: matchDecoder(/^[0-9a-f]{16}$/),
});

export type EntryReading =
  | { readonly kind: "entry"; readonly entry: LedgerEntry; readonly key: PublicKey }
  | Extract<JwsReading, { readonly kind: "refused" }>;

const entryType = "sesam-harden-ledger";

export function listEntryHeaders(keys: readonly PublicKey[]): SignedHeaders {
  return listHeaders(entryType, keys);
}

/** Returns the compact JWS. */
export function signEntry(entry: LedgerEntry, signer: Signer): Promise<string> {
  return signer.sign(entryType, printCanonical(entry));
}

/** Parses a signed entry; does not verify the signature. `known` as from listEntryHeaders(). */
export function readEntry(
  text: string,
  keys: readonly PublicKey[],
  known?: SignedHeaders,
): EntryReading {
  const reading = readJws(text, entryType, keys, known);
  if (reading.kind === "refused") return reading;
  const entry = entryDecoder(reading.payload);
  return entry === undefined
    ? { kind: "refused", reason: "malformed" }
    : { kind: "entry", entry, key: reading.key };
}

/** The id of the requested rollout; for older releases, its month in UTC and its entry number. */
export function nameRollout({ at, sequence, event }: LedgerEntry): string {
  const name = event.kind === "request" ? event.rollout : undefined;
  return name ?? `${monthOf(at)}-${sequence}`;
}

/** The year and month of a time in seconds since 1970, in UTC, as `2027-01`. */
export function monthOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 7);
}

/** The name of the next requested rollout. Its number counts all rollouts in the ledger. */
export function nextRollout(
  { environment, phase }: { readonly environment: string; readonly phase: Phase },
  { rollouts }: { readonly rollouts: ReadonlyMap<string, unknown> },
): string {
  return `${environment}-${phase}-${rollouts.size + 1}`;
}
