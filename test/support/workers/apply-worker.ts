import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createNetwork } from "../../../src/adapters/network/network.ts";
import { installHost, type InstalledHost, type Runtime } from "../harness/installed-host.ts";
import { makeCertificate } from "../builders/certificates.ts";
import { bridge, desired, plain } from "../fakes/host/model-change.ts";
import { printSshPins, startSshd } from "../fakes/host/sshd.ts";
import {
  createStandInHost,
  type Flavour,
  type RestartFault,
  type StandInHost,
} from "../fakes/host/stand-in-host.ts";
import type { Phase } from "../../../src/core/fleet/phase.ts";

/**
 * Runs inside a namespace: installs the program for a stand-in host, runs each case of one kind,
 * and prints for each what was said and what became of the host.
 */
export interface ApplySeen {
  readonly code: number | null;
  /** The code of the report, or of a refusal. */
  readonly said: string;
  readonly file: "plain" | "bridge" | "desired" | "other";
  /** Ports that are open at the address of clients. */
  readonly open: string;
  /** Whether journal, watchdog, copies and lock are gone. */
  readonly isTidy: boolean;
}

const [flavour, runtime, kind, transport] = process.argv.slice(2) as [
  Flavour,
  Runtime,
  string,
  "local" | "ssh",
];
const names = new Map([
  [plain, "plain"],
  [bridge, "bridge"],
  [desired, "desired"],
] as const);
const ports = { https: 11443, http: 11000, ftp: 11001 };
const network = createNetwork({ sockets: 8, timeoutMs: 2000 });

async function listOpen(): Promise<string> {
  const seen = await Promise.all(
    Object.entries(ports).map(async ([name, port]) => {
      const { state } = await network.connect({ address: "127.0.0.2", port });
      return state === "open" ? [name] : [];
    }),
  );
  return seen.flat().join(" ");
}

async function look(
  { code, said }: Pick<ApplySeen, "code" | "said">,
  { host, installed }: World,
): Promise<ApplySeen> {
  const bytes = readFileSync(host.stpdIni, "latin1");
  const file = names.get(bytes) ?? "other";
  const copies = ["old", "new"].map((name) => `${host.stpdIni}.sesam-harden-${name}`);
  const left = listState({ installed }).filter((name) =>
    /^(journal|lock|decision|pins)/.test(name),
  );
  const isTidy = left.length === 0 && copies.every((path) => !existsSync(path));
  return { code, said, file, open: await listOpen(), isTidy };
}

/** Names, including dangling links, since locks and decisions are such. */
function listState({ installed }: Pick<World, "installed">): readonly string[] {
  return existsSync(installed.state) ? readdirSync(installed.state) : [];
}

interface World {
  readonly host: StandInHost;
  readonly installed: InstalledHost;
}

type Case = (world: World) => Promise<Pick<ApplySeen, "code" | "said">>;

async function run(
  { installed }: World,
  args: readonly string[],
): Promise<Pick<ApplySeen, "code" | "said">> {
  const { status, stdout, stderr } = await installed.run(args);
  // If nothing was done, the message says what went wrong.
  const said = stdout === "" ? stderr.split("\n")[0] : /^[a-z-]+(?=: )/m.exec(stdout)?.[0];
  return { code: status, said: said ?? "" };
}

const apply =
  (phase: Phase, change = (args: readonly string[]): readonly string[] => args): Case =>
  (world) =>
    run(world, change(world.installed.planPhase(phase)));

const without =
  (...left: readonly string[]) =>
  (args: readonly string[]) =>
    args.filter((word, index) => !left.includes(word) && !left.includes(args[index - 1] ?? ""));

const inventoryOf = ({ installed }: World): string =>
  join(installed.repo, "hosts/host1/interfaces.json");

const rewrite = (path: string, change: (text: string) => string): void =>
  writeFileSync(path, change(readFileSync(path, "utf8")));

/** Each starts with a host as SEP installs it, or with the given files. */
const cases: Readonly<Record<string, Readonly<Record<string, readonly [string, Case]>>>> = {
  phases: {
    "open, dry run": [plain, apply("open", (args) => [...args, "--dry-run"])],
    open: [plain, apply("open")],
    "open again": [bridge, apply("open")],
    "with its own owner and mode": [plain, ownedByAnother],
    close: [bridge, apply("close")],
    "close before open": [plain, apply("close")],
    "open, of an RDS": [
      plain,
      async (world) => {
        pinRds(world);
        return apply("open")(world);
      },
    ],
    "open, on a person's word": [plain, onWord],
  },
  refusals: {
    "no ticket": [plain, apply("open", without("--break-glass"))],
    "a job with break-glass": [plain, apply("open", (args) => [...args, "--from-job"])],
    "no reason": [
      plain,
      apply("open", (args) => [...without("--break-glass")(args), "--break-glass", " "]),
    ],
    drift: [
      plain,
      async (world) => {
        const args = world.installed.planPhase("open");
        writeFileSync(world.host.stpdIni, plain.replace("11001", "11002"));
        return run(world, args);
      },
    ],
    "not loaded": [
      plain,
      async (world) => {
        const later = new Date(Date.now() + 5000);
        utimesSync(world.host.stpdIni, later, later);
        return apply("open")(world);
      },
    ],
    busy: [
      plain,
      async (world) => {
        world.host.setBusy("2 transfers");
        return apply("open")(world);
      },
    ],
    "a full disk": [plain, fillDisk],
    "a certificate that ends soon": [
      bridge,
      async (world) => {
        const { key, cert } = makeCertificate("DNS:localhost", undefined, 13);
        writeFileSync(join(world.host.folder, "run/own.key"), key);
        writeFileSync(join(world.host.folder, "run/own.crt"), cert);
        await world.host.run("restart");
        return apply("close")(world);
      },
    ],
    "another owner": [
      plain,
      async (world) => {
        rewrite(world.installed.pinsFile, (text) =>
          text.replace(/^owner = .*$/m, "owner = 12345:12345"),
        );
        return apply("open")(world);
      },
    ],
    "an old version": [
      plain,
      async (world) => {
        rewrite(join(world.host.folder, "run/settings"), (text) =>
          text.replace("5.1.0.14", "5.0.0.9"),
        );
        return apply("open")(world);
      },
    ],
    "an interface in use": [
      bridge,
      async (world) => {
        const usage = [
          { kind: "backup-task", name: "t", client: "host1", interface: "http://host1:11000" },
        ];
        rewrite(inventoryOf(world), (text) => JSON.stringify({ ...JSON.parse(text), usage }));
        return apply("close")(world);
      },
    ],
    "an old inventory": [
      bridge,
      async (world) => {
        const exportedAt = new Date(Date.now() - 25 * 3600 * 1000).toISOString();
        rewrite(inventoryOf(world), (text) => JSON.stringify({ ...JSON.parse(text), exportedAt }));
        return apply("close")(world);
      },
    ],
    "an RDS without a busy command": [
      plain,
      async (world) => {
        pinRds(world, false);
        return apply("open")(world);
      },
    ],
    "an RDS with a connection": [plain, withConnection()],
    "an RDS with a connection, despite a person who says it is idle": [
      plain,
      withConnection("--idle-seen-by", "Anna"),
    ],
    "a job that claims a host is idle": [
      plain,
      apply("open", (args) => [...args, "--from-job", "--idle-seen-by", "Anna"]),
    ],
    "a person without a name": [plain, apply("open", (args) => [...args, "--idle-seen-by", " "])],
    "another run": [
      plain,
      async (world) => {
        // Well within the time limit of the verification, also on a busy machine.
        world.host.plan({ kind: "slow", after: 1 });
        const first = world.installed.start(world.installed.planPhase("open"));
        while (!listState(world).includes("lock")) await wait(20);
        const seen = await apply("open")(world);
        await new Promise((resolve) => first.on("close", resolve));
        return seen;
      },
    ],
    "pins that others can write": [
      plain,
      async (world) => {
        spawn("chmod", ["o+w", world.installed.pinsFile]);
        await wait(200);
        return apply("open")(world);
      },
    ],
  },
  globals: {
    "a host without HTTPS": [plain, globals(true)],
    "read back": [bridge, globals(true)],
    "not read": [bridge, globals(false)],
    "as attested by the operator": [bridge, globals(false, "--attest", "Anna saw them")],
  },
  undone: {
    "the restart fails": [plain, faulty("open", { kind: "fails" })],
    "it stays down": [plain, faulty("open", { kind: "stays-down" })],
    "the restart hangs": [plain, faulty("open", { kind: "hangs-down" })],
    "it comes up with the old config": [plain, faulty("open", { kind: "old-config" })],
    "HTTPS dies": [plain, faulty("open", { kind: "https-dies", after: 300 })],
    "another host answers": [plain, faulty("open", { kind: "neighbour" })],
    "the restart fails while closing": [bridge, faulty("close", { kind: "fails" })],
    "HTTPS dies while closing": [bridge, faulty("close", { kind: "https-dies", after: 300 })],
    "two restarts fail": [plain, faulty("open", { kind: "fails" }, { kind: "fails" })],
  },
};

/** An RDS, with the pins that host install writes and the documented command, or without one. */
function pinRds({ installed }: World, hasBusy = true): void {
  rewrite(installed.pinsFile, (text) => {
    const rds = text.replace("role = server", "role = rds\nidle = 1");
    return hasBusy ? rds : rds.replace(/\[command\.busy\]\n(?:[^[].*\n)*/, "");
  });
}

/** A client that has connected, but has not sent anything yet. */
function withConnection(...more: readonly string[]): Case {
  return async (world) => {
    pinRds(world);
    const socket = connect(ports.http, "127.0.0.2");
    await new Promise((connected) => socket.once("connect", connected));
    try {
      return await apply("open", (args) => [...args, ...more])(world);
    } finally {
      socket.destroy();
    }
  };
}

/** Also returns what was recorded. */
async function onWord(world: World): ReturnType<Case> {
  pinRds(world, false);
  const change = (args: readonly string[]) => [...args, "--idle-seen-by", "Anna, in the GUI"];
  const { code, said } = await apply("open", change)(world);
  const record = readFileSync(join(world.installed.state, "records.jsonl"), "utf8");
  const { authority } = JSON.parse(record) as { authority: string };
  return { code, said: `${said} by ${authority}` };
}

/** A stand-in for SEP's tool: stores what is written, and prints it with words around. */
const smGlbv = `#!/bin/sh
store=$(dirname "$0")/globals
case $1 in
  w) printf '%s %s\n' "$2" "$3" >>"$store" ;;
  *) grep "^$1 " "$store" | tail -n 1 ;;
esac
`;

function pinGlobals({ host, installed }: World, canRead: boolean): void {
  const program = join(host.folder, "sm_glbv");
  writeFileSync(program, smGlbv, { mode: 0o755 });
  const read = canRead ? `[command.sm_glbv_read]\nprogram = ${program}\n` : "";
  rewrite(installed.pinsFile, (text) => `${text}[command.sm_glbv]\nprogram = ${program}\n${read}`);
  rewrite(join(installed.repo, "hosts/host1/host.ini"), (text) => `${text}address = 127.0.0.2\n`);
}

/** Also returns what the tool stored. */
function globals(canRead: boolean, ...more: readonly string[]): Case {
  return async (world) => {
    pinGlobals(world, canRead);
    const { status } = await world.installed.run([
      "globals",
      "--repo",
      world.installed.repo,
      ...more,
    ]);
    const store = join(world.host.folder, "globals");
    const lines = existsSync(store) ? readFileSync(store, "utf8").trim().split("\n") : [];
    return { code: status, said: `${lines.filter((line) => line.endsWith(" https")).length} set` };
  };
}

async function ownedByAnother(world: World): ReturnType<Case> {
  const { host, installed } = world;
  chownSync(host.stpdIni, 1234, 1235);
  chmodSync(host.stpdIni, 0o640);
  rewrite(installed.pinsFile, (text) => text.replace(/^owner = .*$/m, "owner = 1234:1235"));
  const { code } = await apply("open")(world);
  const { mode, uid, gid } = statSync(host.stpdIni);
  return { code, said: `${(mode & 0o7777).toString(8)} ${uid}:${gid}` };
}

/** The mount belongs to this namespace. */
async function fillDisk(world: World): ReturnType<Case> {
  const { state } = world.installed;
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=16k,mode=700", "none", state]);
  if (status !== 0) throw new Error("no file system could be mounted");
  try {
    mkdirSync(join(state, "backups"));
    // One or two pages are left, too little for the backups and the journal.
    writeFileSync(join(state, "full"), "x".repeat(8192));
    return await apply("open")(world);
  } finally {
    spawnSync("umount", ["--lazy", state]);
  }
}

function faulty(phase: Phase, ...faults: readonly RestartFault[]): Case {
  return async (world) => {
    world.host.plan(...faults);
    return apply(phase)(world);
  };
}

async function runCase([start, act]: readonly [string, Case]): Promise<ApplySeen> {
  const addresses = ["127.0.0.1", "127.0.0.2"] as const;
  const host = createStandInHost({ flavour, stpdIni: start, addresses });
  const limits = { watchdog: 60, prove: 3, settle: 1, quiet: 2 };
  const sshd = transport === "ssh" ? await startSshd(host.folder) : undefined;
  const more = sshd === undefined ? "" : printSshPins(sshd, join(host.folder, "state"));
  const seenAt = ["127.0.0.2"];
  const installed = await installHost({ host, desired, addresses: seenAt, runtime, limits, more });
  const world = { host, installed };
  try {
    await host.run("restart");
    const said = await act(world);
    const seen = await look(said, world);
    return seen;
  } finally {
    await sshd?.stop();
    await host.remove();
    installed.remove();
  }
}

const seen: Record<string, ApplySeen> = {};
for (const [name, one] of Object.entries(cases[kind] ?? {})) seen[name] = await runCase(one);
process.stdout.write(JSON.stringify(seen));
