import { createAnswerCheck } from "./github-description.ts";
import { repository, type StandIn } from "./github-peer.ts";

export interface PeerActivity {
  readonly before: string;
  readonly after: string;
  readonly actor: { readonly id: number; readonly login: string } | null;
}

/**
 * Stands for what emulate does not have: who moved the default branch, newest first, in pages that
 * go on at a cursor. Its answers are held against GitHub's description.
 */
export interface ActivityPeer {
  readonly standIn: StandIn;
  readonly moves: PeerActivity[];
  readonly problems: string[];
}

export function createActivity(): ActivityPeer {
  const moves: PeerActivity[] = [];
  const problems: string[] = [];
  const isAsDescribed = createAnswerCheck();
  const standIn: StandIn = (method, url) => {
    if (method !== "GET" || url.pathname !== `/repos/${repository}/activity`) return undefined;
    const size = Number(url.searchParams.get("per_page") ?? 30);
    const from = Number(url.searchParams.get("after")?.slice("cursor=".length) ?? 0);
    const json = moves.slice(from, from + size);
    for (const move of json) {
      const problem = isAsDescribed("activity", move);
      if (problem !== undefined) problems.push(problem);
    }
    const next = from + size;
    if (next >= moves.length) return { json };
    const link = `<http://peer${url.pathname}?after=cursor%3D${next}&per_page=${size}>; rel="next"`;
    return { json, link };
  };
  return { standIn, moves, problems };
}
