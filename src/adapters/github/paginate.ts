import { composePaginateRest } from "@octokit/plugin-paginate-rest";
import type { Parameters, Received, Transport } from "./client.ts";

/** The pages of a list, by hundreds, as the server links them. Throws GithubError. */
export async function* readPages(
  { send, endpoint, misread }: Transport,
  route: string,
  parameters: Parameters,
): AsyncGenerator<unknown> {
  let failure: { readonly error: unknown } | undefined;
  const request = async ({ url }: { readonly url: string }): Promise<Received> => {
    try {
      const answer = await send(route, parameters, url);
      // The plugin takes nothing for an empty list.
      if (typeof answer.data === "object" && answer.data !== null) return answer;
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
