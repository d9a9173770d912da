/** Milliseconds for which a request is remembered: Slack's signatures hold for five minutes. */
const memoryMs = 10 * 60_000;
const most = 50_000;

export interface SeenRequests {
  /** True where the same request came before; remembers it otherwise. */
  readonly isRepeated: (key: string) => boolean;
}

/** Slack sends some requests twice, and a signed one passes again as long as its signature holds. */
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
