import fc from "fast-check";
import { expect, test } from "vitest";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import { checkFleet, type FleetCheck } from "../../../src/core/check/check-fleet.ts";
import { createMemoryFiles, writeFleet } from "../../support/builders/fleet.ts";
import { fleets, type Fleet } from "../../support/builders/fleets.ts";
import { priorityIni } from "../../support/builders/rules.ts";
import { runDeno, runNode } from "../../support/harness/programs.ts";

const check = (fleet: Fleet, path = "."): FleetCheck =>
  checkFleet({ paths: [path], overrides: {}, asOf: "2026-11-25" }, createMemoryFiles(fleet));

/** Comments, some of which contain a setting, continue in the next line, or are not ASCII. */
const comments = [
  "# rds1",
  '# (rds2) since 2026-11-25: "x"; [STPD_Server]',
  "#",
  "# STPD_HTTP_PORT: 11000",
  "# STPD_HTTP_PORT=11000",
  "# STPD_HTTPS_PORT = 11443",
  "# a=b",
  "# goes on \\",
  "#\u00e4",
];
const notes = fc.constantFrom(...comments);

/**
 * Every host at least twice: with all its files, with only stpd.ini, by a name that GnuTLS refuses,
 * each with another comment.
 */
const copied = fc.tuple(fleets, fc.array(notes, { minLength: 5 })).map(([fleet, some]): Fleet => {
  const note = (bytes: string, index: number): string => {
    const own = some[index % some.length] ?? "";
    const noted = bytes.replaceAll("# note", own);
    return bytes.startsWith("\u00ef") ? noted : `${own}\n${noted}`;
  };
  const copies = Object.entries(fleet).flatMap(([path, bytes]) => {
    const [, name, file] = path.split("/");
    if (name === undefined || file === undefined) return [];
    const names = file === "stpd.ini" ? ["x-", "y-", "z-", "z_"] : ["x-"];
    return names.map((start, index) => {
      const own = file === "stpd.ini" ? note(bytes, index) : bytes;
      return [`hosts/${start}${name}/${file}`, own] as const;
    });
  });
  // With settings at the root, a path below it is the same host.
  return { "sesam-harden.ini": "", ...fleet, ...Object.fromEntries(copies) };
});

const hostsOf = (fleet: Fleet): readonly string[] =>
  Object.keys(fleet).flatMap((path) => (path.endsWith("/stpd.ini") ? [path.slice(0, -9)] : []));

const withoutInventories = (fleet: Fleet): Fleet =>
  Object.fromEntries(Object.entries(fleet).filter(([path]) => !path.endsWith(".json")));

/** Results of a check for one host. */
const pick = ({ findings, hosts, folders, fixes }: FleetCheck, path: string) => {
  const name = path.slice(path.indexOf("/") + 1);
  return JSON.stringify([
    findings.filter(({ finding }) => finding.host === name),
    hosts.filter((host) => host.name === name),
    folders.filter((folder) => folder.path === `${path}/`),
    fixes.filter((fix) => fix.path === `${path}/`),
  ]);
};

test("a host gives the same bytes alone and in its fleet", () => {
  fc.assert(
    fc.property(copied.map(withoutInventories), (fleet) => {
      const whole = check(fleet);
      for (const path of hostsOf(fleet))
        expect(pick(whole, path)).toBe(pick(check(fleet, path), path));
    }),
    { numRuns: 80 },
  );
});

test("hosts that differ only in a comment give the same bytes alone and in their fleet", () => {
  const files = comments.flatMap((comment, index) =>
    ["STPD_HTTP_PORT=11000\n", `STPD_HTTPS_PRIORITY_STRING="${vendorPriority}"\n`].map(
      (rest, kind) => [`hosts/h${kind}${index}/stpd.ini`, `[STPD_Server]\n${comment}\n${rest}`],
    ),
  );
  const fleet: Fleet = { "sesam-harden.ini": "", ...Object.fromEntries(files) };
  const whole = check(fleet);
  for (const path of hostsOf(fleet)) expect(pick(whole, path)).toBe(pick(check(fleet, path), path));
});

test("the fixes of a host are the same alone and in its fleet, with any inventory", () => {
  fc.assert(
    fc.property(copied, (fleet) => {
      const whole = check(fleet);
      for (const path of hostsOf(fleet)) {
        const of = ({ fixes }: FleetCheck) => fixes.filter((fix) => fix.path === `${path}/`);
        expect(of(whole)).toEqual(of(check(fleet, path)));
      }
    }),
    { numRuns: 50 },
  );
});

const open = `${priorityIni(vendorPriority)}STPD_HTTP_PORT=11000\n`;
const twins = { "hosts/a/stpd.ini": open, "hosts/b/stpd.ini": open };

test("an inventory that names one of two equal hosts only affects that one", () => {
  const inventory = {
    schemaVersion: 1,
    exportedAt: "2026-11-20T08:00:00Z",
    server: "s",
    clients: [{ name: "b", interfaces: ["http://b:11000"] }],
    usage: [{ kind: "backup-task", name: "t", client: "b", interface: "http://b:11000" }],
  };
  const { fixes } = check({
    ...twins,
    "hosts/s/stpd.ini": priorityIni(vendorPriority),
    "hosts/s/interfaces.json": JSON.stringify(inventory),
  });
  expect(fixes.map(({ name, files, withheld }) => [name, files.length, withheld.length])).toEqual([
    ["a", 1, 0],
    ["b", 0, 1],
  ]);
});

test("an exception for one of two equal hosts only affects that one", () => {
  const { findings } = check({
    ...twins,
    "sesam-harden.ini":
      "[allow.one]\nrule = http-port-open\nhost = b\nuntil = 2027-03-31\nreason = CHG-1\n",
  });
  const seen = findings.map(({ finding }) => [finding.host, finding.suppressed?.reason]);
  expect(seen).toEqual([
    ["a", undefined],
    ["b", "CHG-1"],
  ]);
});

test("hosts that differ only in a comment keep their own in fixes and output", () => {
  const named = (name: string): string => `# ${name}\n${open}# set up for ${name}\n`;
  const { fixes } = check({ "hosts/a/stpd.ini": named("a"), "hosts/b/stpd.ini": named("b") });
  expect(fixes.map(({ files }) => files)).toEqual(
    ["a", "b"].map((name) => [
      {
        name: "stpd.ini",
        before: named(name),
        after: named(name).replace("STPD_HTTP_PORT", "# STPD_HTTP_PORT"),
      },
    ]),
  );
  const bare = check({ "hosts/a/stpd.ini": "# a\n", "hosts/b/stpd.ini": "# b\n" });
  const sources = bare.findings.map(({ finding, source }) => `${finding.host}: ${source}`);
  expect(new Set(sources)).toEqual(new Set(["a: # a", "b: # b"]));
});

test("the fixes of equal hosts name the findings of each", () => {
  const { findings, fixes } = check(twins);
  expect(fixes.map(({ applied }) => applied)).toEqual(findings.map((located) => [located]));
  expect(fixes.map(({ applied }) => applied[0]?.finding.host)).toEqual(["a", "b"]);
});

test("checks all equal hosts, within and beyond the limit of shared results", () => {
  const many: Record<string, string> = {};
  for (let index = 0; index < 1100; index++) {
    for (const copy of ["a", "b"]) {
      many[`hosts/${copy}${index}/stpd.ini`] = `${open}KEY=${index}\n`;
    }
  }
  const big = `${open}${"# note\n".repeat(3000)}`;
  const whole = check({ ...many, "hosts/c/stpd.ini": big, "hosts/d/stpd.ini": big });
  const opened = whole.findings.filter(({ finding }) => finding.rule === "http-port-open");
  expect(new Set(opened.map(({ finding }) => finding.host)).size).toBe(2202);
});

test("a caller that requests each host gets each, also if all have the same files", () => {
  const names = ["rds1", "rds2", "rds3"];
  const bytes = priorityIni(vendorPriority);
  const fleet = Object.fromEntries(names.map((name) => [`hosts/${name}/stpd.ini`, bytes]));
  const given: string[] = [];
  const request = { paths: ["."], overrides: {}, asOf: "2026-11-25" };
  checkFleet(
    { ...request, onRead: ({ folder }) => given.push(folder.name) },
    createMemoryFiles(fleet),
  );
  // A plan is made from them: a host omitted here would be missing there.
  expect(given.toSorted()).toEqual(names);
});

test("Node and Deno print for a host alone what they print for it in its fleet", () => {
  for (const fleet of fc.sample(copied.map(withoutInventories), { numRuns: 3, seed: 20 })) {
    const folder = writeFleet(fleet);
    for (const run of [runNode, runDeno]) {
      const findings = (path: string): readonly { readonly host: string | null }[] => {
        const args = ["check", "--as-of", "2026-11-25", "--format", "json", path];
        return JSON.parse(run(args, { cwd: folder }).stdout).findings;
      };
      const whole = findings(".");
      for (const path of hostsOf(fleet).slice(-2)) {
        const own = (all: typeof whole) => all.filter(({ host }) => `hosts/${host}` === path);
        expect(JSON.stringify(own(whole))).toBe(JSON.stringify(own(findings(path))));
      }
    }
  }
});
