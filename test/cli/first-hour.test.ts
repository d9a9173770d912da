import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { pushFiles, readFile } from "../support/fakes/github/github-peer.ts";
import { runGit } from "../support/harness/git.ts";
import { distFile } from "../support/harness/programs.ts";
import { startStep } from "../support/harness/runner.ts";
import { startGithub } from "../support/harness/started.ts";

const plain = `[STPD_Server]
STPD_PORT=11001
STPD_HTTP_PORT=11000
STPD_HTTPS_PORT=11443
`;

interface Workflow {
  readonly jobs: { readonly fix: { readonly steps: readonly { with: Record<string, unknown> }[] } };
}

test("from 40 copied files to an open fix pull request with the commands that import prints", async () => {
  const folder = mkdtempSync(join(tmpdir(), "first-hour-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, "bin/index.js");
  cpSync(distFile, program);
  const work = join(folder, "work");
  for (let index = 1; index <= 40; index++) {
    const path = join(work, `rds${index}/var/ini/stpd.ini`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, index % 2 === 0 ? plain : plain.replaceAll("\n", "\r\n"));
  }
  const env = {
    PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
    HOME: folder,
    GIT_AUTHOR_NAME: "Anna",
    GIT_AUTHOR_EMAIL: "anna@example.org",
    GIT_COMMITTER_NAME: "Anna",
    GIT_COMMITTER_EMAIL: "anna@example.org",
    // The default of Git for Windows; .gitattributes must override it.
    GIT_CONFIG_COUNT: "2",
    GIT_CONFIG_KEY_0: "core.autocrlf",
    GIT_CONFIG_VALUE_0: "true",
    GIT_CONFIG_KEY_1: "url./nowhere/.insteadOf",
    GIT_CONFIG_VALUE_1: "https://github.com/",
  };
  const type = (line: string) =>
    spawnSync("sh", ["-c", line], { cwd: work, env, encoding: "utf8" });

  const imported = type("node ../bin/index.js import . --out fleet");
  expect(imported.status, imported.stderr).toBe(0);
  expect(imported.stdout).toContain("\n40 hosts: 40 partial. ");
  const [, next = ""] = /\nNext, .*:\n((?: {2}.*\n)+)/.exec(imported.stdout) ?? [];
  const ended = next
    .trimEnd()
    .split("\n")
    .map((line) => type(line.trim()).status);
  expect(ended).toEqual([1, 1, 0, 0, 0]);

  // emulate has no git push: the commit is sent with GitHub's API.
  const fleet = join(work, "fleet");
  const peer = await startGithub();
  const names = runGit(fleet, "ls-tree", "-r", "--name-only", "HEAD").split("\n");
  const committed = names.map((name) => {
    const { stdout } = spawnSync("git", ["show", `HEAD:${name}`], { cwd: fleet });
    return [name, stdout.toString("latin1")] as const;
  });
  const sha = await pushFiles(peer, Object.fromEntries(committed));
  const workflow: Workflow = parseYaml(
    readFileSync(join(fleet, ".github/workflows/sesam-harden-fix.yml"), "utf8"),
  );
  const inputs = Object.entries(workflow.jobs.fix.steps.at(-1)?.with ?? {});
  const texts = Object.fromEntries(inputs.map(([key, value]) => [key, String(value)]));
  const step = await startStep(texts, fleet, {
    GITHUB_API_URL: peer.url,
    GITHUB_EVENT_NAME: "push",
    GITHUB_REF: "refs/heads/main",
    GITHUB_SHA: sha,
  });
  expect([step.status, step.outputs["pull-request-operation"]], step.raw).toEqual([0, "created"]);
  const fixed = await readFile(peer, "sesam-harden/fix/main", "hosts/rds1/stpd.ini");
  expect(fixed).toMatch(/^# STPD_PORT=11001\r\n/m);
  expect(peer.problems).toEqual([]);
});
