import { readEach } from "../at-once.ts";
import { nameBlob } from "../runtime/crypto.ts";
import type { GithubClient } from "./client.ts";
import { misshapen } from "./error.ts";

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

/** A blob to read. */
export interface WantedBlob {
  /** Its Git hash. */
  readonly name: string;
  /** In bytes; undefined if unknown. */
  readonly size: number | undefined;
}

/** Fewer blobs are not worth a query, because those that it does not return take requests, too. */
const minForQuery = 3;
const maxInQuery = 100;
/** GitHub ends queries after ten seconds. */
const maxBytesInQuery = 2 * 1024 * 1024;
/** GitHub cuts off longer texts after 512,000 bytes. */
const largestInQuery = 256 * 1024;
/** GitHub limits the processor time of queries more than that of other requests. */
const queriesAtOnce = 4;

/**
 * Bytes of blobs by name, one character per byte: with queries for many at once, and a request for
 * each blob that no query returned.
 */
export async function readBlobs(
  client: GithubClient,
  wanted: readonly WantedBlob[],
): Promise<ReadonlyMap<string, string>> {
  const sizes = new Map(wanted.map(({ name, size }) => [name, size]));
  const batches = [...cutBatches(sizes)].filter(({ length }) => length >= minForQuery);
  const answers = await readEach(batches, (names) => queryBlobs(client, names), queriesAtOnce);
  const found = new Map(answers.flat());
  const missing = [...sizes.keys()].filter((name) => !found.has(name));
  await readEach(missing, async (name) => found.set(name, await readBlob(client, name)));
  return found;
}

async function readBlob({ request }: GithubClient, name: string): Promise<string> {
  const route = "GET /repos/{owner}/{repo}/git/blobs/{file_sha}";
  const { content } = await request(route, { file_sha: name });
  const bytes = Buffer.from(String(content), "base64").toString("latin1");
  if (nameBlob(bytes) !== name) throw misshapen(`file ${name}`);
  return bytes;
}

/** Names of blobs that fit into one query each. */
function* cutBatches(sizes: ReadonlyMap<string, number | undefined>): Generator<readonly string[]> {
  let [batch, bytes]: [string[], number] = [[], 0];
  for (const [name, size = Infinity] of sizes) {
    if (size > largestInQuery) continue;
    if (batch.length === maxInQuery || bytes + size > maxBytesInQuery) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(name);
    bytes += size;
  }
  yield batch;
}

/**
 * The blobs that one query returns completely. GitHub returns text instead of bytes: it omits
 * binary files, cuts off long ones, and converts other encodings to UTF-8. The hash shows which
 * texts are the files.
 */
async function queryBlobs(
  { query }: GithubClient,
  names: readonly string[],
): Promise<readonly (readonly [name: string, bytes: string])[]> {
  const declared = names.map((_, index) => `$b${index}: GitObjectID!`).join(", ");
  const fields = names
    .map((_, index) => `b${index}: object(oid: $b${index}) { ...file }`)
    .join(" ");
  const answer = await query(
    `query ($owner: String!, $repo: String!, ${declared}) { repository(owner: $owner, name: $repo) { ${fields} } } fragment file on Blob { text }`,
    Object.fromEntries(names.map((name, index) => [`b${index}`, name])),
  );
  return names.flatMap((name, index) => {
    const { text } = (answer?.[`b${index}`] ?? {}) as { readonly text?: unknown };
    if (typeof text !== "string") return [];
    const bytes = Buffer.from(text, "utf8").toString("latin1");
    return nameBlob(bytes) === name ? [[name, bytes] as const] : [];
  });
}
