import { expect, test } from "vitest";
import { readVerifyReport } from "../../../src/core/verify/parse-report.ts";

const host = (name: string, verdict = "hardened") => ({
  name,
  role: "rds",
  environment: null,
  verdict,
});
const finding = (rule: string, of: string | null, suppressed: object | null = null) => ({
  rule,
  host: of,
  suppressed,
});

const print = (change: object): string =>
  JSON.stringify({ schemaVersion: 2, hosts: [], findings: [], ...change });

test("returns each host with its verdict and its unsuppressed rules, once", () => {
  const findings = [
    finding("wire-tls", "a"),
    finding("wire-port-open", "a"),
    finding("wire-tls", "a"),
    finding("wire-tls", "b", { reason: "x", until: "2027-01-01" }),
    finding("fleet-disagreement", null),
    finding("wire-tls", "stranger"),
  ];
  const text = print({ hosts: [host("a", "partial"), host("b")], findings });
  expect(readVerifyReport(text)).toEqual([
    { host: "a", verdict: "partial", rules: ["wire-port-open", "wire-tls"] },
    { host: "b", verdict: "hardened", rules: [] },
  ]);
  expect(readVerifyReport(print({}))).toEqual([]);
});

test("reads a report of the previous version, with its names of verdicts", () => {
  const hosts = [host("a", "half"), host("b", "open"), host("c", "closed"), host("d")];
  expect(
    readVerifyReport(print({ schemaVersion: 1, hosts }))?.map(({ verdict }) => verdict),
  ).toEqual(["partial", "plaintext", "locked-out", "hardened"]);
});

test.each([
  ["no JSON", "{"],
  ["another shape", "[]"],
  ["another version", print({ schemaVersion: 3 })],
  ["no hosts", print({ hosts: null })],
  ["no findings", print({ findings: {} })],
  ["a host without a name", print({ hosts: [{ verdict: "plaintext" }] })],
  ["a host twice", print({ hosts: [host("a"), host("a")] })],
  ["an invalid verdict", print({ hosts: [host("a", "fine")] })],
  ["a host that is not an object", print({ hosts: ["a"] })],
  ["an invalid rule", print({ hosts: [host("a")], findings: [finding("<!channel>", "a")] })],
  ["a finding that is not an object", print({ findings: [7] })],
])("%s is not a report", (_, text) => {
  expect(readVerifyReport(text)).toBeUndefined();
});
