import { describe, expect, test } from "vitest";
import { hashSha256 } from "../../../src/adapters/runtime/crypto.ts";
import { verifySignature } from "../../../src/adapters/signatures.ts";
import { printCanonical } from "../../../src/core/formats/json/canonical.ts";
import { signTicket, type TicketClaims } from "../../../src/core/rollout/dispatch/ticket.ts";
import {
  checkTicket,
  type SequenceStore,
  type TicketRequest,
} from "../../../src/core/host/check-ticket.ts";
import { done } from "../../../src/core/host/ports.ts";
import { makeTicketBench } from "../../support/builders/tickets.ts";

const { current, next, stranger, claims, demands, plan } = await makeTicketBench();
const nowMs = demands.nowSeconds * 1000 + 999;
const { host = "", environment, repository, keys, commit } = demands;

/** The state directory of a host, as far as tickets are concerned. */
function makeState(start = 0, fails: "read" | "write" | "never" = "never") {
  const written: number[] = [];
  const failed = { kind: "failed", reason: "input/output error" } as const;
  const sequences: SequenceStore = {
    read: async () =>
      fails === "read" ? failed : { kind: "done", value: written.at(-1) ?? start },
    write: async (sequence) => {
      if (fails === "write") return failed;
      written.push(sequence);
      return done;
    },
  };
  return { sequences, written };
}

type Change = Partial<Omit<TicketRequest, "pins">> & {
  readonly pins?: Partial<TicketRequest["pins"]>;
};

const makeRequest = async (
  change: Change = {},
  claim: Partial<TicketClaims> = {},
): Promise<TicketRequest> => ({
  ticket: `${await signTicket({ ...claims, ...claim }, current.signer)}\n`,
  plan: printCanonical(plan),
  phase: "open",
  wave: 2,
  commit,
  ...change,
  pins: { host, environment, repository, keys, clockSkewMs: 30_000, ...change.pins },
});

const judge = async (request: TicketRequest, { sequences } = makeState()): Promise<string> => {
  const tools = { verifySignature, hash: hashSha256, sequences, clock: { nowMs: () => nowMs } };
  const answer = await checkTicket(request, tools);
  return answer.kind === "refused" ? answer.refusal.code : `accepted ${answer.claims.sequence}`;
};

describe("a host checks a ticket against what it knows", () => {
  test.each<{ name: string; change: Change; outcome: string }>([
    { name: "everything matches", change: {}, outcome: "accepted 21" },
    {
      name: "only its pins are known",
      change: { phase: undefined, wave: undefined, commit: undefined },
      outcome: "accepted 21",
    },
    {
      name: "no environment",
      change: { pins: { environment: undefined } },
      outcome: "accepted 21",
    },
    {
      name: "only the next key is known",
      change: { pins: { keys: [next.publicKey] } },
      outcome: "ticket-key-unknown",
    },
    {
      name: "another key with the same id",
      change: { pins: { keys: [{ ...stranger.publicKey, kid: current.publicKey.kid }] } },
      outcome: "ticket-signature",
    },
    { name: "no key", change: { pins: { keys: [] } }, outcome: "ticket-key-unknown" },
    {
      name: "another repository",
      change: { pins: { repository: 1 } },
      outcome: "ticket-repository",
    },
    {
      name: "another environment",
      change: { pins: { environment: "lab" } },
      outcome: "ticket-environment",
    },
    { name: "a host of another wave", change: { pins: { host: "rds1" } }, outcome: "ticket-host" },
    {
      name: "a host that is not in the plan",
      change: { pins: { host: "rds9" } },
      outcome: "ticket-host",
    },
    { name: "the other phase", change: { phase: "close" }, outcome: "ticket-phase" },
    { name: "another wave", change: { wave: 1 }, outcome: "ticket-wave" },
    { name: "another commit", change: { commit: "d".repeat(40) }, outcome: "ticket-commit" },
    { name: "no plan", change: { plan: "" }, outcome: "plan-unreadable" },
    {
      name: "a plan that is not printed canonically",
      change: { plan: `${printCanonical(plan)}\n` },
      outcome: "plan-unreadable",
    },
    {
      name: "a plan with another file for the host",
      change: {
        plan: printCanonical(plan).replaceAll(/"file":"\w+"/g, `"file":"${"0".repeat(64)}"`),
      },
      outcome: "ticket-plan",
    },
    { name: "no ticket", change: { ticket: "" }, outcome: "ticket-malformed" },
  ])("$name: $outcome", async ({ change, outcome }) => {
    const state = makeState();
    expect(await judge(await makeRequest(change), state)).toBe(outcome);
    expect(state.written).toEqual(outcome.startsWith("accepted") ? [21] : []);
  });
});

test.each([
  { name: "the last moment", claim: { exp: demands.nowSeconds - 29 }, outcome: "accepted 21" },
  { name: "too late", claim: { exp: demands.nowSeconds - 30 }, outcome: "ticket-expired" },
  { name: "the first moment", claim: { nbf: demands.nowSeconds + 30 }, outcome: "accepted 21" },
  { name: "too early", claim: { nbf: demands.nowSeconds + 31 }, outcome: "ticket-early" },
])("$name, by the host's own clock: $outcome", async ({ claim, outcome }) => {
  expect(await judge(await makeRequest({}, claim))).toBe(outcome);
});

test("an older ticket is refused after a newer one was accepted, and the same may be repeated", async () => {
  const state = makeState(20);
  const ticketOf = async (sequence: number): Promise<string> =>
    judge(await makeRequest({}, { sequence }), state);
  expect(await ticketOf(19)).toBe("ticket-sequence");
  expect(await ticketOf(20)).toBe("accepted 20");
  expect(await ticketOf(25)).toBe("accepted 25");
  expect(await ticketOf(25)).toBe("accepted 25");
  expect(await ticketOf(24)).toBe("ticket-sequence");
  expect(state.written).toEqual([25]);
});

test("a forged ticket with a high sequence does not block the host", async () => {
  const state = makeState();
  const ticket = await signTicket({ ...claims, sequence: 999 }, stranger.signer);
  expect(await judge(await makeRequest({ ticket }), state)).toBe("ticket-key-unknown");
  expect(state.written).toEqual([]);
});

test.each(["read", "write"] as const)(
  "refuses if the state directory fails to %s",
  async (fails) => {
    expect(await judge(await makeRequest(), makeState(0, fails))).toBe("ticket-last-unknown");
  },
);
