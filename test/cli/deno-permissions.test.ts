import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { vendorPriority } from "../../src/core/gnutls/verdict.ts";
import { writeFleet } from "../support/builders/fleet.ts";
import { startDeno, type Ended } from "../support/harness/programs.ts";
import { priorityIni } from "../support/builders/rules.ts";

// Deno's error for a missing permission has a name but no code, unlike errors of Node.

const hard = priorityIni(vendorPriority);
const open = `[STPD_Server]\nSTPD_HTTP_PORT=11000\n${hard.replace("[STPD_Server]\n", "")}`;

interface Run {
  readonly allow: readonly string[];
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

async function runIn(folder: string, { allow, args, env = {} }: Run): Promise<Ended> {
  const ended = await startDeno(allow, args, { cwd: folder, env });
  // We never ask for a bug report if a permission is missing.
  expect(ended.stderr).not.toContain("internal error");
  expect(ended.stdout + ended.stderr).not.toContain("unknown error");
  return ended;
}

const fleet = (): string =>
  writeFleet({
    "hosts/rds1/stpd.ini": hard,
    "hosts/rds2/stpd.ini": hard,
    "hosts/rds2/host.ini": "",
  });

test.each([
  { name: "the directory of the hosts", allow: ["--allow-read=hosts"], args: ["check", "hosts"] },
  {
    name: "the directories of two hosts",
    allow: ["--allow-read=hosts/rds1,hosts/rds2"],
    args: ["check", "hosts/rds1", "hosts/rds2"],
  },
  { name: "the working directory", allow: ["--allow-read=."], args: ["check"] },
])(
  "check needs no more than $name, and says where it stopped searching for settings",
  async (run) => {
    const folder = fleet();
    const { status, stdout, stderr } = await runIn(folder, run);
    expect([status, stdout]).toEqual([0, expect.stringContaining("2 hosts: 2 hardened")]);
    const [, above = ""] = /did not search (\S+) or above for/.exec(stderr) ?? [];
    expect(stderr).toBe(
      `note: did not search ${above} or above for sesam-harden.ini: Deno may not read it. Allow it with --allow-read=${above}.\n`,
    );
  },
);

test("readable settings in a parent directory apply, and the search prints nothing", async () => {
  const folder = writeFleet({
    "sesam-harden.ini": "fail_on = never\n",
    "hosts/rds1/stpd.ini": open,
  });
  const check = (allow: string) => runIn(folder, { allow: [allow], args: ["check", "hosts"] });
  expect(await check("--allow-read=.")).toMatchObject({ status: 0, stderr: "" });
  // Without them the default applies.
  expect(await check("--allow-read=hosts")).toMatchObject({ status: 1 });
});

test.each([
  {
    name: "a host's directory",
    allow: ["--allow-read=.", "--deny-read=hosts/rds2"],
    says: "its folder cannot be listed: Deno may not read it",
    path: "hosts/rds2",
    status: 1,
  },
  {
    name: "a host's stpd.ini",
    allow: ["--allow-read=.", "--deny-read=hosts/rds2/stpd.ini"],
    says: "this file was not checked: Deno may not read it",
    path: "hosts/rds2/stpd.ini",
    status: 1,
  },
  {
    name: "a host's facts",
    allow: ["--allow-read=.", "--deny-read=hosts/rds2/host.ini"],
    says: "cannot read this file: Deno may not read it",
    path: "hosts/rds2/host.ini",
    status: 2,
  },
  { name: "everything", allow: [], says: "hosts: Deno may not read it", path: "hosts", status: 4 },
])("check names the path if Deno may not read $name", async ({ allow, says, path, status }) => {
  const folder = fleet();
  const ended = await runIn(folder, { allow, args: ["check", "hosts"] });
  const isDenied = allow.some((option) => option.startsWith("--deny"));
  const advice = `Allow it with --allow-read=${join(folder, path)}${isDenied ? ", and do not name it in --deny-read" : ""}.`;
  expect(ended.status).toBe(status);
  expect(ended.stdout + ended.stderr).toContain(says);
  expect(ended.stdout + ended.stderr).toContain(advice);
});

test("an unreadable settings file is not treated as missing", async () => {
  const folder = writeFleet({ "sesam-harden.ini": "", "hosts/rds1/stpd.ini": hard });
  const allow = ["--allow-read=.", "--deny-read=sesam-harden.ini"];
  const { status, stderr } = await runIn(folder, { allow, args: ["check", "hosts"] });
  expect(status).toBe(2);
  expect(stderr).toContain("sesam-harden.ini:1:1: cannot read this file: Deno may not read it");
  expect(stderr).toContain(`--allow-read=${join(folder, "sesam-harden.ini")}`);
});

test("fix writes nothing if settings or inventories might explain why a port is open", async () => {
  const folder = writeFleet({ "sesam-harden.ini": "", "hosts/rds1/stpd.ini": open });
  const args = ["fix", "hosts", "--write"];
  const allow = ["--allow-read=hosts", "--allow-write=hosts"];
  const refused = await runIn(folder, { allow, args });
  expect(refused.status).toBe(4);
  expect(refused.stderr).toContain("nothing was written because some files that fixes depend on");
  expect(readFileSync(join(folder, "hosts/rds1/stpd.ini"), "latin1")).toBe(open);
  const written = await runIn(folder, { allow: ["--allow-read=.", "--allow-write=hosts"], args });
  expect(written.status).toBe(0);
  expect(written.stderr).toContain("1 file written, 1 finding fixed, none left\n");
});

test("an inventory in a directory that cannot be listed also stops fix", async () => {
  const folder = writeFleet({
    "sesam-harden.ini": "",
    "hosts/rds1/stpd.ini": open,
    "servers/sesam1/stpd.ini": hard,
  });
  const allow = ["--allow-read=.", "--deny-read=servers/sesam1", "--allow-write=."];
  const { status, stderr } = await runIn(folder, { allow, args: ["fix", "hosts", "--write"] });
  expect(status).toBe(4);
  expect(stderr).toContain(`note: cannot read ${join(folder, "servers/sesam1")}:`);
  expect(readFileSync(join(folder, "hosts/rds1/stpd.ini"), "latin1")).toBe(open);
});

test.each([
  { name: "nothing", allow: [] },
  // The new file is written next to the old one before it replaces it.
  { name: "the file itself", allow: ["--allow-write=hosts/rds1/stpd.ini"] },
])("fix names the directory if Deno may write $name", async ({ allow }) => {
  const folder = writeFleet({ "sesam-harden.ini": "", "hosts/rds1/stpd.ini": open });
  const args = ["fix", "hosts", "--write"];
  const ended = await runIn(folder, { allow: ["--allow-read=.", ...allow], args });
  expect(ended.status).toBe(4);
  expect(ended.stderr).toContain("hosts/rds1/stpd.ini was not changed: Deno may not write it");
  expect(ended.stderr).toContain(`--allow-write=${join(folder, "hosts/rds1")}.`);
});

test("a report names the file that Deno may not write", async () => {
  const args = ["check", "hosts", "--output", "json=report.json"];
  const { status, stderr } = await runIn(fleet(), { allow: ["--allow-read=."], args });
  expect(status).toBe(4);
  expect(stderr).toContain("cannot write the report to report.json: Deno may not write it");
  expect(stderr).toContain("--allow-write=report.json");
});

test("a port that Deno may not connect to is unknown, regardless of how filtered ports count", async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const allow = [`--allow-net=127.0.0.1:${port}`];
  const ports = ["--https-port", String(port), "--http-port", "1", "--ftp-port", "2"];
  const args = ["probe", "127.0.0.1", ...ports, "--filtered-port", "closed", "--format", "json"];
  const { stdout } = await runIn(fleet(), { allow, args });
  const reasons: readonly { readonly code: string; readonly message: string }[] =
    JSON.parse(stdout).reasons;
  const plain = reasons.filter(({ code }) => /^(http|ftp)-filtered$/.test(code));
  expect(plain.map(({ message }) => message)).toEqual([
    "cannot tell whether port 1 (HTTP) is closed: Deno needs --allow-net=127.0.0.1:1",
    "cannot tell whether port 2 (FTP) is closed: Deno needs --allow-net=127.0.0.1:2",
  ]);
});

test("probe names the host name that Deno may not resolve, and the address it may not connect to", async () => {
  const probe = (allow: string) => runIn(fleet(), { allow: [allow], args: ["probe", "localhost"] });
  const unresolved = await probe("--allow-net=127.0.0.1");
  expect([unresolved.status, unresolved.stdout]).toEqual([
    4,
    expect.stringContaining("Deno needs --allow-net=localhost, and the same for each of its"),
  ]);
  const unconnected = await probe("--allow-net=localhost");
  expect([unconnected.status, unconnected.stdout]).toEqual([
    4,
    expect.stringContaining("could not reach port 11443 from here: Deno needs --allow-net="),
  ]);
});

test("inventory names what Deno needs to connect, and to read further certificates", async () => {
  const folder = writeFleet({ "secret.txt": "x\n" });
  const ask = async (...allow: readonly string[]): Promise<string> => {
    const args = ["inventory", "--url", "https://localhost:1", "--user", "u"];
    const run = {
      allow: [...allow, "--allow-read=secret.txt"],
      args: [...args, "--password-file", "secret.txt"],
      env: { NODE_EXTRA_CA_CERTS: "/dev/null" },
    };
    const { status, stderr } = await runIn(folder, run);
    expect(status).toBe(4);
    return stderr;
  };
  expect(await ask("--allow-net=localhost:1")).toContain(
    "NODE_EXTRA_CA_CERTS is set, for which Deno needs --allow-sys",
  );
  const own = ["--allow-sys", "--allow-env=NODE_USE_SYSTEM_CA"];
  expect(await ask(...own)).toContain("Deno needs --allow-net=HOST:PORT");
  expect(await ask(...own, "--allow-net=localhost:1")).toContain("connection refused");
});

test("inventory --out names the directory that Deno may not read", async () => {
  const folder = writeFleet({ "secret.txt": "x\n" });
  const args = ["inventory", "--url", "https://localhost:1", "--user", "u", "--out", "new.json"];
  const { status, stderr } = await runIn(folder, { allow: ["--allow-read=secret.txt"], args });
  expect(status).toBe(2);
  expect(stderr).toContain(`Allow it with --allow-read=${join(folder, "new.json")}.`);
});

const kid = "A".repeat(43);

test.each([
  { name: "no variable", allow: [], says: "--allow-env=GITHUB_REPOSITORY_ID" },
  {
    name: "one of the variables",
    allow: ["--allow-env=GITHUB_REPOSITORY_ID"],
    says: "--allow-env=GITHUB_REPOSITORY.",
  },
])("ledger names the variable if Deno may read $name", async ({ allow, says }) => {
  const args = ["ledger", "verify", "--key", `${kid}:${kid}`];
  const { status, stderr } = await runIn(fleet(), { allow, args });
  expect([status, stderr]).toEqual([2, expect.stringContaining(says)]);
});

test("ledger names GitHub's address if Deno may not connect to it", async () => {
  const env = {
    GITHUB_REPOSITORY: "o/r",
    GITHUB_TOKEN: "t",
    GITHUB_API_URL: "https://127.0.0.1:1",
  };
  const args = ["ledger", "verify", "--key", `${kid}:${kid}`];
  const { status, stderr } = await startDeno(["--allow-env"], args, { env });
  expect([status, stderr]).toEqual([2, expect.stringContaining("--allow-net=127.0.0.1:1")]);
});

test.each([
  { name: "neither git nor variables", allow: ["--allow-read"] },
  // In this case Deno 2.9.5 starts nothing, and reports no error either.
  { name: "no git", allow: ["--allow-read", "--allow-env"] },
  // Deno reads all variables before it starts a program.
  { name: "no variables", allow: ["--allow-read", "--allow-run=git"] },
])("plan says what git needs if Deno allows $name", async ({ allow }) => {
  const folder = fleet();
  execFileSync("git", ["init", "-q", folder]);
  const args = ["plan", "production", "--phase", "open", "--repository", "1"];
  const { status, stderr } = await runIn(folder, { allow, args });
  expect(status).toBe(4);
  expect(stderr).toContain("under Deno, allow it with --allow-run=git --allow-env");
});

test("plan and keygen do not treat an unreadable directory as a repository", async () => {
  const folder = fleet();
  execFileSync("git", ["init", "-q", folder]);
  const allow = ["--allow-read=hosts", "--allow-write=hosts"];
  const plan = ["plan", "production", "hosts", "--phase", "open", "--repository", "1"];
  const planned = await runIn(folder, { allow, args: plan });
  expect([planned.status, planned.stderr]).toEqual([
    4,
    expect.stringContaining(`${folder}: Deno may not read it`),
  ]);
  const key = await runIn(folder, { allow, args: ["ticket", "keygen", "--out", "hosts/key"] });
  expect([key.status, key.stderr]).toEqual([
    4,
    expect.stringContaining("cannot tell whether hosts/key is in a Git repository"),
  ]);
});

test.each([
  ["ticket", "verify", "x", "--key", "key.txt"],
  ["ledger", "verify", "--keys", "key.txt"],
  ["inventory", "--url", "https://s", "--user", "u", "--password-file", "key.txt"],
  ["check", "hosts", "--baseline", "key.txt"],
  ["plan", "production", "--phase", "open", "--repository", "1", "--records", "key.txt"],
])("%s %s names a file of its options that Deno may not read", async (...args) => {
  const folder = fleet();
  execFileSync("git", ["init", "-q", folder]);
  execFileSync("git", [
    "-C",
    folder,
    "-c",
    "user.name=t",
    "-c",
    "user.email=t@t",
    "commit",
    "-q",
    "--allow-empty",
    "-m",
    "x",
  ]);
  writeFileSync(join(folder, "key.txt"), "");
  const allow = ["--allow-read=.", "--deny-read=key.txt", "--allow-env", "--allow-run=git"];
  const { stderr } = await runIn(folder, { allow, args });
  expect(stderr).toContain("Deno may not read it");
  expect(stderr).toContain(`--allow-read=${join(folder, "key.txt")}`);
});

test("an unreadable program is not reported as uninstalled", async () => {
  const { status, stderr } = await runIn(fleet(), { allow: [], args: ["host", "status"] });
  expect(status).toBe(4);
  expect(stderr).toContain("Deno denied permission: Requires read access");
});

test("links out of the config repo are refused, although Deno itself would follow them", async () => {
  const folder = writeFleet({ "sesam-harden.ini": "", "other/stpd.ini": hard });
  const repo = join(folder, "repo");
  mkdirSync(join(repo, "hosts", "rds1"), { recursive: true });
  writeFileSync(join(repo, "sesam-harden.ini"), "");
  symlinkSync(join(folder, "other/stpd.ini"), join(repo, "hosts/rds1/stpd.ini"));
  const { stdout } = await runIn(repo, { allow: ["--allow-read=."], args: ["check", "hosts"] });
  expect(stdout).toContain("it is behind a link that leads out of the config repo");
});
