import { expect, test } from "vitest";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import type { Checked } from "../../../src/core/check/checked-fleet.ts";
import { renderGithub } from "../../../src/core/report/github.ts";
import { describeRelaxed } from "../../../src/core/report/relaxed.ts";
import { renderReport, textFormats } from "../../../src/core/report/render.ts";
import { checkFleet } from "../../../src/core/check/check-fleet.ts";
import { createMemoryFiles } from "../../support/builders/fleet.ts";
import { facts, renderPage } from "../../support/builders/pages.ts";
import { priorityIni } from "../../support/builders/rules.ts";

const check = (
  fleet: Readonly<Record<string, string>>,
  paths: readonly string[] = ["."],
): Checked => checkFleet({ paths, overrides: {}, asOf: "2026-11-25" }, createMemoryFiles(fleet));

const hard = priorityIni(vendorPriority);
const old = `${hard}STPD_HTTP_PORT=11000\n`;
const excepted = hard.replace(
  "[STPD_Server]\n",
  "[STPD_Server]\n# sesam-harden: allow http-port-open until 2027-03-31 because <SAP>\nSTPD_HTTP_PORT=11000\n",
);

/** A way to make a check report less, and the one line that reveals it. */
const ways: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  [
    "a rule that is off",
    { "sesam-harden.ini": "[rules]\nhttp-port-open = off\n", "a/stpd.ini": old },
    "Rules turned off: http-port-open.",
  ],
  [
    "a rule that is lowered",
    { "sesam-harden.ini": "[rules]\nhttp-port-open = notice\n", "a/stpd.ini": old },
    "Rules with a lower severity: http-port-open (notice instead of error).",
  ],
  [
    "a host that include excludes",
    { "sesam-harden.ini": "include = b/*/stpd.ini\n", "a/c/stpd.ini": old, "b/d/stpd.ini": hard },
    "Files excluded by include: a/c/stpd.ini.",
  ],
  [
    "a fleet that never fails",
    { "sesam-harden.ini": "fail_on = never\n", "a/stpd.ini": old },
    "Findings in these places never fail the check (fail_on = never): fleet and hosts without an environment.",
  ],
  [
    "an environment that never fails",
    {
      "sesam-harden.ini": "[environment.lab]\nfail_on = never\n",
      "a/stpd.ini": old,
      "a/host.ini": "environment = lab\n",
    },
    "Findings in these places never fail the check (fail_on = never): environment lab.",
  ],
  [
    "an exception of the settings",
    {
      "sesam-harden.ini": "[allow.x]\nrule = http-port-open\nuntil = 9999-12-31\nreason = later\n",
      "a/stpd.ini": old,
      "b/stpd.ini": old,
    },
    "Exceptions in use: http-port-open until 9999-12-31 (2 findings, 2 hosts): later.",
  ],
  [
    "an exception in a file",
    { "a/stpd.ini": excepted },
    "Exceptions in use: http-port-open until 2027-03-31 (1 finding, 1 host): <SAP>.",
  ],
];

/** The text of a report as a person reads it, without the escapes of its format. */
function readable(text: string): string {
  return text
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("\u200b", "")
    .replaceAll('" value="', ": ");
}

test.each(ways)("%s is in every report", async (_, fleet, line) => {
  const checked = check(fleet);
  for (const format of textFormats) {
    if (format === "json") continue;
    // JUnit has a title and a value, and no full stop.
    expect(readable(renderReport(format, checked)), format).toContain(line.replace(/\.$/, ""));
  }
  for (const detail of ["full", "findings", "summary"] as const) {
    expect(renderReport("text", checked, { detail }), detail).toContain(line);
  }
  expect(readable(renderPage(checked, facts))).toContain(line);
});

test("json contains it as fields", () => {
  const relaxed = ways.map(([, fleet]) => JSON.parse(renderReport("json", check(fleet))).relaxed);
  const none = {
    rules: [],
    notIncluded: [],
    settingsNotUsed: [],
    neverFails: [],
    exceptions: [],
    baselined: 0,
  };
  const exception = { rule: "http-port-open", findings: 1, hosts: ["a"] };
  expect(relaxed).toEqual([
    { ...none, rules: [{ rule: "http-port-open", level: "off", default: "error" }] },
    { ...none, rules: [{ rule: "http-port-open", level: "notice", default: "error" }] },
    { ...none, notIncluded: ["a/c/stpd.ini"] },
    { ...none, neverFails: [null] },
    { ...none, neverFails: ["lab"] },
    {
      ...none,
      exceptions: [
        { ...exception, until: "9999-12-31", reason: "later", findings: 2, hosts: ["a", "b"] },
      ],
    },
    { ...none, exceptions: [{ ...exception, until: "2027-03-31", reason: "<SAP>" }] },
  ]);
});

test("a complete check mentions no relaxations", () => {
  const fleets = [
    { "a/stpd.ini": hard },
    { "sesam-harden.ini": "[rules]\nunknown-key = error\n", "a/stpd.ini": hard },
    { "sesam-harden.ini": "fail_on = notice\ninclude = */stpd.ini\n", "a/stpd.ini": hard },
  ];
  for (const fleet of fleets) {
    const checked = check(fleet);
    expect(describeRelaxed(checked)).toEqual([]);
    expect(renderReport("junit", checked)).not.toContain("relaxed");
    expect(renderPage(checked, facts)).not.toContain("Relaxed");
  }
});

test("settings that hide others are reported, and a check of a part lists what include excludes there", () => {
  const nested = {
    "sesam-harden.ini": "profile = strict\n",
    "hosts/sesam-harden.ini": "[rules]\nhttp-port-open = off\n",
    "hosts/a/stpd.ini": old,
  };
  expect(check(nested, ["hosts"]).relaxed).toMatchObject({
    rules: [{ rule: "http-port-open" }],
    settingsNotUsed: ["../sesam-harden.ini"],
  });
  expect(check(nested).relaxed).toMatchObject({ rules: [], settingsNotUsed: [] });
  const parts = {
    "sesam-harden.ini": "include = a/*/stpd.ini\n",
    "a/one/stpd.ini": hard,
    "a/one/old/stpd.ini": old,
    "b/two/stpd.ini": old,
  };
  expect(check(parts, ["a"]).relaxed.notIncluded).toEqual(["a/one/old/stpd.ini"]);
  expect(check(parts).relaxed.notIncluded).toEqual(["a/one/old/stpd.ini", "b/two/stpd.ini"]);
});

test("a long list is truncated in a sentence, and complete in JSON", () => {
  const lost = Array.from({ length: 50 }, (_, index) => [`lost/h${index}/stpd.ini`, old] as const);
  const checked = check({
    "sesam-harden.ini": "include = a/*/stpd.ini\n",
    "a/b/stpd.ini": hard,
    ...Object.fromEntries(lost),
  });
  expect(renderReport("text", checked)).toContain("; and 30 more.");
  expect(JSON.parse(renderReport("json", checked)).relaxed.notIncluded.length).toBe(50);
});

test("the note about a pull request's own check is the first notice, and counts as one", () => {
  const many = `[STPD_Server]\n${Array.from({ length: 30 }, (_, index) => `K${index}=1`).join("\n")}\n`;
  const checked = check({
    "sesam-harden.ini": "[rules]\nunknown-key = notice\n",
    "a/stpd.ini": many,
  });
  const place = { prefix: "", where: "see the log." };
  const notices = (ownChanges: Checked["ownChanges"]) =>
    renderGithub({ ...checked, ownChanges }, place)
      .split("\n")
      .filter((line) => line.startsWith("::notice "));
  expect(notices(undefined).length).toBe(10);
  const [first, ...others] = notices(["sesam-harden.ini", "x,y:%\n/host.ini"]);
  expect(others.length).toBe(9);
  expect(first).toBe(
    "::notice title=sesam-harden,file=sesam-harden.ini,line=1::This pull request changes files that its own check uses: sesam-harden.ini; x,y:%25\\x0a/host.ini.%0AReview these changes first: they decide what the check reports.",
  );
  expect(notices([]).length).toBe(10);
  expect(notices(null)[0]).toMatch(
    /^::notice title=sesam-harden::Unknown: whether .*fetch-depth: 2/,
  );
});
