import { describe, expect, test } from "vitest";
import { openSigner, verifySignature } from "../../../../src/adapters/signatures.ts";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { printCanonical } from "../../../../src/core/formats/json/canonical.ts";
import { readPlan } from "../../../../src/core/rollout/plan/plan-file.ts";
import {
  signRehearsalTicket,
  signTicket,
  verifyRehearsalTicket,
  type RehearsalDemands,
  type TicketClaims,
  type TicketDemands,
} from "../../../../src/core/rollout/dispatch/ticket.ts";
import { forge, makeTicketBench } from "../../../support/builders/tickets.ts";

const { current, next, stranger, claims, demands, judge, headerOf, plan, digest } =
  await makeTicketBench();

test("a ticket of either key is accepted, by the gate and by each host of the wave", async () => {
  expect(plan.waves).toEqual([["rds1"], ["rds2", "rds3"], ["s1"]]);
  for (const { signer } of [current, next]) {
    const ticket = await signTicket(claims, signer);
    expect(ticket.length).toBeLessThan(1000);
    for (const host of ["rds2", "rds3", undefined]) {
      expect(await judge(ticket, { host })).toBe("accepted");
    }
  }
  expect(await judge(forge(headerOf(), printCanonical(claims), current))).toBe("accepted");
});

describe("a rehearsal", () => {
  const { sequence: _, ...rehearsal } = claims;
  const { lastSequence: __, ...asked } = demands;
  const judgeRehearsal = async (text: string, change: Partial<RehearsalDemands> = {}) => {
    const verdict = await verifyRehearsalTicket(text, { ...asked, ...change }, verifySignature);
    return verdict.kind === "accepted" ? "accepted" : verdict.reason;
  };

  test("has a ticket that allows no wave, and a wave's ticket allows no rehearsal", async () => {
    const [tried, sent] = [
      await signRehearsalTicket(rehearsal, current.signer),
      await signTicket(claims, current.signer),
    ];
    expect(await judgeRehearsal(tried)).toBe("accepted");
    expect(await judge(tried)).toBe("ticket-header");
    expect(await judgeRehearsal(sent)).toBe("ticket-header");
    // Regardless of the claims for the type.
    const typ = "sesam-harden-rehearsal";
    const both = forge(headerOf({ typ }), printCanonical(claims), current);
    expect(await judgeRehearsal(both)).toBe("ticket-malformed");
    expect(await judge(both)).toBe("ticket-header");
    const bare = forge(headerOf(), printCanonical(rehearsal), current);
    expect(await judge(bare)).toBe("ticket-malformed");
  });

  test.each<{ name: string; demand: Partial<RehearsalDemands>; reason: string }>([
    { name: "another repository", demand: { repository: 4712 }, reason: "ticket-repository" },
    { name: "the other phase", demand: { phase: "close" }, reason: "ticket-phase" },
    { name: "another wave", demand: { wave: 3 }, reason: "ticket-wave" },
    { name: "another plan", demand: { digest: "a".repeat(64) }, reason: "ticket-plan" },
    { name: "a host of another wave", demand: { host: "s1" }, reason: "ticket-host" },
    { name: "expired", demand: { nowSeconds: claims.exp + 30 }, reason: "ticket-expired" },
    { name: "too early", demand: { nowSeconds: claims.nbf - 31 }, reason: "ticket-early" },
    { name: "no key", demand: { keys: [] }, reason: "ticket-key-unknown" },
  ])("is refused for $name: $reason", async ({ demand, reason }) => {
    const ticket = await signRehearsalTicket(rehearsal, current.signer);
    expect(await judgeRehearsal(ticket, demand)).toBe(reason);
  });
});

describe("claims", () => {
  test.each<{
    name: string;
    claim?: Partial<TicketClaims>;
    demand?: Partial<TicketDemands>;
    reason: string;
  }>([
    { name: "another repository", claim: { repository: 4712 }, reason: "ticket-repository" },
    { name: "another environment", claim: { environment: "lab" }, reason: "ticket-environment" },
    { name: "the other phase", claim: { phase: "close" }, reason: "ticket-phase" },
    { name: "another commit", claim: { commit: "d".repeat(40) }, reason: "ticket-commit" },
    {
      name: "another commit, checked out",
      demand: { commit: "d".repeat(40) },
      reason: "ticket-commit",
    },
    { name: "another wave", claim: { wave: 3 }, reason: "ticket-wave" },
    { name: "an invalid wave", claim: { wave: 9 }, demand: { wave: 9 }, reason: "ticket-wave" },
    { name: "wave 0", claim: { wave: 0 }, demand: { wave: 0 }, reason: "ticket-wave" },
    { name: "another plan", claim: { plan: "a".repeat(64) }, reason: "ticket-plan" },
    {
      name: "a plan that was printed differently",
      demand: { digest: "a".repeat(64) },
      reason: "ticket-plan",
    },
    {
      name: "another state of the ledger",
      claim: { ledger: "f".repeat(40) },
      reason: "ticket-plan",
    },
    { name: "a host of another wave", demand: { host: "s1" }, reason: "ticket-host" },
    { name: "a host in no wave", demand: { host: "rds9" }, reason: "ticket-host" },
    {
      name: "expired, to the second",
      demand: { nowSeconds: claims.exp + 30 },
      reason: "ticket-expired",
    },
    {
      name: "not expired within the skew",
      demand: { nowSeconds: claims.exp + 29 },
      reason: "accepted",
    },
    {
      name: "too early, to the second",
      demand: { nowSeconds: claims.nbf - 31 },
      reason: "ticket-early",
    },
    {
      name: "not too early within the skew",
      demand: { nowSeconds: claims.nbf - 30 },
      reason: "accepted",
    },
    {
      name: "no skew allowed",
      demand: { nowSeconds: claims.exp, clockSkewSeconds: 0 },
      reason: "ticket-expired",
    },
    { name: "older than the last one", demand: { lastSequence: 22 }, reason: "ticket-sequence" },
    { name: "the last one again", demand: { lastSequence: 21 }, reason: "accepted" },
  ])("$name: $reason", async ({ claim, demand, reason }) => {
    const ticket = await signTicket({ ...claims, ...claim }, current.signer);
    expect(await judge(ticket, demand)).toBe(reason);
  });
});

describe("keys", () => {
  const broken = (change: Readonly<Record<string, unknown>>): string =>
    JSON.stringify({ ...JSON.parse(current.privateKey), ...change });
  test.each<{ name: string; text: () => string }>([
    { name: "no JSON", text: () => "-----BEGIN PRIVATE KEY-----" },
    { name: "null", text: () => "null" },
    { name: "a public key", text: () => broken({ d: undefined }) },
    { name: "another curve", text: () => broken({ crv: "X25519" }) },
    {
      name: "a private key and another key's public part",
      text: () => broken({ x: stranger.publicKey.x }),
    },
    { name: "half a key", text: () => broken({ d: "AAAA" }) },
  ])("$name does not sign, and is not shown", async ({ text }) => {
    const { d } = JSON.parse(current.privateKey);
    const error = await openSigner(text()).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: "settings",
      message: expect.stringContaining("not a private key"),
    });
    expect(String(error)).not.toContain(d);
  });
});

test("a plan is read only from its canonical text, and only if it is consistent", () => {
  const text = printCanonical(plan);
  expect(readPlan(text, hashSha256)).toEqual({ plan, digest });
  const wrong: readonly string[] = [
    `${text}\n`,
    printCanonical({ ...plan, schemaVersion: 2 }),
    printCanonical({ ...plan, more: 1 }),
    printCanonical({ ...plan, waves: plan.waves.slice(1) }),
    printCanonical({ ...plan, waves: [...plan.waves, ["rds1"]] }),
    printCanonical({ ...plan, waves: [...plan.waves, []] }),
    printCanonical({ ...plan, hosts: [...plan.hosts, ...plan.hosts] }),
    printCanonical({ ...plan, refused: [{ name: "x", reason: "because" }] }),
  ];
  expect(wrong.map((one) => readPlan(one, hashSha256))).toEqual(wrong.map(() => undefined));
});
