import { HardenError } from "../../core/base/errors.ts";
import { readTar, gunzip } from "../archive/tar.ts";
import type { GithubClient } from "./client.ts";
import { nameBlob } from "../runtime/crypto.ts";

/** Minimum number of files for which one archive is cheaper than a request per file. */
export const minForArchive = 100;
/** Maximum unpacked size in bytes. */
export const largestArchive = 256 * 1024 * 1024;

/**
 * Reads the wanted files from an archive of the commit, by their Git blob hashes. Files with a
 * different hash are ignored, because Git attributes can change or omit what is archived.
 */
export async function readArchive(
  client: GithubClient,
  commit: string,
  wanted: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const packed = await fetchArchive(client, commit);
  const found = new Map<string, string>();
  for await (const [path, content] of readTar(gunzip(packed, largestArchive))) {
    // All paths are below one directory.
    const name = wanted.get(path.slice(path.indexOf("/") + 1));
    const bytes = name === undefined ? "" : content.toString("latin1");
    if (name !== undefined && nameBlob(bytes) === name) found.set(name, bytes);
  }
  return found;
}

/** Returns nothing if there is no archive: archives come from another host, and are slow. */
async function fetchArchive({ request }: GithubClient, commit: string): Promise<Uint8Array> {
  try {
    const data: unknown = await request("GET /repos/{owner}/{repo}/tarball/{ref}", { ref: commit });
    return data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array();
  } catch (error) {
    if (error instanceof HardenError) return new Uint8Array();
    throw error;
  }
}
