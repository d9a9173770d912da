import { composePaginateRest, type PaginatingEndpoints } from "@octokit/plugin-paginate-rest";

/** The list routes of GitHub's REST API, from its OpenAPI description. */
export type ListEndpoints = PaginatingEndpoints;

/** The pages of a list, a hundred items each, by the server's links. Throws GithubError. */
export async function* readPages(
  { send, endpoint, misread }: Transport,
  route: string,
  parameters: RequestParameters,
): AsyncGenerator<unknown> {
  let failure: { readonly error: unknown } | undefined;
  const request = async ({ url }: { readonly url: string }): Promise<Received> => {
    try {
      const answer = await send(route, parameters, url);
      // The plugin treats a missing body as an empty list, and expects an object with a count.
      if (isListAnswer(route, answer.data)) return answer;
      throw misread(route, parameters);
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  const client = { request: Object.assign(request, { endpoint }) };
  const asked = { per_page: 100, ...parameters };
  const answers = composePaginateRest.iterator(client as never, route as never, asked as never);
  const iterator = (answers as AsyncIterable<Received>)[Symbol.asyncIterator]();
  for (;;) {
    const { value, done } = await iterator.next().catch(() => {
      // The plugin cannot unwrap an unknown format.
      throw failure?.error ?? misread(route, parameters);
    });
    // The plugin treats a conflict as the end of the list.
    if (failure !== undefined) throw failure.error;
    if (done === true) return;
    yield value.data;
  }
}

export type RequestParameters = Readonly<Record<string, unknown>>;

export interface Received {
  readonly status: number;
  readonly data: unknown;
  readonly headers: { readonly etag?: string | undefined; readonly link?: string | undefined };
}

export interface Transport {
  /** With the URL of the next page, which the server gave. */
  readonly send: (route: string, parameters: RequestParameters, url?: string) => Promise<Received>;
  /** Where that is sent to. */
  readonly endpoint: (route: string, parameters: RequestParameters) => { readonly url: string };
  /** For an answer that cannot be from GitHub. */
  readonly misread: (route: string, parameters: RequestParameters) => Error;
}

/** GitHub wraps lists about Actions in an object with a count, and no others. */
function isListAnswer(route: string, data: unknown): boolean {
  const isCounted = route.includes("/actions/");
  return typeof data === "object" && data !== null && !(isCounted && Array.isArray(data));
}
