import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { waitForServer } from "../support/harness/gnutls-serv.ts";

/**
 * The second stand-in for STPD: gnutls-serv, which alerts where libmicrohttpd closes. Called as
 * stpd.c is, without its SIGHUP. gnutls-serv listens on every address, so only within a network
 * namespace; at one address alone it is reached through a relay, and then its own port is open too.
 *
 *   node gnutls-stpd.ts INI CERTIFICATE KEY [ADDRESS [MILLISECONDS]]
 */
const [ini = "", certificate = "", key = "", address = "0.0.0.0", milliseconds = "0"] =
  process.argv.slice(2);

interface Settings {
  readonly ftp: number | undefined;
  readonly http: number | undefined;
  readonly https: number | undefined;
  readonly priority: string;
}

function fail(what: string): never {
  process.stderr.write(`stpd: ${what}\n`);
  process.exit(1);
}

function readSettings(): Settings {
  const values = new Map<string, string>();
  let section = "";
  for (const line of readFileSync(ini, "latin1").split("\n")) {
    const text = line.trim();
    if (text.startsWith("[")) section = text;
    const [, name, value = ""] = /^([^#=][^=]*?)\s*=\s*(.*)$/.exec(text) ?? [];
    if (name === undefined || section !== "[STPD_Server]") continue;
    values.set(name, /^"(.*)"$/.exec(value)?.[1] ?? value);
  }
  const port = (name: string): number | undefined => {
    const value = values.get(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    return /^\d+$/.test(value) && number > 0 && number < 65_536
      ? number
      : fail("a port is no port");
  };
  return {
    ftp: port("STPD_PORT"),
    http: port("STPD_HTTP_PORT"),
    https: port("STPD_HTTPS_PORT"),
    priority: values.get("STPD_HTTPS_PRIORITY_STRING") ?? "NORMAL",
  };
}

function listen(port: number, onClient: (client: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    client.on("error", () => client.destroy());
    onClient(client);
  });
  return new Promise((done) => {
    server.on("error", () => fail(`port ${port} cannot be opened`));
    server.listen(port, address, () => done(server));
  });
}

function answer(text: string): (client: Socket) => void {
  return (client) => void client.end(text);
}

async function findPort(): Promise<number> {
  const server = await listen(0, answer(""));
  // A TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => void server.close(done));
  return port;
}

function spawnServ(port: number, priority: string): ChildProcess {
  const options = ["--quiet", "--nodb", "--noticket", "--disable-client-cert", "--http"];
  const files = [`--x509certfile=${certificate}`, `--x509keyfile=${key}`];
  const args = [...options, ...files, `--port=${port}`, `--priority=${priority}`];
  return spawn("gnutls-serv", args, { stdio: "ignore" });
}

async function startHttps(port: number, priority: string): Promise<void> {
  // gnutls-serv itself would start, and end when the first client connects.
  const { status } = spawnSync("gnutls-cli", ["--list", `--priority=${priority}`], {
    stdio: "ignore",
  });
  if (status !== 0) fail("the priority string is not valid");
  const isRelayed = address !== "0.0.0.0";
  const own = isRelayed ? await findPort() : port;
  const serv = spawnServ(own, priority);
  const stop = (): void => void serv.kill("SIGKILL");
  process.on("exit", stop);
  if ((await waitForServer(serv, own)) === null) fail("the HTTPS port does not come up");
  const relay = isRelayed
    ? await listen(port, (client) => {
        const server = connect({ port: own, host: "127.0.0.1", allowHalfOpen: true });
        server.on("error", () => client.destroy());
        client.pipe(server).pipe(client);
      })
    : undefined;
  if (Number(milliseconds) === 0) return;
  setTimeout(() => {
    relay?.close();
    stop();
  }, Number(milliseconds));
}

const { ftp, http, https, priority } = readSettings();
process.on("SIGTERM", () => process.exit(0));
if (https !== undefined) await startHttps(https, priority);
if (http !== undefined) await listen(http, answer("HTTP/1.0 401 Unauthorized\r\n\r\n"));
if (ftp !== undefined) await listen(ftp, answer("220 stand-in\r\n"));
process.stdout.write("ready\n");
// An STPD without any port to open stays up anyway.
setInterval(() => {}, 2 ** 30);
