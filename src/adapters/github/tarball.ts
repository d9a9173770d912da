import { HardenError } from "../../core/base/errors.ts";
import { readTar, gunzip } from "../archive/tar.ts";
import type { GithubClient } from "./client.ts";
import { nameBlob } from "../runtime/crypto.ts";

/** From so many files on one archive is less than a request for each. */
export const minForArchive = 100;
/** Bytes of everything in it, unpacked. */
export const largestArchive = 256 * 1024 * 1024;

/**
 * What an archive of the commit has of the wanted files, by git's names of their contents; only what
 * bears the name that git gives such bytes counts, since attributes may change or leave out what is
 * archived.
 */
export async function readArchive(
  client: GithubClient,
  commit: string,
  wanted: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const packed = await fetchArchive(client, commit);
  const found = new Map<string, string>();
  for (const [path, bytes] of readTar(gunzip(packed, largestArchive) ?? "")) {
    // All of it lies below one folder.
    const name = wanted.get(path.slice(path.indexOf("/") + 1));
    // A copy, since a piece of a text keeps all of it in memory.
    if (name !== undefined && nameBlob(bytes) === name) found.set(name, copy(bytes));
  }
  return found;
}

/** Nothing where there is none to be had: archives come from another host, and take long. */
async function fetchArchive({ request }: GithubClient, commit: string): Promise<Uint8Array> {
  try {
    const data: unknown = await request("GET /repos/{owner}/{repo}/tarball/{ref}", { ref: commit });
    return data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array();
  } catch (error) {
    if (error instanceof HardenError) return new Uint8Array();
    throw error;
  }
}

function copy(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("latin1");
}
