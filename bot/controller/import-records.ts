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
 * Records what lies on hosts and by which keys they sign, as `host records` printed it there: a fleet
 * begins so. A host whose ledger says otherwise loses its proof, as after any change by hand; a new
 * key takes the place of the old one. Throws HardenError `usage` for what is no such file.
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
      throw refuse(file, `it is of the repository ${records.repository}, not ${repository}`);
    }
    for (const { host, file: bytes } of records.hosts) {
      if (hosts.has(host)) throw refuse(file, `${host} stands in another file too`);
      // The ledger forgets nothing, so that a name with a typo would stay.
      if (!known.includes(host)) throw refuse(file, describeUnknown(host, known));
      hosts.set(host, bytes);
    }
    for (const key of records.keys ?? []) {
      if (!hosts.has(key.host)) throw refuse(file, `a key of ${key.host}, which is not in it`);
      keys.set(key.host, key);
    }
  }
  const seen = [...hosts].map(([host, bytes]) => ({ host, file: hash(bytes) }));
  const lines = [
    describeWriting(
      `what lies on ${countOf(seen.length, "host")}`,
      await writer.write(seeHosts(seen, [...hosts.values()])),
    ),
    describeWriting(
      `the keys of ${countOf(keys.size, "host")}`,
      await writer.write(publishKeys([...keys.values()])),
    ),
  ].filter((line) => line !== undefined);
  const { ledger } = await writer.read();
  const told = lines.length === 0 ? ["the ledger says so already"] : lines;
  return [...told, ...describeShared([...keys.keys()], ledger.keys)].join("\n");
}

/** Undefined where the ledger says so already. */
function describeWriting(what: string, written: LedgerWriting): string | undefined {
  if (written.kind === "written") return `recorded ${what}, at ledger commit ${written.commit}`;
  if (written.reason === "nothing-to-do") return undefined;
  throw new HardenError("broke", `not recorded: ${what}: ${written.reason}`, "Try it again.");
}

function describeShared(hosts: readonly string[], keys: HostKeys): readonly string[] {
  return hosts.flatMap((host) => {
    const others = findSharing(keys, host);
    if (others.length === 0) return [];
    return `WARNING: ${host} has the same key as ${others.join(", ")}, so no report of these hosts counts. Remove report-key in the state folder of each, run host install there, and import their records again.`;
  });
}

function describeUnknown(host: string, known: readonly string[]): string {
  const nearest = findNearest(host, known);
  const hint = nearest === undefined ? "" : `; did you mean ${nearest}?`;
  return `the config repo has no host ${host}${hint}`;
}

function refuse(file: string, reason: string): HardenError {
  return new HardenError(
    "usage",
    `${makeVisible(file)}: ${makeVisible(reason)}`,
    "Give what sesam-harden host records printed on the hosts; nothing was recorded.",
  );
}
