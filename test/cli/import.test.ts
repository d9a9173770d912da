import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createNodeFiles } from "../../src/adapters/runtime/node-files.ts";
import { version } from "../../src/core/base/version.ts";
import { vendorPriority } from "../../src/core/gnutls/verdict.ts";
import { writeFleet } from "../support/builders/fleet.ts";
import { priorityIni } from "../support/builders/rules.ts";
import { makeZip } from "../support/builders/zip.ts";
import { hasSshd, startSshd, type Sshd } from "../support/fakes/host/sshd.ts";
import { writeRepository, runGit } from "../support/harness/git.ts";
import { prepareInventory } from "../support/harness/inventory-run.ts";
import { user } from "../support/fakes/sesam/sesam-stand-in.ts";
import { hasPeer } from "../support/harness/peers.ts";
import { distFile, startDeno, startNode, type Ended } from "../support/harness/programs.ts";

const hard = priorityIni(vendorPriority);
const plain = "[STPD_Server]\r\nSTPD_PORT=11001\r\nSTPD_HTTP_PORT=11000\r\n# f\xfcr\r\n";

/** Redirects git's requests to GitHub to a directory. */
const redirect = (folder: string) => ({
  GIT_CONFIG_COUNT: "1",
  GIT_CONFIG_KEY_0: `url.${folder}/.insteadOf`,
  GIT_CONFIG_VALUE_0: "https://github.com/",
});
const offline = redirect("/nowhere");

type Run = (args: readonly string[], cwd: string) => Promise<Ended>;
const runNode: Run = (args, cwd) => startNode(args, { cwd, env: offline });
const runDeno: Run = (args, cwd) =>
  startDeno([`--allow-read=${cwd}`, `--allow-write=${cwd}`], args, { cwd });

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "import-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Every file below, with its bytes. */
function readTree(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(
    files.map((name) => [name, readFileSync(join(folder, name), "latin1")]),
  );
}

const fortyHosts = Object.fromEntries(
  Array.from({ length: 40 }, (_, index) => [
    `host${index}/var/ini/stpd.ini`,
    index < 3 ? hard : plain,
  ]),
);

const starters = [
  ".gitattributes",
  ".github/CODEOWNERS",
  ".github/workflows/sesam-harden-fix.yml",
  ".github/workflows/sesam-harden.yml",
  "sesam-harden.ini",
];

describe.each([
  ["Node", runNode],
  ["Deno", runDeno],
] as const)("under %s", (_, run) => {
  test("imports 40 hosts into a new config repo, and a second import changes nothing", async () => {
    const folder = writeFleet(fortyHosts);
    const first = await run(["import", ".", "--out", "fleet"], folder);
    expect([first.status, first.stderr]).toEqual([
      0,
      expect.stringMatching(/^note: the workflows name the Action by its tag v[\d.]+, .*\n$/),
    ]);
    expect(first.stdout).toContain(
      "new        hosts/host7/stpd.ini  from ./host7/var/ini/stpd.ini (name: directory above var/ini)\n",
    );
    expect(first.stdout).toContain("\n40 hosts: 3 hardened, 37 plaintext. ");
    expect(first.stdout).toMatch(/\nNext, .*:\n( {2}\S.*\n){5}Then bring it to GitHub/);
    // Interactive zsh, cmd and PowerShell 5.1 each take one of these otherwise.
    expect(first.stdout.slice(first.stdout.indexOf("\nNext, "))).not.toMatch(/ #|&&|'/);
    expect(first.stdout).toMatch(
      /\nOpen questions:\n {2}hosts\/\S+\/host\.ini and 39 more: address, os, avx, role, .*\n\n/,
    );
    const tree = readTree(join(folder, "fleet"));
    const hosts = Object.entries(fortyHosts).flatMap(([path, bytes]) => {
      const name = path.slice(0, path.indexOf("/"));
      expect(tree[`hosts/${name}/stpd.ini`]).toBe(bytes);
      expect(tree[`hosts/${name}/host.ini`]).not.toMatch(/^[^#]/m);
      return [`hosts/${name}/stpd.ini`, `hosts/${name}/host.ini`];
    });
    expect(Object.keys(tree).toSorted()).toEqual([...starters, ...hosts].toSorted());

    const second = await run(["import", ".", "--out", "fleet"], folder);
    expect([second.status, second.stderr]).toEqual([0, ""]);
    expect(second.stdout).not.toMatch(/^(new|conflict)/m);
    expect(readTree(join(folder, "fleet"))).toEqual(tree);

    writeFileSync(join(folder, "host1/var/ini/stpd.ini"), plain, "latin1");
    mkdirSync(join(folder, "host40"));
    writeFileSync(join(folder, "host40/stpd.ini"), plain, "latin1");
    const third = await run(["import", ".", "--out", "fleet"], folder);
    expect(third.status).toBe(1);
    expect(third.stdout).toContain("Left alone because of a conflict: 1 file, listed above.\n");
    expect(third.stdout).toMatch(/^conflict {3}hosts\/host1\/stpd.ini .*other bytes; left alone$/m);
    expect(third.stdout).toMatch(/^new {8}hosts\/host40\/stpd.ini /m);
    const {
      "hosts/host40/stpd.ini": added,
      "hosts/host40/host.ini": _facts,
      ...rest
    } = readTree(join(folder, "fleet"));
    expect([added, rest]).toEqual([plain, tree]);
  });

  test("writes nothing if two files belong to one host", async () => {
    const folder = writeFleet({ "a/rds1/stpd.ini": plain, "b/RDS1.ini": plain, "c.ini": plain });
    const { status, stdout, stderr } = await run(["import", ".", "--out", "fleet"], folder);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("  RDS1: ./b/RDS1.ini (file name)\n");
    expect(stderr).toContain("  rds1: ./a/rds1/stpd.ini (its directory)\n");
    expect(stderr).toContain("1 host name would be used twice, so nothing was written");
    expect(readdirSync(folder).toSorted()).toEqual(["a", "b", "c.ini"]);
  });

  test("reads a ZIP with backslashes, and nothing too large, foreign or outside of the source", async () => {
    const folder = writeFleet({});
    const bomb = "[STPD_Server]\n".padEnd(2_000_000, "#");
    const archive = makeZip({
      "win1\\C\\ProgramData\\SEPsesam\\var\\ini\\stpd.ini": hard,
      "rds1/stpd.ini": hard,
      "bomb/stpd.ini": bomb,
      "page/stpd.ini": "<html></html>",
      "../../up/../stpd.ini": hard,
    });
    writeFileSync(join(folder, "files.zip"), archive);
    const { status, stdout, stderr } = await run(["import", "files.zip", "--out", "fleet"], folder);
    expect(status).toBe(1);
    expect(stdout).toContain("\nNot imported: 3, listed above with the reason.\n");
    expect(stderr.match(/^not imported: .*$/gm)).toEqual([
      "not imported: files.zip: bomb/stpd.ini: it is damaged, encrypted or larger than 1 MiB",
      "not imported: files.zip: page/stpd.ini: it is an HTML page",
      "not imported: files.zip: ../../up/../stpd.ini: its path leads out of the source",
    ]);
    const tree = readTree(folder);
    expect(Object.keys(tree).filter((name) => name.endsWith("stpd.ini"))).toEqual([
      "fleet/hosts/rds1/stpd.ini",
      "fleet/hosts/win1/stpd.ini",
    ]);
    expect(tree["fleet/hosts/win1/host.ini"]).toMatch(/^os = windows$/m);
    expect(tree["fleet/hosts/rds1/host.ini"]).toMatch(/^# os = +# linux or windows\?$/m);
  });

  test("init writes what import adds, and keeps an edited file", async () => {
    const folder = writeFleet({ "fleet/.gitattributes": "* text=auto\n" });
    const { status, stdout } = await run(["init", "--out", "fleet"], folder);
    expect(status).toBe(0);
    expect(stdout).toContain("kept       .gitattributes\n");
    expect(stdout).toMatch(/Next, .*:\n {2}\S.* import SOURCE\.\.\. --out fleet\n/);
    const tree = readTree(join(folder, "fleet"));
    expect(Object.keys(tree)).toEqual(starters);
    expect(tree[".gitattributes"]).toBe("* text=auto\n");
  });
});

test("reads a ZIP of the zip program", async ({ skip }) => {
  if (!hasPeer("zip", "-v")) return skip();
  const folder = writeFleet({
    "K\u00f6ln/rds1/var/ini/stpd.ini": hard,
    "K\u00f6ln/rds2.ini": plain,
  });
  const zipped = spawnSync("zip", ["-q", "-r", "files.zip", "."], { cwd: folder });
  expect(zipped.status).toBe(0);
  const { status, stdout } = await runNode(["import", "files.zip", "--out", "fleet"], folder);
  expect([status, stdout]).toEqual([
    0,
    expect.stringContaining("2 hosts: 1 hardened, 1 plaintext"),
  ]);
  return undefined;
});

/** Gives each file of an archive a wrong checksum, up to a file with that name. */
function damage(archive: Buffer, until: string): Buffer {
  const mark = Buffer.from([0x50, 0x4b, 0x01, 0x02]);
  const end = archive.lastIndexOf(until);
  for (let at = archive.indexOf(mark); at < end - 46; at = archive.indexOf(mark, at + 1)) {
    archive.writeUInt32LE((archive.readUInt32LE(at + 16) ^ 1) >>> 0, at + 16);
  }
  return archive;
}

test.each([
  ["good", 0],
  ["damaged", 64],
])("unpacks no more than 64 MiB of an archive, if its files are %s", async (_, damaged) => {
  const folder = writeFleet({});
  const large = "[STPD_Server]\n".padEnd(1024 * 1024, "#");
  const names = Array.from({ length: 66 }, (__, index) => `rds${index}.ini`);
  const archive = makeZip(Object.fromEntries(names.map((name) => [name, large])));
  writeFileSync(join(folder, "files.zip"), damage(archive, `rds${damaged}.ini`));
  const { status, stderr } = await runNode(["import", "files.zip", "--out", "fleet"], folder);
  expect([status, stderr.match(/^not imported: .*$/gm)]).toEqual([
    damaged === 0 ? 1 : 3,
    [
      ...names
        .slice(0, damaged)
        .map(
          (name) =>
            `not imported: files.zip: ${name}: it is damaged, encrypted or larger than 1 MiB`,
        ),
      ...["rds64.ini", "rds65.ini"].map(
        (name) => `not imported: files.zip: ${name}: more than 64 MiB of the archive were unpacked`,
      ),
    ],
  ]);
});

test("also reads an unpacked ZIP whose names have backslashes", async () => {
  const folder = makeFolder();
  mkdirSync(join(folder, "copied"));
  writeFileSync(join(folder, "copied", "rds1\\var\\ini\\stpd.ini"), hard);
  const { stdout } = await runNode(["import", "copied", "--out", "fleet"], folder);
  expect(stdout).toContain("\n1 host: 1 hardened. ");
});

test("copies in the config repo are neither checked nor committed", async () => {
  const folder = writeFleet({ "rds1/var/ini/stpd.ini": hard, "win1/C$/stpd.ini": hard });
  const { status, stdout } = await runNode(["import", "."], folder);
  expect([status, stdout]).toEqual([0, expect.stringContaining("\n2 hosts: 2 hardened. ")]);
  const [, paths = ""] = /^ {2}git add (.*)$/m.exec(stdout) ?? [];
  expect(paths.split(" ").toSorted()).toEqual([
    ".gitattributes",
    ".github",
    "hosts",
    "sesam-harden.ini",
  ]);
  expect(stdout).toContain("\n  avx, on 1 Windows host: without AVX, STPD has no HTTPS\n");
});

test("git looks up the commit of the release for the workflows", async () => {
  const github = writeFleet({ "sesam-harden/sesam-harden/README.md": "" });
  const { folder: action, commit } = writeRepository({ "README.md": "x" });
  runGit(action, "tag", "-a", "-m", "A release", `v${version}`);
  rmSync(join(github, "sesam-harden/sesam-harden"), { recursive: true });
  symlinkSync(action, join(github, "sesam-harden/sesam-harden"));
  const folder = makeFolder();
  const init = () => startNode(["init"], { cwd: folder, env: redirect(github) });
  expect(await init()).toMatchObject({ status: 0, stderr: "" });
  const workflow = readFileSync(join(folder, ".github/workflows/sesam-harden.yml"), "utf8");
  expect(workflow).toContain(`uses: sesam-harden/sesam-harden@${commit} # v${version}\n`);
});

test("writes no workflow inside a larger Git repository, since GitHub would not read it", async () => {
  const { folder } = writeRepository({ "copied/rds1.ini": hard });
  const { status, stderr } = await runNode(["import", "copied", "--out", "backup/fleet"], folder);
  expect([status, stderr]).toEqual([
    0,
    expect.stringContaining("note: no workflow was written: GitHub reads them only from "),
  ]);
  expect(readdirSync(join(folder, "backup/fleet"))).not.toContain(".github");
});

test.each([
  [["import"], 2, "import needs a directory, a ZIP file or USER@HOST, or --server"],
  [["import", "nowhere"], 2, "nowhere: no such file or directory"],
  [["import", "-x@host"], 2, "unknown option '-x@host'"],
  [["import", "--", "-x@host"], 2, "-x@host: no such file or directory"],
  [["import", "anna@rds1:stpd.ini"], 2, "the path has to start with /"],
  [["import", "empty"], 3, "not imported: empty: there is no stpd.ini in it"],
  [["import", "empty", "--user", "anna"], 2, "--user needs --server"],
  [["import", "notes.txt"], 2, "notes.txt is not a directory, an .ini file or a .zip file"],
  [["import", "notes.zip"], 3, "notes.zip: it is not a ZIP file, or it is damaged"],
  [["import", "empty", "--out", "notes.txt"], 2, "--out notes.txt is not a directory"],
])("%j ends with exit code %i", async (args, code, message) => {
  const folder = writeFleet({ "empty/x": "", "notes.txt": "x", "notes.zip": "x" });
  const { status, stderr } = await runNode(args, folder);
  expect([status, stderr]).toEqual([code, expect.stringContaining(message)]);
  expect(Object.keys(readTree(folder))).toEqual(["empty/x", "notes.txt", "notes.zip"]);
});

test.each([
  ["read-only", "ro,size=1m", "it is on a read-only file system"],
  ["full", "size=16k", "the disk is full"],
])("on a disk that is %s it says so, and leaves no partial file", (_, options, reason) => {
  const folder = writeFleet(fortyHosts);
  mkdirSync(join(folder, "disk"));
  const script = `mount -t tmpfs -o ${options} none disk && '${process.execPath}' '${distFile}' import . --out disk
    code=$?; find disk -name stpd.ini -size -1c; find disk -type f | wc -l; exit $code`;
  const { status, stdout, stderr } = spawnSync("unshare", ["-rm", "sh", "-c", script], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", ...offline },
  });
  expect(status, stderr).toBe(4);
  expect(stderr).toMatch(new RegExp(`\\S+ was not written: ${reason}\\n`));
  const [, written] = /^(\d+) files? written to /m.exec(stderr) ?? [];
  expect(stdout).toBe(`${written}\n`);
});

test("Deno's permissions apply, and a missing one is named", async () => {
  const folder = writeFleet({ "copied/rds1.ini": hard });
  const args = ["import", "copied", "--out", "fleet"];
  const { status, stderr } = await startDeno([`--allow-read=${folder}`], args, { cwd: folder });
  expect([status, stderr]).toEqual([
    4,
    expect.stringContaining(`Deno may not write it\nAllow it with --allow-write=${folder}/fleet/`),
  ]);
});

test("the Server names what is missing, and what it knows of a host", async () => {
  const lists = {
    "GET /clients": [
      { id: 0, name: "sesam1", interfaces: ["https://backup.example:11443"] },
      { id: 1, name: "rds1.example", interfaces: ["http://rds1.example:11000"] },
      { id: 2, name: "rds9", interfaces: ["http://rds9:11000", "https://rds9:11443"] },
      { id: 3, name: "laptop", interfaces: [] },
      { id: 4, name: "rds2", interfaces: ["https://rds2#x:11443"] },
      { id: 5, name: "::error::rds8", interfaces: ["https://rds8:11443"] },
    ],
  };
  const { sesam, folder } = await prepareInventory({ lists });
  mkdirSync(join(folder, "copied"));
  for (const name of ["sesam1", "rds1", "rds2"])
    writeFileSync(join(folder, `copied/${name}.ini`), hard);
  const login = ["--user", user, "--ca-file", "ca.pem", "--password-file", "password"];
  const args = ["import", "copied", "--out", "fleet", "--server", sesam.url, ...login];
  const { status, stdout, stderr } = await runNode(args, folder);
  expect([status, stderr]).toEqual([1, expect.not.stringContaining("complete")]);
  expect(stdout).toMatch(/^Still missing, .*:\n {2}\.\/::error::rds8 \(rds8\)\n {2}rds9\n\n/m);
  expect(stdout).toContain(
    "Open questions:\n  hosts/rds1/host.ini: os, avx, role, version, environment\n",
  );
  expect(stderr).toContain("the host of 'https://rds2#x:11443' is not a name");
  expect(sesam.routes()).toEqual([
    "POST /auth/login",
    "GET /server/info",
    "GET /clients",
    "GET /auth/logout",
  ]);
  const tree = readTree(join(folder, "fleet"));
  expect(tree["hosts/rds2/host.ini"]).not.toMatch(/^[^#]/m);
  expect(tree["hosts/sesam1/host.ini"]).toMatch(/^address = backup.example\nrole = server$/m);
  expect(tree["hosts/rds1/host.ini"]).toMatch(/^address = rds1.example$/m);
  expect(tree["hosts/rds1/host.ini"]).not.toMatch(/^role/m);
  expect(Object.keys(tree).join()).not.toContain("rds9");
});

describe.skipIf(!hasSshd())("over ssh", () => {
  const top = mkdtempSync(join(tmpdir(), "import-ssh-"));
  let sshd: Sshd;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    sshd = await startSshd(top);
    writeFileSync(join(top, ".bashrc"), "echo a login script that talks\n");
    const config = `Host stranger
  UserKnownHostsFile /dev/null
Host *
  HostName 127.0.0.1
  Port ${sshd.port}
  IdentityFile ${sshd.identityFile}
  IdentitiesOnly yes
  UserKnownHostsFile ${sshd.knownHosts}
`;
    writeFileSync(join(top, "ssh_config"), config);
    mkdirSync(join(top, "bin"));
    // The user's own settings apply, and those of the person who runs the tests must not.
    const wrapper = `#!/bin/sh
touch '${top}/running/'$$
ls '${top}/running' | wc -l >> '${top}/counts'
/usr/bin/ssh -F '${join(top, "ssh_config")}' "$@"
code=$?
rm '${top}/running/'$$
exit $code
`;
    mkdirSync(join(top, "running"));
    writeFileSync(join(top, "bin/ssh"), wrapper, { mode: 0o755 });
    env = { PATH: `${join(top, "bin")}:${process.env["PATH"] ?? ""}`, ...offline };
  });

  afterAll(async () => {
    await sshd.stop();
    rmSync(top, { recursive: true, force: true });
  });

  test.each(["Node", "Deno"])("reads stpd.ini and uname under %s", async (runtime) => {
    const folder = makeFolder();
    const bytes = `${plain}\n\nno newline at the end \x00\xff`.replaceAll("\x00", "");
    const path = join(top, "it's a file.ini");
    writeFileSync(path, bytes, "latin1");
    const names = Array.from({ length: 10 }, (_, index) => `rds${index}.example`);
    const sources = names.map((name) => `${sshd.user}@${name}:${path}`);
    const args = ["import", ...sources, `${sshd.user}@stranger:${path}`, "--out", "fleet"];
    const permissions = ["--allow-read", "--allow-write", "--allow-run=ssh,git", "--allow-env"];
    const { status, stdout, stderr } =
      runtime === "Node"
        ? await startNode(args, { cwd: folder, env })
        : await startDeno(permissions, args, { cwd: folder, env });
    expect([status, stderr.match(/^not imported: .*$/gm)]).toEqual([
      1,
      [`not imported: ${sshd.user}@stranger:${path}: Host key verification failed.`],
    ]);
    expect(stdout).toContain("\n10 hosts: 10 plaintext. ");
    const counts = readFileSync(join(top, "counts"), "utf8").trim().split("\n").map(Number);
    expect(Math.max(...counts)).toBeGreaterThan(1);
    expect(Math.max(...counts)).toBeLessThanOrEqual(8);
    for (const name of names) {
      const place = join(folder, "fleet/hosts", name);
      expect(readFileSync(join(place, "stpd.ini"), "latin1")).toBe(bytes);
      const facts = readFileSync(join(place, "host.ini"), "utf8");
      expect(facts).toContain(`\naddress = ${name}\nos = linux\n`);
    }
  });

  test("says why a host could not be read, and writes nothing if none could be read", async () => {
    const folder = makeFolder();
    const missing = `${sshd.user}@rds1:/no/such/stpd.ini`;
    const large = join(top, "large.ini");
    writeFileSync(large, "[STPD_Server]\n".padEnd(1024 * 1024 + 1, "#"));
    const args = ["import", missing, `${sshd.user}@rds2:${large}`, "--out", "fleet"];
    const { status, stderr } = await startNode(args, { cwd: folder, env });
    expect(status).toBe(3);
    expect(stderr).toContain(`not imported: ${missing}: cat: /no/such/stpd.ini: No such file`);
    expect(stderr).toContain("large.ini: it is larger than 1048576 bytes");
    expect(createNodeFiles().kindOf(join(folder, "fleet")).kind).toBe("missing");
  });
});
