import { HardenError } from "../../core/base/errors.ts";

/** GitHub's time, from the answers to REST requests that succeed. Seconds since 1970. */
export interface GithubTime {
  /** Wraps a fetch function, and reads the time of each answer. */
  readonly fetch: typeof fetch;
  /** Time of the newest answer. Throws HardenError if there is none yet. */
  readonly toldSeconds: () => number;
  /** The same plus the time that has passed since. */
  readonly nowSeconds: () => number;
  /** How far the local clock is certainly ahead (negative: behind), by the newest answer. */
  readonly aheadSeconds: () => number;
}

export function createGithubTime(
  ask: typeof fetch,
  apiUrl: string,
  ownSeconds: () => number,
): GithubTime {
  const { origin } = new URL(apiUrl);
  // Files come from other servers that GitHub redirects to. A proxy that refuses a request, most
  // likely a query, answers with its own time.
  const isOfGithub = ({ ok, status, url }: Response): boolean =>
    (ok || status === 304) && (url === "" || new URL(url).origin === origin);
  let newest:
    | { readonly dateSeconds: number; readonly atSeconds: number; readonly aheadSeconds: number }
    | undefined;
  const read = () => {
    if (newest !== undefined) return newest;
    throw new HardenError(
      "broke",
      "GitHub's answers have no Date header",
      "Check that no proxy between the bot and GitHub removes the Date header.",
    );
  };
  return {
    fetch: async (input, init) => {
      const sentSeconds = ownSeconds();
      const answer = await ask(input, init);
      const atSeconds = ownSeconds();
      const dateSeconds = Date.parse(answer.headers.get("date") ?? "") / 1000;
      // The answer was created between the two local times, and has a resolution of one second.
      if (isOfGithub(answer) && !String(input).endsWith("/graphql")) {
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
