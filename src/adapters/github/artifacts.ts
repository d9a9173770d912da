import { decodeBytes } from "../../core/base/text.ts";
import { hasReason, isMissing } from "./error.ts";
import type { GithubClient } from "./client.ts";
import type { Listed } from "./routes.ts";

const listRoute = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts";

export type ApiArtifact = Listed<typeof listRoute>;

/** A wave has at most 256 hosts. */
const maxPages = 10;

/** The bytes of one file of a ZIP archive, unless it has more than the limit. */
export type ReadZipped = (archive: Uint8Array, name: string, most: number) => string | undefined;

/**
 * The artifacts of a run by name; null if several have the same name, because any job can use any
 * name.
 */
export async function listArtifacts(
  { list }: GithubClient,
  run: number,
): Promise<ReadonlyMap<string, ApiArtifact | null>> {
  const { items } = await list(listRoute, { run_id: run }, maxPages);
  const byName = Map.groupBy(items, ({ name }) => name);
  return new Map(
    [...byName].map(([name, [first = null, ...others]]) => [
      name,
      others.length > 0 ? null : first,
    ]),
  );
}

/** The text of one file of an artifact; null if the artifact is invalid or deleted. */
export async function readArtifact(
  { request }: GithubClient,
  { id, size_in_bytes: size, expired }: ApiArtifact,
  { name, most }: { readonly name: string; readonly most: number },
  readZipped: ReadZipped,
): Promise<string | null> {
  if (expired || size > most) return null;
  const route = "GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}";
  const data = await askUnlessGone(() =>
    request(route, { artifact_id: id, archive_format: "zip" }),
  );
  if (!(data instanceof ArrayBuffer)) return null;
  const bytes = readZipped(new Uint8Array(data), name, most);
  return bytes === undefined ? null : decodeBytes(bytes);
}

/** An artifact can expire or be deleted after it was listed. */
async function askUnlessGone(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    if (hasReason(error, "gone") || isMissing(error)) return undefined;
    throw error;
  }
}
