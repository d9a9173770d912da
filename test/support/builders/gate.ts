import { hashSha256 } from "../../../src/adapters/runtime/crypto.ts";
import { verifySignature } from "../../../src/adapters/signatures.ts";
import { printCanonical } from "../../../src/core/formats/json/canonical.ts";
import { newEnvironment } from "../../../src/core/rollout/state/records.ts";
import {
  signRehearsalTicket,
  signTicket,
  type TicketClaims,
} from "../../../src/core/rollout/dispatch/ticket.ts";
import { createRecordsSource } from "../../../src/core/rollout/ledger/plan-source.ts";
import {
  openGate,
  type GateRequest,
  type GateTools,
} from "../../../src/core/rollout/dispatch/gate.ts";
import { createMemoryFiles } from "./fleet.ts";
import { commit, filesOf, planOf, recordsOf, type TestHost } from "./rollout.ts";
import { makeKeys } from "./tickets.ts";
import { runInputsOf } from "../../../src/core/rollout/dispatch/wave-run.ts";

export const fleet: Readonly<Record<string, TestHost>> = {
  rds1: {},
  rds2: {},
  rds3: { known: undefined },
  s1: { facts: "role = server\nrunner = jump\n" },
  win1: { facts: "os = windows\n" },
};

type PlanRequest = Parameters<typeof planOf>[1];

/** An approved rollout: its plan, its keys, and a gate that admits it. */
export async function makeGateBench(asked: PlanRequest = {}) {
  const { plan, digest } = planOf(fleet, asked);
  const [keys, stranger] = [await makeKeys(), await makeKeys()];
  const now = 1_800_000_000;
  const claims: TicketClaims = {
    schemaVersion: 1,
    rollout: "2026-11-17",
    wave: 2,
    sequence: 21,
    repository: 4711,
    commit: plan.commit,
    phase: "open",
    environment: "production",
    plan: digest,
    ledger: plan.ledger,
    nbf: now - 60,
    exp: now + 3600,
  };
  const records = {
    schemaVersion: 1,
    repository: 4711,
    ledger: plan.ledger,
    environments: [newEnvironment("production")],
    hosts: [...recordsOf(fleet).values()],
  } as const;

  interface Change {
    readonly claim?: Partial<TicketClaims>;
    /** Signs the ticket of a rehearsal. */
    readonly rehearses?: boolean;
    readonly request?: Partial<GateRequest>;
    readonly inputs?: Partial<GateRequest["inputs"]>;
    readonly records?: Partial<typeof records>;
    readonly files?: Readonly<Record<string, string>>;
    readonly signer?: typeof keys.signer;
    readonly now?: number;
  }
  const open = async (change: Change = {}) => {
    const said = { ...claims, ...change.claim };
    const { sequence: __, ...rehearsal } = said;
    const signer = change.signer ?? keys.signer;
    const ticket =
      change.rehearses === true
        ? await signRehearsalTicket(rehearsal, signer)
        : await signTicket(said, signer);
    const { correlation: _, ...inputs } = runInputsOf(ticket, said, "run-1");
    const request: GateRequest = {
      inputs: { ...inputs, ...change.inputs },
      attempt: 1,
      recorded: printCanonical(plan),
      repository: 4711,
      keys: [keys.publicKey],
      clockSkewSeconds: 30,
      paths: ["."],
      commit,
      ...change.request,
    };
    const tools: GateTools = {
      files: createMemoryFiles(change.files ?? filesOf(fleet)),
      ledger: createRecordsSource({ ...records, ...change.records }),
      hash: hashSha256,
      verifySignature,
      nowSeconds: change.now ?? now,
    };
    return openGate(request, tools);
  };
  return { plan, digest, keys, stranger, claims, records, open, now };
}
