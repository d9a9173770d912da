import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { createNetwork } from "../../../src/adapters/network/network.ts";
import { recoverHost } from "../../../src/core/host/recover.ts";
import { hash, parse, portOf } from "../../support/fakes/host/model-host.ts";
import { filesOf, requestRecovery } from "../../support/builders/ssh-change.ts";
import type { WorkerAnswer, WorkerRequest } from "../../support/workers/ssh-worker.ts";
import { hasSshd, startSshd } from "../../support/fakes/host/sshd.ts";
import { createTarget, type TestTarget } from "../../support/fakes/host/ssh-target.ts";
import { compileStpd } from "../../support/fakes/host/stand-in-stpd.ts";
import type { Phase } from "../../../src/core/fleet/phase.ts";

const stpd = compileStpd();
const live = hasSshd() && stpd !== undefined;
const worker = fileURLToPath(new URL("../../support/workers/ssh-worker.ts", import.meta.url));
const cutsOfPhase = 15;
const watchdog = 10_000;

interface Case extends Pick<WorkerRequest, "phase" | "cut" | "group"> {
  readonly id: string;
  readonly end: "timer" | "recovery";
}

/** Undefined if it was killed. */
function runWorker(request: WorkerRequest): Promise<WorkerAnswer | undefined> {
  return new Promise((resolve, reject) => {
    // A process group of its own, which is what a runner kills.
    const child = spawn(process.execPath, [worker], {
      detached: true,
      stdio: ["pipe", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => void (text += chunk.toString()));
    child.once("close", (code, signal) => {
      if (signal === "SIGKILL") resolve(undefined);
      else if (code === 0) resolve(JSON.parse(text));
      else reject(new Error(`the worker ended with ${code ?? signal}`));
    });
    child.stdin.end(JSON.stringify(request));
  });
}

function prepare(peer: TestTarget, { phase, id, cut, group }: Omit<Case, "end">): WorkerRequest {
  rmSync(peer.target.stateFolder, { recursive: true, force: true });
  peer.write(filesOf(peer, phase).before);
  peer.restart();
  const limits = { ...peer.target.limits, watchdogMs: watchdog, leaseMs: 3000 };
  const target = { ...peer.target, limits };
  return { target, plain: peer.plain, desired: peer.desired, phase, id, cut, group };
}

/** What must hold in the end, wherever it was cut. */
async function expectWhole(peer: TestTarget, phase: Phase, where: string): Promise<void> {
  const { before, after } = filesOf(peer, phase);
  const bytes = peer.live();
  expect([before, after], where).toContain(bytes);
  const file = parse(bytes);
  if (file.kind !== "file") throw new Error(where);
  const network = createNetwork({ sockets: 3, timeoutMs: 5000 });
  const keys = { https: "STPD_HTTPS_PORT", http: "STPD_HTTP_PORT", ftp: "STPD_PORT" } as const;
  // The service runs the file in place, and a data port of it is open.
  for (const [name, port] of Object.entries(peer.ports)) {
    const isNamed = Object.entries(keys).some(
      ([of, key]) => of === name && portOf(file, key) === port,
    );
    const { state } = await network.connect({ address: "127.0.0.1", port });
    expect(state, `${where}: ${name}`).toBe(isNamed ? "open" : "closed");
  }
  const state = peer.target.stateFolder;
  const backup = join(state, "backups", `${hash(before)}.ini`);
  if (bytes === after) expect(readFileSync(backup, "latin1"), where).toBe(before);
  expect(readdirSync(dirname(peer.target.stpdIni)), where).toEqual(["stpd.ini"]);
  const left = existsSync(state) ? readdirSync(state) : [];
  expect(
    left.filter((name) => /^(journal|decision|armed|change)/.test(name)),
    where,
  ).toEqual([]);
}

/** The holder of the lock; empty if it has ended. */
function readHighest(state: string, names: readonly string[]): string {
  const numbers = names.map((name) => Number(/^lock-(\d+)$/.exec(name)?.[1] ?? 0));
  const lock = join(state, `lock-${Math.max(0, ...numbers)}`);
  return spawnSync("readlink", [lock], { encoding: "utf8" }).stdout;
}

async function cutOnce(peer: TestTarget, one: Case): Promise<string> {
  const { phase, id, cut, group, end } = one;
  const where = `${phase}, script ${cut?.script} after ${cut?.after} ms, ${group ? "group" : "one"}, ${end}`;
  const answer = await runWorker(prepare(peer, one));
  expect(answer, where).toBeUndefined();
  // The timer, or the undo script that holds the lock; links are checked themselves.
  const isUndoing = (): boolean => {
    const state = peer.target.stateFolder;
    const names = existsSync(state) ? readdirSync(state) : [];
    return names.includes(`armed-${id}`) || readHighest(state, names).includes(" host ");
  };
  if (end === "timer") while (isUndoing()) await wait(100);
  const host = peer.connect({}, { limits: { ...peer.target.limits, leaseMs: 3000 } });
  // A script whose client was killed before it began may leave its journal behind a first recovery.
  for (let turn = 0; turn < 3; turn++) {
    const recovery = await recoverHost(requestRecovery("person"), host);
    expect(["nothing", "confirmed", "restored"], where).toContain(recovery.kind);
    if (!existsSync(join(peer.target.stateFolder, "journal.json"))) break;
  }
  await expectWhole(peer, phase, where);
  return peer.live() === filesOf(peer, phase).before ? "old" : "new";
}

test.skipIf(!live)(
  "a run killed in the middle of any remote script leaves a host with a complete file",
  async () => {
    const top = mkdtempSync(join(tmpdir(), "ssh-"));
    const sshd = await startSshd(top);
    const lanes = await Promise.all(
      [0, 1, 2, 3].map((lane) =>
        createTarget(sshd, { folder: join(top, String(lane)), stpd: stpd ?? "" }),
      ),
    );
    onTestFinished(async () => {
      for (const peer of lanes) peer.stop();
      await sshd.stop();
      rmSync(top, { recursive: true });
    });
    const [first] = lanes;
    if (first === undefined) throw new Error("there is no host");
    const cases: Case[] = [];
    for (const phase of ["open", "close"] as const) {
      const request = prepare(first, { phase, id: "uncut", cut: undefined, group: false });
      const uncut = await runWorker(request);
      expect(uncut).toMatchObject({ result: "confirmed" });
      await expectWhole(first, phase, "uncut");
      for (let turn = 0; turn < cutsOfPhase; turn++) {
        const script = 2 + Math.floor((turn * ((uncut?.scripts ?? 0) - 3)) / (cutsOfPhase - 1));
        const cut = { script, after: 3 + ((turn * 11) % 29) };
        const end = turn % 2 === 0 ? "timer" : "recovery";
        cases.push({ phase, id: `${phase}-${turn}`, cut, group: turn % 3 === 0, end });
      }
    }
    const queue = cases.values();
    const ends: string[] = [];
    const work = async (peer: TestTarget): Promise<void> => {
      // The workers share one iterator, so each case is taken once.
      for (const one of queue) ends.push(await cutOnce(peer, one));
    };
    await Promise.all(lanes.map(work));
    expect(ends.length).toBe(2 * cutsOfPhase);
    expect(new Set(ends)).toEqual(new Set(["old", "new"]));
  },
);
