import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hashSha256 } from "../../src/adapters/hashes.ts";
import { printCanonical } from "../../src/core/rollout/canonical-json.ts";
import type { EnvironmentRecord, HostRecord } from "../../src/core/rollout/records.ts";
import { encodeBytes } from "../../src/core/text.ts";
import { writeFleet } from "./fleet.ts";
import { commitAll, runGit } from "./git.ts";

export interface LedgerContent {
  readonly environments: readonly EnvironmentRecord[];
  readonly hosts: readonly HostRecord[];
  /** Canonical texts of plans. */
  readonly plans?: readonly string[];
}

/** The files that a controller keeps in the ledger beside its entries, as bytes by path. */
export function ledgerFilesOf({
  environments,
  hosts,
  plans = [],
}: LedgerContent): Readonly<Record<string, string>> {
  const print = (value: Parameters<typeof printCanonical>[0]): string =>
    `${encodeBytes(printCanonical(value))}\n`;
  const place = (folder: string, bytes: string, ending: string): readonly [string, string] => {
    const digest = hashSha256(bytes);
    return [`${folder}/${digest.slice(0, 2)}/${digest}.${ending}`, bytes];
  };
  return Object.fromEntries([
    ...environments.map((one) => [`environments/${one.environment}.json`, print(one)] as const),
    ...hosts.flatMap(({ host, file, proven }) => [
      [`hosts/${encodeURIComponent(host)}.json`, print({ host, file: hashSha256(file), proven })],
      place("files", file, "ini"),
    ]),
    ...plans.map((text) => place("plans", encodeBytes(text), "json")),
  ]);
}

/** Puts a commit on the ledger's branch of a repository; gives the commit. */
export function commitLedger(repository: string, content: LedgerContent): string {
  const branch = "sesam-harden/ledger";
  const folder = writeFleet({});
  runGit(folder, "init", "--quiet", `--initial-branch=${branch}`);
  runGit(folder, "remote", "add", "origin", repository);
  if (runGit(folder, "ls-remote", "--heads", "origin", branch) !== "") {
    runGit(folder, "pull", "--quiet", "origin", branch);
  }
  for (const [path, bytes] of Object.entries(ledgerFilesOf(content))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes, "latin1");
  }
  const commit = commitAll(folder);
  runGit(folder, "push", "--quiet", "origin", `HEAD:refs/heads/${branch}`);
  return commit;
}
