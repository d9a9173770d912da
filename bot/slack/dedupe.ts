/** How long a request is remembered (ms): Slack's signatures are valid for five minutes. */
const memoryMs = 10 * 60_000;
const most = 50_000;

export interface SeenRequests {
  /** True if the same request came before; otherwise remembers it. */
  readonly isRepeated: (key: string) => boolean;
}

/** Detects repeats: Slack may send a request twice, and a signed request can be replayed while its signature is valid. */
export function createRepeats(nowMs: () => number): SeenRequests {
  const seen = new Map<string, number>();
  const forget = (): void => {
    for (const [key, at] of seen) {
      if (nowMs() - at < memoryMs && seen.size <= most) return;
      seen.delete(key);
    }
  };
  return {
    isRepeated: (key) => {
      const at = seen.get(key);
      if (at !== undefined && nowMs() - at < memoryMs) return true;
      seen.delete(key);
      seen.set(key, nowMs());
      forget();
      return false;
    },
  };
}
