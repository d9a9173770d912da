import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

const localNames = "DNS:localhost,IP:127.0.0.1,IP:::1";

/** A new certificate for localhost, or for names in OpenSSL's notation. */
export function makeKeyPair(days = 30, names = localNames): KeyPair {
  const folder = mkdtempSync(join(tmpdir(), "keys-"));
  try {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const { status, stderr } = spawnSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"].concat([
        "-days",
        String(days),
        "-addext",
        `subjectAltName=${names}`,
        "-keyout",
        key,
        "-out",
        cert,
      ]),
      { encoding: "utf8" },
    );
    if (status !== 0) throw new Error(`openssl made no certificate: ${stderr}`);
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** An HTTPS server of Node on loopback; returns its port. */
export async function serveHttps(
  options: ServerOptions,
  address = "127.0.0.1",
  onConnection: (socket: TLSSocket) => void = () => {},
): Promise<number> {
  const server = createServer(options, (_, response) => void response.end("ok"));
  // Errors that the probe causes do not matter here.
  server.on("tlsClientError", () => {});
  server.on("secureConnection", onConnection);
  await new Promise<void>((done) => void server.listen(0, address, done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // It listens on a TCP port.
  return (server.address() as AddressInfo).port;
}
