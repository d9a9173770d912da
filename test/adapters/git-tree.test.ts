import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readGitTree } from "../../src/adapters/git-tree.ts";
import { createNodeFiles } from "../../src/adapters/runtime/node-files.ts";
import { checkFleet } from "../../src/core/check/check-fleet.ts";
import { createTreeFiles } from "../../src/core/config-repo/tree-files.ts";
import { commitAll, runGit, writeRepository } from "../support/harness/git.ts";
import { hard, soft } from "../support/builders/rollout.ts";

const disk = createNodeFiles();
const openAt = (top: string, ref = "HEAD") => {
  const tree = readGitTree({ top, ref, wants: (path) => /\.(ini|json)$/.test(path) });
  return { ...tree, files: createTreeFiles(tree, disk.absolute) };
};

test("checks a commit exactly like its checkout", () => {
  const { folder, commit } = writeRepository(
    {
      "sesam-harden.ini": "[environment.lab]\nfail_on = never\n",
      "hosts/rds1/stpd.ini": soft.replaceAll("\n", "\r\n"),
      "hosts/rds1/host.ini": "environment = lab\n",
      "hosts/W\u00f6rms host/stpd.ini": `${hard}X=\xfc\xff\n`,
      "hosts/empty/stpd.ini": "",
      "hosts/large/stpd.ini": `${hard}${"#".repeat(1024 * 1024)}\n`,
      "stpd_conf/a.ini": "[x]\n",
      "common/stpd.ini": hard,
      "hosts/linked/host.ini": "role = rds\n",
      "hosts/lost/host.ini": "role = rds\n",
      "hosts/loop/host.ini": "role = rds\n",
    },
    {
      "hosts/linked/stpd.ini": "../../common/stpd.ini",
      "hosts/lost/stpd.ini": "nowhere.ini",
      "hosts/loop/stpd.ini": "stpd.ini",
      "hosts/folder": "../common",
    },
  );
  const request = { paths: [folder], overrides: {}, asOf: "2026-11-25" };
  const { files, ...tree } = openAt(folder);
  expect(tree.commit).toBe(commit);
  const [before, after] = [checkFleet(request, disk), checkFleet(request, files)];
  // Errors of links depend on the file system.
  const plain = ({ findings, hosts }: typeof before) => ({
    hosts,
    findings: findings.map(({ finding, source }) =>
      finding.rule === "unreadable" ? { file: finding.file } : { finding, source },
    ),
  });
  expect(plain(after)).toEqual(plain(before));
  expect(after.hosts.map(({ name }) => name)).toContain("W\u00f6rms host");
});

test("ignores uncommitted files, and accepts another commit", () => {
  const { folder, commit } = writeRepository({ "a/stpd.ini": hard });
  writeFileSync(join(folder, "a/stpd.ini"), soft);
  const bytesAt = (ref: string) => openAt(folder, ref).files.read(join(folder, "a/stpd.ini"), 9999);
  expect(bytesAt("HEAD")).toEqual({ kind: "bytes", bytes: hard });
  const second = commitAll(folder);
  runGit(folder, "tag", "v1", commit);
  expect(bytesAt("main")).toEqual({ kind: "bytes", bytes: soft });
  expect([openAt(folder, "v1").commit, openAt(folder, second.slice(0, 12)).commit]).toEqual([
    commit,
    second,
  ]);
  expect(bytesAt("v1")).toEqual({ kind: "bytes", bytes: hard });
});

test("a submodule is not a directory, and files of a commit cannot be changed", () => {
  const { folder, commit } = writeRepository({ "a/stpd.ini": hard });
  runGit(folder, "update-index", "--add", "--cacheinfo", `160000,${commit},module`);
  runGit(folder, "commit", "--quiet", "--message", "A module");
  const { files } = openAt(folder);
  expect(files.kindOf(join(folder, "module")).kind).toBe("other");
  expect(files.replace(join(folder, "a/stpd.ini"), hard, soft).kind).toBe("refused");
  expect(files.list(folder)).toEqual({
    kind: "entries",
    entries: [
      { name: "a", kind: "folder" },
      { name: "module", kind: "other" },
    ],
  });
});

test.each(["nope", "", "--all", "HEAD:a", "a..b"])("there is no commit %j", (ref) => {
  const { folder } = writeRepository({ "a/stpd.ini": hard });
  expect(() => openAt(folder, ref)).toThrow(expect.objectContaining({ code: "usage" }));
});

test("reads replaced objects as they were committed", () => {
  const { folder, commit } = writeRepository({ "a/stpd.ini": hard });
  writeFileSync(join(folder, "a/stpd.ini"), soft);
  const other = commitAll(folder);
  runGit(folder, "replace", "--force", commit, other);
  expect(openAt(folder, commit).files.read(join(folder, "a/stpd.ini"), 9999)).toEqual({
    kind: "bytes",
    bytes: hard,
  });
});

test("reports a clone that lacks a file", () => {
  const { folder } = writeRepository({ "a/stpd.ini": hard });
  const name = runGit(folder, "rev-parse", "HEAD:a/stpd.ini");
  rmSync(join(folder, ".git/objects", name.slice(0, 2), name.slice(2)));
  expect(() => openAt(folder)).toThrow(expect.objectContaining({ code: "broke" }));
});
