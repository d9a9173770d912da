import { HardenError } from "../../src/core/base/errors.ts";
import { findNearest } from "../../src/core/base/nearest.ts";
import { readRecords } from "../../src/core/rollout/plan/records-file.ts";
import { makeVisible, countOf } from "../../src/core/base/text.ts";
import { publishKeys, seeHosts } from "../../src/core/rollout/ledger/commands.ts";
import type { LedgerWriting } from "../../src/core/rollout/ledger/writer.ts";
import type { Controller } from "./controller.ts";
import { readNewestFleet } from "../../src/core/rollout/controller/plan-head.ts";
import {
  type HostKey,
  findSharing,
  type HostKeys,
} from "../../src/core/rollout/state/host-keys.ts";

/**
 * Records the files on the hosts and their signing keys from the output of `host records`; a new fleet
 * starts with this. A host whose file differs from the ledger loses its verification, as after any
 * change by hand; a new key replaces the old one. Throws HardenError `usage` for an invalid file.
 */
export async function importRecords(
  files: readonly { readonly file: string; readonly text: string }[],
  { writer, hash, repository, config }: Controller,
): Promise<string> {
  const fleet = await readNewestFleet(config);
  const known = fleet.hosts.map(({ folder }) => folder.name);
  const hosts = new Map<string, string>();
  const keys = new Map<string, HostKey>();
  for (const { file, text } of files) {
    const reading = readRecords(text);
    if (reading.kind === "refused") throw refuse(file, reading.reason);
    const { records } = reading;
    if (records.repository !== repository) {
      throw refuse(file, `it is for repository ${records.repository}, expected ${repository}`);
    }
    for (const { host, file: bytes } of records.hosts) {
      if (hosts.has(host)) throw refuse(file, `${host} is also in another file`);
      // The ledger forgets nothing, so a mistyped name would stay forever.
      if (!known.includes(host)) throw refuse(file, describeUnknown(host, known));
      hosts.set(host, bytes);
    }
    for (const key of records.keys ?? []) {
      if (!hosts.has(key.host))
        throw refuse(file, `it has a key of ${key.host}, but no file of that host`);
      keys.set(key.host, key);
    }
  }
  const seen = [...hosts].map(([host, bytes]) => ({ host, file: hash(bytes) }));
  const lines = [
    describeWriting(
      `the files of ${countOf(seen.length, "host")}`,
      await writer.write(seeHosts(seen, [...hosts.values()])),
    ),
    describeWriting(
      `the keys of ${countOf(keys.size, "host")}`,
      await writer.write(publishKeys([...keys.values()])),
    ),
  ].filter((line) => line !== undefined);
  const { ledger } = await writer.read();
  const told = lines.length === 0 ? ["nothing to record: the ledger is up to date"] : lines;
  return [...told, ...describeShared([...keys.keys()], ledger.keys)].join("\n");
}

/** Undefined if the ledger is already up to date. */
function describeWriting(what: string, written: LedgerWriting): string | undefined {
  if (written.kind === "written") return `recorded ${what}, at ledger commit ${written.commit}`;
  if (written.reason === "nothing-to-do") return undefined;
  throw new HardenError("broke", `could not record ${what}: ${written.reason}`, "Try again.");
}

function describeShared(hosts: readonly string[], keys: HostKeys): readonly string[] {
  return hosts.flatMap((host) => {
    const others = findSharing(keys, host);
    if (others.length === 0) return [];
    return `WARNING: ${host} has the same key as ${others.join(", ")}, so no report of these hosts counts. Remove report-key in the state directory of each, run host install there, and import their records again.`;
  });
}

function describeUnknown(host: string, known: readonly string[]): string {
  const nearest = findNearest(host, known);
  const hint = nearest === undefined ? "" : `; did you mean ${nearest}?`;
  return `unknown host ${host}: it is not in the config repo${hint}`;
}

function refuse(file: string, reason: string): HardenError {
  return new HardenError(
    "usage",
    `${makeVisible(file)}: ${makeVisible(reason)}`,
    "Nothing was recorded. Pass files with the output of sesam-harden host records.",
  );
}
