import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { hasPeer } from "../../harness/peers.ts";

const program = "/usr/sbin/sshd";

/** True if OpenSSH's client and server are installed. */
export function hasSshd(): boolean {
  return hasPeer("ssh", "-V") && hasPeer("test", "-x", program);
}

export interface Sshd {
  readonly port: number;
  readonly user: string;
  readonly identityFile: string;
  /** Contains the key of this server for every name. */
  readonly knownHosts: string;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
}

/** Ports of loopback that were free a moment ago. */
export async function findPorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = servers.map(
    (server) =>
      new Promise<number>((done) => {
        // A server on loopback has an address with a port.
        server.listen(0, "127.0.0.1", () => done((server.address() as AddressInfo).port));
      }),
  );
  const found = await Promise.all(ports);
  await Promise.all(servers.map((server) => new Promise((done) => void server.close(done))));
  return found;
}

function makeKey(path: string): string {
  const { status, stderr } = spawnSync(
    "ssh-keygen",
    ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`ssh-keygen: ${stderr}`);
  return readFileSync(`${path}.pub`, "utf8");
}

/** Debian's sshd on loopback with new keys, for the account that runs the tests. */
export async function startSshd(folder: string): Promise<Sshd> {
  const path = (name: string): string => join(folder, name);
  const [port = 0] = await findPorts(1);
  const hostKey = makeKey(path("host"));
  writeFileSync(path("authorized"), makeKey(path("user")));
  writeFileSync(path("known"), `* ${hostKey}`);
  const config = {
    Port: port,
    ListenAddress: "127.0.0.1",
    HostKey: path("host"),
    PidFile: "none",
    AuthorizedKeysFile: path("authorized"),
    StrictModes: "no",
    UsePAM: "no",
    PermitRootLogin: "prohibit-password",
    PasswordAuthentication: "no",
    MaxStartups: "100",
    PrintMotd: "no",
    // Ignore the shell settings of the account that runs the tests.
    SetEnv: `HOME=${folder}`,
  };
  const lines = Object.entries(config).map(([key, value]) => `${key} ${value}\n`);
  writeFileSync(path("sshd_config"), lines.join(""));
  // As root, sshd needs the directory for privilege separation.
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const running: { server?: ChildProcess } = {};
  const start = async (): Promise<void> => {
    const server = spawn(program, ["-D", "-e", "-f", path("sshd_config")], { stdio: "ignore" });
    running.server = server;
    for (let turn = 0; !(await isOpen(port)); turn++) {
      if (turn === 200 || server.exitCode !== null) throw new Error("sshd does not come up");
      await wait(50);
    }
  };
  /** Kills the server and every connection of it. */
  const stop = async (): Promise<void> => {
    const { server } = running;
    if (server?.pid === undefined || (server.exitCode ?? server.signalCode) !== null) return;
    for (const child of childrenOf(server.pid)) process.kill(child, "SIGKILL");
    const ended = new Promise((done) => server.once("close", done));
    server.kill("SIGKILL");
    await ended;
  };
  await start();
  const { username: user } = userInfo();
  return {
    port,
    user,
    identityFile: path("user"),
    knownHosts: path("known"),
    start,
    stop,
  };
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

function childrenOf(pid: number): readonly number[] {
  const { stdout } = spawnSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" });
  return stdout.split("\n").map(Number).filter(Boolean);
}

/** The section of the pins; `state` is the directory on the target for journals and backups. */
export function printSshPins(
  { port, user, identityFile, knownHosts }: Sshd,
  state: string,
): string {
  const lines = {
    address: "127.0.0.1",
    port,
    user,
    identity: identityFile,
    known_hosts: knownHosts,
    state,
  };
  const keys = Object.entries(lines).map(([key, value]) => `${key} = ${value}\n`);
  return `[ssh]\n${keys.join("")}`;
}
