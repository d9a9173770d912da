import { expect, test } from "vitest";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import { checkFleet } from "../../../src/core/check/check-fleet.ts";
import { createMemoryFiles } from "../../support/builders/fleet.ts";
import { inventoryOf } from "../../support/builders/inventory-file.ts";
import { priorityIni } from "../../support/builders/rules.ts";

const hard = priorityIni(vendorPriority);

const inventory = inventoryOf({
  clients: [
    ["rds", ["https://rds:1", "http://rds:11000", "https://a_b:11443"]],
    ["lost", ["https://lost:11443"]],
  ],
  usage: [
    ["rds", "http://rds2:11000"],
    ["rds", ""],
  ],
});

const fleet = {
  "sesam-harden.ini": [
    "include = **/stpd.ini none/*/stpd.ini",
    "[allow.past]",
    "rule = unknown-key",
    "host = rds",
    "until = 2026-01-01",
    "reason = over",
    "[allow.idle]",
    "rule = unknown-key",
    "host = rds",
    "until = 2027-01-01",
    "reason = not needed",
    "",
  ].join("\n"),
  "server/stpd.ini": hard,
  "server/host.ini": "role = server\n",
  "server/interfaces.json": inventory,
  "rds/stpd.ini": `${hard}STPD_PORT=11001\n`,
  "one/stpd.ini": priorityIni("NORMAL"),
  "two/stpd.ini": hard,
  "utf16/stpd.ini": "\xff\xfe[",
  "nul/stpd.ini": "[STPD_Server]\0",
  "json/stpd.ini": "{}",
  "denied/stpd.ini": { unreadable: "permission denied" },
  "gone/host.ini": "role = server\n",
  "case/STPD.INI": hard,
  "txt/stpd.ini.txt": hard,
  "a_b/host.ini": "os = linux\n",
};

/**
 * Baselines and code scanning identify these findings by these texts; none of them may ever change.
 */
const identities: readonly string[] = [
  "a_b/stpd.ini missing-file: this host has no stpd.ini, so nothing was checked",
  "a_b/stpd.ini server-name-refused: the name a_b has an underscore: GnuTLS ends every handshake by that name",
  "case/stpd.ini misnamed-file: STPD.INI is not read: its name is not exactly stpd.ini",
  "denied/stpd.ini unreadable: this file was not checked: permission denied",
  "gone/stpd.ini globals-abort-over-https: the Server has no globals.ini, so gv_conf_use_com_stpd_kill is not asked for: aborting a transfer goes over FTP, and stops working with it",
  "gone/stpd.ini globals-migration-prefix: the Server has no globals.ini, so gv_default_interface_prefix is not asked for: migrations go on over HTTP or FTP",
  "gone/stpd.ini globals-migration-prefix-ext: the Server has no globals.ini, so gv_default_interface_prefix_ext is not asked for: migrations go on over HTTP or FTP",
  "gone/stpd.ini missing-file: this host has no stpd.ini, so nothing was checked",
  "json/stpd.ini foreign-file: this file is not an stpd.ini: it is JSON",
  "nul/stpd.ini encoding: this file holds a NUL byte, so it is not text that STPD can be trusted to read",
  "one/stpd.ini fleet-disagreement: the hosts without an environment are not set alike: FTP port is open on rds; TLS is set otherwise on one",
  "server/interfaces.json interface-port-closed: client rds has the interface https://rds:1, and the stpd.ini of that host opens HTTPS on 11443",
  "server/interfaces.json insecure-interface: http://rds:11000 of client rds is not HTTPS, and nothing uses it",
  "server/interfaces.json server-name-refused: client rds has the interface https://a_b:11443, whose name has an underscore: GnuTLS ends every handshake by that name",
  "server/interfaces.json host-not-in-repo: client lost runs STPD (https://lost:11443), and the config repo has no host for it",
  "server/interfaces.json insecure-interface-in-use: backup-event t of client rds uses http://rds2:11000, which is not HTTPS",
  "server/interfaces.json blank-interface: backup-event t of client rds names no interface, and may fall back to HTTP",
  "sesam-harden.ini missing-file: no stpd.ini matches none/*/stpd.ini of include",
  "sesam-harden.ini suppression: [allow.past] ended on 2026-01-01",
  "sesam-harden.ini suppression: [allow.idle] suppresses nothing: unknown-key does not fire there",
  "txt/stpd.ini misnamed-file: stpd.ini.txt is not read: its name is not exactly stpd.ini",
  "utf16/stpd.ini encoding: this file is UTF-16, which STPD can't be trusted to read",
];

test("a finding without a line of its own keeps its identity when its message changes", () => {
  const { findings } = checkFleet(
    { paths: ["."], overrides: {}, asOf: "2026-11-25" },
    createMemoryFiles(fleet),
  );
  const known = findings
    .filter(({ subject }) => subject.key === "" && subject.value !== "")
    .map(({ finding, subject }) => `${finding.file} ${finding.rule}: ${subject.value}`);
  expect(known).toEqual(identities);
});
