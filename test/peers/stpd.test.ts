import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { createNetwork } from "../../src/adapters/network/network.ts";
import { vendorPriority } from "../../src/core/gnutls/verdict.ts";
import { canIsolate, runInNamespace } from "../support/harness/namespace.ts";
import { compileStpd } from "../support/fakes/host/stand-in-stpd.ts";
import { makeKeyPair } from "../support/harness/tls-server.ts";

const program = compileStpd();
const network = createNetwork({ sockets: 8, timeoutMs: 5000 });

/** Ports of loopback that were free a moment ago. */
async function findPorts(count: number): Promise<readonly number[]> {
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

/** Waits for the next `ready`, or for the end of the program. */
function settle(stpd: ChildProcess): Promise<"ready" | number | null> {
  return new Promise((done) => {
    stpd.stdout?.once("data", () => done("ready"));
    stpd.once("close", (code) => done(code));
  });
}

const statesOf = (ports: readonly number[]): Promise<readonly string[]> =>
  Promise.all(
    ports.map(async (port) => (await network.connect({ address: "127.0.0.1", port })).state),
  );

test.skipIf(program === undefined)(
  "the stand-in opens what its file names, restarts on command, and exits on a wrong file",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "stpd-"));
    const path = (name: string): string => join(folder, name);
    const { key, cert } = makeKeyPair();
    writeFileSync(path("key.pem"), key);
    writeFileSync(path("cert.pem"), cert);
    const [https = 0, http = 0, ftp = 0] = await findPorts(3);
    const write = (priority: string, mark: string): void =>
      writeFileSync(
        path("stpd.ini"),
        `[Other]\nSTPD_PORT=1\n[STPD_Server]\n${mark}STPD_PORT=${ftp}\n${mark}STPD_HTTP_PORT=${http}\nSTPD_HTTPS_PORT=${https}\nSTPD_HTTPS_PRIORITY_STRING="${priority}"\n`,
      );
    write(vendorPriority, "");
    const args = [path("stpd.ini"), path("cert.pem"), path("key.pem")];
    const stpd = spawn(program ?? "", args, { stdio: ["ignore", "pipe", "ignore"] });
    onTestFinished(() => {
      stpd.kill("SIGKILL");
      rmSync(folder, { recursive: true });
    });
    expect(await settle(stpd)).toBe("ready");
    expect(await statesOf([https, http, ftp])).toEqual(["open", "open", "open"]);
    const endpoint = { address: "127.0.0.1", port: https };
    expect(await network.handshake(endpoint, "localhost")).toMatchObject({ kind: "answered" });
    const hardened = settle(stpd);
    write(vendorPriority, "# ");
    stpd.kill("SIGHUP");
    expect(await hardened).toBe("ready");
    expect(await statesOf([https, http, ftp])).toEqual(["open", "closed", "closed"]);
    const broken = settle(stpd);
    write("NORMAL:-FOO", "# ");
    stpd.kill("SIGHUP");
    expect(await broken).toBe(1);
    expect(await statesOf([https, http, ftp])).toEqual(["closed", "closed", "closed"]);
  },
);

test.skipIf(program === undefined || !canIsolate())(
  "workers with equal process numbers can compile the stand-in at once",
  async () => {
    const cache = `${mkdtempSync(join(tmpdir(), "cache-"))}/`;
    onTestFinished(() => rmSync(cache, { recursive: true }));
    const worker = fileURLToPath(new URL("../support/workers/compile-worker.ts", import.meta.url));
    const ends = await Promise.all(
      [1, 2, 3, 4].map(() => runInNamespace(worker, { args: [cache] })),
    );
    const [{ stdout: compiled } = { stdout: "" }] = ends;
    expect(ends).toEqual(ends.map(() => ({ status: 0, stdout: compiled, stderr: "" })));
    expect(readdirSync(cache).map((name) => cache + name)).toEqual([compiled]);
  },
);
