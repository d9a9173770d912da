import { vendorPriority } from "../../../../src/core/gnutls/verdict.ts";
import { avxLockout } from "../../../../src/core/rules/catalog/avx-lockout.ts";
import { blankInterface } from "../../../../src/core/rules/catalog/blank-interface.ts";
import { globalsAbortOverHttps } from "../../../../src/core/rules/catalog/globals-abort-over-https.ts";
import { globalsMigrationPrefixExt } from "../../../../src/core/rules/catalog/globals-migration-prefix-ext.ts";
import { globalsMigrationPrefix } from "../../../../src/core/rules/catalog/globals-migration-prefix.ts";
import { insecureInterfaceInUse } from "../../../../src/core/rules/catalog/insecure-interface-in-use.ts";
import { insecureInterface } from "../../../../src/core/rules/catalog/insecure-interface.ts";
import { misnamedFile } from "../../../../src/core/rules/catalog/misnamed-file.ts";
import { missingFile } from "../../../../src/core/rules/catalog/missing-file.ts";
import { serverNameRefused } from "../../../../src/core/rules/catalog/server-name-refused.ts";
import { versionTooOld } from "../../../../src/core/rules/catalog/version-too-old.ts";
import { versionUnreadable } from "../../../../src/core/rules/catalog/version-unreadable.ts";
import { priorityIni, testFolderRule, testRule } from "../../../support/builders/rules.ts";

const stpd = { "stpd.ini": priorityIni(vendorPriority) };
const facts = (...lines: readonly string[]) => ({ ...stpd, "host.ini": lines.join("\n") });

testRule(missingFile, [
  { name: "is silent if the file exists", before: "", findings: [] },
  {
    name: "finds a directory without one",
    before: { kind: "missing" },
    findings: ["1: : this host has no stpd.ini, so nothing was checked"],
  },
]);

testFolderRule(avxLockout, [
  { name: "is silent without facts", files: stpd, findings: [] },
  { name: "is silent on Linux", files: facts("os = linux", "avx = no"), findings: [] },
  { name: "is silent with AVX", files: facts("os = windows", "avx = yes"), findings: [] },
  { name: "is silent if AVX is unknown", files: facts("os = windows"), findings: [] },
  {
    name: "finds Windows without AVX, at the fact",
    files: facts("os = windows", "avx = no  # old box"),
    findings: [
      "host.ini:2: avx = no: STPD has no HTTPS on Windows without AVX; closing the plain ports would lock backups out",
    ],
  },
]);

testFolderRule(versionTooOld, [
  { name: "is silent about 5.1.0", files: facts("version = 5.1.0"), findings: [] },
  { name: "is silent about 5.1.0.14", files: facts("version = 5.1.0.14"), findings: [] },
  { name: "is silent about 5.10", files: facts("version = 5.10"), findings: [] },
  ...["6.0", "5.2.0.1", "5.1.0.14 SP1", "Apollon V2", "5.1.x"].map((version) => ({
    name: `is silent about ${version}`,
    files: facts(`version = ${version}`),
    findings: [],
  })),
  ...["5.0.9", "4.4.3.86", "5.0", "4.4.3.84 SP2", "Jaglion V2"].map((version) => ({
    name: `finds ${version}`,
    files: facts(`version = ${version}`),
    findings: [
      `host.ini:1: version = ${version}: SEP sesam ${version} cannot run with HTTP and FTP disabled; 5.1.0 or newer is required`,
    ],
  })),
]);

testFolderRule(versionUnreadable, [
  { name: "is silent without a version", files: facts("role = rds"), findings: [] },
  { name: "is silent about one that is too old", files: facts("version = 4.4.3"), findings: [] },
  {
    name: "finds an invalid one",
    files: facts("version = latest"),
    findings: ["host.ini:1: version = latest: invalid version 'latest'"],
  },
]);

testFolderRule(misnamedFile, [
  { name: "is silent if every name is right", files: stpd, findings: [] },
]);

testRule(misnamedFile, [
  {
    name: "finds another case, another spelling, and a file that is too deep",
    before: { kind: "missing" },
    misnamed: ["STPD.INI", "stpd.ini.txt", "hosts/host/var/ini/stpd.ini"],
    findings: [
      "1: : STPD.INI is not read: its name is not exactly stpd.ini",
      "1: : stpd.ini.txt is not read: its name is not exactly stpd.ini",
      "1: : hosts/host/var/ini/stpd.ini is not read: no pattern of include matches it",
    ],
    help: "Rename it to stpd.ini, or remove it.",
  },
  {
    name: "finds facts that are not read",
    before: "[STPD_Server]",
    misnamed: ["Host.ini"],
    findings: ["1: [STPD_Server]: Host.ini is not read: its name is not exactly host.ini"],
    help: "Rename it to host.ini, or remove it.",
  },
  {
    name: "finds two files for one",
    before: "",
    misnamed: ["Stpd.ini"],
    findings: ["1: : Stpd.ini is not read: its name is not exactly stpd.ini"],
    help: "Keep one of the two, as stpd.ini.",
  },
  {
    name: "says where a file that is too deep belongs",
    before: { kind: "missing" },
    misnamed: ["hosts/host/ini/stpd.ini"],
    findings: ["1: : hosts/host/ini/stpd.ini is not read: no pattern of include matches it"],
    help: "Move the file, or correct include in sesam-harden.ini.",
  },
]);

const inventory = (urls: readonly string[], used: readonly (readonly [string, string])[]) => ({
  ...stpd,
  "interfaces.json": [
    '{"schemaVersion":1,"exportedAt":"2026-11-20T08:00:00Z","server":"s","clients":[{"name":"db1","interfaces":[',
    urls.map((url) => JSON.stringify(url)).join(",\n"),
    ']}],"usage":[',
    used
      .map(([client, url]) =>
        JSON.stringify({ kind: "backup-task", name: "t", client, interface: url }),
      )
      .join(",\n"),
    "]}",
  ].join("\n"),
});

const refused = (what: string) => `contains ${what}, so GnuTLS aborts every handshake with it`;

testFolderRule(serverNameRefused, [
  { name: "is silent about letters, digits and -", files: stpd, findings: [] },
  ...["rds-1.example.com.", "10.1.2.3", "fe80::1"].map((address) => ({
    name: `is silent about the address ${address}`,
    files: facts(`address = ${address}`),
    findings: [],
  })),
  {
    name: "finds an underscore in the address, at the fact",
    files: facts("role = rds", "address = rds_1.example.com"),
    findings: [
      `host.ini:2: address = rds_1.example.com: the host name rds_1.example.com ${refused("an underscore")}`,
    ],
  },
  {
    name: "finds letters that are not ASCII",
    files: facts("address = k\u00c3\u00b6ln"),
    findings: [
      `host.ini:1: address = k\u00c3\u00b6ln: the host name k\u00f6ln ${refused("a character that is not a letter, digit or -")}`,
    ],
  },
  {
    name: "finds https interfaces, offered and used, and leaves others to other rules",
    files: inventory(
      ["https://rds_1:11443", "http://rds_1:11000", "https://[fe80::1]:11443", "https://a$b"],
      [
        ["db1", "https://rds_1:11443"],
        ["db1", ""],
      ],
    ),
    findings: [
      `interfaces.json:2: https://rds_1:11443: client db1 has the interface https://rds_1:11443; the host name ${refused("an underscore")}`,
      `interfaces.json:5: https://a$b: client db1 has the interface https://a$b; the host name ${refused('"$"')}`,
      `interfaces.json:7: https://rds_1:11443: backup-task t of client db1 uses https://rds_1:11443; the host name ${refused("an underscore")}`,
    ],
  },
]);

testRule(serverNameRefused, [
  {
    name: "finds an underscore in the name of the directory, which is the address",
    before: "[STPD_Server]",
    host: "rds_1",
    findings: [`1: [STPD_Server]: the host name rds_1 ${refused("an underscore")}`],
    help: "Set address in host.ini to it.",
  },
]);

const migrations = "migrations keep using HTTP or FTP";
const globals = (...lines: readonly string[]) => ({
  ...stpd,
  "globals.ini": ["[sesam]", ...lines, ""].join("\n"),
});

testFolderRule(globalsMigrationPrefix, [
  { name: "is silent about an RDS without the file", files: facts("role = rds"), findings: [] },
  {
    name: "is silent if it is set",
    files: globals("gv_default_interface_prefix = https"),
    findings: [],
  },
  {
    name: "finds a Server without the file, at its section",
    files: facts("role = server"),
    findings: [
      `stpd.ini:1: [STPD_Server]: globals.ini is missing; unless gv_default_interface_prefix is https, ${migrations}`,
    ],
  },
  {
    name: "finds another value",
    files: globals("gv_default_interface_prefix = http"),
    findings: [`globals.ini:2: http: gv_default_interface_prefix is 'http', so ${migrations}`],
  },
  {
    name: "finds that it is missing, also on an RDS",
    files: globals("gv_default_interface_prefix_ext = https"),
    findings: [`globals.ini:1: [sesam]: gv_default_interface_prefix is not set, so ${migrations}`],
  },
]);

testFolderRule(globalsMigrationPrefixExt, [
  {
    name: "is silent if it is set",
    files: globals("gv_default_interface_prefix_ext = https"),
    findings: [],
  },
  {
    name: "does not accept the other prefix instead",
    files: globals("gv_default_interface_prefix = https"),
    findings: [
      `globals.ini:1: [sesam]: gv_default_interface_prefix_ext is not set, so ${migrations}`,
    ],
  },
]);

testFolderRule(globalsAbortOverHttps, [
  {
    name: "is silent if it is set",
    files: globals("gv_conf_use_com_stpd_kill = https"),
    findings: [],
  },
  {
    name: "finds another value",
    files: globals("gv_conf_use_com_stpd_kill = HTTPS"),
    findings: [
      "globals.ini:2: HTTPS: gv_conf_use_com_stpd_kill is 'HTTPS', so aborting a transfer uses FTP and fails once FTP is closed",
    ],
  },
]);

testFolderRule(insecureInterface, [
  { name: "is silent without the file", files: stpd, findings: [] },
  {
    name: "is silent about HTTPS in any spelling",
    files: inventory(["https://db1:11443", "HTTPS://db1:11443"], []),
    findings: [],
  },
  {
    name: "leaves one in use to insecure-interface-in-use",
    files: inventory(["http://db1:11000"], [["db1", "http://db1:11000"]]),
    findings: [],
  },
  {
    name: "finds one that nothing uses, and one that another client uses",
    files: inventory(["http://db1:11000", "db1:11001"], [["db2", "http://db1:11000"]]),
    findings: [
      "interfaces.json:2: http://db1:11000: http://db1:11000 of client db1 is not HTTPS, and nothing uses it",
      "interfaces.json:3: db1:11001: db1:11001 of client db1 is not HTTPS, and nothing uses it",
    ],
  },
]);

testFolderRule(insecureInterfaceInUse, [
  {
    name: "is silent about HTTPS and about an empty inventory",
    files: inventory(
      [],
      [
        ["db1", "https://db1:11443"],
        ["db1", ""],
      ],
    ),
    findings: [],
  },
  {
    name: "finds the task, even if no client has the interface",
    files: inventory(["https://db1:11443"], [["db1", "http://db1:11000"]]),
    findings: [
      "interfaces.json:4: http://db1:11000: backup-task t of client db1 uses http://db1:11000, which is not HTTPS",
    ],
  },
]);

testFolderRule(blankInterface, [
  { name: "is silent about a name", files: inventory([], [["db1", "https://db1"]]), findings: [] },
  {
    name: "finds a blank one",
    files: inventory([], [["db1", ""]]),
    findings: [
      'interfaces.json:4: "": backup-task t of client db1 names no interface, and may fall back to HTTP',
    ],
  },
]);
