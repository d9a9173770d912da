import { createGithubConfig } from "../../../../src/adapters/github/config-repo.ts";
import { createHeads } from "../../../../src/adapters/github/branch-heads.ts";
import { openGithubClient, type GithubClient } from "../../../../src/adapters/github/client.ts";
import type { ConfigBranch } from "../../../../src/core/rollout/controller/config-repo-port.ts";
import type { GithubPeer } from "./github-peer.ts";
import { token } from "../../harness/runner.ts";

/** Without a pause between requests. */
export function clientOf({ url }: Pick<GithubPeer, "url">): GithubClient {
  return openGithubClient({
    apiUrl: url,
    owner: "example",
    repo: "config",
    token,
    fetch,
    wait: async () => {},
    timeoutMs: 20_000,
    intervals: { notifyMs: 0, againMs: 0, limitedMs: 0, longestMs: 60_000 },
  });
}

export function openConfig(peer: Pick<GithubPeer, "url">): ConfigBranch {
  const client = clientOf(peer);
  return createGithubConfig(client, createHeads(client));
}
