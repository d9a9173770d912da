import type { ParseStpd, StpdFile } from "../../fleet/stpd-file.ts";
import type { PortName } from "../../probe/observation.ts";
import type { Decision, Journal } from "../journal.ts";
import { judgeProof, portsToProve, type Proof, type HostObservation } from "../health-check.ts";
import type { UndoOutlook } from "./undo-outlook.ts";
import type { HostLook } from "./look-port.ts";
import type { FileSeen, Holder, HostPort, Outcome } from "../ports.ts";
import { checkPreconditions, type PreflightRequest } from "../preflight.ts";
import type { Refusal } from "../../base/reasons.ts";

export interface DataPort {
  readonly name: PortName;
  readonly number: number;
  /** Whether the port has a listener on the host; undefined if unknown. */
  readonly isOpen: boolean | undefined;
}

/** What `host status` reports about a host. Reading it changes nothing. */
export interface HostState {
  readonly journal: Outcome<Journal | undefined>;
  /** Decision on the change in the journal. */
  readonly decision: Decision | undefined;
  readonly holder: Outcome<Holder | undefined>;
  readonly undo: Outcome<UndoOutlook>;
  readonly live: Outcome<FileSeen>;
  /** Empty if the file in place cannot be read. */
  readonly ports: readonly DataPort[];
  /** Whether clients reach a data port that the file in place opens. */
  readonly reach: Proof;
  /** Why a change would be refused now; only checked while no change is in progress. */
  readonly hindrances: readonly Refusal[];
}

export type StateReading =
  | { readonly kind: "read"; readonly state: HostState }
  /** The ssh login failed; the state is unknown. */
  | { readonly kind: "unreached"; readonly reason: string };

export interface StateRequest {
  readonly parse: ParseStpd;
  readonly preflight: Omit<PreflightRequest, "phase">;
}

/** Reads the state of a host for `host status`. Takes no lock and changes nothing. */
export async function readHostState(
  { parse, preflight }: StateRequest,
  host: HostPort,
  look: HostLook,
): Promise<StateReading> {
  const journal = await host.journals.read();
  // Every further query would wait for the same login.
  if (isUnreached(journal)) return { kind: "unreached", reason: journal.reason };
  const change = journal.kind === "done" ? journal.value : undefined;
  const decided = change === undefined ? undefined : await host.decisions.look(change.id);
  const holder = await look.holder();
  const undo: Outcome<UndoOutlook> =
    change === undefined ? { kind: "done", value: { kind: "none" } } : await look.undo(change.id);
  const live = await readLive(host);
  const file = live.kind === "done" ? parse(live.value.bytes) : undefined;
  const base = {
    journal,
    decision: decided?.kind === "done" ? decided.value : undefined,
    holder,
    undo,
  };
  if (live.kind === "failed" || file?.kind !== "file") {
    const reason = live.kind === "failed" ? live.reason : "it is not a text file";
    const unread = { live: { kind: "failed", reason }, ports: [], hindrances: [] } as const;
    return { kind: "read", state: { ...base, ...unread, reach: unknownReach } };
  }
  const observation = await host.observer.observe(file, undefined);
  const observer = { observe: async () => observation };
  const request = { ...preflight, phase: "open" } as const;
  const { service, clock } = host;
  const files = { oldFile: file, newFile: file };
  const preconditions =
    change === undefined
      ? await checkPreconditions(request, files, live.value, { service, observer, clock })
      : [];
  const hindrances = preconditions.flatMap(({ refusal }) => refusal ?? []);
  const reach = judgeProof({ requirement: "reachable", file, observation });
  return {
    kind: "read",
    state: { ...base, live, ports: listPorts(file, observation), reach, hindrances },
  };
}

function isUnreached(
  outcome: Outcome<unknown>,
): outcome is Extract<Outcome<unknown>, { kind: "failed" }> {
  return outcome.kind === "failed" && outcome.isUnreached === true;
}

async function readLive({ copies }: Pick<HostPort, "copies">): Promise<Outcome<FileSeen>> {
  const live = await copies.read("live");
  if (live.kind === "failed") return live;
  const { value } = live;
  if (value === undefined) return { kind: "failed", reason: "it does not exist" };
  const isUnread = value.bytes === "" && value.objection !== "";
  return isUnread ? { kind: "failed", reason: value.objection } : { kind: "done", value };
}

const unknownReach: Proof = {
  answer: "unknown",
  reasons: [{ answer: "unknown", message: "stpd.ini cannot be read" }],
};

function listPorts(file: StpdFile, { listening, inside }: HostObservation): readonly DataPort[] {
  const numbers = portsToProve(file, undefined);
  const names: readonly PortName[] = ["https", "http", "ftp"];
  return names.map((name) => {
    const number = numbers[name];
    const state = inside?.ports[name].state;
    const probed = state === undefined || state === "filtered" ? undefined : state === "open";
    return { name, number, isOpen: listening?.has(number) ?? probed };
  });
}
