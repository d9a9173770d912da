import { pino, type Logger } from "pino";
import { HardenError } from "../../src/core/base/errors.ts";

export type Log = Logger;

/** Names under which a secret could come along; what is there is never written. */
const secrets = ["token", "authorization", "secret", "key", "ticket", "response_url", "trigger_id"];

/** Structured lines on standard error. Nothing that Slack or GitHub sent is logged whole. */
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

/** What Bolt and its clients log by; below a warning they print whole payloads. */
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
