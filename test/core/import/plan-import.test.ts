import { expect, test } from "vitest";
import type { Candidate } from "../../../src/core/import/find-candidates.ts";
import type { SeenFacts } from "../../../src/core/import/host-ini.ts";
import { listHostNames, planImport } from "../../../src/core/import/plan-import.ts";
import { listStarterFiles, type StarterFile } from "../../../src/core/import/starter-files.ts";
import { createMemoryFiles, type Placed } from "../../support/builders/fleet.ts";

const ini = "[STPD_Server]\nSTPD_PORT=11001\n";
const settings = "include = hosts/*/stpd.ini\n";

function candidate(name: string, seen: SeenFacts = {}, bytes = ini): Candidate {
  return { name, by: "its directory", shown: `copied/${name}/stpd.ini`, bytes, seen };
}

function plan(
  fleet: Readonly<Record<string, Placed>>,
  candidates: readonly Candidate[],
  starters: readonly StarterFile[] = [],
) {
  return planImport({ out: "/repo", candidates, starters }, createMemoryFiles(fleet));
}

/** Path and state of each file, with the reason of a conflict. */
function states(...args: Parameters<typeof plan>): readonly string[] {
  const planned = plan(...args);
  if (planned.kind !== "plan") throw new Error("there are collisions");
  return planned.files.map((file) =>
    [file.state, file.path, ...(file.state === "conflict" ? [file.reason] : [])].join(" "),
  );
}

test("a new host gets its bytes and its facts; hosts are sorted", () => {
  expect(states({}, [candidate("b"), candidate("a")])).toEqual([
    "new hosts/a/stpd.ini",
    "new hosts/a/host.ini",
    "new hosts/b/stpd.ini",
    "new hosts/b/host.ini",
  ]);
  const bytes = `${ini}# f\xfcr\r\n`;
  expect(plan({}, [candidate("a", {}, bytes)])).toMatchObject({ files: [{ bytes }, {}] });
});

test("existing files are never planned again, regardless of their content", () => {
  const fleet = {
    "sesam-harden.ini": settings,
    "hosts/a/stpd.ini": ini,
    "hosts/b/stpd.ini": `${ini}# edited\n`,
    "hosts/c/stpd.ini": ini,
    "hosts/c/host.ini": "os = windows\n",
    "hosts/d/stpd.ini": ini,
    "hosts/d/host.ini": "environment = lab\n",
  };
  const candidates = ["a", "b", "c", "d"].map((name) => candidate(name, { os: "linux" }));
  expect(states(fleet, candidates)).toEqual([
    "unchanged hosts/a/stpd.ini",
    "new hosts/a/host.ini",
    "conflict hosts/b/stpd.ini the config repo has other bytes",
    "unchanged hosts/c/stpd.ini",
    "conflict hosts/c/host.ini os = windows, but linux was seen",
    "unchanged hosts/d/stpd.ini",
    "kept hosts/d/host.ini",
  ]);
});

test.each([
  { name: "two sources", fleet: {}, names: ["a", "a"] },
  { name: "two sources that differ in case", fleet: {}, names: ["rds1", "RDS1"] },
  { name: "two spellings of one letter", fleet: {}, names: ["W\u00f6", "Wo\u0308"] },
  { name: "a host that differs in case", fleet: { "hosts/RDS1/stpd.ini": ini }, names: ["rds1"] },
  {
    name: "a host and a second spelling of it",
    fleet: { "hosts/rds1/stpd.ini": ini },
    names: ["RDS1"],
  },
  { name: "an empty host directory", fleet: { "hosts/RDS1/host.ini": "" }, names: ["rds1"] },
])("$name are a collision, and then nothing is planned", ({ fleet, names }) => {
  const planned = plan(fleet, [...names.map((name) => candidate(name)), candidate("other")]);
  expect(planned).toMatchObject({ kind: "collisions" });
  if (planned.kind !== "collisions") return;
  expect(planned.collisions.map(({ members }) => members.length)).toEqual([2]);
});

test("names a host of the config repo if only one of its sources is spelled differently", () => {
  const planned = plan({ "hosts/rds1/stpd.ini": ini }, [candidate("rds1"), candidate("RDS1")]);
  if (planned.kind !== "collisions") throw new Error("there is no collision");
  expect(planned.collisions.map(({ members }) => members)).toEqual([
    [
      "rds1: hosts/rds1/ of the config repo",
      "rds1: copied/rds1/stpd.ini (its directory)",
      "RDS1: copied/RDS1/stpd.ini (its directory)",
    ],
  ]);
});

test("hosts with an stpd.ini are recognized by name, in any place that include matches", () => {
  const fleet = {
    "sesam-harden.ini": "include = lab/*/stpd.ini hosts/*/stpd.ini\n",
    "lab/a/stpd.ini": ini,
    "hosts/b/stpd.ini": ini,
    "hosts/c/host.ini": "",
  };
  expect(listHostNames("/repo", createMemoryFiles(fleet)).toSorted()).toEqual(["a", "b"]);
  expect(states(fleet, [candidate("new")])[0]).toBe("new hosts/new/stpd.ini");
});

test("the config repo itself may be inside a source", () => {
  const place = "/repo/hosts/a/stpd.ini";
  const own = { ...candidate("a"), place };
  const copy = { ...candidate("a"), place: "/repo/copied/a/stpd.ini" };
  expect(states({ "hosts/a/stpd.ini": ini }, [own, copy])).toEqual([
    "unchanged hosts/a/stpd.ini",
    "new hosts/a/host.ini",
  ]);
});

test("a host is written where include matches it, and refused if include excludes it", () => {
  const include = "include = lab/*/var/ini/stpd.ini\n";
  const fleet = { "sesam-harden.ini": include, "lab/a/var/ini/stpd.ini": ini };
  expect(states(fleet, [candidate("a")])[0]).toBe("unchanged lab/a/var/ini/stpd.ini");
  expect(() => plan(fleet, [candidate("b")])).toThrow("include in sesam-harden.ini leaves");
  const wrong = { "sesam-harden.ini": "profile = strong\n" };
  expect(() => plan(wrong, [candidate("b")])).toThrow(
    "1 problem in the settings, so nothing was checked",
  );
});

test("refuses a directory of another config repo", () => {
  const files = createMemoryFiles({ "sesam-harden.ini": settings });
  const request = { out: "/repo/inner", candidates: [candidate("a")], starters: [] };
  expect(() => planImport(request, files)).toThrow("is inside a config repo");
});

test.each([
  ["fleet/hosts/a", "../../outside"],
  ["fleet/hosts", "../outside"],
])("does not follow a link %s that leads out of the config repo", (path, link) => {
  const fleet = { [path]: { link }, "fleet/x": "", "outside/x": "" };
  const files = createMemoryFiles(fleet);
  const request = { out: "/repo/fleet", candidates: [candidate("a")], starters: [] };
  expect(planImport(request, files)).toMatchObject({
    files: [{ state: "conflict", reason: "its directory is a link out of the config repo" }],
  });
});

test("writes starter files that are missing, CODEOWNERS also if GitHub reads another one", () => {
  const starters = listStarterFiles(undefined);
  expect(states({}, [], starters)).toEqual([
    "new .gitattributes",
    "new sesam-harden.ini",
    "new .github/CODEOWNERS",
    "new .github/workflows/sesam-harden.yml",
    "new .github/workflows/sesam-harden-fix.yml",
  ]);
  const fleet = { ".gitattributes": "* text=auto\n", CODEOWNERS: "* @anna\n" };
  expect(states(fleet, [], starters).slice(0, 3)).toEqual([
    "kept .gitattributes",
    "new sesam-harden.ini",
    "kept CODEOWNERS",
  ]);
});

test("does not write settings whose include would exclude a host", () => {
  const starters = listStarterFiles(undefined);
  const settingsOf = (...args: Parameters<typeof plan>): string | undefined =>
    states(...args).find((line) => line.includes("sesam-harden.ini"));
  const fleet = { "lab/b/stpd.ini": ini, "hosts/c/stpd.ini": ini };
  expect(settingsOf(fleet, [candidate("a")], starters)).toBe(
    "conflict sesam-harden.ini its include would leave lab/b/stpd.ini out",
  );
  const others = states(fleet, [candidate("a")], starters).filter((line) =>
    line.startsWith("conflict"),
  );
  expect(others.length).toBe(1);
  const edited = { ...fleet, "sesam-harden.ini": "include = **/stpd.ini\n" };
  expect(settingsOf(edited, [candidate("a")], starters)).toBe("kept sesam-harden.ini");
  // Files that were imported from there are not lost.
  const copy = { ...candidate("b"), place: "/repo/lab/b/stpd.ini" };
  expect(settingsOf(fleet, [copy], starters)).toBe("new sesam-harden.ini");
});

test("the workflows name the Action by its commit, or else by its tag with a remark", () => {
  const uses = (commit: string | undefined): readonly string[] =>
    listStarterFiles(commit).flatMap(({ bytes }) => bytes.match(/sesam-harden@.*/g) ?? []);
  const commit = "0123456789abcdef0123456789abcdef01234567";
  expect(new Set(uses(commit))).toEqual(
    new Set([expect.stringMatching(new RegExp(`^sesam-harden@${commit} # v\\d`))]),
  );
  expect(uses(undefined)).toHaveLength(2);
  expect(uses(undefined)[0]).toMatch(/^sesam-harden@v\d+\.\d+\.\d+ # pin the commit/);
  const actions = listStarterFiles(commit).flatMap(({ bytes }) => bytes.match(/uses: \S+/g) ?? []);
  expect(actions.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
});
