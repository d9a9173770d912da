import { spawnSync } from "node:child_process";
import {
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { verifySignature } from "../../../src/adapters/signatures.ts";
import {
  readRehearsalReport,
  type CheckFinding,
} from "../../../src/core/rollout/dispatch/rehearsal-report.ts";
import { readGlobalsReport } from "../../../src/core/rollout/dispatch/globals-report.ts";
import {
  judgeGlobalsSignature,
  judgeRehearsalSignature,
} from "../../../src/core/rollout/dispatch/report-signature.ts";
import type { HostKeys } from "../../../src/core/rollout/state/host-keys.ts";
import {
  signRehearsalTicket,
  signTicket,
  type RehearsalClaims,
} from "../../../src/core/rollout/dispatch/ticket.ts";
import { readRecords } from "../../../src/core/rollout/plan/records-file.ts";
import { makeKeys } from "../builders/tickets.ts";
import { desired, plain } from "../fakes/host/model-change.ts";
import { printSshPins, startSshd } from "../fakes/host/sshd.ts";
import { createStandInHost } from "../fakes/host/stand-in-host.ts";
import { hash, installHost } from "../harness/installed-host.ts";

/**
 * Runs inside a namespace: what `host check` says of a host in several states, and what a rehearsal
 * reports. Each is `EXIT ANSWER: CHECK STATE CODE, …` of what is not ok.
 */
export interface CheckSeen {
  readonly seen: Readonly<Record<string, string>>;
  /** The text of the first check. */
  readonly text: string;
  /** Paths whose content, mode or times changed during the check. */
  readonly changed: readonly string[];
}

const [, , transport = "", runtime = ""] = process.argv;
const isSsh = transport === "ssh";
const addresses = ["127.0.0.1", "127.0.0.2"] as const;
const host = createStandInHost({ flavour: "microhttpd", stpdIni: plain, addresses });
const sshd = isSsh ? await startSshd(host.folder) : undefined;
const [current, stranger] = [await makeKeys(), await makeKeys()];
const { kid, x } = current.publicKey;
const target = join(host.folder, "state");
const installed = await installHost({
  host,
  desired,
  addresses: ["127.0.0.2"],
  runtime: runtime === "deno" ? "deno" : "node",
  more: `[key.${kid}]\npublic = ${x}\n${sshd === undefined ? "" : printSshPins(sshd, target)}`,
});
const { root, repo, state, pinsFile } = installed;
const seen: Record<string, string> = {};

/** Everything except what ssh needs for its own connection, and the log of the stand-in. */
function snapshot(): ReadonlyMap<string, string> {
  const folders = [root, host.folder];
  const names = folders.flatMap((folder) => [
    folder,
    ...readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  ]);
  return new Map(
    names
      .filter((path) => !path.startsWith(join(root, "var/lib/sesam-harden/ssh")))
      .map((path) => {
        const { mode, size, mtimeMs, ctimeMs, ino, uid } = lstatSync(path);
        return [path, [mode, size, mtimeMs, ctimeMs, ino, uid].join(" ")];
      }),
  );
}

function show(status: number | null, answer: string, findings: readonly CheckFinding[]): string {
  const found = findings
    .filter((finding) => finding.state !== "ok")
    .map((finding) => `${finding.check} ${finding.state} ${finding.code}`);
  return [`${status} ${answer}`, ...found].join(", ");
}

async function check(name: string): Promise<readonly CheckFinding[]> {
  const ended = await installed.run(["host", "check", "--format", "json"]);
  const [only] = ended.stdout === "" ? [] : JSON.parse(ended.stdout).hosts;
  seen[name] = only === undefined ? ended.stderr : show(ended.status, only.answer, only.findings);
  return only?.findings ?? [];
}

/** Returns the text, and the paths that changed meanwhile. */
async function checkHost(): Promise<Pick<CheckSeen, "text" | "changed">> {
  const before = snapshot();
  const { stdout } = await installed.run(["host", "check"]);
  const findings = await check("fully prepared");
  const after = snapshot();
  seen["names of the checks"] = findings.map((one) => one.check).join(" ");
  host.setBusy("2 transfers");
  await check("while transfers run");
  host.setBusy(undefined);
  return { text: stdout, changed: listChanged(before, after) };
}

function listChanged(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string> = snapshot(),
): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
}

const seconds = Math.floor(Date.now() / 1000);

async function readKeys(): Promise<HostKeys> {
  const reading = readRecords((await installed.run(["host", "records"])).stdout);
  const own = reading.kind === "records" ? reading.records.keys : undefined;
  return new Map((own ?? []).map(({ host: name, ...key }) => [name, key]));
}

/** Records of the host and its key, the plan, and a ticket for it, as a job gets them. */
async function rehearse(): Promise<void> {
  const plan = join(root, "open.json");
  installed.planPhase("open");
  const keys = await readKeys();
  const before = snapshot();
  const claims: RehearsalClaims = {
    schemaVersion: 1,
    rollout: "2026-11-17",
    wave: 1,
    repository: 7,
    commit: "c".repeat(40),
    phase: "open",
    environment: "lab",
    plan: hash(readFileSync(plan, "utf8")),
    ledger: null,
    nbf: seconds - 10,
    exp: seconds + 600,
  };
  const file = join(root, "ticket");
  const words = ["--phase", "open", "--wave", "1", "--commit", claims.commit, "--repo", repo];
  const args = [...words, "--plan", plan, "--ticket", file, "--attempt", "1", "--format", "json"];
  const tryPlan = async (name: string, ticket: string): Promise<void> => {
    writeFileSync(file, ticket);
    const { status, stdout, stderr } = await installed.run([
      "host",
      "check",
      "--from-job",
      ...args,
    ]);
    const report = readRehearsalReport(stdout);
    if (report === undefined) {
      seen[name] = stderr;
      return;
    }
    const signature = await judgeRehearsalSignature(report, "host1", keys, verifySignature);
    const of = `${signature} ${report.rollout} ${report.wave}`;
    seen[name] = `${of} ${show(status, report.answer, report.findings)}`;
  };
  const good = await signRehearsalTicket(claims, current.signer);
  await tryPlan("rehearsed", good);
  // Except for the ticket, which is there for the job.
  seen["changed by a rehearsal"] = [...snapshot()]
    .filter(([path, facts]) => path !== file && before.get(path) !== facts)
    .map(([path]) => path)
    .filter((path) => path !== root)
    .join(" ");
  const wave = await signTicket({ ...claims, sequence: 3 }, current.signer);
  await tryPlan("rehearsed with a wave's ticket", wave);
  await tryPlan("rehearsed for a stranger", await signRehearsalTicket(claims, stranger.signer));
  const late = { ...claims, nbf: seconds - 7200, exp: seconds - 3600 };
  await tryPlan("rehearsed too late", await signRehearsalTicket(late, current.signer));
  const { mtime } = lstatSync(host.stpdIni);
  writeFileSync(host.stpdIni, plain.replace("11001", "11002"));
  utimesSync(host.stpdIni, mtime, mtime);
  await tryPlan("rehearsed after a change by hand", good);
  writeFileSync(host.stpdIni, plain);
  utimesSync(host.stpdIni, mtime, mtime);
  writeFileSync(file, good);
  const applied = await installed.run(["apply", "--from-job", ...args]);
  seen["applied with the ticket of a rehearsal"] =
    `${applied.status} ${JSON.parse(applied.stdout).code}`;
}

/** A stand-in for SEP's tool, which prints words before the value, and records its arguments. */
const smGlbv = `#!/bin/sh
case $1 in
  gv_conf_use_com_stpd_kill) exit "$(cat "$(dirname "$0")/kill-exit")" ;;
  *) echo "$1: https" ;;
esac
`;

/** What the Server reports about its global settings: EXIT READ VALUES, signed or not. */
async function readGlobals(): Promise<void> {
  const program = join(host.folder, "sm_glbv");
  const exit = join(host.folder, "kill-exit");
  const pins = readFileSync(pinsFile, "utf8");
  const keys = await readKeys();
  const note = async (name: string): Promise<void> => {
    const before = snapshot();
    const ended = await installed.run(["globals", "--read", "--format", "json"]);
    const isSame = listChanged(before).length === 0;
    const report = readGlobalsReport(ended.stdout);
    seen[`globals ${name}`] =
      report === undefined
        ? `${ended.status}`
        : [
            ended.status,
            report.read,
            Object.values(report.values).join(" "),
            await judgeGlobalsSignature(report, "host1", keys, verifySignature),
            isSame ? "unchanged" : "CHANGED",
          ].join(", ");
  };
  await note("without a command");
  writeFileSync(program, smGlbv, { mode: 0o755 });
  writeFileSync(exit, "0");
  writeFileSync(pinsFile, `${pins}[command.sm_glbv_read]\nprogram = ${program}\n`);
  await note("with one value that is not printed");
  writeFileSync(exit, "3");
  await note("with a command that fails");
  writeFileSync(program, smGlbv.replace(/gv_conf.*/, ""), { mode: 0o755 });
  await note("that are set");
  const written = await installed.run(["globals", "--read", "--repo", repo]);
  seen["globals read and set"] = `${written.status}`;
  writeFileSync(pinsFile, pins);
}

async function spoil(): Promise<void> {
  const sudoers = join(root, "etc/sudoers.d/sesam-harden");
  const line = readFileSync(sudoers, "utf8");
  const called = `/usr/bin/node ${join(root, "usr/local/lib/sesam-harden/index.js")}`;
  writeFileSync(sudoers, line.replaceAll(/\/.*\/sesam-harden(?= )/g, called));
  await check("with the sudoers file of an older release");
  writeFileSync(sudoers, line.replace("apply --from-job *", "apply *"));
  await check("with a sudoers file that allows more");
  writeFileSync(sudoers, line);
  const other = join(root, "etc/sudoers.d/ci");
  writeFileSync(other, "nobody ALL=(ALL) NOPASSWD: ALL\n");
  await check("with a runner that another file lets do more");
  rmSync(other);
  const later = new Date(Date.now() + 3_600_000);
  utimesSync(host.stpdIni, later, later);
  await check("with a file of the future");
  utimesSync(host.stpdIni, new Date(0), new Date(0));
  await host.run("stop");
  await check("while the service is down");
  await host.run("restart");
  const pins = readFileSync(pinsFile, "utf8");
  writeFileSync(pinsFile, pins.replace(/\[command\.busy\][^[]*/, ""));
  await check("without a busy command");
  writeFileSync(pinsFile, `${pins}colour = red\n`);
  await check("with pins that are wrong");
  writeFileSync(pinsFile, pins);
  renameSync(state, `${state}.away`);
  await check("without a state directory");
  renameSync(`${state}.away`, state);
  rmSync(join(state, "report-key"));
  await check("without a key for reports");
  if (sshd === undefined) return;
  await sshd.stop();
  await check("without a login");
}

/** Any attempt to write there would fail. */
async function lockDisk(): Promise<void> {
  const folder = isSsh ? target : state;
  spawnSync("mkdir", ["-p", folder]);
  for (const words of [["--bind"], ["--bind", "-o", "remount,ro"]]) {
    const { status, stderr } = spawnSync("mount", [...words, folder, folder], { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
  }
  await check("on a file system that cannot be written");
  spawnSync("umount", [folder]);
}

try {
  await host.run("restart");
  // Again, now with pins, so that it gets its key.
  await installed.run(["host", "install", "--root", root, "--runner-user", "nobody"]);
  installed.planPhase("open");
  // The first login over ssh creates a directory for its socket on the jump host.
  if (isSsh) await installed.run(["host", "status"]);
  const first = await checkHost();
  await rehearse();
  await readGlobals();
  await lockDisk();
  await spoil();
  process.stdout.write(JSON.stringify({ seen, ...first } satisfies CheckSeen));
} finally {
  await sshd?.stop();
  await host.remove();
  installed.remove();
}
