import type { Ask } from "./client.ts";

/** A file for a new tree: as text where its bytes are UTF-8, else as a blob of its own. */
export async function describeEntry(
  ask: Ask,
  { path, after }: { readonly path: string; readonly after: string },
): Promise<unknown> {
  const entry = { path, mode: "100644", type: "blob" };
  const bytes = Buffer.from(after, "latin1");
  const text = bytes.toString("utf8");
  if (Buffer.from(text, "utf8").equals(bytes)) return { ...entry, content: text };
  const blob = { content: bytes.toString("base64"), encoding: "base64" };
  const made = await ask("POST /repos/{owner}/{repo}/git/blobs", blob);
  return { ...entry, sha: (made as { sha: string }).sha };
}

/** Bytes of a blob, one character a byte. */
export async function readBlob(ask: Ask, name: string): Promise<string> {
  const data = await ask("GET /repos/{owner}/{repo}/git/blobs/{file_sha}", { file_sha: name });
  return Buffer.from((data as { content: string }).content, "base64").toString("latin1");
}
