import { hasReason, readAnswer } from "./error.ts";
import { queryRoute } from "./routes.ts";

export interface PaceOptions {
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Milliseconds of a monotonic clock. */
  readonly elapsedMs?: () => number;
  readonly intervals?: Intervals;
}

export interface Intervals {
  /** Pause between writes that notify people. */
  readonly notifyMs: number;
  /** Pause before a read is retried after no answer or a 5xx. */
  readonly againMs: number;
  /** Pause if GitHub limits requests without naming a time. */
  readonly limitedMs: number;
  /** Maximum wait for the end of a rate limit; until a later end, requests fail immediately. */
  readonly longestMs: number;
}

/**
 * Recommended by GitHub in "Best practices for using the REST API" and "Rate limits for the REST
 * API".
 */
const usualIntervals: Intervals = {
  notifyMs: 1000,
  againMs: 1000,
  limitedMs: 60_000,
  longestMs: 60_000,
};

/** Decides when GitHub may be called. */
export interface Pace {
  /**
   * Waits until a request is allowed, or throws the last refusal if that takes too long. Writes run
   * one after the other, and writes that notify people with a pause in between.
   */
  readonly turn: <Result>(route: string, work: () => Promise<Result>) => Promise<Result>;
  /** Learns from an error until when no requests may be sent. */
  readonly note: (error: unknown, explained: Error) => void;
  /** Whether a read is worth a retry; waits before it returns true. */
  readonly recover: (route: string, explained: Error) => Promise<boolean>;
}

/** GitHub's limits are hourly, so none lasts longer. */
const hourMs = 3_600_000;

export function createPace(options: PaceOptions): Pace {
  const { wait, elapsedMs = () => performance.now(), intervals = usualIntervals } = options;
  let limit: { readonly endMs: number; readonly reason: Error } | undefined;
  const [writes, notices] = [createLine(), createLine()];
  let noticedMs = -Infinity;
  const ready = async (): Promise<void> => {
    const restMs = limit === undefined ? 0 : limit.endMs - elapsedMs();
    if (limit !== undefined && restMs > intervals.longestMs) throw limit.reason;
    if (restMs > 0) await wait(restMs);
  };
  return {
    turn: async (route, work) => {
      const ask: typeof work = async () => {
        await ready();
        return work();
      };
      if (isRead(route)) return ask();
      if (!notifies(route)) return writes(ask);
      return notices(async () => {
        const restMs = noticedMs + intervals.notifyMs - elapsedMs();
        if (restMs > 0) await wait(restMs);
        return writes(ask).finally(() => {
          noticedMs = elapsedMs();
        });
      });
    },
    note: (error, reason) => {
      if (!hasReason(reason, "rate-limited")) return;
      const pauseMs = Math.min(readPauseMs(error) ?? intervals.limitedMs, hourMs);
      limit = { endMs: elapsedMs() + pauseMs, reason };
    },
    recover: async (route, explained) => {
      if (hasReason(explained, "rate-limited")) return true;
      // Other requests take the place of a query, so a second timeout is not worth the wait.
      if (route === queryRoute || !hasReason(explained, "no-answer", "trouble")) return false;
      await wait(intervals.againMs);
      return true;
    },
  };
}

/** Whether a route only reads. */
export function isRead(route: string): boolean {
  return route.startsWith("GET ") || route === queryRoute;
}

/** People are notified of pull requests and issues, not of Git data. */
function notifies(route: string): boolean {
  return /^\w+ \/repos\/\{owner\}\/\{repo\}\/(pulls|issues)\b/.test(route);
}

type Line = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Runs each task after the previous one, even if that fails. */
function createLine(): Line {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const own = last.then(work, work);
    last = own;
    return own;
  };
}

/**
 * Milliseconds without requests that GitHub asks for, by its own clock; undefined if it names none.
 */
function readPauseMs(error: unknown): number | undefined {
  const { headers } = readAnswer(error);
  const afterSeconds = readSeconds(headers["retry-after"]);
  if (afterSeconds !== undefined) return afterSeconds * 1000;
  if (headers["x-ratelimit-remaining"] !== "0") return undefined;
  const resetSeconds = readSeconds(headers["x-ratelimit-reset"]);
  if (resetSeconds === undefined) return undefined;
  const toldMs = Date.parse(String(headers["date"]));
  return Math.max(1000, resetSeconds * 1000 - (Number.isNaN(toldMs) ? Date.now() : toldMs));
}

function readSeconds(header: string | number | undefined): number | undefined {
  const seconds = Number(header);
  return header === undefined || header === "" || !(seconds >= 0) ? undefined : seconds;
}
