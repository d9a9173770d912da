import { spawnSync } from "node:child_process";
import { ledgerBranch } from "../../../../src/core/rollout/ledger/layout.ts";
import { encodeBytes } from "../../../../src/core/base/text.ts";
import type {
  LedgerCommitRequest,
  LedgerHistory,
  LedgerListing,
  LedgerStore,
} from "../../../../src/core/rollout/ledger/store-port.ts";

/** The ledger's branch in a repository on this disk, where jobs can check it out. */
export function createGitLedger(folder: string): LedgerStore & LedgerHistory {
  const ref = `refs/heads/${ledgerBranch}`;
  return {
    readHead: async () => {
      const head = ask(folder, ["for-each-ref", "--format=%(objectname)", ref]).trim();
      return head === "" ? undefined : head;
    },
    list: async (commit) => readListing(ask(folder, ["ls-tree", "-r", "-z", commit])),
    read: async (names) => {
      const lines = names.map((name) => `${name}\n`).join("");
      return names.length === 0 ? [] : cutBlobs(ask(folder, ["cat-file", "--batch"], lines), names);
    },
    commit: async (request) => {
      // Git itself refuses to move a branch to a commit that is not a descendant.
      const { status, stdout } = runGit(folder, ["fast-import", "--quiet"], printCommit(request));
      return status === 0 ? { kind: "committed", commit: stdout.trim() } : { kind: "lost" };
    },
    commits: async (head) =>
      ask(folder, ["rev-list", "--parents", head])
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => {
          const [commit = "", ...parents] = line.split(" ");
          return { commit, parents };
        }),
  };
}

/** For git fast-import. Paths of the ledger need no quotes. */
function printCommit({ head, files, message }: LedgerCommitRequest): string {
  const who = `Controller <controller@example.org> ${Math.floor(Date.now() / 1000)} +0000`;
  const changes = [...files].map(
    ([path, bytes]) => `M 100644 inline ${path}\n${printBytes(bytes)}`,
  );
  return [
    `commit refs/heads/${ledgerBranch}\nmark :1\ncommitter ${who}\n${printBytes(encodeBytes(message))}`,
    head === undefined ? "" : `from ${head}\n`,
    ...changes,
    "\nget-mark :1\n",
  ].join("");
}

function printBytes(bytes: string): string {
  return `data ${bytes.length}\n${bytes}\n`;
}

/** `mode blob name<tab>path`, each followed by a NUL. */
function readListing(text: string): LedgerListing {
  const items = text.split("\0").filter((line) => line !== "");
  return new Map(
    items.map((line) => {
      const tab = line.indexOf("\t");
      return [line.slice(tab + 1), line.slice(0, tab).split(" ")[2] ?? ""];
    }),
  );
}

/** `name blob size`, the bytes, and a line feed, for each. */
function cutBlobs(text: string, names: readonly string[]): readonly string[] {
  let start = 0;
  return names.map((name) => {
    const end = text.indexOf("\n", start);
    const size = Number(/ blob (\d+)$/.exec(text.slice(start, end))?.[1] ?? NaN);
    if (Number.isNaN(size)) throw new Error(`there is no ${name}`);
    start = end + 1 + size + 1;
    return text.slice(end + 1, end + 1 + size);
  });
}

function ask(folder: string, args: readonly string[], input = ""): string {
  const { status, stdout, stderr } = runGit(folder, args, input);
  if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
  return stdout;
}

/** Texts are bytes, one per character. */
function runGit(folder: string, args: readonly string[], input: string) {
  const env = { PATH: process.env["PATH"] ?? "", GIT_CONFIG_NOSYSTEM: "1", HOME: folder };
  return spawnSync("git", args, {
    cwd: folder,
    env,
    input: Buffer.from(input, "latin1"),
    encoding: "latin1",
  });
}
