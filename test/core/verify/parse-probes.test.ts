import { expect, test } from "vitest";
import { readProbe } from "../../../src/core/verify/parse-probes.ts";
import { readVerifyReport } from "../../../src/core/verify/parse-report.ts";
import {
  accept,
  hardened,
  probeOf,
  withPort,
  withTls,
} from "../../support/builders/observations.ts";
import { renderJson } from "../../../src/core/report/render.ts";
import { nothingRelaxed } from "../../support/builders/relaxed.ts";

const probes = [
  { ...probeOf(hardened), host: "a" },
  { ...probeOf(withPort("https", "closed")), host: "b" },
  { ...probeOf(withTls("TLS1.0", accept("TLS_RSA_AES_128_CBC_SHA1"))), host: "c" },
  {
    host: "d",
    verdict: "unknown",
    addresses: [],
    unchecked: ["2001:db8::1"],
    reasons: [{ answer: "unknown", code: "name-not-resolved", message: "no address" }],
  },
] as const;
const hosts = probes.map(({ host }) => {
  return { name: host, role: "rds", environment: null, verdict: "unknown" } as const;
});
const report = renderJson({
  findings: [],
  hosts,
  failOn: () => "error",
  probes,
  relaxed: nothingRelaxed,
});

test("reads the output of verify back, host by host", () => {
  for (const probe of probes) expect(readProbe(report, probe.host)).toEqual(probe);
  expect(readProbe(report, "e")).toBeUndefined();
  expect(readVerifyReport(report)?.map(({ host }) => host)).toEqual(["a", "b", "c", "d"]);
});

test.each<readonly [string, unknown]>([
  ["no JSON", "{"],
  ["no object", []],
  ["nothing at all", null],
  ["no probes", { hosts: [] }],
  ["probes that are not a list", { probes: {} }],
  ["null as a probe", { probes: [null, { host: "a" }] }],
  ["an invalid port", { probes: [JSON.parse(report.replaceAll('"open"', '"ajar"')).probes[0]] }],
  ["an invalid version", { probes: [JSON.parse(report.replaceAll("TLS1.2", "TLS9")).probes[0]] }],
  ["an invalid answer", { probes: [JSON.parse(report.replaceAll('"refused"', '"no"')).probes[0]] }],
])("%s gives no result", (_, value) => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  expect(readProbe(text, "a")).toBeUndefined();
});
