import type { GithubAccess } from "../../src/adapters/github/client.ts";
import type { GithubPeer } from "./github-peer.ts";
import { token } from "./runner.ts";

export function accessOf({ url }: GithubPeer): GithubAccess {
  return {
    apiUrl: url,
    owner: "example",
    repo: "config",
    token,
    fetch,
    wait: async () => {},
    timeout: 20_000,
  };
}
