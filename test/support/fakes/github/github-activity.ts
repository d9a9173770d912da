import { createAnswerCheck } from "./github-description.ts";
import { repository, type StandIn } from "./github-peer.ts";

export interface PeerActivity {
  readonly before: string;
  readonly after: string;
  readonly actor: { readonly id: number; readonly login: string } | null;
  /** Default: the default branch. */
  readonly branch?: string;
  readonly type?: "push" | "force_push" | "branch_creation" | "branch_deletion" | "pr_merge";
}

/** The requested part of a pull request; null as account of a deleted user. */
export interface PeerPull {
  readonly opener: number | null;
  readonly branch: string;
  readonly head: string;
  readonly isMerged?: boolean;
  /** The repository of the branch, if it is a fork; null if it was deleted. */
  readonly fork?: number | null;
}

/**
 * Fakes what emulate does not have: who moved a branch, newest first, in pages with a cursor; the
 * pull requests of a commit; commits with a verified signature. Checks its answers against GitHub's
 * description.
 */
export interface ActivityPeer {
  readonly standIn: StandIn;
  readonly moves: PeerActivity[];
  /** Pull requests by the commits that they contain. */
  readonly pulls: Map<string, readonly PeerPull[]>;
  /** Commits whose signature is verified. */
  readonly signed: Set<string>;
  /** A pull request with a commit of the default branch, all of it by one account. */
  readonly propose: (sha: string, account: number) => void;
  readonly problems: string[];
}

const own = { id: 4711 };

export function createActivity(): ActivityPeer {
  const moves: PeerActivity[] = [];
  const pulls = new Map<string, readonly PeerPull[]>();
  const signed = new Set<string>();
  const problems: string[] = [];
  const isAsDescribed = createAnswerCheck();
  const check = (schema: string, bodies: readonly unknown[]): void => {
    problems.push(...bodies.flatMap((body) => isAsDescribed(schema, body) ?? []));
  };
  const standIn: StandIn = (method, url) => {
    if (method !== "GET") return undefined;
    const path = url.pathname.replace(`/repos/${repository}/`, "");
    if (path === "activity") {
      const found = listMoves(moves, url);
      check("activity", found.json);
      return found;
    }
    const [, sha] = /^commits\/([^/]+)\/pulls$/.exec(path) ?? [];
    if (sha !== undefined) {
      const json = (pulls.get(sha) ?? []).map(describePull);
      check("pull-request-simple", json);
      return { json };
    }
    if (signed.size === 0 || !/^(commits|compare\/.*)$/.test(path)) return undefined;
    return { edit: (json) => verify(json, signed) };
  };
  const propose = (sha: string, account: number): void => {
    const branch = `change-${sha}`;
    const actor = { id: account, login: "x" };
    pulls.set(sha, [{ opener: account, branch, head: sha }]);
    moves.push({ before: "0".repeat(40), after: sha, actor, branch, type: "branch_creation" });
  };
  return { standIn, moves, pulls, signed, propose, problems };
}

function listMoves(moves: readonly PeerActivity[], url: URL) {
  const size = Number(url.searchParams.get("per_page") ?? 30);
  const from = Number(url.searchParams.get("after")?.slice("cursor=".length) ?? 0);
  const ref = url.searchParams.get("ref");
  const all = moves.filter(({ branch = "main" }) => ref === `refs/heads/${branch}`);
  const json = all.slice(from, from + size).map(({ before, after, actor, type = "push" }) => ({
    before,
    after,
    actor,
    activity_type: type,
  }));
  const next = from + size;
  if (next >= all.length) return { json };
  const more = new URL(url);
  more.searchParams.set("after", `cursor=${next}`);
  return { json, link: `<${more.href}>; rel="next"` };
}

function describePull({ opener, branch, head, isMerged = true, fork }: PeerPull, index: number) {
  return {
    number: Number.parseInt(head.slice(0, 8), 16) + index,
    merged_at: isMerged ? "2027-01-04T10:00:00Z" : null,
    user: opener === null ? null : { id: opener },
    head: { ref: branch, sha: head, repo: fork === null ? null : { id: fork ?? own.id } },
    base: { repo: own },
  };
}

/** A list of commits, or a comparison, as it would be if some were signed. */
function verify(json: unknown, signed: ReadonlySet<string>): unknown {
  if (Array.isArray(json)) {
    return json.map((one) =>
      signed.has(one.sha)
        ? { ...one, commit: { ...one.commit, verification: { verified: true } } }
        : one,
    );
  }
  const { commits } = json as { commits: readonly unknown[] };
  return { ...(json as object), commits: verify(commits, signed) };
}
