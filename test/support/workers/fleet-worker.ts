import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { distFile } from "../harness/programs.ts";

/**
 * Runs inside a network namespace, where it can have a thousand addresses to itself. Probes them
 * all with the built file on a terminal, and prints how many hellos were open at the same time.
 */
export interface FleetAnswer {
  readonly status: number | null;
  /** Output on the terminal, progress and report. */
  readonly shown: string;
  readonly most: number;
  readonly hellos: number;
}

const sockets = 16;
const port = 11443;
spawnSync("ip", ["link", "set", "lo", "up"]);

let now = 0;
let most = 0;
let hellos = 0;
const server = createServer((socket) => {
  socket.on("error", () => {});
  // A connection that sends nothing only checks whether the port is open.
  socket.once("data", () => {
    hellos += 1;
    most = Math.max(most, ++now);
    setTimeout(() => {
      now -= 1;
      socket.destroy();
    }, 1);
  });
});
await new Promise<void>((done) => void server.listen(port, "0.0.0.0", done));

const folder = mkdtempSync(join(tmpdir(), "fleet-"));
for (let index = 0; index < 1000; index++) {
  const host = join(folder, `host${index}`);
  mkdirSync(host);
  writeFileSync(join(host, "stpd.ini"), `[STPD_Server]\nSTPD_HTTPS_PORT=${port}\n`);
  writeFileSync(join(host, "host.ini"), `address = 127.1.${index >> 8}.${index & 255}\n`);
}
const command = `${process.execPath} ${distFile} probe --fleet --sockets ${sockets} --format json`;
const child = spawn("script", ["-qec", command, "/dev/null"], {
  cwd: folder,
  stdio: ["ignore", "pipe", "inherit"],
});
let shown = "";
child.stdout.on("data", (chunk: Buffer) => (shown += chunk.toString("utf8")));
const status = await new Promise<number | null>((done) => child.on("close", done));
server.close();
rmSync(folder, { recursive: true });
const answer: FleetAnswer = { status, shown, most, hellos };
process.stdout.write(JSON.stringify(answer));
