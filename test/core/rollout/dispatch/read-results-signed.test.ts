import { expect, test } from "vitest";
import { verifySignature } from "../../../../src/adapters/signatures.ts";
import { printCanonical } from "../../../../src/core/formats/json/canonical.ts";
import {
  printHostReport,
  signReport,
  type HostReport,
  type ReportRun,
  type SignedReport,
} from "../../../../src/core/rollout/dispatch/host-report.ts";
import { detachPayload, type JwsType } from "../../../../src/core/formats/jws.ts";
import { readResults } from "../../../../src/core/rollout/dispatch/read-results.ts";
import { planOf } from "../../../support/builders/rollout.ts";
import { makeRollout } from "../../../support/builders/rollout-states.ts";
import { makeKeys, type Keys } from "../../../support/builders/tickets.ts";
import type { HostKeys } from "../../../../src/core/rollout/state/host-keys.ts";

const { plan, digest } = planOf({ rds1: {}, rds2: {} });
const id = "2026-11-1";
const rollout = makeRollout({
  id,
  environment: "production",
  phase: "open",
  plan: digest,
  waves: [["rds1", "rds2"]],
  done: [],
});
const dispatch = { wave: 1, sequence: 4, at: 0, digest: "e".repeat(64) };
const jobs = ["rds1", "rds2"].map((name) => {
  return {
    name,
    attempt: 1,
    state: "done",
    touched: true,
    applied: true,
    rehearsal: "none",
  } as const;
});
const [own, other, stranger] = [await makeKeys(), await makeKeys(), await makeKeys()];

const fileOf = (host: string): string => plan.hosts.find(({ name }) => name === host)?.file ?? "";
const good = (host: string): HostReport => ({
  schemaVersion: 1,
  host,
  phase: "open",
  rollout: id,
  wave: 1,
  sequence: 4,
  outcome: "good",
  code: "confirmed",
  message: "the file is in place",
  file: fileOf(host),
});
const run: ReportRun = { repository: plan.repository, attempt: 1, plan: digest };
const undone = { outcome: "bad", code: "undone", file: null } as const;

const sign = (change: Partial<HostReport & ReportRun> = {}, by: Keys = own, host = "rds1") =>
  signReport({ ...good(host), ...change }, { ...run, ...pickRun(change) }, by.signer);

function pickRun(change: Partial<HostReport & ReportRun>): ReportRun {
  const { repository, attempt, plan: of } = { ...run, ...change };
  return { repository, attempt, plan: of };
}

/** The same report with other words, under the same signature. */
const alter = async (change: Partial<SignedReport>): Promise<SignedReport> => ({
  ...(await sign()),
  ...change,
});

/** Signed with the host's key, but for another purpose. */
async function signAs(type: JwsType): Promise<SignedReport> {
  const { signature: _, ...signed } = await sign();
  const jws = await own.signer.sign(type, printCanonical(signed));
  return { ...signed, signature: detachPayload(jws) };
}

const both: HostKeys = new Map([
  ["rds1", own.publicKey],
  ["rds2", other.publicKey],
]);
const none: HostKeys = new Map();

/** The result for rds1, whose job succeeded, as `outcome reason`. */
async function judge(report: HostReport | SignedReport, keys = both): Promise<string> {
  const texts = new Map([
    ["rds1", printHostReport(report)],
    ["rds2", printHostReport(await sign({}, other, "rds2"))],
  ]);
  const request = { rollout, plan, dispatch, texts, jobs, keys };
  const { results, proven } = await readResults(request, { verifySignature });
  const [first = { outcome: "", reason: "" }] = results;
  const { outcome, reason } = first;
  expect(proven.some(({ host }) => host === "rds1")).toBe(outcome === "good");
  return `${outcome} ${reason}`;
}

interface Case {
  readonly name: string;
  readonly report: () => Promise<HostReport | SignedReport> | HostReport;
  readonly keys?: HostKeys;
  readonly is: string;
}

test.each<Case>([
  { name: "the host's signature", report: () => sign(), is: "good " },
  { name: "a reported failure", report: () => sign(undone), is: "bad undone" },
  {
    name: "a refused ticket",
    report: () => sign({ ...undone, rollout: null, wave: null, sequence: null }),
    is: "bad undone",
  },
  {
    name: "no signature, from a host without a key",
    report: () => good("rds1"),
    keys: none,
    is: "good unsigned",
  },
  {
    name: "a signature of a host without a published key",
    report: () => sign(),
    keys: none,
    is: "good unsigned",
  },
])("counts: $name", async ({ report, keys, is }) => {
  expect(await judge(await report(), keys)).toBe(is);
});

/**
 * The holder of the runner has no root there, but knows old reports and can sign with their own
 * keys.
 */
test.each<Case>([
  { name: "no signature", report: () => good("rds1"), is: "unknown report-unsigned" },
  {
    name: "no signature, and a failure",
    report: () => ({ ...good("rds1"), ...undone }),
    is: "unknown report-unsigned",
  },
  { name: "an unknown key", report: () => sign({}, stranger), is: "unknown report-key" },
  { name: "another host's key", report: () => sign({}, other), is: "unknown report-key" },
  {
    name: "another host's key, from a host without one",
    report: () => sign({}, other),
    keys: new Map([["rds2", other.publicKey]]),
    is: "unknown report-key",
  },
  {
    name: "an unknown key under the host's kid",
    report: async () => {
      const { signature } = await sign({}, stranger);
      const [header = ""] = (await sign()).signature.split(".");
      return alter({ signature: [header, "", signature.split(".")[2]].join(".") });
    },
    is: "unknown report-signature",
  },
  {
    name: "an invalid signature",
    report: () => alter({ signature: "x" }),
    is: "unknown report-signature",
  },
  {
    name: "an empty signature",
    report: () => alter({ signature: "" }),
    is: "unknown report-signature",
  },
  {
    name: "the key's signature of a ticket",
    report: () => signAs("sesam-harden-ticket"),
    is: "unknown report-signature",
  },
  {
    name: "the key's signature of an entry of the ledger",
    report: () => signAs("sesam-harden-ledger"),
    is: "unknown report-signature",
  },
  {
    name: "a failure rewritten as a success",
    report: async () => ({ ...(await sign(undone)), ...good("rds1"), schemaVersion: 2 }),
    is: "unknown report-signature",
  },
  {
    name: "another message",
    report: () => alter({ message: "all is well" }),
    is: "unknown report-signature",
  },
  {
    name: "another file",
    report: () => alter({ file: "f".repeat(64) }),
    is: "unknown report-signature",
  },
  ...[
    ["wave", { wave: 2 }],
    ["rollout", { rollout: "2026-10-1" }],
    ["sequence", { sequence: 3 }],
    ["phase", { phase: "close" }],
    ["plan", { plan: "d".repeat(64) }],
    ["attempt", { attempt: 2 }],
    ["repository", { repository: 7 }],
    ["host", { host: "rds2" }],
  ].flatMap(([what, change]): readonly Case[] => [
    {
      name: `an unchanged, signed report of another ${what}`,
      report: () => sign(change as Partial<HostReport & ReportRun>),
      is: "unknown report-foreign",
    },
    {
      name: `a report of another ${what}, changed to match`,
      report: async () => ({
        ...(await sign(change as Partial<HostReport & ReportRun>)),
        ...good("rds1"),
        ...run,
        schemaVersion: 2,
      }),
      is: "unknown report-signature",
    },
  ]),
  {
    name: "a key that another host has as well",
    report: () => sign(),
    keys: new Map([
      ["rds1", own.publicKey],
      ["rds9", own.publicKey],
    ]),
    is: "unknown key-twice",
  },
  {
    name: "a key that another host has under another id",
    report: () => sign(),
    keys: new Map([
      ["rds1", own.publicKey],
      ["rds9", { ...own.publicKey, kid: other.publicKey.kid }],
    ]),
    is: "unknown key-twice",
  },
  {
    name: "the key from before the host was reinstalled",
    report: () => sign({}, stranger),
    is: "unknown report-key",
  },
])("is unknown: $name", async ({ report, keys, is }) => {
  expect(await judge(await report(), keys)).toBe(is);
});

test("one key on two hosts is refused on both", async () => {
  const keys: HostKeys = new Map([
    ["rds1", own.publicKey],
    ["rds2", own.publicKey],
  ]);
  const texts = new Map([
    ["rds1", printHostReport(await sign())],
    ["rds2", printHostReport(await sign({}, own, "rds2"))],
  ]);
  const request = { rollout, plan, dispatch, texts, jobs, keys };
  const { results, proven } = await readResults(request, { verifySignature });
  expect(results.map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual([
    "unknown key-twice",
    "unknown key-twice",
  ]);
  expect(proven).toEqual([]);
});
