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
  const { hosts, findings } = checkFleet(
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

test("a checklist names what is left, with its line, and what is not known", () => {
  const text = explain({ "a/stpd.ini": "[STPD_Server]\nSTPD_PORT=11001\n" }, "a");
  expect(text).toMatch(/^host a: plaintext\n/);
  expect(text).toContain("  HTTPS  not set\n");
  expect(text).toContain("  FTP    set: 11001 (line 2)\n");
  expect(text).toContain("  a/stpd.ini:2: error: ");
  expect(text).toContain("[ ] The HTTP and FTP ports are closed\n        ");
  expect(text).toContain("[?] The host can work with HTTPS only");
  expect(text).toContain("[?] Tasks and events use HTTPS interfaces\n        no Server");
  // Nothing here has asked the host itself.
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

test("what the inventory of the Server says counts for each host", () => {
  const fleet = {
    "a/stpd.ini": hard,
    "server/stpd.ini": hard,
    "server/host.ini": "role = server\n",
    "server/interfaces.json": interfaces("http://a:11000"),
  };
  const doubt =
    "[?] HTTP and FTP interfaces are removed\n        server has findings about interfaces of this host";
  expect(explain(fleet, "a")).toContain(doubt);
  const other = { ...fleet, "b/stpd.ini": hard };
  expect(explain(other, "b")).toContain("[x] HTTP and FTP interfaces are removed");
  const moved = { ...fleet, "server/interfaces.json": interfaces("https://a:11443") };
  expect(explain(moved, "a")).toContain("[x] HTTP and FTP interfaces are removed");
});

test("every rule about a host has its place in the checklist", () => {
  const fleetRules = ["fleet-disagreement", "host-not-in-repo", "suppression"];
  const isPlaced = (id: string): boolean =>
    steps.some(({ rules: names }) =>
      names.some((name) => (name.endsWith("-") ? id.startsWith(name) : id === name)),
    );
  const left = rules.map(({ id }) => id).filter((id) => !isPlaced(id));
  expect(left.toSorted()).toEqual(fleetRules);
});
