import { pino, type Logger } from "pino";
import { HardenError } from "../../src/core/base/errors.ts";

export type Log = Logger;

/** Fields that could contain a secret; their values are never written. */
const secrets = ["token", "authorization", "secret", "key", "ticket", "response_url", "trigger_id"];

/** JSON lines on standard error. Messages from Slack or GitHub are never logged as a whole. */
export function createLog(level: string, destination?: { write: (line: string) => void }): Log {
  const paths = secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const options = {
    level,
    base: { service: "sesam-harden" },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths, censor: "[hidden]" },
  };
  return destination === undefined
    ? pino(options, pino.destination(2))
    : pino(options, destination);
}

/** Logger for Bolt and its clients. Below level warn they print whole payloads, so that is dropped. */
export function createBoltLogger(log: Log, explain = (message: string) => message) {
  const say = (level: "warn" | "error") => (message: unknown) => {
    const text = message instanceof Error ? message.message : String(message);
    log[level]({ from: "bolt" }, explain(text));
  };
  return {
    debug: () => {},
    info: () => {},
    warn: say("warn"),
    error: say("error"),
    setLevel: () => {},
    getLevel: () => "warn" as never,
    setName: () => {},
  };
}

export function describe(error: unknown): { readonly reason: string; readonly next?: string } {
  if (error instanceof HardenError) return { reason: error.message, next: error.next };
  return { reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
