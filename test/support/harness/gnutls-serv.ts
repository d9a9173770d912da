import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** An RSA and an EC certificate in a directory, as rsa.crt, rsa.key, ec.crt and ec.key. */
export function makeKeys(folder: string): void {
  const kinds = { rsa: ["rsa:2048"], ec: ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"] };
  for (const [name, kind] of Object.entries(kinds)) {
    const out = ["-keyout", join(folder, `${name}.key`), "-out", join(folder, `${name}.crt`)];
    const { status, stderr } = spawnSync(
      "openssl",
      ["req", "-x509", "-newkey", ...kind, "-nodes", "-days", "30"].concat(
        ["-subj", "/CN=localhost"],
        out,
      ),
      { encoding: "utf8" },
    );
    if (status !== 0) throw new Error(`openssl: ${stderr}`);
  }
}

export interface RunningServer {
  readonly stop: () => Promise<void>;
}

/**
 * Starts a server that listens on every address, so only within a network namespace; null if it
 * does not start. `more` are further options of gnutls-serv.
 */
export async function startGnutlsServ(
  folder: string,
  { priority, port }: { readonly priority: string; readonly port: number },
  more: readonly string[] = [],
): Promise<RunningServer | null> {
  const certificates = ["rsa", "ec"].flatMap((name) => [
    `--x509certfile=${join(folder, `${name}.crt`)}`,
    `--x509keyfile=${join(folder, `${name}.key`)}`,
  ]);
  const options = ["--quiet", "--nodb", "--noticket", "--disable-client-cert", ...more];
  const args = [...options, `--port=${port}`, `--priority=${priority}`, ...certificates];
  return waitForServer(spawn("gnutls-serv", args, { stdio: "ignore" }), port);
}

/** Null if the program ends before its port accepts connections. */
export async function waitForServer(
  server: ChildProcess,
  port: number,
): Promise<RunningServer | null> {
  const closed = new Promise<void>((resolve) => server.on("close", () => resolve()));
  while (!(await takesConnections(port))) {
    if (server.exitCode !== null || server.signalCode !== null) return null;
    await wait(5);
  }
  return {
    stop: async () => {
      server.kill();
      await closed;
    },
  };
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => resolve(false));
    socket.on("connect", () => {
      resolve(true);
      socket.destroy();
    });
  });
}
