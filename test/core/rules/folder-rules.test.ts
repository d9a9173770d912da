import { vendorPriority } from "../../../src/core/gnutls/policy.ts";
import { avxLockout } from "../../../src/core/rules/avx-lockout.ts";
import { blankInterface } from "../../../src/core/rules/blank-interface.ts";
import { globalsAbortOverHttps } from "../../../src/core/rules/globals-abort-over-https.ts";
import { globalsMigrationPrefixExt } from "../../../src/core/rules/globals-migration-prefix-ext.ts";
import { globalsMigrationPrefix } from "../../../src/core/rules/globals-migration-prefix.ts";
import { insecureInterfaceInUse } from "../../../src/core/rules/insecure-interface-in-use.ts";
import { insecureInterface } from "../../../src/core/rules/insecure-interface.ts";
import { missingFile } from "../../../src/core/rules/missing-file.ts";
import { versionTooOld } from "../../../src/core/rules/version-too-old.ts";
import { priorityIni, testFolderRule, testRule } from "../../support/rules.ts";

const stpd = { "stpd.ini": priorityIni(vendorPriority) };
const facts = (...lines: readonly string[]) => ({ ...stpd, "host.ini": lines.join("\n") });

testRule(missingFile, [
  { name: "is silent where there is a file", before: "", findings: [] },
  {
    name: "finds a folder without one",
    before: { kind: "missing" },
    findings: ["1: : this host has no stpd.ini, so nothing was checked"],
  },
]);

testFolderRule(avxLockout, [
  { name: "is silent without facts", files: stpd, findings: [] },
  { name: "is silent on Linux", files: facts("os = linux", "avx = no"), findings: [] },
  { name: "is silent with AVX", files: facts("os = windows", "avx = yes"), findings: [] },
  { name: "is silent where AVX is not known", files: facts("os = windows"), findings: [] },
  {
    name: "finds Windows without AVX, at the fact",
    files: facts("os = windows", "avx = no  # old box"),
    findings: [
      "host.ini:2: avx = no: STPD has no HTTPS on Windows without AVX: closing its plain ports locks backups out",
    ],
  },
]);

testFolderRule(versionTooOld, [
  { name: "is silent about 5.1.0", files: facts("version = 5.1.0"), findings: [] },
  { name: "is silent about 5.1.0.14", files: facts("version = 5.1.0.14"), findings: [] },
  { name: "is silent about 5.10", files: facts("version = 5.10"), findings: [] },
  { name: "is silent about 6.0", files: facts("version = 6.0"), findings: [] },
  ...["5.0.9", "4.4.3.86", "5.0"].map((version) => ({
    name: `finds ${version}`,
    files: facts(`version = ${version}`),
    findings: [
      `host.ini:1: version = ${version}: version ${version} is older than 5.1.0, which cannot do without HTTP and FTP`,
    ],
  })),
]);

const migrations = "migrations go on over HTTP or FTP";
const globals = (...lines: readonly string[]) => ({
  ...stpd,
  "globals.ini": ["[sesam]", ...lines, ""].join("\n"),
});

testFolderRule(globalsMigrationPrefix, [
  { name: "is silent about an RDS without the file", files: facts("role = rds"), findings: [] },
  {
    name: "is silent where it is set",
    files: globals("gv_default_interface_prefix = https"),
    findings: [],
  },
  {
    name: "finds a Server without the file, at its section",
    files: facts("role = server"),
    findings: [
      `stpd.ini:1: [STPD_Server]: the Server has no globals.ini, so gv_default_interface_prefix is not asked for: ${migrations}`,
    ],
  },
  {
    name: "finds another value",
    files: globals("gv_default_interface_prefix = http"),
    findings: [`globals.ini:2: http: gv_default_interface_prefix is http: ${migrations}`],
  },
  {
    name: "finds that it is missing, also on an RDS",
    files: globals("gv_default_interface_prefix_ext = https"),
    findings: [`globals.ini:1: [sesam]: gv_default_interface_prefix is not set: ${migrations}`],
  },
]);

testFolderRule(globalsMigrationPrefixExt, [
  {
    name: "is silent where it is set",
    files: globals("gv_default_interface_prefix_ext = https"),
    findings: [],
  },
  {
    name: "is not content with the other prefix",
    files: globals("gv_default_interface_prefix = https"),
    findings: [`globals.ini:1: [sesam]: gv_default_interface_prefix_ext is not set: ${migrations}`],
  },
]);

testFolderRule(globalsAbortOverHttps, [
  {
    name: "is silent where it is set",
    files: globals("gv_conf_use_com_stpd_kill = https"),
    findings: [],
  },
  {
    name: "finds another value",
    files: globals("gv_conf_use_com_stpd_kill = HTTPS"),
    findings: [
      "globals.ini:2: HTTPS: gv_conf_use_com_stpd_kill is HTTPS: aborting a transfer goes over FTP, and stops working with it",
    ],
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

testFolderRule(insecureInterface, [
  { name: "is silent without the file", files: stpd, findings: [] },
  {
    name: "is silent about HTTPS, however it is written",
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
    name: "is silent about HTTPS and about nothing",
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
    name: "finds the task, also where no client has the interface",
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
