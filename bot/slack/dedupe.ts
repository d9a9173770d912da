/** Milliseconds for which a request is remembered: Slack's signatures hold for five minutes. */
const memory = 10 * 60_000;
const most = 50_000;

export interface SeenRequests {
  /** True where the same request came before; remembers it otherwise. */
  readonly isRepeated: (key: string) => boolean;
}

/** Slack sends some requests twice, and a signed one passes again as long as its signature holds. */
export function createRepeats(now: () => number): SeenRequests {
  const seen = new Map<string, number>();
  const forget = (): void => {
    for (const [key, at] of seen) {
      if (now() - at < memory && seen.size <= most) return;
      seen.delete(key);
    }
  };
  return {
    isRepeated: (key) => {
      const at = seen.get(key);
      if (at !== undefined && now() - at < memory) return true;
      seen.delete(key);
      seen.set(key, now());
      forget();
      return false;
    },
  };
}
