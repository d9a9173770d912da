import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { GithubFront } from "../../test/support/fakes/github/github-front.ts";
import { pushFiles } from "../../test/support/fakes/github/github-peer.ts";
import { prepareStep, startPrepared, type StepResult } from "../../test/support/harness/step.ts";

export interface Pull {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly html_url: string;
}

/** The config repo on emulate's GitHub; anna does what people do there. */
export interface ConfigRepo {
  /** Directory of a checkout; the newest commit is there after each run of the Action. */
  readonly folder: string;
  readonly readHead: () => Promise<string>;
  /** Writes the files of a commit into a directory, as a checkout does. */
  readonly checkOut: (commit: string, folder: string) => Promise<void>;
  /** Reads a file of a branch. */
  readonly read: (branch: string, path: string) => Promise<string>;
  /** Starts the Action for the newest commit, like GitHub's runner after a push. */
  readonly runAction: (inputs: Readonly<Record<string, string>>) => Promise<StepResult>;
  readonly readPull: () => Promise<Pull>;
  readonly merge: (pull: Pull) => Promise<void>;
}

interface Entry {
  readonly path: string;
  readonly type: string;
  readonly sha: string;
}

export async function openConfigRepo(
  { github, activity, url }: GithubFront,
  files: Readonly<Record<string, string>>,
  folder: string,
): Promise<ConfigRepo> {
  const { api } = github;
  const [anna, bot] = [await readAccount(github, "anna"), await readAccount(github, "bot")];
  /** The changes that anna merged, as one commit. */
  const note = (before: string, after: string): void => {
    activity.propose(after, anna);
    activity.moves.unshift({ before, after, actor: { id: anna, login: "anna" } });
  };
  note("0".repeat(40), await pushFiles(github, files));
  const readHead = async (branch = "main"): Promise<string> =>
    (await api<{ object: { sha: string } }>("GET", `/git/ref/heads/${branch}`)).object.sha;
  const list = async (commit: string): Promise<readonly Entry[]> => {
    const { tree } = await api<{ tree: { sha: string } }>("GET", `/git/commits/${commit}`);
    const path = `/git/trees/${tree.sha}?recursive=1`;
    const listed = await api<{ tree: readonly Entry[] }>("GET", path);
    return listed.tree.filter(({ type }) => type === "blob");
  };
  const readBlob = async (sha: string): Promise<Buffer> => {
    const blob = await api<{ content: string; encoding: BufferEncoding }>("GET", `/git/blobs/${sha}`);
    return Buffer.from(blob.content, blob.encoding);
  };
  const checkOut = async (commit: string, place: string): Promise<void> => {
    rmSync(place, { recursive: true, force: true });
    for (const { path, sha } of await list(commit)) {
      mkdirSync(dirname(join(place, path)), { recursive: true });
      writeFileSync(join(place, path), await readBlob(sha));
    }
  };
  return {
    folder,
    readHead,
    checkOut,
    read: async (branch, path) => {
      const entries = await list(await readHead(branch));
      const entry = entries.find((one) => one.path === path);
      if (entry === undefined) throw new Error(`${path} is not on ${branch}`);
      return (await readBlob(entry.sha)).toString("latin1");
    },
    runAction: async (inputs) => {
      const sha = await readHead();
      await checkOut(sha, folder);
      const step = prepareStep(inputs, folder, {
        GITHUB_API_URL: url,
        GITHUB_EVENT_NAME: "push",
        GITHUB_REF: "refs/heads/main",
        GITHUB_SHA: sha,
      });
      const result = await startPrepared(step, folder);
      rmSync(step.temp, { recursive: true });
      return result;
    },
    readPull: async () => {
      const [pull] = await api<readonly Pull[]>("GET", "/pulls?state=all");
      if (pull === undefined) throw new Error("there is no pull request");
      return pull;
    },
    merge: async ({ number }) => {
      const before = await readHead();
      const { head } = await api<{ head: { sha: string } }>("GET", `/pulls/${number}`);
      activity.propose(head.sha, bot);
      await api("PUT", `/pulls/${number}/merge`, { merge_method: "merge" });
      note(before, await readHead());
    },
  };
}

/** GitHub ID of an account. */
export async function readAccount(
  { server }: GithubFront["github"],
  login: string,
): Promise<number> {
  return (await server<{ id: number }>("GET", `/users/${login}`)).id;
}
