import { expect, test } from "vitest";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import { fleetDisagreement } from "../../../src/core/rules/catalog/fleet-disagreement.ts";
import { checkFleet } from "../../../src/core/check/check-fleet.ts";
import { createMemoryFiles } from "../../support/builders/fleet.ts";
import { priorityIni } from "../../support/builders/rules.ts";

const hard = priorityIni(vendorPriority);
const pfs = priorityIni("PFS:-VERS-TLS1.0:-VERS-TLS1.1:%SERVER_PRECEDENCE");
const reordered = priorityIni("NORMAL:-VERS-TLS1.1:-VERS-TLS1.0:%SERVER_PRECEDENCE");

const disagreements = (
  hosts: Readonly<Record<string, string>>,
  environments: Readonly<Record<string, string>> = {},
) => {
  const fleet = Object.fromEntries([
    ...Object.entries(hosts).map(([name, text]) => [`${name}/stpd.ini`, text]),
    ...Object.entries(environments).map(([name, text]) => [
      `${name}/host.ini`,
      `environment = ${text}\n`,
    ]),
  ]);
  const request = { paths: ["."], overrides: {}, asOf: "2026-11-25" };
  const { findings } = checkFleet(request, createMemoryFiles(fleet));
  return findings
    .filter(({ finding }) => finding.rule === fleetDisagreement.id)
    .map(({ finding: { host, file, line, message } }) => `${host} ${file}:${line} ${message}`);
};

const none = "hosts without an environment have different settings";

test.each([
  { name: "one host", hosts: { a: hard } },
  { name: "equal hosts", hosts: { a: hard, b: hard } },
  { name: "strings that enable the same algorithms", hosts: { a: hard, b: reordered } },
  { name: "an unreadable file, which has its own finding", hosts: { a: hard, b: "\0" } },
])(`${fleetDisagreement.id} is silent about $name`, ({ hosts }) => {
  expect(disagreements(hosts)).toEqual([]);
});

test.each([
  {
    name: "a port that is open on some",
    hosts: { a: hard, b: `# x\n${hard}STPD_PORT=1\n`, c: hard },
    message: `b/stpd.ini:2 ${none}: FTP port is open on b`,
  },
  {
    name: "a port that is open on most",
    hosts: { a: `${hard}STPD_HTTP_PORT=1\n`, b: `${hard}STPD_HTTP_PORT=1\n`, c: hard },
    message: `a/stpd.ini:1 ${none}: HTTP port is open on a, b`,
  },
  {
    name: "HTTPS that does not work on one",
    hosts: { a: hard, b: hard, c: hard.replace("11443", "x") },
    message: `c/stpd.ini:1 ${none}: HTTPS is not working on c`,
  },
  {
    name: "TLS settings that differ from the majority",
    hosts: { a: hard, b: pfs, c: hard },
    message: `b/stpd.ini:1 ${none}: TLS differs on b`,
  },
  {
    name: "TLS without a majority",
    hosts: { a: hard, b: pfs },
    message: `a/stpd.ini:1 ${none}: 2 different TLS configurations`,
  },
  {
    name: "more hosts than fit in a line",
    hosts: {
      ...Object.fromEntries([..."abcdefg"].map((name) => [name, `${hard}STPD_PORT=1\n`])),
      h: hard,
    },
    message: `a/stpd.ini:1 ${none}: FTP port is open on a, b, c, d, e and 2 more`,
  },
])("finds $name", ({ hosts, message }) => {
  expect(disagreements(hosts)).toEqual([`null ${message}`]);
});

test("reports one finding per environment, and none across them", () => {
  const open = `${hard}STPD_PORT=1\n`;
  const hosts = { a: hard, b: open, c: hard, d: open, e: open };
  expect(disagreements(hosts, { a: "x", b: "x", c: "y", d: "z", e: "z" })).toEqual([
    "null b/stpd.ini:1 hosts in environment x have different settings: FTP port is open on b",
  ]);
  expect(disagreements(hosts, { a: "x", b: "x", c: "y", d: "y" })).toHaveLength(2);
});
