import { composePaginateRest, type PaginatingEndpoints } from "@octokit/plugin-paginate-rest";

/** The lists of GitHub's REST API by their routes, as its description has them. */
export type ListEndpoints = PaginatingEndpoints;

/** The pages of a list, by hundreds, as the server links them. Throws GithubError. */
export async function* readPages(
  { send, endpoint, misread }: Transport,
  route: string,
  parameters: RequestParameters,
): AsyncGenerator<unknown> {
  let failure: { readonly error: unknown } | undefined;
  const request = async ({ url }: { readonly url: string }): Promise<Received> => {
    try {
      const answer = await send(route, parameters, url);
      // The plugin takes nothing for an empty list, and a bare list for one with a count.
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
      // The plugin cannot take apart what it does not know.
      throw failure?.error ?? misread(route, parameters);
    });
    // It takes a conflict for the end of the list.
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
  /** With the address of a further page, which the server gave. */
  readonly send: (route: string, parameters: RequestParameters, url?: string) => Promise<Received>;
  /** Where that is sent to. */
  readonly endpoint: (route: string, parameters: RequestParameters) => { readonly url: string };
  /** For an answer that cannot be GitHub's. */
  readonly misread: (route: string, parameters: RequestParameters) => Error;
}

/** GitHub answers about Actions with an object that has the list and its count, else with the list. */
function isListAnswer(route: string, data: unknown): boolean {
  const isCounted = route.includes("/actions/");
  return typeof data === "object" && data !== null && !(isCounted && Array.isArray(data));
}
