import { expect, test } from "vitest";
import { hashSha256 } from "../../../src/adapters/runtime/crypto.ts";
import { makeBaseline, matchBaseline } from "../../../src/core/rules/baseline.ts";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import { checkFleet, type FleetCheck } from "../../../src/core/check/check-fleet.ts";
import { createMemoryFiles } from "../../support/builders/fleet.ts";
import { priorityIni } from "../../support/builders/rules.ts";

const top = priorityIni(vendorPriority);

const check = (bytes: string, settings = ""): FleetCheck =>
  checkFleet(
    { paths: ["."], overrides: {}, asOf: "2026-11-25" },
    createMemoryFiles({ "sesam-harden.ini": settings, "hosts/a/stpd.ini": bytes }),
  );

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => `${line(index)}\n`).join("");

const listed = ({ findings }: FleetCheck, rule: string) =>
  findings.flatMap(({ finding }) => (finding.rule === rule ? [finding] : []));

test("the first 100 findings of a rule are listed for a file, then their number", () => {
  const all = (count: number) =>
    listed(check(top + lines(count, (index) => `K${index}=1`)), "unknown-key");
  expect(
    all(101)
      .map(({ message }) => message)
      .at(-1),
  ).toContain("K100");
  const many = all(350);
  expect(many.length).toBe(101);
  expect(many.map(({ message }) => message).slice(-2)).toEqual([
    "SEP does not document K99 in [STPD_Server]",
    "250 more findings of unknown-key in this file, from this line on",
  ]);
  expect(many.at(-1)).toMatchObject({ line: (many[99]?.line ?? 0) + 1, severity: "notice" });
});

test("a baseline hides no new finding among those that are only counted", () => {
  const find = (bytes: string) => check(bytes).findings;
  const keys = top + lines(150, (index) => `K${index}=1`);
  const baseline = makeBaseline(find(keys), undefined, () => true, hashSha256);
  const fresh = (bytes: string): readonly string[] =>
    matchBaseline(find(bytes), baseline, () => true, hashSha256).fresh.map(
      ({ finding }) => finding.message,
    );
  const counted = expect.stringMatching(/^5[01] more findings of unknown-key/);
  expect(fresh(keys)).toEqual([]);
  expect(fresh(`${keys}NEW=1\n`)).toEqual([counted]);
  expect(fresh(keys.replace("K149=1", "NEW=1"))).toEqual([counted]);
});

test("a suppression or exception of an unlisted finding counts as used", () => {
  const bytes = `${top}${lines(120, (index) => `K${index}=1`)}# sesam-harden: allow unknown-key until 2027-03-31 because CHG-1\nLAST=1\n`;
  const found = check(bytes);
  expect(listed(found, "suppression")).toEqual([]);
  expect(listed(found, "unknown-key").filter(({ suppressed }) => suppressed !== null).length).toBe(
    1,
  );
  const settings =
    "[allow.keys]\nrule = unknown-key\nhost = a\nuntil = 2027-03-31\nreason = CHG-2\n";
  const allowed = check(bytes, settings);
  expect(allowed.findings.filter(({ finding }) => finding.suppressed === null)).toEqual([]);
});

test("lists all findings that a fix resolves, so that one fix resolves all", () => {
  const found = check(top + lines(150, () => "STPD_HTTP_PORT=11000"));
  const [fixed] = found.fixes;
  expect(listed(found, "http-port-open").length).toBeGreaterThanOrEqual(150);
  expect(fixed?.files[0]?.after.match(/^STPD_HTTP_PORT/gm)).toBeNull();
});

test("checks a file with more than 10,000 lines as a whole, but does not fix it", () => {
  const kinds = [
    "K=1",
    "STPD_HTTP_PORT=11000",
    "stpd_port: 1",
    '"',
    "a note",
    "[x]",
    "; STPD_PORT=1",
  ];
  for (const kind of kinds) {
    const found = check(`${top}${lines(10_100, () => kind)}`);
    const counts = Map.groupBy(found.findings, ({ finding }) => finding.rule);
    for (const all of counts.values()) expect(all.length).toBeLessThanOrEqual(101);
    for (const { files, withheld } of found.fixes) {
      expect(files).toEqual([]);
      expect(withheld.length).toBeGreaterThan(0);
    }
  }
  const open = check(`${top}${lines(10_100, () => "K=1")}STPD_HTTP_PORT=11000\n`);
  expect(open.hosts.map(({ verdict }) => verdict)).toEqual(["partial"]);
  expect(open.fixes[0]?.withheld.map(({ reason }) => reason)).toEqual([
    "the file has more than 10,000 lines; fix it by hand",
  ]);
});
