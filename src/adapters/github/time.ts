import { HardenError } from "../../core/base/errors.ts";

/** GitHub's time, as the answers to all requests tell it. Seconds since 1970. */
export interface GithubTime {
  /** Sends as the one that was given, and reads the time of what comes back. */
  readonly fetch: typeof fetch;
  /** What the newest answer said. Throws HardenError where none has come yet. */
  readonly told: () => number;
  /** The same, with what passed since then. */
  readonly now: () => number;
  /** How far the own clock is surely ahead (behind: below 0), by the newest answer. */
  readonly ahead: () => number;
}

export function createGithubTime(ask: typeof fetch, apiUrl: string, own: () => number): GithubTime {
  const { origin } = new URL(apiUrl);
  let newest: { readonly date: number; readonly at: number; readonly ahead: number } | undefined;
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
      const sent = own();
      const answer = await ask(input, init);
      const at = own();
      const date = Date.parse(answer.headers.get("date") ?? "") / 1000;
      // Files come from other servers, to which GitHub only points.
      const isOfGithub = answer.url === "" || new URL(answer.url).origin === origin;
      // The answer was made between both looks at the own clock, and says only the second.
      if (isOfGithub) {
        const ahead = Math.max(0, sent - date - 1) + Math.min(0, at - date);
        newest = Number.isNaN(date) ? undefined : { date, at, ahead };
      }
      return answer;
    },
    told: () => read().date,
    now: () => {
      const { date, at } = read();
      return date + Math.max(0, own() - at);
    },
    ahead: () => newest?.ahead ?? 0,
  };
}
