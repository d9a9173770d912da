import { connect, type TLSSocket } from "node:tls";
import type { Certificate, Handshake } from "../core/probe/observation.ts";
import type { Wire } from "../usecases/wire.ts";
import { hashSha256 } from "./hashes.ts";
import { direct, type Route } from "./route.ts";
import type { SocketLimit } from "./socket-limit.ts";

/** Milliseconds for all of it; and bytes, of which the first twelve tell HTTP. */
const longest = 4096;

/**
 * A handshake by the runtime's own TLS, and `GET /`. The certificate is looked at and not judged:
 * whether SEP sesam's clients verify it is not documented. Node's own demands on keys are lowered,
 * since what it asks for is no property of the host.
 */
export function createTlsClient(
  timeout: number,
  limit: SocketLimit,
  route: Route = direct,
): Pick<Wire, "handshake"> {
  return {
    handshake: (endpoint, serverName) =>
      limit(
        () =>
          new Promise<Handshake>((resolve) => {
            const socket = connect({
              ...route(endpoint),
              rejectUnauthorized: false,
              minVersion: "TLSv1.2",
              ciphers: "DEFAULT:@SECLEVEL=0",
              ...(serverName === undefined ? {} : { servername: serverName }),
            });
            watch(socket, { timeout, host: serverName ?? endpoint.address, resolve });
          }),
      ),
  };
}

interface Watch {
  readonly timeout: number;
  readonly host: string;
  readonly resolve: (handshake: Handshake) => void;
}

function watch(socket: TLSSocket, { timeout, host, resolve }: Watch): void {
  let certificate: Certificate | undefined;
  let text = "";
  const finish = (reason: string): void => {
    clearTimeout(timer);
    socket.destroy();
    if (certificate === undefined) resolve({ kind: "failed", reason });
    else if (text.startsWith("HTTP/1.")) resolve({ kind: "answered", certificate });
    else if (text !== "") resolve({ kind: "other", certificate });
    else resolve({ kind: "silent", certificate, reason });
  };
  const timer = setTimeout(() => finish("the time ran out"), timeout);
  socket.once("secureConnect", () => {
    certificate = readCertificate(socket);
    if (certificate === undefined) return finish("the server showed no certificate");
    const name = host.includes(":") ? `[${host}]` : host;
    socket.write(`GET / HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`);
  });
  socket.on("data", (chunk: Uint8Array) => {
    text += String.fromCharCode(...chunk.subarray(0, longest - text.length));
    if (text.length >= "HTTP/1.1 200".length) finish("");
  });
  socket.on("error", (error) => finish(error.message));
  socket.on("close", () => finish("the connection was closed"));
}

function readCertificate(socket: TLSSocket): Certificate | undefined {
  const found = socket.getPeerX509Certificate();
  if (found === undefined) return undefined;
  const key = found.publicKey.export({ type: "spki", format: "der" });
  return {
    subject: found.subject?.split("\n").join(", ") ?? "",
    names: readNames(found.subjectAltName ?? ""),
    notBefore: printTime(found.validFromDate),
    notAfter: printTime(found.validToDate),
    spkiSha256: hashSha256(key.toString("latin1")),
  };
}

/** `DNS:db1, IP Address:192.0.2.1`; a name with a comma in it stands in quotes. */
function readNames(text: string): readonly string[] {
  const names = text.matchAll(/(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g);
  return Array.from(names, ([, name = ""]) => shortenAddress(name));
}

/** Node writes an IPv6 address in full, Deno in short. */
function shortenAddress(name: string): string {
  if (!/^[0-9A-Fa-f]*:[0-9A-Fa-f:.]+$/.test(name)) return name;
  const { hostname } = new URL(`http://[${name}]/`);
  return hostname.slice(1, -1);
}

function printTime(date: Date): string {
  return Number.isNaN(date.getTime()) ? "" : `${date.toISOString().slice(0, 19)}Z`;
}
