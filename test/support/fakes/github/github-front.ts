import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { ledgerRulesets } from "../../../../src/core/rollout/ledger/branch-ruleset.ts";
import { openActions, type ActionsPeer } from "./actions-peer.ts";
import { createActivity, type ActivityPeer } from "./github-activity.ts";
import { createAnswerCheck } from "./github-description.ts";
import { linkTo, openGithub, repository, type GithubPeer, type StandIn } from "./github-peer.ts";
import { archiveRepository, writeRepository } from "../../harness/git.ts";

/** One address for all of GitHub: emulate, and fakes of the rest. */
export interface GithubFront {
  readonly url: string;
  readonly github: GithubPeer;
  readonly actions: ActionsPeer;
  readonly activity: ActivityPeer;
  /** Active for the ledger branch. */
  readonly rules: PeerRule[];
  /** Its clock, in seconds since 1970. */
  readonly clock: { now: () => number };
  readonly close: () => Promise<void>;
}

/** Of a branch; GitHub does not say here which actors may bypass it. */
export interface PeerRule {
  readonly type: string;
  readonly ruleset_id: number;
}

/** With files, these are the content of the repository's archive, which emulate cannot make. */
export async function openGithubFront(
  files: Readonly<Record<string, string>> = {},
): Promise<GithubFront> {
  const activity = createActivity();
  const clock = { now: () => Date.now() / 1000 };
  const rules = ledgerRulesets(7).flatMap(({ rules: some }, index) =>
    some.map(({ type }) => ({ type, ruleset_id: 41 + index })),
  );
  const isAsDescribed = createAnswerCheck();
  let gzip: Uint8Array<ArrayBuffer> | undefined;
  const standIn: StandIn = (method, url) => {
    // Emulate has no rulesets.
    if (url.pathname === `/repos/${repository}/rules/branches/sesam-harden%2Fledger`) {
      for (const rule of rules) {
        const problem = isAsDescribed("repository-rule-detailed", rule);
        if (problem !== undefined) activity.problems.push(problem);
      }
      return { json: rules };
    }
    if (!url.pathname.includes("/tarball/")) return activity.standIn(method, url);
    gzip ??= new Uint8Array(gzipSync(archiveRepository(writeRepository(files).folder)));
    return { gzip };
  };
  const [github, actions] = [await openGithub(standIn), await openActions()];
  github.startQueries();
  const isOfActions = (path: string): boolean =>
    path.includes("/actions/") ||
    [...actions.heads].some((head) => path.includes(`/compare/${head}...main`));
  const server = createServer(async (request, response) => {
    const path = request.url ?? "/";
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = new Headers();
    for (const name of ["authorization", "content-type", "if-none-match", "accept"]) {
      const value = request.headers[name];
      if (typeof value === "string") headers.set(name, value);
    }
    try {
      const answer = await fetch(`${isOfActions(path) ? actions.url : github.url}${path}`, {
        method: request.method ?? "GET",
        headers,
        redirect: "manual",
        ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
      });
      const shown: Record<string, string> = { date: new Date(clock.now() * 1000).toUTCString() };
      for (const name of ["content-type", "etag", "link", "location", "retry-after"]) {
        const value = answer.headers.get(name);
        if (value !== null) shown[name] = linkTo(request.headers.host, value);
      }
      response.writeHead(answer.status, shown);
      response.end(Buffer.from(await answer.arrayBuffer()));
    } catch {
      // The peer has closed the connection, as a fault of the test requires.
      request.socket.destroy();
    }
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    actions.close();
    await github.close();
  };
  return { url: `http://127.0.0.1:${port}`, github, actions, activity, rules, clock, close };
}
