import { HardenError } from "../../core/base/errors.ts";

/** GitHub's time, as the answers to all requests tell it. Seconds since 1970. */
export interface GithubTime {
  /** Sends as the one that was given, and reads the time of what comes back. */
  readonly fetch: typeof fetch;
  /** What the newest answer said. Throws HardenError where none has come yet. */
  readonly toldSeconds: () => number;
  /** The same, with what passed since then. */
  readonly nowSeconds: () => number;
  /** How far the own clock is surely ahead (behind: below 0), by the newest answer. */
  readonly aheadSeconds: () => number;
}

export function createGithubTime(
  ask: typeof fetch,
  apiUrl: string,
  ownSeconds: () => number,
): GithubTime {
  const { origin } = new URL(apiUrl);
  let newest:
    | { readonly dateSeconds: number; readonly atSeconds: number; readonly aheadSeconds: number }
    | undefined;
  const read = () => {
    if (newest !== undefined) return newest;
    throw new HardenError(
      "broke",
      "GitHub's answers do not say what time it is",
      "See that nothing between the bot and GitHub removes the header Date.",
    );
  };
  return {
    fetch: async (input, init) => {
      const sentSeconds = ownSeconds();
      const answer = await ask(input, init);
      const atSeconds = ownSeconds();
      const dateSeconds = Date.parse(answer.headers.get("date") ?? "") / 1000;
      // Files come from other servers, to which GitHub only points.
      const isOfGithub = answer.url === "" || new URL(answer.url).origin === origin;
      // The answer was made between both looks at the own clock, and says only the second.
      if (isOfGithub) {
        const aheadSeconds =
          Math.max(0, sentSeconds - dateSeconds - 1) + Math.min(0, atSeconds - dateSeconds);
        newest = Number.isNaN(dateSeconds) ? undefined : { dateSeconds, atSeconds, aheadSeconds };
      }
      return answer;
    },
    toldSeconds: () => read().dateSeconds,
    nowSeconds: () => {
      const { dateSeconds, atSeconds } = read();
      return dateSeconds + Math.max(0, ownSeconds() - atSeconds);
    },
    aheadSeconds: () => newest?.aheadSeconds ?? 0,
  };
}
