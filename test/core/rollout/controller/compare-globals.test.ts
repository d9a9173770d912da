import { expect, test } from "vitest";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { verifySignature } from "../../../../src/adapters/signatures.ts";
import { loadTargets } from "../../../../src/core/config-repo/load-hosts.ts";
import { compareServers } from "../../../../src/core/rollout/controller/compare-globals.ts";
import {
  printGlobalsReport,
  signGlobalsReport,
  type GlobalsReport,
} from "../../../../src/core/rollout/dispatch/globals-report.ts";
import { digestGlobals } from "../../../../src/core/rollout/plan/plan.ts";
import { newEnvironment } from "../../../../src/core/rollout/state/records.ts";
import { makeLedger, nowSeconds } from "../../../support/builders/bot-fleet.ts";
import { createMemoryFiles } from "../../../support/builders/fleet.ts";
import { commit, filesOf } from "../../../support/builders/rollout.ts";
import { makeKeys } from "../../../support/builders/tickets.ts";

const settings = (value: string): string =>
  `[sesam]\ngv_default_interface_prefix=${value}\ngv_default_interface_prefix_ext=https\n`;
const { hosts } = loadTargets(
  { paths: ["."], overrides: {}, names: [] },
  createMemoryFiles(
    filesOf({
      s1: { facts: "role = server\n", others: { "globals.ini": settings("https") } },
      rds1: {},
    }),
  ),
);
const [own, other] = [await makeKeys(), await makeKeys()];

const report = {
  schemaVersion: 1,
  kind: "globals",
  host: "s1",
  repository: 4711,
  at: nowSeconds,
  read: true,
  values: {
    gv_default_interface_prefix: "https",
    gv_default_interface_prefix_ext: "https",
    // Not in the config repo, so it is not recorded.
    gv_conf_use_com_stpd_kill: "http",
  },
} as const satisfies Omit<GlobalsReport, "signature">;
const withPrefix = (value: string | null) => ({
  values: { ...report.values, gv_default_interface_prefix: value },
});

interface Given {
  readonly report?: Partial<GlobalsReport>;
  readonly text?: string | null;
  readonly signer?: typeof own | undefined;
  readonly hasKey?: boolean;
  readonly digest?: string | null;
  readonly recordedAt?: number;
}

async function compare(given: Given) {
  const { signer = own, hasKey = true, recordedAt = nowSeconds - 7200 } = given;
  const { digest = digestGlobals(hosts, hashSha256) } = given;
  const said = { ...report, ...given.report };
  const signed =
    "signer" in given && given.signer === undefined
      ? { ...said, signature: null }
      : await signGlobalsReport(said, signer.signer);
  const text = given.text === undefined ? printGlobalsReport(signed) : given.text;
  const asked: (readonly string[])[] = [];
  const servers = await compareServers(
    {
      run: {
        run: 7000,
        at: nowSeconds + 60,
        startedAt: nowSeconds - 60,
        commit,
        url: "",
        text: "",
      },
      hosts,
      ledger: makeLedger({
        environments: new Map([
          ["production", { ...newEnvironment("production"), globals: digest }],
        ]),
        globalsBy:
          digest === null ? new Map() : new Map([["production", { by: "carl", at: recordedAt }]]),
        keys: new Map(hasKey ? [["s1", own.publicKey]] : []),
      }),
    },
    {
      verifyRuns: {
        readGlobals: async (_, names) => {
          asked.push(names);
          return new Map([["s1", text]]);
        },
      },
      verifySignature,
      hash: hashSha256,
      repository: 4711,
    },
  );
  return { servers, asked };
}

test.each<Given & { name: string; answer: "agrees" | "differs" | "unknown" }>([
  { name: "the recorded values", answer: "agrees" },
  { name: "another value", report: withPrefix("http"), answer: "differs" },
  { name: "a value that was not read", report: withPrefix(null), answer: "unknown" },
  {
    name: "no signature, from a host without a key",
    signer: undefined,
    hasKey: false,
    answer: "agrees",
  },
  { name: "no signature, from a host with a key", signer: undefined, answer: "unknown" },
  { name: "another host's signature", signer: other, answer: "unknown" },
  { name: "a report of another host", report: { host: "s2" }, answer: "unknown" },
  { name: "a report of another config repo", report: { repository: 1 }, answer: "unknown" },
  { name: "a report of an earlier run", report: { at: nowSeconds - 3600 }, answer: "unknown" },
  { name: "a report from the future", report: { at: nowSeconds + 3600 }, answer: "unknown" },
  { name: "several artifacts", text: null, answer: "unknown" },
  { name: "no report", text: "", answer: "unknown" },
  {
    name: "an invalid value",
    text: printGlobalsReport({ ...report, ...withPrefix("a b"), signature: null }),
    answer: "unknown",
  },
  { name: "settings of another commit", digest: "a".repeat(64), answer: "unknown" },
  {
    name: "settings that were recorded since the run was started",
    recordedAt: nowSeconds - 60,
    answer: "unknown",
  },
])("$name: $answer", async ({ name, answer, ...given }) => {
  const { servers, asked } = await compare(given);
  expect(asked).toEqual([["s1"]]);
  expect(servers).toEqual([
    {
      host: "s1",
      environment: "production",
      answer,
      at: name === "a value that was not read" || answer !== "unknown" ? nowSeconds : null,
      details:
        answer === "differs"
          ? [
              "the global setting gv_default_interface_prefix is “http” on the Server, and “https” was recorded",
            ]
          : [],
    },
  ]);
});

test("nothing is read if no settings are recorded", async () => {
  expect(await compare({ digest: null })).toEqual({ servers: [], asked: [] });
});
