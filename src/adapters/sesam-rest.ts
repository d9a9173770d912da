import { isNotPermitted } from "./runtime/deno-permission.ts";
import { request as openRequest } from "node:https";
import type { RestReply, RestRequest, SesamRest } from "../core/inventory/sesam-port.ts";

export interface RestOptions {
  /** The API's base URL: https, without a trailing slash. */
  readonly url: string;
  /** Trusted certificates in PEM, instead of those of the runtime. */
  readonly ca: string | undefined;
  /** Timeout of a request in milliseconds, until the last byte of its answer. */
  readonly timeoutMs: number;
  /** Maximum bytes of an answer. */
  readonly bytes: number;
}

type Response = Parameters<NonNullable<Parameters<typeof openRequest>[2]>>[0];

/**
 * HTTPS under Node and Deno, always with a verified certificate and name: no environment variable
 * turns that off. Each request uses a new connection, because a kept one may be closed just when it
 * is reused, and requests are not retried.
 */
export function createSesamRest(options: RestOptions): SesamRest {
  return {
    ask: async (question) => {
      try {
        return await new Promise((resolve) => send(question, options, resolve));
      } catch (error) {
        if (!isNotPermitted(error)) throw error;
        // Deno 2.9.5 throws this immediately if a variable adds certificates to its own.
        return { kind: "failed", reason: needsOwnCertificates };
      }
    },
  };
}

function send(
  { method, path, session, body }: RestRequest,
  { url, ca, timeoutMs, bytes }: RestOptions,
  resolve: (reply: RestReply) => void,
): void {
  const content = body === undefined ? undefined : JSON.stringify(body);
  const sent = openRequest(new URL(url + path), {
    method,
    agent: false,
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
    ...(ca === undefined ? {} : { ca }),
    headers: {
      Accept: "application/json",
      "Accept-Encoding": "identity",
      "User-Agent": "sesam-harden",
      ...(session === undefined ? {} : { "X-SEP-Session": session }),
      ...(content === undefined
        ? {}
        : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(content) }),
    },
  });
  const finish = (reply: RestReply): void => {
    clearTimeout(timer);
    sent.destroy();
    resolve(reply);
  };
  const fail = (reason: string): void => finish({ kind: "failed", reason });
  const timer = setTimeout(
    () => fail(`no complete answer within ${timeoutMs / 1000} s`),
    timeoutMs,
  );
  sent.on("error", (error) => fail(explain(error)));
  sent.on("close", () => fail(cutOff));
  sent.on("response", (response) => receive(response, { bytes, finish, fail }));
  sent.end(content);
}

interface Receiver {
  readonly bytes: number;
  readonly finish: (reply: RestReply) => void;
  readonly fail: (reason: string) => void;
}

function receive(response: Response, { bytes, finish, fail }: Receiver): void {
  const chunks: Uint8Array[] = [];
  let size = 0;
  response.on("data", (chunk: Uint8Array) => {
    size += chunk.length;
    if (size > bytes) fail(`the answer is larger than ${bytes / 1024 / 1024} MiB`);
    else chunks.push(chunk);
  });
  response.on("error", (error) => fail(explain(error)));
  response.on("end", () => {
    if (!response.complete) return fail(cutOff);
    const { headers, statusCode: status = 0 } = response;
    const mediaType = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
    const header = { total: textOf(headers["x-total-count"]), link: textOf(headers["link"]) };
    finish({ kind: "answer", status, content: readJson(chunks), mediaType, size, header });
  });
}

const cutOff = "the connection was closed before the answer was complete";

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.join(", ");
}

function readJson(chunks: readonly Uint8Array[]): { readonly json: unknown } | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
    const json: unknown = JSON.parse(text);
    return { json };
  } catch {
    return undefined;
  }
}

const needsNetwork = "this process may not connect there; Deno needs --allow-net=HOST:PORT";
const needsOwnCertificates =
  "the variable NODE_EXTRA_CA_CERTS is set, for which Deno needs --allow-sys and --allow-env=NODE_USE_SYSTEM_CA; unset it, or name a --ca-file";

/** Deno has only one code for all certificate errors, including dates. */
const cannotVerify =
  "its certificate cannot be verified: check its dates, and pass the certificate of your own CA with --ca-file";
const noTls = "the TLS handshake failed: check that this is the HTTPS port";

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: cutOff,
  EPIPE: cutOff,
  ENOTFOUND: "cannot resolve host name",
  EAI_AGAIN: "the name server did not answer",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network unreachable",
  ETIMEDOUT: "nothing came back",
  EPERM: needsNetwork,
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: cannotVerify,
  SELF_SIGNED_CERT_IN_CHAIN: cannotVerify,
  UNABLE_TO_GET_ISSUER_CERT: cannotVerify,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: cannotVerify,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: cannotVerify,
  HPE_HEADER_OVERFLOW: "its headers are too large",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};

function explain(error: Error): string {
  if (isNotPermitted(error)) return needsNetwork;
  const code = "code" in error ? String(error.code) : "";
  const isTls = code === "EPROTO" || code.startsWith("ERR_SSL_");
  return reasons[code] ?? (isTls ? noTls : code || error.message);
}
