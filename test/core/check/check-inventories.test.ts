import { expect, test } from "vitest";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import { renderReport } from "../../../src/core/report/render.ts";
import { hostNotInRepo } from "../../../src/core/rules/catalog/host-not-in-repo.ts";
import { interfacePortClosed } from "../../../src/core/rules/catalog/interface-port-closed.ts";
import { checkFleet } from "../../../src/core/check/check-fleet.ts";
import { createMemoryFiles } from "../../support/builders/fleet.ts";
import type { Fleet } from "../../support/builders/fleets.ts";
import { priorityIni } from "../../support/builders/rules.ts";
import { inventoryOf } from "../../support/builders/inventory-file.ts";

const hard = priorityIni(vendorPriority);
const ours: readonly string[] = [hostNotInRepo.id, interfacePortClosed.id];

const check = (fleet: Fleet) =>
  checkFleet({ paths: ["."], overrides: {}, asOf: "2026-11-25" }, createMemoryFiles(fleet));

const messages = (fleet: Fleet): readonly string[] =>
  check(fleet)
    .findings.filter(({ finding }) => ours.includes(finding.rule))
    .map(
      ({ finding: { file, line, severity, message, suppressed } }) =>
        `${file}:${line} ${suppressed === null ? severity : suppressed.reason}: ${message}`,
    );

const server = (interfaces: string): Fleet => ({
  "hosts/srv/stpd.ini": hard,
  "hosts/srv/interfaces.json": interfaces,
});

const missing = (client: string, url: string): string =>
  `hosts/srv/interfaces.json:2 warning: client ${client} runs STPD (${url}), and the config repo has no host for it`;

test.each<{ name: string; client: readonly [string, ...string[]]; hosts?: Fleet; found?: string }>([
  { name: "no interface", client: ["db1"] },
  { name: "an interface that is neither HTTP nor HTTPS", client: ["db1", "db1", "db1:11001"] },
  {
    name: "HTTPS",
    client: ["rds1", "https://rds1:11443"],
    found: missing("rds1", "https://rds1:11443"),
  },
  {
    name: "HTTP, after others",
    client: ["rds1", "rds1", "HTTP://rds1:11000", "https://rds1:11443"],
    found: missing("rds1", "HTTP://rds1:11000"),
  },
  {
    name: "a host of that name, in another case",
    client: ["RDS1", "https://other:11443"],
    hosts: { "hosts/rds1/stpd.ini": hard },
  },
  {
    name: "a host with a domain",
    client: ["rds1", "https://rds1:11443"],
    hosts: { "hosts/rds1.example.com/stpd.ini": hard },
  },
  {
    name: "a client with a domain",
    client: ["rds1.example.com", "https://rds1.example.com:11443"],
    hosts: { "hosts/rds1/stpd.ini": hard },
  },
  {
    name: "a host of another domain",
    client: ["rds1.berlin.example", "https://rds1.berlin.example:11443"],
    hosts: { "hosts/rds1.munich.example/stpd.ini": hard },
    found: missing("rds1.berlin.example", "https://rds1.berlin.example:11443"),
  },
  {
    name: "a host by its address",
    client: ["backup-lan", "https://10.0.0.7:11443"],
    hosts: { "hosts/rds1/stpd.ini": hard, "hosts/rds1/host.ini": "address = 10.0.0.7\n" },
  },
  {
    name: "addresses with a common prefix",
    client: ["backup-lan", "https://10.0.0.7:11443"],
    hosts: { "hosts/rds1/stpd.ini": hard, "hosts/rds1/host.ini": "address = 10.0.0.8\n" },
    found: missing("backup-lan", "https://10.0.0.7:11443"),
  },
  {
    name: "a host by one of several interfaces",
    client: ["store", "http://store-lan:11000", "https://rds1:11443"],
    hosts: { "hosts/rds1/stpd.ini": hard },
  },
  { name: "the Server by its directory", client: ["srv", "https://srv:11443"] },
  {
    name: "the Server by its name in the inventory",
    client: ["Sesam.example", "https://sesam.example:11443"],
  },
  {
    name: "a host without an stpd.ini, which has a separate finding",
    client: ["rds1", "https://rds1:11443"],
    hosts: { "hosts/rds1/host.ini": "role = rds\n" },
  },
])("a client with $name", ({ client: [name, ...urls], hosts = {}, found }) => {
  const file = inventoryOf({ clients: [[name, urls]] });
  expect(messages({ ...server(file), ...hosts })).toEqual(found === undefined ? [] : [found]);
});

const rds1 = inventoryOf({
  clients: [
    ["rds1", ["https://rds1:11443"]],
    ["RDS1", ["https://rds1:11443"]],
    ["rds2", ["https://rds2:11443"]],
  ],
});

test("a headline counts known hosts, not only those with files", () => {
  const checked = check(server(rds1));
  expect(renderReport("text", checked)).toContain("\n1 of 3 known data hosts: 1 hardened.");
  expect(renderReport("markdown", checked)).toContain("1 of 3 known data hosts: 1 hardened.");
  expect(JSON.parse(renderReport("json", checked)).knownHosts).toBe(3);
  const whole = check(server(inventoryOf({})));
  expect(renderReport("text", whole)).toMatch(/^1 host: 1 hardened\. No findings\.$/m);
  expect(JSON.parse(renderReport("json", whole)).knownHosts).toBe(1);
});

const allow = (host: string): Fleet => ({
  "sesam-harden.ini": `[allow.gone]\nrule = host-not-in-repo\nhost = ${host}\nuntil = 2027-03-31\nreason = CHG-7\n`,
});

test.each([
  ["rds2", ["warning", "warning", "CHG-7"], 2],
  ["srv", ["CHG-7", "CHG-7", "CHG-7"], 1],
  ["rds?", ["CHG-7", "warning", "CHG-7"], 2],
])("an exception for %s", (host, stands, known) => {
  const fleet = { ...server(rds1), ...allow(host) };
  expect(messages(fleet).map((text) => text.split(/[ :]/)[2])).toEqual(stands);
  expect(JSON.parse(renderReport("json", check(fleet))).knownHosts).toBe(known);
});

test("a host is not forgotten if its rule is off", () => {
  const fleet = { ...server(rds1), "sesam-harden.ini": "[rules]\nhost-not-in-repo = off\n" };
  expect(messages(fleet)).toEqual([]);
  expect(check(fleet).notInRepo.map(({ name }) => name)).toEqual(["rds1", "RDS1", "rds2"]);
});

test("a part of a fleet does not report what is missing", () => {
  const files = createMemoryFiles(server(rds1));
  const request = { paths: ["hosts/srv"], overrides: {}, asOf: "2026-11-25" };
  expect(checkFleet(request, files).notInRepo).toEqual([]);
  const whole = createMemoryFiles({ ...server(rds1), "sesam-harden.ini": "" });
  expect(checkFleet(request, whole).notInRepo).toHaveLength(3);
});

const wrong = (line: number, by: string, opens: string): string =>
  `hosts/srv/interfaces.json:${line} error: ${by}, and the stpd.ini of that host opens ${opens}`;

test.each<{ name: string; url: string; hosts?: Fleet; opens?: string }>([
  { name: "the open port", url: "https://srv:11443" },
  { name: "no port", url: "https://srv" },
  { name: "an invalid port number", url: "https://srv:99999" },
  { name: "another host", url: "https://elsewhere:11444" },
  { name: "another port", url: "https://srv:11444", opens: "HTTPS on 11443" },
  {
    name: "another port, by a full name",
    url: "HTTPS://Srv.example:11444/",
    opens: "HTTPS on 11443",
  },
  {
    name: "a host without HTTPS",
    url: "https://rds1:11443",
    hosts: { "hosts/rds1/stpd.ini": "[STPD_Server]\nSTPD_PORT=11001\n" },
    opens: "no HTTPS port",
  },
  {
    name: "a file that is not text",
    url: "https://rds1:11444",
    hosts: { "hosts/rds1/stpd.ini": "\0" },
  },
  {
    name: "a short name of two hosts, one of which has the port",
    url: "https://rds1:11444",
    hosts: {
      "hosts/rds1.a/stpd.ini": hard,
      "hosts/rds1.b/stpd.ini": hard.replace("11443", "11444"),
    },
  },
])("an https interface with $name", ({ url, hosts = {}, opens }) => {
  const file = inventoryOf({ clients: [["srv", [url]]], usage: [["c", url]] });
  const fleet = { ...server(file), ...hosts };
  const texts = [
    wrong(2, `client srv has the interface ${url}`, opens ?? ""),
    wrong(3, `backup-event t of client c uses ${url}`, opens ?? ""),
  ];
  expect(messages(fleet)).toEqual(opens === undefined ? [] : texts);
  const verdict = check(fleet).hosts.find(({ name }) => name === "srv")?.verdict;
  expect(verdict).toBe(opens === undefined ? "hardened" : "partial");
});
