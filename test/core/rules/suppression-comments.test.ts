import { expect, test } from "vitest";
import { parseIni } from "../../../src/core/formats/ini/document.ts";
import { readSuppressions } from "../../../src/core/rules/suppression-comments.ts";
import { rules } from "../../../src/core/rules/index.ts";
import { suppression } from "../../../src/core/rules/catalog/suppression.ts";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import { checkFleet } from "../../../src/core/check/check-fleet.ts";
import { createMemoryFiles, type Placed } from "../../support/builders/fleet.ts";
import { priorityIni } from "../../support/builders/rules.ts";
import { knowRules } from "../../../src/core/rules/rule.ts";

const read = (text: string) => readSuppressions(parseIni(text), "2026-11-25", knowRules(rules));

test.each([
  ["# sesam-harden: allow http-port-open until 2027-03-31 because SAP needs it (CHG-1)", "right"],
  ["#sesam-harden: allow http-port-open until 2026-11-25 because today is inclusive", "right"],
  ["  #  sesam-harden:  allow  http-port-open  until  2027-03-31  because  x", "right"],
  [
    "# sesam-harden: allow http-port-open until 2026-11-24 because x",
    "the suppression of http-port-open expired on 2026-11-24",
  ],
  [
    "# sesam-harden: allow http-port-open until 2027-02-30 because x",
    "invalid date '2027-02-30' in a suppression (expected YYYY-MM-DD)",
  ],
  [
    "# sesam-harden: allow http-port-open because x",
    "the suppression has no end date (expected until YYYY-MM-DD)",
  ],
  [
    "# sesam-harden: allow http-port-open until 2027-03-31",
    "the suppression has no reason (expected because TEXT)",
  ],
  [
    "# sesam-harden: allow http-port-open until 2027-03-31 because",
    "the suppression has no reason (expected because TEXT)",
  ],
  [
    "# sesam-harden: allow htpp-port-open until 2027-03-31 because x",
    "unknown rule 'htpp-port-open' in a suppression",
  ],
  [
    "# sesam-harden: allow https-port-missing until 2027-03-31 because x",
    "https-port-missing cannot be suppressed",
  ],
  [
    "# sesam-harden: allow suppression until 2027-03-31 because x",
    "suppression cannot be suppressed",
  ],
  ["# sesam-harden allow http-port-open until 2027-03-31 because x", "malformed suppression"],
  ["# sesam-harden: ignore http-port-open", "malformed suppression"],
  ["# see sesam-harden", "none"],
  ["# sesam-hardening is fun", "none"],
])("%s: %s", (text, outcome) => {
  const { valid, findings } = read(`${text}\nSTPD_HTTP_PORT=11000\n`);
  const [first] = findings;
  expect(first?.message ?? (valid.length > 0 ? "right" : "none")).toBe(outcome);
  if (first?.place !== undefined) expect(text.slice(...first.place.span)).toBe(text.trim());
});

test.each([
  { name: "the next line", text: "%\nA=1\nB=2\n", covers: 1 },
  { name: "past blank lines and comments", text: "%\n\n# more\n%\nA=1\n", covers: 4 },
  { name: "nothing at the end", text: "A=1\n%\n", covers: -1 },
])("covers $name", ({ text, covers }) => {
  const comment = "# sesam-harden: allow http-port-open until 2027-03-31 because x";
  expect(read(text.replaceAll("%", comment)).valid[0]?.covers).toBe(covers);
});

const allow = (rule: string) => `# sesam-harden: allow ${rule} until 2027-03-31 because CHG-1`;
const hard = priorityIni(vendorPriority);

const check = (fleet: Readonly<Record<string, Placed>>, asOf = "2026-11-25") => {
  const request = { paths: ["."], overrides: {}, asOf };
  const { findings } = checkFleet(request, createMemoryFiles(fleet));
  return findings.map(({ finding: { file, line, severity, rule, suppressed } }) =>
    [`${file}:${line}`, severity, rule, ...(suppressed === null ? [] : [suppressed.reason])].join(
      " ",
    ),
  );
};

test(`${suppression.id}: a finding on the next line is suppressed, with its reason`, () => {
  const text = `${hard}${allow("http-port-open")}\nSTPD_HTTP_PORT=11000\n`;
  expect(check({ "a/stpd.ini": text })).toEqual(["a/stpd.ini:5 error http-port-open CHG-1"]);
});

test("above [STPD_Server] it covers findings about the whole section", () => {
  const text = `${allow("tls-priority-missing")}\n[STPD_Server]\nSTPD_HTTPS_PORT=11443\n`;
  expect(check({ "a/stpd.ini": text })).toEqual(["a/stpd.ini:2 error tls-priority-missing CHG-1"]);
});

test("an unused suppression is reported on its own line, as a warning", () => {
  const text = `${allow("http-port-open")}\n${hard}`;
  expect(check({ "a/stpd.ini": text })).toEqual(["a/stpd.ini:1 warning suppression"]);
});

test("an expired suppression has no effect, and is an error", () => {
  const text = `${hard}${allow("http-port-open")}\nSTPD_HTTP_PORT=11000\n`;
  expect(check({ "a/stpd.ini": text }, "2027-03-31")).toEqual([
    "a/stpd.ini:5 error http-port-open CHG-1",
  ]);
  expect(check({ "a/stpd.ini": text }, "2027-04-01")).toEqual([
    "a/stpd.ini:4 error suppression",
    "a/stpd.ini:5 error http-port-open",
  ]);
});

test("works in host.ini and globals.ini as well", () => {
  const fleet = {
    "a/stpd.ini": hard,
    "a/host.ini": `${allow("version-too-old")}\nversion = 4.4.3\n`,
    "a/globals.ini": `[sesam]\ngv_default_interface_prefix = https\n${allow("globals-migration-prefix-ext")}\ngv_default_interface_prefix_ext = http\ngv_conf_use_com_stpd_kill = https\n`,
  };
  expect(check(fleet)).toEqual([
    "a/globals.ini:4 error globals-migration-prefix-ext CHG-1",
    "a/host.ini:2 error version-too-old CHG-1",
  ]);
});

const section = (name: string, keys: Readonly<Record<string, string>>): string =>
  [`[allow.${name}]`, ...Object.entries(keys).map(([key, value]) => `${key} = ${value}`), ""].join(
    "\n",
  );

test("[allow.NAME] covers the hosts that its pattern matches, and findings without a line", () => {
  const open = `${hard}STPD_HTTP_PORT=11000\n`;
  const fleet = {
    "sap-1/stpd.ini": open,
    "sap-2/stpd.ini": open,
    "other/stpd.ini": open,
    "sesam-harden.ini":
      section("sap", {
        rule: "http-port-open",
        host: "sap-*",
        until: "2027-03-31",
        reason: "SAP",
      }) +
      section("late", { rule: "ftp-port-open", until: "2026-01-01", reason: "x" }) +
      section("idle", { rule: "port-collision", until: "2027-03-31", reason: "x" }),
  };
  expect(check(fleet)).toEqual([
    "other/stpd.ini:4 error http-port-open",
    "sap-1/stpd.ini:4 error http-port-open SAP",
    "sap-2/stpd.ini:4 error http-port-open SAP",
    "sesam-harden.ini:6 error suppression",
    "sesam-harden.ini:10 warning suppression",
  ]);
});

test("[allow.NAME] applies up to and including its last day", () => {
  const fleet = {
    "a/stpd.ini": `${hard}STPD_HTTP_PORT=11000\n`,
    "sesam-harden.ini": section("a", { rule: "http-port-open", until: "2027-03-31", reason: "x" }),
  };
  expect(check(fleet, "2027-03-31")).toEqual(["a/stpd.ini:4 error http-port-open x"]);
  expect(check(fleet, "2027-04-01")).toEqual([
    "a/stpd.ini:4 error http-port-open",
    "sesam-harden.ini:1 error suppression",
  ]);
});

test("a comment after a value is not a suppression", () => {
  const { valid, findings } = read("K=1 # sesam-harden: allow nonsense\n");
  expect([valid, findings]).toEqual([[], []]);
});

test("reports a wrong rule with the nearest valid one, or where to look", () => {
  const helpOf = (rule: string) =>
    read(`# sesam-harden: allow ${rule} until 2027-03-31 because x`).findings[0]?.help;
  expect(helpOf("htpp-port-open")).toBe("Did you mean http-port-open?");
  expect(helpOf("quux")).toBe("Run sesam-harden rules for the list.");
});

test("a difference in the fleet can be allowed if no host is named", () => {
  const fleet = {
    "a/stpd.ini": hard,
    "b/stpd.ini": `${allow("http-port-open")}\n${hard}STPD_HTTP_PORT=1\n`,
    "sesam-harden.ini": section("mixed", {
      rule: "fleet-disagreement",
      until: "2027-03-31",
      reason: "moving house",
    }),
  };
  expect(check(fleet)).toContain("b/stpd.ini:2 warning fleet-disagreement moving house");
});
