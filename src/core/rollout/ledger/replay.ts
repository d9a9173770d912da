import { advance } from "../state/transition-table.ts";
import { advanceEnvironment, followRollout, refuseRequest } from "../state/environment.ts";
import {
  findVerified,
  type Dispatch,
  type GlobalsRecord,
  type Ledger,
  type LedgerHost,
  type RolloutTrace,
  type VerifiedFiles,
} from "./ledger.ts";
import { followDrift } from "./drift-record.ts";
import type { PublicKey } from "../../formats/jws.ts";
import {
  nameRollout,
  nextRollout,
  type HostFile,
  type LedgerEntry,
  type LedgerEvent,
} from "./entry.ts";
import type { ReasonCode } from "../../base/reasons.ts";
import { newEnvironment, type EnvironmentRecord, type HostProof } from "../state/records.ts";
import { hostsOfWave, type HandState, type Rollout } from "../state/rollout.ts";
import { confirmHand, findHand, forgetHand, recordHand } from "../state/by-hand.ts";
import { lookAgain, type Card, type FleetObservation } from "./fleet-observations.ts";
import { refuseBinding, beginTrace, followTrace, remind, touchTrace } from "./rollout-timeline.ts";
import type { TransitionContext } from "../state/transition-context.ts";
import type { HostKey } from "../state/host-keys.ts";
import { advanceRehearsal, type Rehearsal } from "../state/rehearsal.ts";

export interface LinkedEntry {
  readonly entry: LedgerEntry;
  /** SHA-256 of the signed entry. */
  readonly digest: string;
}

export type LedgerReplay =
  | { readonly kind: "ledger"; readonly ledger: Ledger }
  | {
      readonly kind: "refused";
      readonly sequence: number;
      readonly reason: ReasonCode;
      /** Why the state machine refused it. */
      readonly because: ReasonCode | undefined;
    };

/** Applies entries in order, until one does not follow or is not allowed. */
export function replayEntries(before: Ledger, entries: Iterable<LinkedEntry>): LedgerReplay {
  const replay = startReplay(before);
  for (const entry of entries) {
    const refused = replay.apply(entry);
    if (refused !== undefined) return refused;
  }
  return { kind: "ledger", ledger: replay.end() };
}

/** Applies entries one by one, so that those before need not be kept. */
export interface Replay {
  /** Undefined if the entry follows and is allowed. No entry may be applied after one that is not. */
  readonly apply: (
    linked: LinkedEntry,
  ) => Extract<LedgerReplay, { readonly kind: "refused" }> | undefined;
  /** The ledger after all entries; nothing may be applied afterwards. */
  readonly end: () => Ledger;
}

export function startReplay(before: Ledger): Replay {
  const draft: Draft = {
    rollouts: new Map(before.rollouts),
    environments: new Map(before.environments),
    hosts: new Map(before.hosts),
    dispatches: new Map(before.dispatches),
    origins: new Map(before.origins),
    traces: new Map(before.traces),
    cards: new Map(before.cards),
    rehearsals: new Map(before.rehearsals),
    wire: before.wire,
    drift: before.drift,
    verified: new Map(before.verified),
    globalsBy: new Map(before.globalsBy),
    hands: new Map(before.hands),
    keys: new Map(before.keys),
  };
  let end: LedgerEnd = before;
  return {
    apply: ({ entry, digest }) => {
      const { repository, sequence, at } = entry;
      const broken = refuseLink(end, entry);
      const because = broken === undefined ? applyEvent(draft, { entry, digest }) : undefined;
      const reason = broken ?? (because === undefined ? undefined : "ledger-illegal");
      if (reason !== undefined) {
        return { kind: "refused", sequence: end.sequence + 1, reason, because };
      }
      end = { repository, sequence, tip: digest, at };
      return undefined;
    },
    end: () => {
      const { repository, sequence, tip, at } = end;
      return { ...draft, repository, sequence, tip, at };
    },
  };
}

interface Draft {
  readonly rollouts: Map<string, Rollout>;
  readonly environments: Map<string, EnvironmentRecord>;
  readonly hosts: Map<string, LedgerHost>;
  readonly dispatches: Map<string, Dispatch>;
  readonly origins: Map<string, readonly (string | null)[]>;
  readonly traces: Map<string, RolloutTrace>;
  readonly cards: Map<string, Card>;
  readonly rehearsals: Map<string, Rehearsal>;
  wire: FleetObservation;
  drift: Ledger["drift"];
  readonly verified: Map<string, VerifiedFiles>;
  readonly globalsBy: Map<string, GlobalsRecord>;
  readonly hands: Map<string, string>;
  readonly keys: Map<string, PublicKey>;
}

function applyEvent(draft: Draft, linked: LinkedEntry): ReasonCode | undefined {
  const { entry } = linked;
  const { event } = entry;
  switch (event.kind) {
    case "request":
      return request(draft, entry, event);
    case "rollout":
      return moveRollout(draft, linked, event);
    case "environment": {
      const record = environmentOf(draft, event.environment);
      const context = { at: entry.at, standingOf: standingBeside(undefined) };
      const moved = advanceEnvironment(record, event.event, context);
      if (moved.kind === "refused") return moved.reason;
      draft.environments.set(event.environment, moved.record);
      if (event.event.kind === "globals") {
        const { by, digest } = event.event;
        if (digest === null) draft.globalsBy.delete(event.environment);
        else draft.globalsBy.set(event.environment, { by, at: entry.at });
      }
      return undefined;
    }
    case "by-hand":
      return takeHand(draft, entry, event);
    case "see":
      return see(draft, event.hosts);
    case "keys":
      return publishKeys(draft, event.hosts);
    case "verify": {
      const wire = lookAgain(draft.wire, event);
      if (typeof wire === "string") return wire;
      draft.wire = wire;
      confirmHands(draft, entry, event);
      return undefined;
    }
    case "drift": {
      // A newer run may already show something else.
      if (draft.wire.last?.run !== event.run) return "verified-already";
      const drift = followDrift(draft.drift, event);
      if (typeof drift === "string") return drift;
      draft.drift = drift;
      return undefined;
    }
    case "card":
      return refuseBinding(draft, event);
    case "remind":
      return remind(draft, event.rollout);
    case "rehearsal":
      return rehearse(draft, linked, event);
  }
}

type EventOf<Kind extends LedgerEvent["kind"]> = Extract<LedgerEvent, { readonly kind: Kind }>;

function request(
  draft: Draft,
  entry: LedgerEntry,
  event: EventOf<"request">,
): ReasonCode | undefined {
  const { environment, phase, plan, waves, byHand = [], expiresAt, terms, purpose } = event;
  const record = environmentOf(draft, environment);
  const names = [...waves.flat(), ...byHand];
  if (names.length === 0 || waves.some((wave) => wave.length === 0)) return "nothing-to-do";
  if (new Set(names).size !== names.length) return "name-twice";
  const refusal = refuseRequest(record, entry.at);
  if (refusal !== undefined) return refusal;
  if (expiresAt <= entry.at) return "expired";
  const id = nameRollout(entry);
  if (event.rollout !== undefined && id !== nextRollout(event, draft)) return "rollout-name";
  if (record.rollout !== null) {
    const refused = move(draft, entry, record.rollout.id, { kind: "supersede", rollout: id });
    if (refused !== undefined) return refused;
  }
  const rollout: Rollout = {
    id,
    environment,
    phase,
    plan,
    waves,
    requester: entry.by ?? "",
    purpose,
    approvals: [],
    expiresAt,
    terms,
    ...(event.restores === undefined ? {} : { restores: event.restores }),
    recorded: [],
    done: [],
    ...(byHand.length === 0 ? {} : { byHand: byHand.map(newHand) }),
    state: { kind: "requested" },
  };
  draft.rollouts.set(id, rollout);
  draft.environments.set(environment, followRollout(environmentOf(draft, environment), rollout));
  const proofs = names.map((name) => draft.hosts.get(name)?.proven?.plan ?? null);
  draft.origins.set(id, [...new Set(proofs)]);
  beginTrace(draft, id, entry.at);
  return undefined;
}

function moveRollout(
  draft: Draft,
  { entry, digest }: LinkedEntry,
  { rollout: id, event, proven }: EventOf<"rollout">,
): ReasonCode | undefined {
  // Only a request replaces another rollout.
  if (event.kind === "supersede") return "under-way";
  const results = event.kind === "judge" ? event.results : [];
  const good = results.filter(({ outcome }) => outcome === "good").map(({ host }) => host);
  if (proven.length !== good.length || proven.some(({ host }, at) => host !== good[at])) {
    return "wrong-results";
  }
  const refused = move(draft, entry, id, event);
  const rollout = draft.rollouts.get(id);
  if (refused !== undefined || rollout === undefined) return refused;
  if (event.kind === "dispatch") {
    const { sequence, at } = entry;
    draft.dispatches.set(id, { wave: event.wave, sequence, at, digest });
    for (const host of hostsOfWave(rollout, event.wave)) dropHand(draft, host);
  }
  const { phase, plan, restores = false } = rollout;
  const wave = "wave" in event ? event.wave : 0;
  for (const { host, file } of proven) {
    dropHand(draft, host);
    proveHost(draft, { host, file }, { phase, plan, rollout: id, wave }, restores);
  }
  return undefined;
}

function proveHost(
  { hosts, verified }: Draft,
  { host, file }: HostFile,
  proof: HostProof,
  isRollback: boolean,
): void {
  hosts.set(host, { host, file, proven: proof });
  const known = verified.get(host);
  // What a rollback goes back over never counts as earlier: the next one goes further back.
  const found = isRollback || known?.latest.file === file ? findVerified(known, file) : undefined;
  const earlier = found === undefined ? known : found.earlier;
  verified.set(host, { latest: { file, proof }, earlier });
}

/**
 * Drops a record by hand that waits for a scan, because something newer is known of the host: a scan
 * would confirm the older file.
 */
function dropHand({ hands, rollouts }: Draft, host: string): void {
  const rollout = rollouts.get(hands.get(host) ?? "");
  if (rollout !== undefined) rollouts.set(rollout.id, forgetHand(rollout, host));
  hands.delete(host);
}

function newHand(host: string): HandState {
  return { host, file: null, recordedBy: [], recordedAt: null, verified: null };
}

function takeHand(
  draft: Draft,
  { at, by }: LedgerEntry,
  { rollout: id, host, file }: EventOf<"by-hand">,
): ReasonCode | undefined {
  const rollout = draft.rollouts.get(id);
  if (rollout === undefined) return "rollout-unknown";
  if (by === null) return "ledger-person";
  const recorded = recordHand(rollout, { host, file, by, at });
  if (typeof recorded === "string") return recorded;
  if (draft.hands.get(host) !== id) dropHand(draft, host);
  draft.rollouts.set(id, recorded);
  draft.hands.set(host, id);
  touchTrace(draft, id, at);
  return undefined;
}

/** Confirms records by hand with a scan, and drops those whose rollout has expired. */
function confirmHands(
  draft: Draft,
  entry: LedgerEntry,
  { run, began, at }: EventOf<"verify">,
): void {
  for (const [host, id] of draft.hands) {
    const rollout = draft.rollouts.get(id);
    const seen = draft.wire.hosts.get(host);
    const confirmed = rollout && confirmHand(rollout, host, { run, began, at, seen });
    const file = confirmed && findHand(confirmed, host)?.file;
    if (confirmed !== undefined && typeof file === "string") {
      const { phase, plan } = confirmed;
      draft.rollouts.set(id, confirmed);
      proveHost(draft, { host, file }, { phase, plan, rollout: id, wave: 0 }, false);
      touchTrace(draft, id, entry.at);
      draft.hands.delete(host);
    } else if (rollout === undefined || at >= rollout.expiresAt) {
      draft.hands.delete(host);
    }
  }
}

function move(
  draft: Draft,
  { at }: LedgerEntry,
  id: string,
  event: EventOf<"rollout">["event"],
): ReasonCode | undefined {
  const rollout = draft.rollouts.get(id);
  if (rollout === undefined) return "rollout-unknown";
  const environment = environmentOf(draft, rollout.environment);
  const rehearsal = draft.rehearsals.get(rollout.environment);
  const moved = advance(rollout, event, situationAt(at, rollout, { environment, rehearsal }));
  if (moved.kind === "refused") return moved.reason;
  draft.rollouts.set(id, moved.rollout);
  followTrace(draft, id, event, at);
  draft.environments.set(rollout.environment, followRollout(environment, moved.rollout));
  return undefined;
}

/**
 * The context that the ledger itself knows. The controller read the rest, such as groups, authors
 * and windows, before it signed, and it cannot be read again.
 */
function situationAt(
  at: number,
  rollout: Rollout,
  { environment, rehearsal }: Pick<TransitionContext, "environment" | "rehearsal">,
): TransitionContext {
  return {
    at,
    standingOf: standingBeside(rollout.requester),
    target: "same",
    environment,
    rehearsal,
    window: "none",
    closing: environment.globals === null ? "globals-not-set" : "ready",
    predecessor: "ready",
    search: "nothing-found",
  };
}

function standingBeside(requester: string | undefined): TransitionContext["standingOf"] {
  return (name) => ({
    isKnown: true,
    group: "member",
    own: name === requester ? "yes" : "no",
  });
}

function environmentOf({ environments }: Draft, name: string): EnvironmentRecord {
  return environments.get(name) ?? newEnvironment(name);
}

function rehearse(
  draft: Draft,
  { entry: { sequence, at }, digest }: LinkedEntry,
  { rollout: id, event }: EventOf<"rehearsal">,
): ReasonCode | undefined {
  const rollout = draft.rollouts.get(id);
  if (rollout === undefined) return "rollout-unknown";
  const { environment: name } = rollout;
  const environment = environmentOf(draft, name);
  const before = draft.rehearsals.get(name);
  const entry = { sequence, digest, at };
  const rehearsal = advanceRehearsal(event, { rollout, environment, before, entry });
  if (typeof rehearsal === "string") return rehearsal;
  draft.rehearsals.set(name, rehearsal);
  return undefined;
}

function publishKeys({ keys }: Draft, published: readonly HostKey[]): ReasonCode | undefined {
  if (published.length === 0) return "nothing-to-do";
  if (new Set(published.map(({ host }) => host)).size !== published.length) return "name-twice";
  for (const { host, kid, x } of published) keys.set(host, { kid, x });
  return undefined;
}

/**
 * If the file is not the verified one, someone else deployed it, and the host counts as unverified.
 */
function see(draft: Draft, seen: readonly HostFile[]): ReasonCode | undefined {
  if (seen.length === 0) return "nothing-to-do";
  if (new Set(seen.map(({ host }) => host)).size !== seen.length) return "name-twice";
  const { hosts, hands, rollouts } = draft;
  for (const { host, file } of seen) {
    const rollout = rollouts.get(hands.get(host) ?? "");
    if (rollout !== undefined && findHand(rollout, host)?.file !== file) dropHand(draft, host);
    const known = hosts.get(host);
    hosts.set(host, { host, file, proven: known?.file === file ? known.proven : null });
  }
  return undefined;
}

type LedgerEnd = Pick<Ledger, "repository" | "sequence" | "tip" | "at">;

/** Why an entry is not the next one; undefined if it is. */
function refuseLink(ledger: LedgerEnd, entry: LedgerEntry): ReasonCode | undefined {
  if (entry.sequence !== ledger.sequence + 1) return "ledger-sequence";
  if (entry.previous !== ledger.tip) return "ledger-chain";
  if (entry.repository !== (ledger.repository ?? entry.repository)) return "ledger-repository";
  if (entry.at < ledger.at) return "ledger-time";
  return namesOther(entry.event, entry.by) ? "ledger-person" : undefined;
}

/** Whether the person in an event differs from the person in its entry. */
function namesOther(event: LedgerEvent, by: string | null): boolean {
  if (event.kind === "request") return by === null;
  return "event" in event && "by" in event.event && event.event.by !== by;
}
