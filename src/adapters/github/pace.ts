import { hasReason, readAnswer } from "./error.ts";

export interface PaceOptions {
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Milliseconds on a clock that nobody sets; only differences count. */
  readonly elapsed?: () => number;
  readonly intervals?: Intervals;
}

/** Milliseconds. */
export interface Intervals {
  /** Between writes that notify people. */
  readonly notify: number;
  /** Before a read that was not answered, or by trouble, is tried again. */
  readonly again: number;
  /** Where GitHub limits requests and names no time. */
  readonly limited: number;
  /** The longest that the end of a limit is waited for; until a later end requests fail at once. */
  readonly longest: number;
}

/** As GitHub asks for: "Best practices for using the REST API", "Rate limits for the REST API". */
const usualIntervals: Intervals = {
  notify: 1000,
  again: 1000,
  limited: 60_000,
  longest: 60_000,
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
const hour = 3_600_000;

export function createPace(options: PaceOptions): Pace {
  const { wait, elapsed = () => performance.now(), intervals = usualIntervals } = options;
  let limit: { readonly end: number; readonly reason: Error } | undefined;
  const [writes, notices] = [createLine(), createLine()];
  let noticed = -Infinity;
  const ready = async (): Promise<void> => {
    const rest = limit === undefined ? 0 : limit.end - elapsed();
    if (limit !== undefined && rest > intervals.longest) throw limit.reason;
    if (rest > 0) await wait(rest);
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
        const rest = noticed + intervals.notify - elapsed();
        if (rest > 0) await wait(rest);
        return writes(ask).finally(() => {
          noticed = elapsed();
        });
      });
    },
    note: (error, reason) => {
      if (!hasReason(reason, "rate-limited")) return;
      const pause = Math.min(readPause(error) ?? intervals.limited, hour);
      limit = { end: elapsed() + pause, reason };
    },
    recover: async (explained) => {
      if (hasReason(explained, "rate-limited")) return true;
      if (!hasReason(explained, "no-answer", "trouble")) return false;
      await wait(intervals.again);
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
function readPause(error: unknown): number | undefined {
  const { headers } = readAnswer(error);
  const after = readSeconds(headers["retry-after"]);
  if (after !== undefined) return after * 1000;
  if (headers["x-ratelimit-remaining"] !== "0") return undefined;
  const reset = readSeconds(headers["x-ratelimit-reset"]);
  if (reset === undefined) return undefined;
  const told = Date.parse(String(headers["date"]));
  return Math.max(1000, reset * 1000 - (Number.isNaN(told) ? Date.now() : told));
}

function readSeconds(header: string | number | undefined): number | undefined {
  const seconds = Number(header);
  return header === undefined || header === "" || !(seconds >= 0) ? undefined : seconds;
}
