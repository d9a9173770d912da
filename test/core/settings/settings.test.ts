import { describe, expect, test } from "vitest";
import { readFacts } from "../../../src/core/fleet/facts.ts";
import { readGlobals } from "../../../src/core/fleet/globals.ts";
import { readInterfaces } from "../../../src/core/fleet/interfaces.ts";
import { isDate } from "../../../src/core/base/dates.ts";
import { createMatcher } from "../../../src/core/settings/glob.ts";
import { readSettings } from "../../../src/core/settings/settings.ts";
import { rules } from "../../../src/core/rules/index.ts";
import { knowRules } from "../../../src/core/rules/rule.ts";
import type { Problem } from "../../../src/core/base/errors.ts";

const read = (text: string, overrides = {}) =>
  readSettings("sesam-harden.ini", text, overrides, knowRules(rules));

const told = (problems: readonly Problem[]): readonly string[] =>
  problems.map(({ line, column, message, next }) => `${line}:${column}: ${message} | ${next}`);

const complete = `# comment
profile = strict                 # vendor | strict
fail_on = warning
gnutls = 3.7 3.8.9
absent_port = open
filtered_port = closed
include = hosts/*/stpd.ini more/**/stpd.ini
[rules]
tls-client-order = error         # off | notice | warning | error
unknown-key = off
[environment.production]
profile = vendor
fail_on = never
[allow.sap]
rule = insecure-interface
host = sap-*
until = 2027-03-31
reason = SAP backint still needs HTTP (CHG-1234)
`;

test("reads all settings", () => {
  const { settings, problems } = read(complete);
  expect(problems).toEqual([]);
  expect(settings.include).toEqual(["hosts/*/stpd.ini", "more/**/stpd.ini"]);
  expect(Object.fromEntries(settings.levels)).toEqual({
    "tls-client-order": "error",
    "unknown-key": "off",
  });
  const base = {
    dialects: ["3.7.1", "3.7.3", "3.7.9", "3.8.9"],
    keys: ["rsa", "ec"],
    absentPort: "open",
    filteredPort: "closed",
    unreachable: [],
  };
  expect(settings.policyOf(null)).toEqual({ ...base, profile: "strict", failOn: "warning" });
  expect(settings.policyOf("production")).toEqual({ ...base, profile: "vendor", failOn: "never" });
  expect(settings.allows).toMatchObject([
    {
      name: "sap",
      rule: "insecure-interface",
      until: "2027-03-31",
      reason: "SAP backint still needs HTTP (CHG-1234)",
    },
  ]);
  expect(["sap-1", "db", null].map((host) => settings.allows[0]?.covers(host))).toEqual([
    true,
    false,
    false,
  ]);
});

test("the command line overrides every section", () => {
  const { settings } = read(complete, { profile: "vendor", failOn: "notice" });
  expect(settings.policyOf("production")).toMatchObject({ profile: "vendor", failOn: "notice" });
});

describe("an invalid setting is reported with its location, the expected value, and the nearest valid word", () => {
  test.each([
    ["\xef\xbb\xbfprofil = strict", "1:1: unknown key 'profil' | Did you mean profile?"],
    ["profil = strict", "1:1: unknown key 'profil' | Did you mean profile?"],
    [
      "profile = stricct",
      "1:11: invalid value 'stricct' for profile (expected vendor, strict) | Did you mean strict?",
    ],
    [
      "gnutls = 4.0",
      "1:10: invalid value '4.0' for gnutls (expected GnuTLS release lines: 3.6, 3.7, 3.8) | Correct the value.",
    ],
    [
      "include =",
      "1:10: invalid value '' for include (expected one or more words) | Correct the value.",
    ],
    [
      "profile = strict\nprofile = vendor",
      "2:1: duplicate key 'profile' (first on line 1) | Keep one of them.",
    ],
    ["nonsense", "1:1: expected [section], key = value or a comment | Correct the line."],
    [
      "[rule]\n",
      "1:1: unknown section [rule] | Known: [rules], [environment.NAME] and [allow.NAME], with a lowercase NAME.",
    ],
    [
      "[environment.Prod]",
      "1:1: unknown section [environment.Prod] | Known: [rules], [environment.NAME] and [allow.NAME], with a lowercase NAME.",
    ],
    [
      "[__proto__]\nx = 1",
      "1:1: unknown section [__proto__] | Known: [rules], [environment.NAME] and [allow.NAME], with a lowercase NAME.",
    ],
    [
      "[rules]\n[rules]",
      "2:2: duplicate section [rules] (first on line 1) | Merge the two sections.",
    ],
    [
      "[rules]\ntls-clinet-order = off",
      "2:1: unknown rule 'tls-clinet-order' | Did you mean tls-client-order?",
    ],
    [
      "[rules]\ntls-client-order = on",
      "2:20: invalid value 'on' for tls-client-order (expected off, notice, warning, error) | Correct the value.",
    ],
    [
      "[rules]\nhttps-port-missing = off",
      "2:22: https-port-missing cannot be relaxed because it prevents a lock-out or reports an unchecked host | Remove the line.",
    ],
    [
      "[allow.a]\nrule = port-invalid",
      "1:1: [allow.a] lacks until, reason | Add the rule, an end date and a reason.",
    ],
    [
      "[allow.a]\nrule = port-invalid\nuntil = 2027-02-30\nreason = x",
      "3:9: invalid value '2027-02-30' for until (expected YYYY-MM-DD) | Correct the value.",
    ],
    [
      "[allow.a]\nrule = encoding\nuntil = 2027-03-31\nreason = x",
      "2:8: encoding cannot be suppressed | Remove [allow.a].",
    ],
    [
      "include = a;b",
      "1:1: ambiguous value for include (INI parsers disagree on it) | Write the value without # ; \\ [ ] and inner quotes.",
    ],
    [
      "__proto__ = 1",
      "1:1: ambiguous value for __proto__ (INI parsers disagree on it) | Write the value without # ; \\ [ ] and inner quotes.",
    ],
    ["\u00ff\u00fep\0", "1:1: this file is not text | Save it as UTF-8."],
  ])("%j", (text, problem) => {
    expect(told(read(text).problems)).toContain(problem);
  });
});

test("facts of a host", () => {
  const text =
    "role = server\nos = windows\navx = no\nversion = 5.1.0\ngnutls = 3.7.4\ncertificate_key = ec\nwave = 0\n";
  const { facts, problems } = readFacts("host.ini", text);
  expect(problems).toEqual([]);
  expect(facts).toEqual({
    role: "server",
    os: "windows",
    avx: "no",
    version: "5.1.0",
    gnutls: ["3.7.1", "3.7.3", "3.7.9"],
    certificate_key: "ec",
    wave: 0,
  });
  expect(readFacts("host.ini", "").facts).toEqual({ role: "rds" });
  expect(
    told(readFacts("host.ini", "[x]\nrole = sever\nwave = -1\nrestart = rm -rf /\n").problems),
  ).toEqual(["1:1: unexpected section [x] | host.ini has no sections; remove the line."]);
  expect(
    told(readFacts("host.ini", "certificate_key = rsaa\ncertificate_ky = ec\n").problems),
  ).toEqual([
    "1:19: invalid value 'rsaa' for certificate_key (expected rsa, ec) | Did you mean rsa?",
    "2:1: unknown key 'certificate_ky' | Did you mean certificate_key?",
  ]);
  expect(told(readFacts("host.ini", "role = sever\nwave = -1\nrestart = rm\n").problems)).toEqual([
    "1:8: invalid value 'sever' for role (expected server, rds) | Did you mean server?",
    "2:8: invalid value '-1' for wave (expected a whole number from 0 to 100000) | Correct the value.",
    expect.stringMatching(/^3:1: unknown key 'restart'/),
  ]);
});

test("global settings", () => {
  expect(
    readGlobals("globals.ini", "[sesam]\ngv_conf_use_com_stpd_kill = http\n").problems,
  ).toEqual([]);
  const { problems } = readGlobals(
    "globals.ini",
    "x = 1\n[sesam]\ngv_default_interface_prefx = https\n[other]\n",
  );
  expect(told(problems)).toEqual([
    "4:1: unknown section [other] | globals.ini only has [sesam].",
    "1:1: x is before the first section | Put it in [sesam].",
    "3:1: unknown key 'gv_default_interface_prefx' | Did you mean gv_default_interface_prefix?",
  ]);
});

const good = {
  schemaVersion: 1,
  exportedAt: "2026-11-20T08:00:00Z",
  server: "s",
  clients: [{ name: "c", interfaces: ["https://c:11443"] }],
  usage: [{ kind: "backup-event", name: "n", client: "c", interface: "" }],
};

test.each([
  ["valid content", good, []],
  [
    "another version",
    { ...good, schemaVersion: 2 },
    ["1:18: unsupported schemaVersion (expected 1)"],
  ],
  [
    "an invalid time",
    { ...good, exportedAt: "yesterday" },
    ["1:33: expected exportedAt to be a UTC time such as 2026-11-20T08:00:00Z"],
  ],
  ["a missing key", { ...good, server: undefined }, ["1:1: the file lacks server"]],
  [
    "an additional key",
    { ...good, extra: 1 },
    [expect.stringContaining("unknown key 'extra' in the file")],
  ],
  [
    "no list",
    { ...good, clients: "c" },
    [expect.stringContaining("expected clients to be an array")],
  ],
  [
    "no text",
    { ...good, clients: [{ name: 1, interfaces: [] }] },
    [expect.stringContaining("expected name to be a string")],
  ],
  [
    "an unknown kind",
    { ...good, usage: [{ ...good.usage[0], kind: "backup" }] },
    [expect.stringContaining("invalid value 'backup' for kind")],
  ],
  [
    "__proto__",
    { ...good, usage: [JSON.parse('{"__proto__": 1}')] },
    expect.arrayContaining([expect.stringContaining("unknown key '__proto__' in a usage")]),
  ],
])("interfaces.json with %s", (_, content, problems) => {
  const found = readInterfaces("interfaces.json", JSON.stringify(content)).problems;
  expect(found.map(({ line, column, message }) => `${line}:${column}: ${message}`)).toEqual(
    problems,
  );
});

test.each([
  ["", "1:1: invalid JSON: expected a value"],
  ['{"a": 1,}', "1:9: invalid JSON: expected a key in double quotes"],
  ['{\n  "a" 1}', "2:7: invalid JSON: expected : after the key"],
  ['{"a": 1 "b": 2}', "1:9: invalid JSON: expected , or }"],
  ["[1 2]", "1:4: invalid JSON: expected , or ]"],
  ['{"a": "x', "1:7: invalid JSON: unterminated string"],
  ["{} x", "1:4: invalid JSON: unexpected text after the value"],
  ["nul", "1:1: invalid JSON: not a JSON value"],
  ['{"a":1,"a":2}', '1:8: invalid JSON: duplicate key "a"'],
  ["[".repeat(100_000), "1:34: invalid JSON: nested more than 32 levels deep"],
])("malformed JSON: %.20s", (text, problem) => {
  const { problems } = readInterfaces("interfaces.json", text);
  expect(problems.map(({ line, column, message }) => `${line}:${column}: ${message}`)).toEqual([
    problem,
  ]);
});

test("accepts only dates of the calendar", () => {
  expect(["2024-02-29", "2000-02-29", "2026-12-31"].map(isDate)).toEqual([true, true, true]);
  expect(
    [
      "2023-02-29",
      "1900-02-29",
      "2026-13-01",
      "2026-04-31",
      "2026-00-10",
      "2026-1-1",
      "26-01-01",
      "",
    ].filter(isDate),
  ).toEqual([]);
});

test.each([
  ["**/stpd.ini", "stpd.ini", true],
  ["**/stpd.ini", "a/b/stpd.ini", true],
  ["hosts/*/stpd.ini", "hosts/a/stpd.ini", true],
  ["hosts/*/stpd.ini", "hosts/a/b/stpd.ini", false],
  ["a/**/b/**/c", "a/x/b/y/z/c", true],
  ["a/**/b/**/c", "a/c", false],
  ["h?st/*.ini", "host/stpd.ini", true],
  ["h?st/*.ini", "hst/stpd.ini", false],
  ["a.b", "axb", false],
  ["sap-*", "sap-", true],
  ["*", "a/b", false],
  [`${"*a".repeat(30)}b`, "a".repeat(200), false],
  [`${"**/a/".repeat(30)}b`, "a/".repeat(200), false],
])("%.20s matches %.20s: %s", (pattern, path, matches) => {
  expect(createMatcher(pattern)(path)).toBe(matches);
});
