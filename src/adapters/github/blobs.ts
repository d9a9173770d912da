import { readEach } from "../at-once.ts";
import type { GithubClient } from "./client.ts";

/** An item of a new tree, as GitHub expects it. */
export type GithubTreeEntry = {
  readonly path: string;
  readonly mode: "100644";
  readonly type: "blob";
} & ({ readonly content: string } | { readonly sha: string });

/** A file for a new tree: inline text if its bytes are UTF-8, otherwise a separate blob. */
export async function describeEntry(
  { request }: GithubClient,
  { path, after }: { readonly path: string; readonly after: string },
): Promise<GithubTreeEntry> {
  const entry = { path, mode: "100644", type: "blob" } as const;
  const bytes = Buffer.from(after, "latin1");
  const text = bytes.toString("utf8");
  if (Buffer.from(text, "utf8").equals(bytes)) return { ...entry, content: text };
  const blob = { content: bytes.toString("base64"), encoding: "base64" };
  const { sha } = await request("POST /repos/{owner}/{repo}/git/blobs", blob);
  return { ...entry, sha };
}

/** Bytes of blobs, one character per byte. */
export async function readBlobs(
  { request }: GithubClient,
  names: readonly string[],
): Promise<readonly string[]> {
  return readEach(names, async (name) => {
    const { content } = await request("GET /repos/{owner}/{repo}/git/blobs/{file_sha}", {
      file_sha: name,
    });
    return Buffer.from(content, "base64").toString("latin1");
  });
}
