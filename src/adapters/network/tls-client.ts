import { deno } from "../runtime/deno.ts";
import { denoTls, nodeTls } from "../../core/tls/runtime-groups.ts";
import { isNotPermitted } from "../runtime/deno-permission.ts";
import { connect, type TLSSocket } from "node:tls";
import type { Certificate, Handshake } from "../../core/probe/observation.ts";
import type { NetworkPort } from "../../core/probe/network-port.ts";
import { hashSha256 } from "../runtime/crypto.ts";
import type { SocketLimit } from "./semaphore.ts";
import { direct, type TcpRoute } from "./tcp.ts";

/** Overall timeout in milliseconds; maximum bytes, of which the first twelve identify HTTP. */
const longest = 4096;

/**
 * Performs a handshake with the runtime's TLS, and `GET /`. The certificate is read and not
 * verified: whether SEP sesam's clients verify it is not documented. Node's own requirements on
 * keys are lowered, because they are not a property of the host.
 */
export function createTlsClient(
  timeoutMs: number,
  limit: SocketLimit,
  route: TcpRoute = direct,
): Pick<NetworkPort, "handshake" | "runtime"> {
  return {
    runtime: deno === undefined ? nodeTls : denoTls,
    handshake: (endpoint, serverName) =>
      limit(
        () =>
          new Promise<Handshake>((resolve) => {
            const socket = connect({
              ...route(endpoint),
              rejectUnauthorized: false,
              minVersion: "TLSv1.2",
              ciphers: "DEFAULT:@SECLEVEL=0",
              // Without it, Deno 2.9.5 resumes sessions, which shows an older certificate.
              ca: [],
              ...(serverName === undefined ? {} : { servername: serverName }),
            });
            watch(socket, { timeoutMs, host: serverName ?? endpoint.address, resolve });
          }),
      ),
  };
}

interface Watch {
  readonly timeoutMs: number;
  readonly host: string;
  readonly resolve: (handshake: Handshake) => void;
}

function watch(socket: TLSSocket, { timeoutMs, host, resolve }: Watch): void {
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
  const timer = setTimeout(() => finish("timed out"), timeoutMs);
  socket.once("secureConnect", () => {
    if (socket.isSessionReused()) return finish("it resumed an older session");
    certificate = readCertificate(socket);
    if (certificate === undefined)
      return finish("the server shows no certificate that can be read");
    const name = host.includes(":") ? `[${host}]` : host;
    socket.write(`GET / HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`);
  });
  socket.on("data", (chunk: Uint8Array) => {
    text += String.fromCharCode(...chunk.subarray(0, longest - text.length));
    if (text.length >= "HTTP/1.1 200".length) finish("");
  });
  socket.on("error", (error) => finish(describeError(error)));
  socket.on("close", () => finish("the connection was closed"));
}

const reasons: Readonly<Record<string, string>> = {
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was closed",
  ECONNREFUSED: "the connection was refused",
  ETIMEDOUT: "nothing came back",
  ERR_SSL_WRONG_VERSION_NUMBER: "what answers does not talk TLS",
  ERR_SSL_UNSUPPORTED_PROTOCOL: "it has neither TLS 1.2 nor TLS 1.3",
};

/** Uses stable words for the code, because OpenSSL's message contains a memory address. */
function describeError(error: Error): string {
  if (isNotPermitted(error)) return "Deno may not connect there; it needs --allow-net";
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (Object.hasOwn(reasons, code)) return reasons[code] ?? "";
  const alert = /^ERR_SSL_(?:SSL\/TLS|SSLV3|TLSV1[0-9]?)_(?:ALERT_)?([A-Z_]+)$/.exec(code)?.[1];
  if (alert !== undefined)
    return `the server sent the alert ${alert.replaceAll("_", " ").toLowerCase()}`;
  return /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? `it failed with ${code}` : "it failed";
}

/** Also undefined if the runtime fails to parse what the server sent. */
function readCertificate(socket: TLSSocket): Certificate | undefined {
  try {
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
  } catch {
    return undefined;
  }
}

/** `DNS:db1, IP Address:192.0.2.1, URI:...`; a name that contains a comma is quoted. */
function readNames(text: string): readonly string[] {
  const names = text.matchAll(/(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)/g);
  return Array.from(names, ([, type = "", name = ""]) => {
    if (type === "IP Address") return [shortenAddress(name)];
    return type === "DNS" ? [name] : [];
  }).flat();
}

/** Shortens an IPv6 address, which Node writes in full; anything else is returned unchanged. */
function shortenAddress(name: string): string {
  const url = name.includes(":") ? `http://[${name}]/` : "";
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : name;
}

function printTime(date: Date): string {
  return Number.isNaN(date.getTime()) ? "" : `${date.toISOString().slice(0, 19)}Z`;
}
