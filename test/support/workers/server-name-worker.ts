import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { makeKeys, startGnutlsServ } from "../harness/gnutls-serv.ts";

/**
 * Runs inside a network namespace, since gnutls-serv listens on every address. Reads server names
 * from standard input, and prints those with which a handshake comes about.
 */
const names: readonly string[] = JSON.parse(readFileSync(0, "utf8"));
const port = 5611;
const folder = mkdtempSync(join(tmpdir(), "names-"));

function takes(servername: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, servername, rejectUnauthorized: false });
    socket.on("error", () => resolve(false));
    socket.on("secureConnect", () => {
      resolve(true);
      socket.destroy();
    });
  });
}

makeKeys(folder);
const server = await startGnutlsServ(folder, { priority: "NORMAL", port }, ["--echo"]);
const taken: string[] = [];
for (const name of names) if (await takes(name)) taken.push(name);
await server?.stop();
rmSync(folder, { recursive: true });
process.stdout.write(JSON.stringify(taken));
