import { expect, test } from "vitest";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import { HardenError } from "../../../src/core/base/errors.ts";
import { checkFleet } from "../../../src/core/check/check-fleet.ts";
import { loadTargets } from "../../../src/core/config-repo/load-hosts.ts";
import { createMemoryFiles, type Placed } from "../../support/builders/fleet.ts";
import type { Fleet } from "../../support/builders/fleets.ts";
import { priorityIni } from "../../support/builders/rules.ts";

const hard = priorityIni(vendorPriority);

interface Seen {
  readonly hosts: readonly string[];
  readonly findings: readonly string[];
}

const check = (fleet: Readonly<Record<string, Placed>>, paths: readonly string[] = ["."]): Seen => {
  const request = { paths, overrides: {}, asOf: "2026-11-25" };
  const { findings, hosts } = checkFleet(request, createMemoryFiles(fleet));
  return {
    hosts: hosts.map(({ name, verdict }) => `${name} ${verdict}`),
    findings: findings.map(
      ({ finding: { file, severity, rule, message } }) =>
        `${file}: ${severity}: ${rule}: ${message}`,
    ),
  };
};

/** Code and message of the error, with its problems. */
const refusal = (run: () => unknown): readonly string[] => {
  try {
    run();
  } catch (error) {
    if (!(error instanceof HardenError)) throw error;
    const problems = error.problems.map(
      ({ file, message, next }) => `${file}: ${message} / ${next}`,
    );
    return problems.length > 0 ? problems : [`${error.code}: ${error.message} / ${error.next}`];
  }
  return [];
};

const rename = "Rename one of the two directories, or remove it.";
const include = (...patterns: readonly string[]) => ({
  "sesam-harden.ini": `include = ${patterns.join(" ")}\n`,
});

test.each<{ name: string; fleet: Fleet; refused: readonly string[] }>([
  {
    name: "two hosts with one name",
    fleet: { "sites/berlin/rds1/stpd.ini": hard, "sites/munich/rds1/stpd.ini": hard },
    refused: [
      `sites/munich/rds1/stpd.ini: host rds1 is in sites/berlin/rds1/ and in sites/munich/rds1/ / ${rename}`,
    ],
  },
  {
    name: "two hosts that differ in case, one of them without its file",
    fleet: { "hosts/RDS2/stpd.ini": hard, "hosts/rds2/host.ini": "role = rds\n" },
    refused: [
      `hosts/rds2/host.ini: the hosts RDS2 (hosts/RDS2/) and rds2 (hosts/rds2/) have one name on the network / ${rename}`,
    ],
  },
  {
    name: "a host at the root, and another with its name",
    fleet: { "stpd.ini": hard, "hosts/repo/stpd.ini": hard },
    refused: [`hosts/repo/stpd.ini: host repo is in the root and in hosts/repo/ / ${rename}`],
  },
  {
    name: "a name with a trailing dot, and without",
    fleet: { "hosts/a.example./stpd.ini": hard, "hosts/a.example/stpd.ini": hard },
    refused: [
      `hosts/a.example/stpd.ini: the hosts a.example. (hosts/a.example./) and a.example (hosts/a.example/) have one name on the network / ${rename}`,
    ],
  },
  {
    name: "files that were copied with their path",
    fleet: { "hosts/a/var/ini/stpd.ini": hard, "hosts/b/var/opt/sesam/var/ini/stpd.ini": hard },
    refused: [
      "hosts/a/var/ini/stpd.ini: the directory ini does not name a host / Set include = hosts/*/var/ini/stpd.ini in sesam-harden.ini: its last * names the host.",
      "hosts/b/var/opt/sesam/var/ini/stpd.ini: the directory ini does not name a host / Set include = hosts/*/var/opt/sesam/var/ini/stpd.ini in sesam-harden.ini: its last * names the host.",
    ],
  },
  {
    name: "only a path of SEP sesam",
    fleet: { "var/INI/stpd.ini": hard },
    refused: [
      "var/INI/stpd.ini: the directory INI does not name a host / Put the file into a directory with the name of the host.",
    ],
  },
  {
    name: "facts that are not next to the file",
    fleet: {
      ...include("hosts/*/var/ini/stpd.ini"),
      "hosts/a/var/ini/stpd.ini": hard,
      "hosts/a/host.ini": "os = windows\navx = no\n",
      "hosts/a/stpd.ini": hard,
    },
    refused: [
      "hosts/a/host.ini: this file of host a is not next to its stpd.ini, so it is not read / Move it to hosts/a/var/ini/.",
    ],
  },
  {
    name: "settings whose name has another case",
    fleet: { "Sesam-Harden.ini": "profile = strict\n", "hosts/a/stpd.ini": hard },
    refused: [
      "Sesam-Harden.ini: this file is not named sesam-harden.ini, so its settings would be ignored / Rename it to sesam-harden.ini.",
    ],
  },
  {
    name: "an include that matches nothing",
    fleet: { ...include("host/*/stpd.ini", "x/**"), "hosts/a/stpd.ini": hard },
    refused: [
      "nothing-found: no stpd.ini found, so nothing was checked: none matches include = host/*/stpd.ini x/** / Correct include in sesam-harden.ini; patterns are relative to its directory.",
    ],
  },
  {
    name: "only a misspelt file name",
    fleet: { "hosts/a/STPD.INI": hard },
    refused: [
      "nothing-found: no stpd.ini found, so nothing was checked: hosts/a/STPD.INI must be named exactly stpd.ini / Rename the file to stpd.ini.",
    ],
  },
])("$name: refused", ({ fleet, refused }) => {
  expect(refusal(() => check(fleet))).toEqual(refused);
  const targets = { paths: ["."], overrides: {}, names: [] };
  expect(refusal(() => loadTargets(targets, createMemoryFiles(fleet)))).toEqual(refused);
});

const misnamed = (name: string): string =>
  `error: misnamed-file: ${name} is not read: its name is not exactly stpd.ini`;
const missing = "warning: missing-file: this host has no stpd.ini, so nothing was checked";

test.each<{ name: string; fleet: Fleet; hosts: readonly string[]; findings: readonly string[] }>([
  {
    name: "the last * names the host, regardless of the depth of its file",
    fleet: {
      ...include("sites/*/*/var/ini/stpd.ini", "rds-?/stpd.ini"),
      "sites/munich/a/var/ini/stpd.ini": hard,
      "sites/berlin/b/var/ini/stpd.ini": hard,
      "rds-1/stpd.ini": hard,
    },
    hosts: ["a hardened", "b hardened", "rds-1 hardened"],
    findings: [],
  },
  {
    name: "a directory named ini, if * matches it",
    fleet: { ...include("hosts/*/stpd.ini"), "hosts/ini/stpd.ini": hard },
    hosts: ["ini hardened"],
    findings: [],
  },
  {
    name: "every file name spelling that Windows or an editor makes",
    fleet: {
      "hosts/good/stpd.ini": hard,
      "hosts/upper/STPD.INI": hard,
      "hosts/mixed/Stpd.ini": hard,
      "hosts/text/stpd.ini.txt": hard,
      "hosts/copy/stpd.ini.bak": hard,
      "hosts/none/stpd": hard,
      "hosts/named/rds1.ini": hard,
    },
    hosts: [
      "copy unknown",
      "good hardened",
      "mixed unknown",
      "named unknown",
      "none unknown",
      "text unknown",
      "upper unknown",
    ],
    findings: [
      `hosts/copy/stpd.ini: ${misnamed("stpd.ini.bak")}`,
      `hosts/mixed/stpd.ini: ${misnamed("Stpd.ini")}`,
      `hosts/named/stpd.ini: ${missing}`,
      `hosts/none/stpd.ini: ${misnamed("stpd")}`,
      `hosts/text/stpd.ini: ${misnamed("stpd.ini.txt")}`,
      `hosts/upper/stpd.ini: ${misnamed("STPD.INI")}`,
    ],
  },
  {
    name: "another case is found anywhere",
    fleet: { "a/stpd.ini": hard, "deep/below/b/STPD.INI": hard, "a/sub/stpd.ini.txt": hard },
    hosts: ["a hardened", "b unknown"],
    findings: [`deep/below/b/stpd.ini: ${misnamed("STPD.INI")}`],
  },
  {
    name: "facts that are not read, and a second stpd.ini",
    fleet: { "a/stpd.ini": hard, "a/HOST.ini": "avx = no\n", "b/stpd.ini": hard, "b/STPD.ini": "" },
    hosts: ["a partial", "b partial"],
    findings: [
      "a/stpd.ini: error: misnamed-file: HOST.ini is not read: its name is not exactly host.ini",
      `b/stpd.ini: ${misnamed("STPD.ini")}`,
    ],
  },
  {
    name: "accepts copies next to the file itself, and files outside of host directories",
    fleet: {
      "hosts/a/stpd.ini": hard,
      "hosts/a/stpd.ini.bak": hard,
      "hosts/a/rds1.ini": "",
      "hosts/a/stpd_conf/Si3.ini": "",
      "hosts/a/STPD_CONF/STPD.INI": "",
      "hosts/docs/readme.md": "",
      "hosts/shown/desktop.ini": "",
      "hosts/.tools/x.ini": "",
      "tools/tox.ini": "",
      "templates/stpd.ini.j2": "",
    },
    hosts: ["a hardened"],
    findings: [],
  },
  {
    name: "every directory that the last * matches is a host",
    fleet: {
      ...include("hosts/*/stpd.ini"),
      "hosts/a/stpd.ini": hard,
      "hosts/b/README.md": "",
      "hosts/c/var/ini/stpd.ini": hard,
      "hosts/.d/README.md": "",
      "hosts/README.md": "",
      "tools/x.ini": "",
    },
    hosts: ["a hardened", "b unknown", "c unknown"],
    findings: [
      `hosts/b/stpd.ini: ${missing}`,
      "hosts/c/stpd.ini: error: misnamed-file: hosts/c/var/ini/stpd.ini is not read: no pattern of include matches it",
    ],
  },
  {
    name: "also if the file is deeper",
    fleet: {
      ...include("hosts/*/var/ini/stpd.ini"),
      "hosts/a/var/ini/stpd.ini": hard,
      "hosts/b/var/ini/STPD.INI": hard,
      "hosts/c/var/README.md": "",
      "hosts/d/stpd.ini": hard,
    },
    hosts: ["a hardened", "b unknown", "c unknown", "d unknown"],
    findings: [
      `hosts/b/var/ini/stpd.ini: ${misnamed("STPD.INI")}`,
      `hosts/c/var/ini/stpd.ini: ${missing}`,
      "hosts/d/var/ini/stpd.ini: error: misnamed-file: hosts/d/stpd.ini is not read: no pattern of include matches it",
    ],
  },
  {
    name: "a pattern without matches, next to one with matches",
    fleet: {
      ...include("hosts/*/stpd.ini", "lab/*/stpd.ini"),
      "hosts/a/stpd.ini": hard,
    },
    hosts: ["a hardened"],
    findings: [
      "sesam-harden.ini: warning: missing-file: the include pattern 'lab/*/stpd.ini' matches no stpd.ini",
    ],
  },
])("$name", ({ fleet, hosts, findings }) => {
  expect(check(fleet)).toEqual({ hosts, findings });
});

test("paths may be patterns, for shells that do not expand them", () => {
  const fleet = {
    "hosts/a/stpd.ini": hard,
    "hosts/b/stpd.ini": hard,
    "hosts/.hidden/stpd.ini": hard,
    "hosts/readme.txt": "",
    "lab/c/stpd.ini": hard,
  };
  const both = ["a hardened", "b hardened"];
  expect(check(fleet, ["hosts/*/stpd.ini"]).hosts).toEqual(both);
  expect(check(fleet, ["hosts/*"]).hosts).toEqual(both);
  expect(check(fleet, ["*/?/stpd.ini"]).hosts).toEqual([...both, "c hardened"]);
  expect(refusal(() => check(fleet, ["nope/*/stpd.ini"]))).toEqual([
    "usage: no directory and no stpd.ini matches 'nope/*/stpd.ini' / Check the pattern.",
  ]);
  expect(refusal(() => check(fleet, ["hosts/**/stpd.ini"]))[0]).toMatch(
    /^usage: unsupported pattern/,
  );
});

test("checks a directory once that several paths and links lead to, under its own name", () => {
  const fleet = {
    "hosts/b/stpd.ini": hard,
    "hosts/a": { link: "b" },
    "hosts/c/stpd.ini": { link: "../b/stpd.ini" },
  };
  const both = ["b hardened", "c hardened"];
  for (const marked of [fleet, { ...fleet, "sesam-harden.ini": "" }]) {
    expect(check(marked, ["hosts/*"]).hosts).toEqual(both);
    expect(check(marked, ["hosts/*/stpd.ini"]).hosts).toEqual(both);
    expect(check(marked, ["hosts/a", "hosts/b", "hosts/c", "hosts"]).hosts).toEqual(both);
    expect(check(marked, ["hosts/a/stpd.ini", "hosts/c"]).hosts).toEqual(both);
  }
});

test.each(["hosts/*", "hosts/*/stpd.ini", "*/b", "*/b/stpd.ini", "hosts/?/*.ini"])(
  "%s names a dangling link, and omits no host",
  (pattern) => {
    const fleet = { "hosts/a/stpd.ini": hard, "hosts/b": { link: "../gone" } };
    expect(refusal(() => check(fleet, [pattern]))).toEqual([
      "usage: /repo/hosts/b matches the pattern, but is a link that leads nowhere / Correct the link, or remove it.",
    ]);
  },
);

test("a pattern also names a dangling link to stpd.ini", () => {
  const fleet = { "hosts/a/stpd.ini": hard, "hosts/b/stpd.ini": { link: "gone" } };
  expect(refusal(() => check(fleet, ["hosts/*/stpd.ini"]))[0]).toMatch(
    /^usage: \/repo\/hosts\/b\/stpd.ini matches the pattern, but is a link that leads nowhere/,
  );
});

test("does not omit an unreadable host that a pattern matches", () => {
  const fleet = { "hosts/a/stpd.ini": hard, "hosts/b/stpd.ini": { unreadable: "no permission" } };
  const files = createMemoryFiles(fleet);
  const request = { paths: ["hosts/*/stpd.ini"], overrides: {}, asOf: "2026-11-25" };
  expect(refusal(() => checkFleet(request, files))).toEqual([
    "broke: /repo/hosts/b/stpd.ini: no permission / Grant the user read access.",
  ]);
});

test("a directory whose name looks like a pattern is used as a directory", () => {
  const fleet = { "h*/a/stpd.ini": hard, "hosts/b/stpd.ini": hard };
  expect(check(fleet, ["h*"]).hosts).toEqual(["a hardened"]);
});

test("a named path may be called ini, as on the host", () => {
  const fleet = { "var/ini/stpd.ini": hard };
  expect(check(fleet, ["var/ini/stpd.ini"]).hosts).toEqual(["ini hardened"]);
  expect(check(fleet, ["var/ini"]).hosts).toEqual(["ini hardened"]);
});

test("checks a part of the fleet with facts of the rest", () => {
  const fleet = {
    "sesam-harden.ini": "include = hosts/*/stpd.ini lab/*/stpd.ini\n",
    "hosts/a/stpd.ini": `${hard}STPD_HTTP_PORT=11000\n`,
    "hosts/b/README.md": "",
    "hosts/s/stpd.ini": hard,
    "hosts/s/interfaces.json": JSON.stringify({
      schemaVersion: 1,
      exportedAt: "2026-11-20T08:00:00Z",
      server: "s",
      clients: [],
      usage: [{ kind: "backup-task", name: "t", client: "c", interface: "http://a:11000" }],
    }),
  };
  const request = { paths: ["hosts/a"], overrides: {}, asOf: "2026-11-25" };
  const { findings, hosts, fixes } = checkFleet(request, createMemoryFiles(fleet));
  expect(hosts.map(({ name }) => name)).toEqual(["a"]);
  expect(findings.map(({ finding }) => finding.rule)).toEqual(["http-port-open"]);
  expect(fixes.flatMap(({ withheld }) => withheld.map(({ reason }) => reason))).toEqual([
    "backup-task t uses http://a:11000",
  ]);
  const broken = { ...fleet, "hosts/s/interfaces.json": "{" };
  expect(refusal(() => check(broken, ["hosts/a"]))).toHaveLength(1);
});

test("without settings only named paths are searched", () => {
  const fleet = { "hosts/a/stpd.ini": hard, "hosts/A/stpd.ini": hard };
  expect(check(fleet, ["hosts/a"]).hosts).toEqual(["a hardened"]);
});
