import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createServer, type Server } from "node:net";

/**
 * Stands for STPD on Node's own TLS: opens exactly the ports that its stpd.ini says, with TLS 1.2
 * and 1.3 over HTTPS, and says so once they are open. It imports nothing but Node, since it is copied
 * to the folder of its host.
 *
 *   node stpd.mts INI CERTIFICATE KEY DEMO ADDRESS...
 */
const [ini = "", certificate = "", key = "", owner = "", ...addresses] = process.argv.slice(2);

function readPorts(): Readonly<Record<"ftp" | "http" | "https", number | undefined>> {
  const values = new Map<string, number>();
  let section = "";
  for (const line of readFileSync(ini, "latin1").split(/\r?\n/)) {
    const text = line.trim();
    if (text.startsWith("[")) section = text;
    const [, name, value] = /^(STPD_\w*PORT)\s*=\s*(\d+)$/.exec(text) ?? [];
    if (name !== undefined && section === "[STPD_Server]") values.set(name, Number(value));
  }
  return {
    ftp: values.get("STPD_PORT"),
    http: values.get("STPD_HTTP_PORT"),
    https: values.get("STPD_HTTPS_PORT"),
  };
}

/** Undefined if they cannot be read: HTTPS then stays closed, and the other ports open. */
function readPair(): { readonly cert: Buffer; readonly key: Buffer } | undefined {
  try {
    return { cert: readFileSync(certificate), key: readFileSync(key) };
  } catch {
    return undefined;
  }
}

async function open(port: number | undefined, create: () => Server): Promise<void> {
  if (port === undefined) return;
  for (const address of addresses) {
    const server = create();
    await new Promise<void>((ready, fail) => {
      server.once("error", fail);
      server.listen(port, address, ready);
    });
  }
}

const ports = readPorts();
const pair = readPair();
if (pair !== undefined) {
  const suites = ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256"];
  const options = { ...pair, minVersion: "TLSv1.2", ciphers: suites.join(":") } as const;
  await open(ports.https, () => {
    const server = createHttpsServer(options, (_, response) => {
      response.writeHead(401).end();
    });
    // The server exists to refuse this version.
    server.on("tlsClientError", () => {});
    return server;
  });
}
await open(ports.http, () => createHttpServer((_, response) => void response.writeHead(401).end()));
await open(ports.ftp, () =>
  createServer((client) => {
    client.on("error", () => client.destroy());
    client.end("220 stand-in\r\n");
  }),
);
process.on("SIGTERM", () => process.exit(0));
process.stdout.write("ready\n");

/** A service outlives its starter, but the demo's services end with the demo, however it ends. */
function isDemoThere(): boolean {
  try {
    return process.kill(Number(owner), 0);
  } catch {
    return false;
  }
}

setInterval(() => {
  if (!isDemoThere()) process.exit(0);
}, 1000);
