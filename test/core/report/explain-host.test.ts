import { expect, test } from "vitest";
import { checkFleet } from "../../../src/core/check/check-fleet.ts";
import type { HostFolder } from "../../../src/core/fleet/host-folder.ts";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import { explainHost, steps } from "../../../src/core/report/explain-host.ts";
import { rules } from "../../../src/core/rules/index.ts";
import { createMemoryFiles } from "../../support/builders/fleet.ts";
import { priorityIni } from "../../support/builders/rules.ts";

function explain(fleet: Readonly<Record<string, string>>, name: string): string {
  const folders: HostFolder[] = [];
  const { hosts, findings, relaxed } = checkFleet(
    {
      paths: ["."],
      overrides: {},
      asOf: "2026-11-25",
      onRead: ({ folder }) => folders.push(folder),
    },
    createMemoryFiles(fleet),
  );
  const host = hosts.find((one) => one.name === name);
  const folder = folders.find((one) => one.name === name);
  if (host === undefined || folder === undefined) throw new Error(`no host ${name}`);
  return explainHost({
    host,
    folder,
    findings: findings.filter(({ finding }) => finding.host === name),
    others: findings.filter(({ finding }) => finding.host !== name),
    hasInventory: folders.some(({ interfaces }) => interfaces !== undefined),
    relaxed,
  });
}

const hard = priorityIni(vendorPriority);
const interfaces = (url: string): string =>
  JSON.stringify({
    schemaVersion: 1,
    exportedAt: "2026-11-24T10:00:00Z",
    server: "server",
    clients: [{ name: "a", interfaces: [url] }],
    usage: [],
  });

test("a checklist lists what is left, with its line, and what is unknown", () => {
  const text = explain({ "a/stpd.ini": "[STPD_Server]\nSTPD_PORT=11001\n" }, "a");
  expect(text).toMatch(/^host a: plaintext\n/);
  expect(text).toContain("  HTTPS  not set\n");
  expect(text).toContain("  FTP    set: 11001 (line 2)\n");
  expect(text).toContain("  a/stpd.ini:2: error: ");
  expect(text).toContain("[ ] The HTTP and FTP ports are closed\n        ");
  expect(text).toContain("[?] The host can work with HTTPS only");
  expect(text).toContain("[?] Tasks and events use HTTPS interfaces\n        no Server");
  // Nothing here has queried the host itself.
  expect(text).toContain("[?] The live host does what its file says");
  expect(text).toContain("[sesam-version]");
});

test("an exception does not hide that the port is open", () => {
  const allow = "# sesam-harden: allow ftp-port-open until 2027-03-31 because old client\n";
  const text = explain({ "a/stpd.ini": `${hard}${allow}STPD_PORT=11001\n` }, "a");
  expect(text).toContain("host a: partial\n");
  expect(text).toContain("ftp-port-open is allowed until 2027-03-31: old client");
  expect(text).toContain("[ ] The HTTP and FTP ports are closed\n        an exception keeps");
});

test("facts from the inventory of the Server count for each host", () => {
  const fleet = {
    "a/stpd.ini": hard,
    "server/stpd.ini": hard,
    "server/host.ini": "role = server\n",
    "server/interfaces.json": interfaces("http://a:11000"),
  };
  const doubt =
    "[?] HTTP and FTP interfaces are removed\n        findings about interfaces of this host: server (see";
  expect(explain(fleet, "a")).toContain(doubt);
  const other = { ...fleet, "b/stpd.ini": hard };
  expect(explain(other, "b")).toContain("[x] HTTP and FTP interfaces are removed");
  const moved = { ...fleet, "server/interfaces.json": interfaces("https://a:11443") };
  expect(explain(moved, "a")).toContain("[x] HTTP and FTP interfaces are removed");
});

/** Steps that depend on the content of stpd.ini. */
const contentSteps = [
  "The HTTPS port is open",
  "TLS 1.1 and weak algorithms are disabled",
  "The HTTP and FTP ports are closed",
];

test("no step about an unread stpd.ini is done", () => {
  const other = { "b/stpd.ini": hard, "a/host.ini": "version = 5.1.0\n" };
  const contents = {
    "there is no stpd.ini": {},
    "stpd.ini was not read: it is an HTML page": { "a/stpd.ini": "<html>\n" },
    "stpd.ini was not read: it is UTF-16": { "a/stpd.ini": "\xff\xfe[\0" },
    "stpd.ini has lines that INI parsers read differently": {
      "a/stpd.ini": `[STPD_Server\n${hard}`,
    },
  };
  for (const [reason, files] of Object.entries(contents)) {
    const text = explain({ ...other, ...files }, "a");
    for (const step of contentSteps) expect(text).toContain(`[?] ${step}\n        ${reason}\n`);
  }
});

test("a step whose rule is off is unknown, and the relaxed settings are listed", () => {
  const off = "[rules]\nftp-port-open = off\ntls-priority-missing = off\n";
  const fleet = {
    "sesam-harden.ini": off,
    "a/stpd.ini": "[STPD_Server]\nSTPD_HTTPS_PORT=11443\nSTPD_PORT=11001\n",
  };
  const text = explain(fleet, "a");
  expect(text).toContain(
    "[?] The HTTP and FTP ports are closed\n        off in the settings: ftp-",
  );
  expect(text).toContain(
    "[?] TLS 1.1 and weak algorithms are disabled\n        off in the settings",
  );
  expect(text).toMatch(/^Rules turned off: ftp-port-open; tls-priority-missing\.$/m);
});

test("an exception for a finding about an interface does not make its step done", () => {
  const fleet = {
    "sesam-harden.ini":
      "[allow.old]\nrule = insecure-interface\nhost = server\nuntil = 2027-03-31\nreason = CHG-7\n",
    "a/stpd.ini": hard,
    "server/stpd.ini": hard,
    "server/host.ini": "role = server\n",
    "server/interfaces.json": interfaces("http://a:11000"),
  };
  expect(explain(fleet, "a")).toContain("[?] HTTP and FTP interfaces are removed");
});

test("a host with only a known version may still lack HTTPS", () => {
  const step = "The host can work with HTTPS only: release, AVX, name";
  const fleet = { "a/stpd.ini": hard, "a/host.ini": "version = 5.1.0\n" };
  expect(explain(fleet, "a")).toContain(`[?] ${step}\n`);
  const linux = { ...fleet, "a/host.ini": "version = 5.1.0\nos = linux\n" };
  expect(explain(linux, "a")).toContain(`[x] ${step}\n`);
});

test("a line of the file that may open a port prevents its step from being done", () => {
  // Only key-spelling and misplaced-key find something here.
  const text = explain({ "a/stpd.ini": `${hard}[Other]\nSTPD_PORT=11001\n` }, "a");
  expect(text).not.toContain("[x] The HTTP and FTP ports are closed");
});

test("no line can be read as a workflow command", () => {
  const name = "::error ::all is well";
  const text = explain({ [`${name}/stpd.ini`]: "[STPD_Server]\nSTPD_PORT=11001\n" }, name);
  expect(text).toContain(`\n./${name}/stpd.ini\n`);
  expect(text).not.toMatch(/^\s*::/m);
});

test("every rule about a host is in the checklist", () => {
  const fleetRules = ["fleet-disagreement", "host-not-in-repo", "suppression"];
  const isPlaced = (id: string): boolean =>
    steps.some(({ rules: names }) =>
      names.some((name) => (name.endsWith("-") ? id.startsWith(name) : id === name)),
    );
  const left = rules.map(({ id }) => id).filter((id) => !isPlaced(id));
  expect(left.toSorted()).toEqual(fleetRules);
});
