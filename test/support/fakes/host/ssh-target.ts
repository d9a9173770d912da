import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createSshHost, type SshHostTools } from "../../../../src/adapters/host-ssh/ssh-host.ts";
import type { SshTarget } from "../../../../src/adapters/host-ssh/target.ts";
import { createNetwork } from "../../../../src/adapters/network/network.ts";
import { vendorPriority } from "../../../../src/core/gnutls/verdict.ts";
import type { HostPort } from "../../../../src/core/host/ports.ts";
import { findPorts, type Sshd } from "./sshd.ts";
import { makeKeyPair } from "../../harness/tls-server.ts";
import { randomHello } from "../../../../src/adapters/runtime/crypto.ts";

/** Starts the stand-in anew, and ends with 0 once it is up; what it is to do instead is in `fault`. */
const restart = `#!/bin/sh
folder=$1 stpd=$2 ini=$3
fault=$(cat "$folder/fault" "$folder/always" 2>/dev/null)
rm -f "$folder/fault"
echo x >>"$folder/restarts"
if [ "$fault" = hang ]; then sleep 600; fi
if [ -f "$folder/pid" ]; then
  kill "$(cat "$folder/pid")" 2>/dev/null
  while grep -qs "^State:.[^Z]" "/proc/$(cat "$folder/pid")/status"; do sleep 0.02; done
fi
if [ "$fault" = fail ]; then echo "the service is broken"; exit 3; fi
: >"$folder/said"
# Times of files and processes have a resolution of hundredths of a second.
sleep 0.05
setsid nohup "$stpd" "$ini" "$folder/cert.pem" "$folder/key.pem" </dev/null >"$folder/said" &
echo $! >"$folder/pid"
while ! grep -q ready "$folder/said"; do
  grep -qs "^State:.[^Z]" "/proc/$(cat "$folder/pid")/status" || exit 1
  sleep 0.02
done
`;

const status = `#!/bin/sh
echo "STATUS=SUCCESS VERSION='server,5.1.0.14,20240306000000' SP="
`;

const busy = `#!/bin/sh
[ ! -f "$1/transfers" ] || { echo "a backup"; exit 1; }
`;

export interface TestTarget {
  readonly target: SshTarget;
  readonly folder: string;
  readonly plain: string;
  readonly desired: string;
  readonly ports: { readonly https: number; readonly http: number; readonly ftp: number };
  /** How the run differs from the usual. */
  readonly connect: (part?: Partial<SshHostTools>, settings?: Partial<SshTarget>) => HostPort;
  readonly live: () => string;
  readonly write: (bytes: string) => void;
  readonly restart: () => void;
  readonly restarts: () => number;
  readonly stop: () => void;
}

/** A quote, a space, a dollar and more: anything that a shell could interpret. */
export const oddName = `o'd "d $(touch pwned) \`touch pwned\`;&|<>*?[x]{a,b}~#!%s\\n -- é`;

/** A host with the STPD stand-in on loopback, reached over a real sshd. */
export async function createTarget(
  sshd: Sshd,
  { folder, stpd }: { readonly folder: string; readonly stpd: string },
): Promise<TestTarget> {
  mkdirSync(join(folder, oddName), { recursive: true });
  const [https = 0, http = 0, ftp = 0] = await findPorts(3);
  const { key, cert } = makeKeyPair();
  for (const [name, text] of Object.entries({ "key.pem": key, "cert.pem": cert })) {
    writeFileSync(join(folder, name), text);
  }
  for (const [name, text] of Object.entries({ restart, status, busy })) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
  const ini = join(folder, oddName, "stpd.ini");
  const priority = `STPD_HTTPS_PRIORITY_STRING="${vendorPriority}"`;
  const plain = `[STPD_Server]\nSTPD_PORT=${ftp}\nSTPD_HTTP_PORT=${http}\n`;
  const desired = `[STPD_Server]\n# STPD_PORT=${ftp}\n# STPD_HTTP_PORT=${http}\nSTPD_HTTPS_PORT=${https}\n${priority}\n`;
  const command = (name: string, ...more: readonly string[]) => ({
    program: join(folder, name),
    arguments: [folder, ...more],
    limitMs: 20_000,
  });
  const target: SshTarget = {
    ...sshd,
    name: "rds1",
    address: "127.0.0.1",
    controlFolder: join(folder, "c"),
    stateFolder: join(folder, "state"),
    stpdIni: ini,
    owner: { user: process.getuid?.() ?? 0, group: process.getgid?.() ?? 0 },
    addresses: ["127.0.0.1"],
    restart: command("restart", stpd, ini),
    status: command("status"),
    busy: { ...command("busy"), idleExit: 0, busyExit: 1 },
    timer: "watchdog",
    backups: 5,
    limits: {
      watchdogMs: 600_000,
      proveForMs: 20_000,
      settleMs: 1000,
      quietForMs: 20_000,
      leaseMs: 120_000,
      reconnectForMs: 20_000,
    },
  };
  const write = (bytes: string): void => writeFileSync(ini, bytes, "latin1");
  const start = (): void => {
    const { program, arguments: words } = target.restart;
    const { status: code } = spawnSync(program, words, { stdio: "ignore" });
    if (code !== 0) throw new Error("the stand-in does not come up");
    rmSync(join(folder, "restarts"));
  };
  const limits = { sockets: 16, timeoutMs: 5000 };
  return {
    target,
    folder,
    plain,
    desired,
    ports: { https, http, ftp },
    connect: (part = {}, settings = {}) =>
      createSshHost(
        { ...target, ...settings },
        {
          who: "test",
          probe: { network: createNetwork(limits), random: randomHello },
          inside: limits,
          askServer: undefined,
          tell: () => undefined,
          ...part,
        },
      ),
    live: () => readFileSync(ini, "latin1"),
    write,
    restart: start,
    restarts: () => {
      const path = join(folder, "restarts");
      return existsSync(path) ? readFileSync(path, "utf8").length / 2 : 0;
    },
    stop: () => {
      const path = join(folder, "pid");
      if (existsSync(path)) spawnSync("kill", ["-KILL", readFileSync(path, "utf8").trim()]);
    },
  };
}
