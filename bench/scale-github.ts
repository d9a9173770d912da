import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { hashSha1 } from "../src/adapters/runtime/crypto.ts";
import type { Pack } from "./scale-pack.ts";

/** A branch of the repository at its head; each commit has all its files. */
export interface Branch {
  readonly name: string;
  /** Oldest first. */
  readonly commits: string[];
  /** Git object names of the contents by path. */
  listing: ReadonlyMap<string, string>;
  /** Packed archive of the first head commit. */
  readonly archive: string | undefined;
}

export interface Count {
  requests: number;
  /** Requests that GitHub counts: all except those answered "not modified". */
  counted: number;
  writes: number;
  received: number;
  sent: number;
  /** Seconds spent in the stand-in itself. */
  own: number;
}

/** How many entries GitHub lists in one response. */
const maxEntries = 100_000;
const maxListBytes = 7 * 1024 * 1024;

const address = "https://api.github.com/repos/example/config";
const queryAddress = "https://api.github.com/graphql";

/** The part of GitHub's API that ledger and plan use, in the process, with a count of requests. */
export function createStandIn(
  pack: Pack,
  branches: readonly Branch[],
): { readonly fetch: typeof fetch; readonly take: () => Count } {
  let count = newCount();
  const trees = new Map<string, ReadonlyMap<string, string>>();
  const treeOf = (listing: ReadonlyMap<string, string>): string => {
    const name = hashSha1([...listing].map(([path, blob]) => `${path} ${blob}\n`).join(""));
    trees.set(name, listing);
    return name;
  };
  const treesOfCommits = new Map(
    branches.map(({ commits, listing }) => [commits.at(-1) ?? "", treeOf(listing)]),
  );
  const findBranch = (ref: string): Branch => {
    const branch = branches.find((one) => describeBranch(one).ref === ref);
    if (branch === undefined) throw new Error(`the stand-in has no ${ref}`);
    return branch;
  };
  const showTree = (name: string, isRecursive: boolean): Response => {
    const listing = trees.get(treesOfCommits.get(name) ?? name) ?? new Map<string, string>();
    const items = isRecursive
      ? listAll(listing, { pack, treeOf })
      : listTop(listing, { pack, treeOf });
    let bytes = 0;
    const tree = items.filter((item, index) => {
      bytes += JSON.stringify(item).length + 1;
      return index < maxEntries && bytes < maxListBytes;
    });
    return answer({ sha: name, url: "", tree, truncated: tree.length < items.length });
  };
  const makeTree = ({ base_tree: base, tree }: NewTree): Response => {
    const listing = new Map(trees.get(base ?? ""));
    for (const { path, content, sha } of tree) {
      const bytes = Buffer.from(content ?? "", "utf8").toString("latin1");
      listing.set(path, sha ?? pack.add(bytes));
    }
    return answer({ sha: treeOf(listing) });
  };
  const respond = (method: string, path: string, body: string, headers: Headers): Response => {
    const [, kind = "", rest = ""] = /^\/git\/([a-z-]+)\/?(.*)$/.exec(path) ?? [];
    const [name = "", query = ""] = rest.split("?");
    if (method === "POST" && kind === "trees") return makeTree(JSON.parse(body));
    if (method === "POST" && kind === "commits") {
      const { tree } = JSON.parse(body) as { tree: string };
      const commit = hashSha1(body);
      treesOfCommits.set(commit, tree);
      return answer({ sha: commit });
    }
    const ref = `refs/${decodeURIComponent(name)}`;
    if (kind === "refs") {
      const branch = findBranch(ref);
      const { sha } = JSON.parse(body) as { sha: string };
      branch.commits.push(sha);
      branch.listing = trees.get(treesOfCommits.get(sha) ?? "") ?? branch.listing;
      return answer(describeBranch(branch));
    }
    if (kind === "matching-refs") {
      const refs = branches.map(describeBranch).filter((one) => one.ref.startsWith(ref));
      const etag = `"${refs.map(({ object }) => object.sha).join(" ")}"`;
      if (headers.get("if-none-match") === etag) return new Response(null, { status: 304 });
      return answer(refs, { etag });
    }
    if (kind === "commits") return answer({ tree: { sha: treesOfCommits.get(name) } });
    if (kind === "trees") return showTree(name, query.includes("recursive=1"));
    if (kind === "blobs") {
      const content = pack.read(name).toString("base64").replaceAll(/.{60}/g, "$&\n");
      return answer({ sha: name, content, encoding: "base64" });
    }
    if (path.startsWith("/tarball/")) return sendArchive(path.slice("/tarball/".length), branches);
    if (path.startsWith("/commits?")) return listCommits(path, branches);
    return answer({ id: 4711, default_branch: "main" });
  };
  return {
    fetch: async (input, init = {}) => {
      const [method, body] = [init.method ?? "GET", typeof init.body === "string" ? init.body : ""];
      const path = String(input).slice(address.length);
      const isQuery = String(input) === queryAddress;
      const from = performance.now();
      const response = isQuery
        ? answerQuery(JSON.parse(body), pack)
        : respond(method, path, body, new Headers(init.headers));
      count.own += (performance.now() - from) / 1000;
      count.requests++;
      if (response.status !== 304) count.counted++;
      if (method !== "GET" && !isQuery) count.writes++;
      count.sent += body.length;
      if (response.body === null) return response;
      const bytes = new Uint8Array(await response.arrayBuffer());
      count.received += bytes.length;
      return new Response(bytes, { status: response.status, headers: response.headers });
    },
    take: () => {
      const taken = count;
      count = newCount();
      return taken;
    },
  };
}

interface Query {
  readonly query: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Texts of blobs. A test compares our queries with GitHub's schema, so they are not parsed here. */
function answerQuery({ query, variables }: Query, pack: Pack): Response {
  const asked = [...query.matchAll(/(\w+): object\(oid: \$(\w+)\)/g)];
  const fields = asked.map(([, alias = "", variable = ""]) => {
    const bytes = pack.read(variables[variable] ?? "");
    return [alias, { text: isUtf8(bytes) && !bytes.includes(0) ? bytes.toString("utf8") : null }];
  });
  return answer({ data: { repository: Object.fromEntries(fields) } });
}

function describeBranch({ name, commits }: Branch) {
  return { ref: `refs/heads/${name}`, object: { sha: commits.at(-1) ?? "", type: "commit" } };
}

function newCount(): Count {
  return { requests: 0, counted: 0, writes: 0, received: 0, sent: 0, own: 0 };
}

interface NewTree {
  readonly base_tree?: string;
  readonly tree: readonly { path: string; content?: string; sha?: string }[];
}

interface Item {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly size?: number;
  readonly url: string;
}

type TreeOf = (listing: ReadonlyMap<string, string>) => string;

function listAll(
  listing: ReadonlyMap<string, string>,
  own: { readonly pack: Pack; readonly treeOf: TreeOf },
  place = "",
): readonly Item[] {
  return groupByFolder(listing).flatMap(([name, inner]): readonly Item[] => {
    const path = `${place}${name}`;
    if (typeof inner === "string") return [fileItem(path, inner, own.pack)];
    return [folderItem(path, own.treeOf(inner)), ...listAll(inner, own, `${path}/`)];
  });
}

function listTop(
  listing: ReadonlyMap<string, string>,
  { pack, treeOf }: { readonly pack: Pack; readonly treeOf: TreeOf },
): readonly Item[] {
  return groupByFolder(listing).map(([name, inner]) =>
    typeof inner === "string" ? fileItem(name, inner, pack) : folderItem(name, treeOf(inner)),
  );
}

function groupByFolder(
  listing: ReadonlyMap<string, string>,
): readonly (readonly [name: string, inner: string | ReadonlyMap<string, string>])[] {
  const groups = Map.groupBy(listing, ([path]) => path.split("/")[0] ?? "");
  return [...groups].map(([name, inside]) => {
    const [only] = inside;
    if (only?.[0] === name) return [name, only[1]];
    const inner = inside.map(([path, sha]) => [path.slice(name.length + 1), sha] as const);
    return [name, new Map(inner)];
  });
}

function folderItem(path: string, sha: string): Item {
  return { path, mode: "040000", type: "tree", sha, url: `${address}/git/trees/${sha}` };
}

function fileItem(path: string, sha: string, pack: Pack): Item {
  const url = `${address}/git/blobs/${sha}`;
  return { path, mode: "100644", type: "blob", sha, size: pack.sizeOf(sha), url };
}

function sendArchive(commit: string, branches: readonly Branch[]): Response {
  const branch = branches.find(({ commits }) => commits.includes(commit));
  if (branch?.archive === undefined) throw new Error(`there is no archive of ${commit}`);
  const stream = Readable.toWeb(createReadStream(branch.archive)) as ReadableStream<Uint8Array>;
  return new Response(stream, { headers: { "content-type": "application/x-gzip" } });
}

function listCommits(path: string, branches: readonly Branch[]): Response {
  const query = new URLSearchParams(path.slice(path.indexOf("?")));
  const branch = branches.find(({ commits }) => commits.includes(query.get("sha") ?? ""));
  const number = Number(query.get("page") ?? 1);
  const from = (number - 1) * 100;
  const all = branch?.commits.toReversed() ?? [];
  const page = all.slice(from, from + 100).map((sha, index) => {
    const parent = all[from + index + 1];
    return { sha, parents: parent === undefined ? [] : [{ sha: parent }] };
  });
  if (from + page.length >= all.length) return answer(page);
  query.set("page", String(number + 1));
  return answer(page, { link: `<${address}/commits?${query}>; rel="next"` });
}

function answer(data: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(data), {
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
  });
}
