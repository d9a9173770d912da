import { decodeBytes } from "../../core/base/text.ts";
import { readPages } from "./paginate.ts";
import { hasReason, isMissing } from "./error.ts";
import { type Ask } from "./client.ts";

export interface ApiArtifact {
  readonly id: number;
  readonly name: string;
  readonly size_in_bytes: number;
  readonly expired: boolean;
}

/** The bytes of one file of a ZIP archive, if there are not more than that. */
export type ReadZipped = (archive: Uint8Array, name: string, most: number) => string | undefined;

/** The artifacts of a run by name; null where several have it, since any job may leave any name. */
export async function listArtifacts(
  ask: Ask,
  run: number,
): Promise<ReadonlyMap<string, ApiArtifact | null>> {
  const route = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts";
  const listed = await readPages<ApiArtifact>("artifacts", (page) =>
    ask(route, { run_id: run, ...page }),
  );
  const byName = Map.groupBy(listed, ({ name }) => name);
  return new Map(
    [...byName].map(([name, [first = null, ...others]]) => [
      name,
      others.length > 0 ? null : first,
    ]),
  );
}

/** The text of one file of an artifact; null for what cannot be it, or is gone. */
export async function readArtifact(
  ask: Ask,
  { id, size_in_bytes: size, expired }: ApiArtifact,
  { name, most }: { readonly name: string; readonly most: number },
  readZipped: ReadZipped,
): Promise<string | null> {
  if (expired || size > most) return null;
  const route = "GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}";
  const data = await askUnlessGone(() => ask(route, { artifact_id: id, archive_format: "zip" }));
  if (!(data instanceof ArrayBuffer)) return null;
  const bytes = readZipped(new Uint8Array(data), name, most);
  return bytes === undefined ? null : decodeBytes(bytes);
}

/** It may expire, or be deleted, after it was listed. */
async function askUnlessGone(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    if (hasReason(error, "gone") || isMissing(error)) return undefined;
    throw error;
  }
}
