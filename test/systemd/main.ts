import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeCertificate } from "../../examples/demo/certificate.ts";
import { createStpdParser } from "../../src/core/fleet/stpd-file.ts";
import type { CheckFinding } from "../../src/core/rollout/dispatch/rehearsal-report.ts";
import { defaultPolicy } from "../../src/core/settings/policy.ts";
import { planBridge } from "../../src/core/rollout/plan/bridge.ts";
import { printSmallPlan } from "../support/builders/small-plan.ts";
import { boot, holds, project, refuseMachine, removeLeaf, type Container } from "./container.ts";

/**
 * Plays on a real systemd what stand-ins elsewhere only assume: the undo timer, the recovery unit,
 * a power cut, and the unit of the bot. Exit code 0 passed, 1 failed, 77 not run, with the reason.
 *
 * What this does not show: a clock that jumps (the container may not set it) and SEP sesam itself
 * (STPD is the stand-in of the demo, on Node's own TLS).
 */
const notRun = 77;
const self = fileURLToPath(import.meta.url);
const name = `harden-${process.pid}`;
const [mode, disk = ""] = process.argv.slice(2);

async function startInside(): Promise<number> {
  const place = mkdtempSync("/var/tmp/harden-systemd-");
  const script = 'mount -t tmpfs -o size=2g,mode=755 tmpfs "$1" && exec "$2" "$3" --inside "$1"';
  const words = ["--mount", "--propagation=private", "sh", "-c", script, "sh", place];
  const child = spawn("unshare", [...words, process.execPath, self], { stdio: "inherit" });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => child.kill(signal));
  const code = await new Promise<number>((resolve) => {
    child.on("error", () => resolve(notRun));
    child.on("close", (status) => resolve(status ?? 1));
  });
  rmSync(place, { recursive: true, force: true });
  return code;
}

/** Two hosts on one machine, so each has its own ports. */
const hosts = [
  // SEP sesam as a unit of its own, and started by its own program.
  { host: "host1", first: "11", restart: "/usr/bin/systemctl restart sepsesam.service" },
  { host: "host2", first: "12", restart: "/usr/bin/node /opt/sep/host2/service.mts restart" },
] as const;
type Host = (typeof hosts)[number];
const [host1, host2] = hosts;
const address = "127.0.0.2";

/** The original file, with only the plain ports. */
const plainFile = ({ first }: Host): string =>
  `[STPD_Server]\nSTPD_PORT=${first}001\nSTPD_HTTP_PORT=${first}000\n# STPD_HTTPS_PORT=${first}443\n`;

/** Seconds: the minimum that the pins allow. */
const watchdog = 50;

async function playAll(place: string): Promise<number> {
  const before = countMounts();
  let failed = 0;
  const check = (claim: string, isTrue: boolean, seen = ""): void => {
    process.stdout.write(`${isTrue ? "ok" : "not ok"} - ${claim}\n`);
    if (isTrue) return;
    failed++;
    process.stdout.write(seen.replaceAll(/^/gm, "    ") + "\n");
  };
  let container: Container | undefined;
  const end = async (): Promise<void> => {
    await container?.cutPower();
    removeLeaf(name);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => void end().then(() => process.exit(1)));
  }
  try {
    prepareDisk(place);
    container = await boot(name, place);
    await install(container, place, check);
    await confirmChange(container, check);
    await killJobs(container, place, check);
    container = await losePower(container, place, check);
    await runBot(container, place, check);
    const { stdout } = await container.run(["systemctl", "--failed", "--no-legend", "--plain"]);
    check("no unit is failed at the end", stdout.trim() === "", stdout);
  } catch (error) {
    check(
      "nothing unforeseen",
      false,
      error instanceof Error ? String(error.stack) : String(error),
    );
  } finally {
    await end();
  }
  check("no mount is left", countMounts() === before);
  process.stdout.write(failed === 0 ? "passed\n" : `${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

type Check = (claim: string, isTrue: boolean, seen?: string) => void;

function countMounts(): number {
  return readFileSync("/proc/self/mounts", "utf8").split("\n").length;
}

function hash(bytes: string): string {
  return createHash("sha256").update(bytes, "latin1").digest("hex");
}

const hardened = readFileSync(
  join(project, "examples/config-repo/hosts/rds-berlin/stpd.ini"),
  "latin1",
);
const desiredFile = ({ first }: Host): string => hardened.replaceAll("11443", `${first}443`);

function bridgeFile(host: Host): string {
  const parse = createStpdParser(defaultPolicy);
  const bridge = planBridge({ desired: desiredFile(host), current: plainFile(host), parse });
  if (bridge.kind === "refused") throw new Error(bridge.refusal.message);
  return bridge.bytes;
}

function prepareDisk(place: string): void {
  for (const folder of ["units", "wanted", "bot", "sep"]) mkdirSync(join(place, folder));
  const units = {
    "sepsesam.service":
      "[Unit]\nDescription=stand-in of SEP sesam\n[Service]\nType=forking\nPIDFile=/opt/sep/host1/run/pid\nExecStart=/usr/bin/node /opt/sep/host1/service.mts restart\nExecStop=/usr/bin/node /opt/sep/host1/service.mts stop\n",
    "sepsesam2.service":
      "[Unit]\nDescription=the second stand-in\n[Service]\nType=oneshot\nRemainAfterExit=yes\nKillMode=process\nExecStart=/usr/bin/node /opt/sep/host2/service.mts restart\n",
  };
  for (const [unit, text] of Object.entries(units)) {
    writeFileSync(join(place, "units", unit), text);
    writeFileSync(join(place, "wanted", unit), "");
  }
  for (const one of hosts) {
    const { host } = one;
    const folder = join(place, "sep", host);
    for (const part of ["etc", "keys", "run"]) mkdirSync(join(folder, part), { recursive: true });
    const { key, cert } = makeCertificate(host, ["127.0.0.1", address]);
    writeFileSync(join(folder, "keys/own.key"), key, { mode: 0o600 });
    writeFileSync(join(folder, "keys/own.crt"), cert);
    writeFileSync(join(folder, "etc/stpd.ini"), plainFile(one), { mode: 0o644 });
    // It ends with process 1, which is systemd.
    writeFileSync(join(folder, "run/settings"), `1 127.0.0.1 ${address}`);
    for (const copy of ["stpd", "service"]) {
      copyFileSync(join(project, `examples/demo/${copy}.ts`), join(folder, `${copy}.mts`));
    }
  }
  const repo = join(place, "sep/repo");
  const inventory = {
    schemaVersion: 1,
    exportedAt: new Date().toISOString(),
    server: "host1",
    clients: [],
    usage: [],
  };
  for (const one of hosts) {
    const { host } = one;
    const folder = join(repo, "hosts", host);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "stpd.ini"), desiredFile(one), "latin1");
    writeFileSync(
      join(folder, "host.ini"),
      `role = server\nenvironment = lab\naddress = ${address}\n`,
    );
    writeFileSync(join(folder, "interfaces.json"), JSON.stringify({ ...inventory, server: host }));
  }
  writeFileSync(join(repo, "sesam-harden.ini"), "profile = vendor\n");
  const planned = hosts.map((one) => ({
    name: one.host,
    before: hash(plainFile(one)),
    file: hash(bridgeFile(one)),
    desired: hash(desiredFile(one)),
  }));
  const plan = printSmallPlan(planned, { phase: "open", repository: 7 });
  writeFileSync(join(place, "sep/plan.json"), plan);
}

function printPins({ host, restart }: Host): string {
  const [program = "", ...args] = restart.split(" ");
  return `host = ${host}
repository = 7
environment = lab
role = server
stpd_ini = /opt/sep/${host}/etc/stpd.ini
owner = 0:0
addresses = ${address}
timer = systemd
watchdog = ${watchdog}
prove = 8
settle = 3
quiet = 5
[command.restart]
program = ${program}
arguments = ${args.join(" ")}
limit = 6
[command.status]
program = /usr/bin/echo
arguments = sesam 5.1.0.14
limit = 6
[command.busy]
program = /usr/bin/true
limit = 6
`;
}

async function install(container: Container, place: string, check: Check): Promise<void> {
  for (const one of hosts) {
    const { host } = one;
    const installed = await container.run([
      "/usr/bin/node",
      "/opt/sesam-harden/dist/index.js",
      "host",
      "install",
      "--host",
      host,
      "--repository",
      "7",
      "--environment",
      "lab",
      "--role",
      "server",
      "--address",
      address,
      "--stpd-ini",
      `/opt/sep/${host}/etc/stpd.ini`,
    ]);
    check(`host install of ${host}`, installed.status === 0, installed.stdout + installed.stderr);
    writeFileSync(join(place, "sep", `${host}.ini`), printPins(one));
    await container.run(["cp", `/opt/sep/${host}.ini`, `/etc/sesam-harden/${host}.ini`]);
  }
  const enabled = await container.run(["systemctl", "is-enabled", "sesam-harden-recover.service"]);
  check("the recovery unit is enabled", enabled.stdout === "enabled\n", enabled.stdout);
  const verified = await container.run([
    "systemd-analyze",
    "verify",
    "/etc/systemd/system/sesam-harden-recover.service",
  ]);
  check("systemd takes the recovery unit as it is", verified.stderr === "", verified.stderr);
  await checkReadiness(container, check);
}

/** Asks systemd whether a timer could be armed, without arming one. */
async function checkReadiness(container: Container, check: Check): Promise<void> {
  const words = ["host", "check", "--host", host1.host, "--format", "json"];
  // It may read everything, and write nothing.
  const sealed = ["systemd-run", "--wait", "--pipe", "--quiet", "--collect"];
  const { stdout, stderr } = await container.run([
    ...sealed,
    "--property=ReadOnlyPaths=/",
    "--",
    "/usr/bin/node",
    program,
    ...words,
  ]);
  const [seen] = stdout === "" ? [] : JSON.parse(stdout).hosts;
  const findings: readonly CheckFinding[] = seen?.findings ?? [];
  const stateOf = (what: string): string | undefined =>
    findings.find((finding) => finding.check === what)?.state;
  const said = stdout + stderr;
  check("host check finds that systemd can arm an undo", stateOf("undo") === "ok", said);
  check("it sees that nothing can be written there", stateOf("space") === "failed", said);
  const { stdout: timers } = await container.run([
    "systemctl",
    "list-units",
    "--all",
    "--plain",
    "--no-legend",
    "sesam-harden-undo-*",
  ]);
  check("it arms no timer", timers === "", timers);
}

const program = "/usr/local/lib/sesam-harden/index.js";

function applyWords({ host }: Host): readonly string[] {
  const files = ["--repo", "/opt/sep/repo", "--plan", "/opt/sep/plan.json"];
  return [
    "/usr/bin/node",
    program,
    "apply",
    "--host",
    host,
    "--phase",
    "open",
    ...files,
    "--break-glass",
    "a test",
  ];
}

const read = async (container: Container, { host }: Host): Promise<string> =>
  (await container.run(["cat", `/opt/sep/${host}/etc/stpd.ini`])).stdout;

const listTimers = async (container: Container): Promise<string> =>
  (await container.run(["systemctl", "list-timers", "--all", "--no-legend", "sesam-harden-undo-*"]))
    .stdout;

/** True if the port, given without its first two digits, accepts a connection. */
async function isOpen(container: Container, { first }: Host, port: string): Promise<boolean> {
  const { status } = await container.run(["bash", "-c", `: </dev/tcp/${address}/${first}${port}`]);
  return status === 0;
}

async function putBack(container: Container): Promise<void> {
  for (const one of hosts) {
    writeFileSync(join(disk, "sep", one.host, "etc/stpd.ini"), plainFile(one));
    await container.run(one.restart.split(" "));
  }
}

async function confirmChange(container: Container, check: Check): Promise<void> {
  const done = container.run(applyWords(host1), 60);
  const wasArmed = await holds(async () => (await listTimers(container)) !== "", 20);
  check("apply arms a systemd timer", wasArmed);
  const { status, stdout, stderr } = await done;
  check("apply is confirmed", status === 0, stdout + stderr);
  check("the new file is in place", (await read(container, host1)) === bridgeFile(host1));
  check("HTTPS is open", await isOpen(container, host1, "443"));
  const timers = await listTimers(container);
  check("the timer is gone once the change is confirmed", timers === "", timers);
  await putBack(container);
}

/** Starts apply as a separate job, and kills the job once the file was replaced. */
async function killJob(container: Container, one: Host, check: Check): Promise<void> {
  const { host } = one;
  const unit = `job-${host}`;
  await container.run(["systemd-run", `--unit=${unit}`, "--collect", ...applyWords(one)]);
  const wasReplaced = await holds(async () => (await read(container, one)) !== plainFile(one), 30);
  const said = await container.run(["journalctl", "--no-pager", "-n", "30", "-u", unit]);
  check(`the job on ${host} replaces the file`, wasReplaced, said.stdout);
  await container.run(["systemctl", "kill", "-s", "KILL", unit]);
  const isGone = await holds(
    async () => (await container.run(["systemctl", "is-active", unit])).stdout !== "active\n",
    10,
  );
  check(`the job on ${host} is gone with its cgroup`, isGone);
  check(`its file is not confirmed on ${host}`, (await read(container, one)) !== plainFile(one));
}

async function killJobs(container: Container, place: string, check: Check): Promise<void> {
  await killJob(container, host1, check);
  await killJob(container, host2, check);
  // A typo by a person while the change is in progress.
  const pins = readFileSync(join(place, "sep/host2.ini"), "utf8");
  writeFileSync(join(place, "sep/host2.ini"), pins.replace("watchdog = 50", "watchdog = 50s"));
  await container.run(["cp", "/opt/sep/host2.ini", "/etc/sesam-harden/host2.ini"]);
  for (const one of hosts) {
    const { host } = one;
    const isBack = await holds(
      async () => (await read(container, one)) === plainFile(one),
      watchdog + 30,
    );
    const journal = await container.run(["journalctl", "--no-pager", "-n", "40"]);
    const typo = host === "host2" ? ", also with a typo in the pins" : "";
    check(`the timer undoes the change on ${host}${typo}`, isBack, journal.stdout);
    const journalFile = `/var/lib/sesam-harden/${host}/journal.json`;
    const isOver = await holds(
      async () => (await container.run(["test", "!", "-e", journalFile])).status === 0,
      60,
    );
    check(`the undo on ${host} comes to its end`, isOver);
    const isReachable = await holds(() => isOpen(container, one, "000"), 20);
    check(`${host} can be reached again`, isReachable);
  }
  const { stdout } = await container.run(["systemctl", "--failed", "--no-legend", "--plain"]);
  check("no unit is failed after the undo", stdout.trim() === "", stdout);
  writeFileSync(join(place, "sep/host2.ini"), pins);
  await container.run(["cp", "/opt/sep/host2.ini", "/etc/sesam-harden/host2.ini"]);
}

async function losePower(container: Container, place: string, check: Check): Promise<Container> {
  await putBack(container);
  await killJob(container, host1, check);
  await container.run(["sync"]);
  await container.cutPower();
  const again = await boot(name, place);
  const isBack = await holds(async () => (await read(again, host1)) === plainFile(host1), 60);
  const unit = "sesam-harden-recover.service";
  const journal = await again.run(["journalctl", "--no-pager", "-u", unit]);
  check("recovery at boot undoes the change after a power cut", isBack, journal.stdout);
  check("the host can be reached after it", await holds(() => isOpen(again, host1, "000"), 20));
  const readLoaded = (): string => readFileSync(join(place, "sep/host1/run/loaded.ini"), "latin1");
  // The file of the interrupted change has the plain ports too, so an open port proves nothing.
  const isLoaded = await holds(() => readLoaded() === plainFile(host1), 30);
  check("the service runs with the old file", isLoaded, readLoaded());
  return again;
}

async function runBot(container: Container, place: string, check: Check): Promise<void> {
  const node = "/usr/bin/node";
  const peers = [node, "/opt/sesam-harden/test/systemd/peers.ts", "/etc/sesam-harden-bot", "9470"];
  await container.run(["systemd-run", "--unit=peers", "--setenv=PATH=/usr/bin:/bin", ...peers]);
  const areUp = await holds(
    async () =>
      (await container.run(["test", "-s", "/etc/sesam-harden-bot/slack-url"])).status === 0,
    60,
  );
  const said = await container.run(["journalctl", "--no-pager", "-u", "peers"]);
  check("the peers of the bot are up", areUp, said.stdout);
  if (!areUp) return;
  const url = readFileSync(join(place, "bot/slack-url"), "utf8");
  const folder = "/etc/systemd/system/sesam-harden-bot.service.d";
  const unit = "/opt/sesam-harden/bot/sesam-harden-bot.service";
  await container.run(["install", "-m", "644", unit, "/etc/systemd/system"]);
  await container.run(["mkdir", folder]);
  const dropIn = `[Service]\nEnvironment=SLACK_API_URL=${url}\n`;
  writeFileSync(join(place, "sep/peers.conf"), dropIn);
  await container.run(["cp", "/opt/sep/peers.conf", folder]);
  await container.run(["systemctl", "daemon-reload"]);
  const started = await container.run(["systemctl", "enable", "--now", "sesam-harden-bot"]);
  check("the bot's unit starts", started.status === 0, started.stderr);
  const script =
    "const [url, file] = process.argv.slice(1); const body = file && require('fs').readFileSync(file); fetch(url, body ? { method: 'POST', body } : {}).then((answer) => answer.text()).then((text) => process.stdout.write(text))";
  const fetchText = async (...words: readonly string[]): Promise<string> =>
    (await container.run([node, "-e", script, ...words])).stdout;
  const ready = "http://127.0.0.1:9464/readyz";
  const readJournal = async (): Promise<string> =>
    (await container.run(["journalctl", "--no-pager", "-u", "sesam-harden-bot"])).stdout;
  const isReady = (): Promise<boolean> =>
    holds(async () => (await fetchText(ready)) === "ok\n", 60);
  check("the bot is ready, with secrets as credentials", await isReady(), await readJournal());
  const answer = await fetchText("http://127.0.0.1:9470/status");
  check("the bot answers a command", answer.includes("0 of 1 host hardened"), answer);
  const show = async (property: string): Promise<string> =>
    (
      await container.run(["systemctl", "show", "--value", "-p", property, "sesam-harden-bot"])
    ).stdout.trim();
  const pid = await show("MainPID");
  const { stdout: state } = await container.run(["cat", `/proc/${pid}/status`]);
  check("it has no capability", /^CapEff:\s+0+$/m.test(state), state);
  check("its system calls are filtered", /^Seccomp:\s+2$/m.test(state), state);
  check("it is a user of its own", !/^Uid:\s+0\s/m.test(state), state);
  await container.run(["systemctl", "kill", "-s", "KILL", "sesam-harden-bot"]);
  const isBack = await holds(async () => {
    const now = await show("MainPID");
    return now !== pid && now !== "0";
  }, 30);
  check("systemd starts it again after a kill", isBack, await readJournal());
  check("it is ready again", await isReady(), await readJournal());
  writeFileSync(join(place, "sep/journal"), await readJournal());
  const leaks = await fetchText("http://127.0.0.1:9470/leaks", "/opt/sep/journal");
  check("no secret is in its log", leaks === "0", leaks);
  const stopped = await container.run(["systemctl", "stop", "sesam-harden-bot"]);
  check("it stops when asked", stopped.status === 0 && (await show("Result")) === "success");
  writeFileSync(join(place, "bot/bot.ini"), "[slack]\nmode = pigeon\n");
  await container.run(["systemctl", "start", "sesam-harden-bot"]);
  const hasFailed = await holds(async () => (await show("ActiveState")) === "failed", 30);
  check("systemd does not start it again where bot.ini is wrong", hasFailed, await readJournal());
  check("it says so by its exit code", (await show("ExecMainStatus")) === "78");
  await container.run(["systemctl", "reset-failed", "sesam-harden-bot"]);
  const { stdout: rating } = await container.run([
    "systemd-analyze",
    "security",
    "--no-pager",
    "sesam-harden-bot",
  ]);
  check("its exposure is rated OK", /: 1\.[0-9] OK/.test(rating), rating.split("\n").at(-2));
}

// Mounts stay in this program's own mount namespace, including those that outlive one boot.
if (mode === "--inside") {
  process.exitCode = await playAll(disk);
} else {
  const reason = refuseMachine();
  if (reason === undefined) {
    process.exitCode = await startInside();
  } else {
    process.stdout.write(`not run: ${reason}\n`);
    process.exitCode = notRun;
  }
}
