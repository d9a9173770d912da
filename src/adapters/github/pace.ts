import { hasReason, readAnswer } from "./error.ts";

export interface PaceOptions {
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Milliseconds on a clock that nobody sets; only differences count. */
  readonly elapsedMs?: () => number;
  readonly intervals?: Intervals;
}

export interface Intervals {
  /** Between writes that notify people. */
  readonly notifyMs: number;
  /** Before a read that was not answered, or by trouble, is tried again. */
  readonly againMs: number;
  /** Where GitHub limits requests and names no time. */
  readonly limitedMs: number;
  /** The longest that the end of a limit is waited for; until a later end requests fail at once. */
  readonly longestMs: number;
}

/** As GitHub asks for: "Best practices for using the REST API", "Rate limits for the REST API". */
const usualIntervals: Intervals = {
  notifyMs: 1000,
  againMs: 1000,
  limitedMs: 60_000,
  longestMs: 60_000,
};

/** When GitHub may be asked. */
export interface Pace {
  /**
   * Waits until it may be, or throws what it refused last where that takes too long. Writes go one
   * after the other, and those that notify people with a pause between them.
   */
  readonly turn: <Result>(route: string, work: () => Promise<Result>) => Promise<Result>;
  /** Learns from a refusal until when to leave GitHub alone: what was thrown, and what it means. */
  readonly note: (error: unknown, explained: Error) => void;
  /** Whether the same is worth asking again, if it only reads; waits before that. */
  readonly recover: (explained: Error) => Promise<boolean>;
}

/** GitHub counts by the hour, so no limit of its own lasts longer. */
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
    recover: async (explained) => {
      if (hasReason(explained, "rate-limited")) return true;
      if (!hasReason(explained, "no-answer", "trouble")) return false;
      await wait(intervals.againMs);
      return true;
    },
  };
}

/** Whether a route changes nothing. */
export function isRead(route: string): boolean {
  return route.startsWith("GET ");
}

/** Pull requests and issues are followed by people; git's data is not. */
function notifies(route: string): boolean {
  return /^\w+ \/repos\/\{owner\}\/\{repo\}\/(pulls|issues)\b/.test(route);
}

type Line = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Each waits for the end of the one before, however it ends. */
function createLine(): Line {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const own = last.then(work, work);
    last = own;
    return own;
  };
}

/** Milliseconds for which GitHub wants no requests, by its own clock; undefined where it names none. */
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
