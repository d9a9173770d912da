import { createPrivateKey, sign } from "node:crypto";
import {
  generateSigningKey,
  openSigner,
  verifySignature,
} from "../../../src/adapters/signatures.ts";
import { printCanonical, type CanonicalValue } from "../../../src/core/formats/json/canonical.ts";
import type { PublicKey, Signer } from "../../../src/core/formats/jws.ts";
import {
  verifyTicket,
  type TicketClaims,
  type TicketDemands,
} from "../../../src/core/rollout/dispatch/ticket.ts";
import { commit, planOf } from "./rollout.ts";

const { plan, digest } = planOf({
  rds1: {},
  rds2: {},
  rds3: {},
  s1: { facts: "role = server\n" },
});
const nowSeconds = 1_800_000_000;

export interface Keys {
  readonly signer: Signer;
  readonly privateKey: string;
  readonly publicKey: PublicKey;
}

export async function makeKeys(): Promise<Keys> {
  const { privateKey, publicKey } = await generateSigningKey();
  return { signer: await openSigner(privateKey), privateKey, publicKey };
}

/** Two pinned keys and one that is not, valid claims of a ticket, and a function that verifies. */
export async function makeTicketBench() {
  const [current, next, stranger] = [await makeKeys(), await makeKeys(), await makeKeys()];
  const claims: TicketClaims = {
    schemaVersion: 1,
    rollout: "2026-11-17",
    wave: 2,
    sequence: 21,
    repository: 4711,
    commit,
    phase: "open",
    environment: "production",
    plan: digest,
    ledger: plan.ledger,
    nbf: nowSeconds - 60,
    exp: nowSeconds + 3600,
  };
  const demands: TicketDemands = {
    keys: [current.publicKey, next.publicKey],
    repository: 4711,
    environment: "production",
    phase: "open",
    wave: 2,
    commit,
    plan,
    digest,
    host: "rds2",
    lastSequence: 20,
    nowSeconds,
    clockSkewSeconds: 30,
  };
  /** `accepted`, or the reason. */
  const judge = async (text: string, change: Partial<TicketDemands> = {}): Promise<string> => {
    const verdict = await verifyTicket(text, { ...demands, ...change }, verifySignature);
    return verdict.kind === "accepted" ? "accepted" : verdict.reason;
  };
  const { kid } = current.publicKey;
  const headerOf = (change: Readonly<Record<string, CanonicalValue>> = {}): string =>
    printCanonical({ alg: "Ed25519", kid, typ: "sesam-harden-ticket", ...change });
  return { current, next, stranger, claims, demands, judge, headerOf, plan, digest };
}

export const encode = (text: string): string => Buffer.from(text).toString("base64url");

/** Signs any header with any payload, with node:crypto instead of our signer. */
export function forge(header: string, payload: string, { privateKey }: Keys): string {
  const key = createPrivateKey({ key: JSON.parse(privateKey), format: "jwk" });
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${sign(null, Buffer.from(input), key).toString("base64url")}`;
}
