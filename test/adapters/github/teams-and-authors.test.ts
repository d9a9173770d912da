import { describe, expect, test } from "vitest";
import { createGithubPeople } from "../../../src/adapters/github/teams-and-authors.ts";
import { listAuthors } from "../../../src/core/rollout/state/change-authors.ts";
import type { ChangeRange } from "../../../src/core/rollout/controller/config-repo-port.ts";
import { clientOf } from "../../support/fakes/github/github-access.ts";
import { createActivity } from "../../support/fakes/github/github-activity.ts";
import { type GithubPeer } from "../../support/fakes/github/github-peer.ts";
import { startGithub } from "../../support/harness/started.ts";

interface Sha {
  readonly sha: string;
}

interface Made {
  readonly email: string;
  readonly message: string;
  readonly parents: readonly string[];
}

const idOf = async ({ server }: GithubPeer, login: string): Promise<number> =>
  (await server<{ id: number }>("GET", `/users/${login}`)).id;

/** A branch whose commits and pushes have authors. */
async function makeScene(isSigned = true) {
  const activity = createActivity();
  const { moves } = activity;
  const peer = await startGithub(activity.standIn);
  const { api } = peer;
  const people = createGithubPeople(clientOf(peer));
  const start = (await api<{ object: Sha }>("GET", "/git/ref/heads/main")).object.sha;
  const [anna, bot] = [await idOf(peer, "anna"), await idOf(peer, "bot")];
  let count = 0;
  const branch = { head: start };
  const commit = async (
    path: string,
    { email = "anna@localhost", message = "m", parents }: Partial<Made> = {},
  ): Promise<string> => {
    const base = await api<{ tree: Sha }>("GET", `/git/commits/${parents?.[0] ?? branch.head}`);
    const entries = [{ path, mode: "100644", type: "blob", content: `${count++}` }];
    const tree = await api<Sha>("POST", "/git/trees", { base_tree: base.tree.sha, tree: entries });
    const author = { name: "x", email };
    const all = { message, tree: tree.sha, parents: parents ?? [branch.head] };
    return (await api<Sha>("POST", "/git/commits", { ...all, author, committer: author })).sha;
  };
  /** Moves the branch, like a person who pushes or merges. */
  const push = async (after: string, actor: number | null = 700): Promise<string> => {
    if (isSigned) activity.signed.add(after);
    const account = actor === null ? null : { id: actor, login: "x" };
    moves.unshift({ before: branch.head, after, actor: account });
    branch.head = after;
    await api("PATCH", "/git/refs/heads/main", { sha: after, force: true });
    return after;
  };
  const read = async (change: Partial<ChangeRange> = {}) => {
    const range = { since: [null], until: branch.head, branch: "main", paths: ["hosts/rds1"] };
    const found = await people.readChange({ ...range, ...change });
    return [...listAuthors(found)].toSorted((a, b) => (a ?? 0) - (b ?? 0));
  };
  return { activity, moves, branch, peer, people, anna, bot, commit, push, read };
}

const own = "hosts/rds1/stpd.ini";
const other = "hosts/rds2/stpd.ini";
const byBot = { email: "bot@localhost" };

describe("authors of a change", () => {
  test("are the authors of commits that touch the hosts, and the people who pushed them", async () => {
    const { activity, peer, anna, commit, push, read } = await makeScene();
    await push(await commit(own), 701);
    await push(await commit(other, byBot), 702);
    await push(await commit("sesam-harden.ini", byBot), 703);
    expect(await read()).toEqual([anna, 701]);
    expect(await read({ paths: ["hosts/rds1", "sesam-harden.ini"] })).toEqual([
      ...[anna, await idOf(peer, "bot")].toSorted(),
      701,
      703,
    ]);
    expect([...peer.problems, ...activity.problems]).toEqual([]);
  });

  test("are counted since the last verified commits", async () => {
    const { anna, bot, commit, push, read } = await makeScene();
    await push(await commit(own, byBot), 701);
    const base = await push(await commit(other), 702);
    await push(await commit(own), 703);
    expect(await read({ since: [base] })).toEqual([anna, 703]);
    expect(await read({ since: [base, null] })).toEqual([bot, anna, 701, 703]);
  });

  test("include the person who merged, but not one who pushed something else", async () => {
    const { activity, moves, anna, commit, push, read } = await makeScene();
    const base = await push(await commit(other), 701);
    const feature = await commit(own);
    activity.signed.add(feature);
    const main = await push(await commit(other, byBot), 702);
    const merge = await commit(own, { ...byBot, parents: [main, feature] });
    await push(merge, 703);
    await push(await commit("README.md", byBot), 704);
    expect(moves.length).toBe(4);
    const found = await read({ since: [base] });
    expect(found).toContain(anna);
    expect(found).toContain(703);
    expect(found).not.toContain(702);
    expect(found).not.toContain(704);
  });

  test("are unknown for an e-mail address that GitHub does not know", async () => {
    const { commit, push, read } = await makeScene();
    await push(await commit(own, { email: "who@example.org" }), 701);
    expect(await read()).toEqual([null, 701]);
  });

  test("are unknown for a push without an account", async () => {
    const { anna, commit, push, read } = await makeScene();
    await push(await commit(own), null);
    expect(await read()).toEqual([null, anna]);
  });

  test("are counted from the start if the branch does not descend from the verified commit", async () => {
    const { branch, anna, bot, commit, push, read } = await makeScene();
    const old = branch.head;
    await push(await commit(own, byBot), 701);
    const gone = await push(await commit(own), 702);
    await push(await commit(own, { parents: [old] }), 703);
    expect(await read({ since: [gone] })).toEqual([anna, 703]);
    expect(await read({ since: ["f".repeat(40)] })).toEqual([anna, 703]);
    expect([anna, bot].length).toBe(2);
  });

  test("are read through all pages of the activity", async () => {
    const { moves, branch, anna, commit, push, read } = await makeScene();
    await push(await commit(own), 701);
    const { head } = branch;
    for (let count = 0; count < 230; count++) {
      const actor = { id: 800 + count, login: "x" };
      moves.unshift({ before: head, after: head, actor });
    }
    const oldest = moves.at(-1);
    expect(oldest?.actor?.id).toBe(701);
    expect(await read()).toEqual([anna, 701]);
  });

  test("are unreadable if GitHub does not know who pushed", async () => {
    const { moves, commit, push, read } = await makeScene();
    await push(await commit(own), 701);
    moves.splice(0);
    await expect(read()).rejects.toThrow(/does not know who pushed/);
  });

  test.each(["compare", "commits\\b", "activity"])(
    "are unreadable if GitHub refuses %s",
    async (what) => {
      const { branch, peer, commit, push, read } = await makeScene();
      const base = branch.head;
      await push(await commit(own), 701);
      peer.fail({ on: new RegExp(`^GET .*/${what}`), when: "before", with: { status: 403 } });
      await expect(read({ since: [base] })).rejects.toThrow(/403/);
      expect(await read({ since: [base] })).toContain(701);
    },
  );

  test("are requested once, unless an author was unknown", async () => {
    const { peer, commit, push, read } = await makeScene();
    await push(await commit(own), 701);
    await read();
    peer.takeRequests();
    await read();
    expect(peer.takeRequests()).toEqual([]);
    await push(await commit(own, { email: "who@example.org" }), 701);
    await read();
    peer.takeRequests();
    await read();
    expect(peer.takeRequests().length).toBeGreaterThan(0);
  });
});

describe("an unsigned commit", () => {
  const nowhere = "0".repeat(40);

  test("has an unknown author, even under a name that GitHub knows", async () => {
    const { activity, anna, commit, push, read } = await makeScene(false);
    await push(await commit(own), 701);
    expect(await read()).toEqual([null, anna, 701]);
    expect(activity.problems).toEqual([]);
  });

  test("also has the people as authors who opened its pull request and pushed to it", async () => {
    const { activity, peer, anna, commit, push, read } = await makeScene(false);
    const { moves, pulls } = activity;
    const sha = await push(await commit(own), 701);
    const by = (id: number) => ({ id, login: "x" });
    const head = "f".repeat(40);
    pulls.set(sha, [
      { opener: 801, branch: "a/b", head },
      { opener: 899, branch: "a/b", head, isMerged: false },
    ]);
    expect(await read()).toEqual([null, anna, 701, 801]);
    moves.push(
      // Restored after the merge.
      { branch: "a/b", before: nowhere, after: head, actor: by(898), type: "branch_creation" },
      { branch: "a/b", before: head, after: nowhere, actor: by(897), type: "branch_deletion" },
      { branch: "a/b", before: "d".repeat(40), after: head, actor: by(802), type: "force_push" },
      { branch: "other", before: nowhere, after: head, actor: by(896), type: "branch_creation" },
      { branch: "a/b", before: nowhere, after: "d".repeat(40), actor: by(803) },
      { branch: "a/b", before: nowhere, after: "e".repeat(40), actor: by(895) },
    );
    expect(await read()).toEqual([anna, 701, 801, 802, 803]);
    expect([...peer.problems, ...activity.problems]).toEqual([]);
  });

  test.each([99, null])(
    "has an unknown author if it comes from the fork %s, whose pushes are not listed",
    async (fork) => {
      const { activity, anna, commit, push, read } = await makeScene(false);
      const sha = await push(await commit(own), 701);
      activity.propose(sha, 801);
      const [pull] = activity.pulls.get(sha) ?? [];
      if (pull === undefined) throw new Error("there is no pull request");
      activity.pulls.set(sha, [{ ...pull, fork }]);
      expect(await read()).toEqual([null, anna, 701, 801]);
    },
  );

  test("is unreadable if GitHub refuses its pull requests", async () => {
    const { peer, commit, push, read } = await makeScene(false);
    await push(await commit(own), 701);
    peer.fail({ on: /^GET .*\/pulls$/, when: "before", with: { status: 403 } });
    await expect(read()).rejects.toThrow(/403/);
  });

  test("is requested once, for all changes that contain it", async () => {
    const { activity, peer, commit, push, read } = await makeScene(false);
    activity.propose(await push(await commit(own), 701), 801);
    await read();
    activity.propose(await push(await commit(own), 701), 801);
    peer.takeRequests();
    await read();
    const asked = peer.takeRequests().filter((line) => line.endsWith("/pulls"));
    expect(asked.length).toBe(1);
  });
});

test("a team is readable or unreadable, and never empty by mistake", async () => {
  const { peer, people, anna } = await makeScene();
  await peer.server("POST", "/orgs/example/teams", { name: "backup" });
  await expect(people.readTeam("example/none")).rejects.toThrow(/404/);
  const members = await people.readTeam("example/backup");
  await peer.server("PUT", "/orgs/example/teams/backup/memberships/anna", { role: "member" });
  expect(await people.readTeam("example/backup")).toEqual([...new Set([...members, anna])]);
  peer.fail({ on: /members/, when: "before", with: { status: 403 } });
  await expect(people.readTeam("example/backup")).rejects.toThrow(/403/);
  expect(peer.problems).toEqual([]);
});
