import { HardenError } from "../../src/core/base/errors.ts";
import { findNearest } from "../../src/core/base/nearest.ts";
import { readRecords } from "../../src/core/rollout/plan/records-file.ts";
import { makeVisible, countOf } from "../../src/core/base/text.ts";
import { seeHosts } from "../../src/core/rollout/ledger/commands.ts";
import type { Controller } from "./controller.ts";
import { readNewestHosts } from "../../src/core/rollout/controller/plan-head.ts";

/**
 * Records what lies on hosts, as `host records` printed it there: a fleet begins so. A host whose
 * ledger says otherwise loses its proof, as after any change by hand. Throws HardenError `usage` for
 * what is no such file.
 */
export async function importRecords(
  files: readonly { readonly file: string; readonly text: string }[],
  { writer, hash, repository, config }: Controller,
): Promise<string> {
  const known = (await readNewestHosts(config)).map(({ folder }) => folder.name);
  const hosts = new Map<string, string>();
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
  }
  const seen = [...hosts].map(([host, bytes]) => ({ host, file: hash(bytes) }));
  const written = await writer.write(seeHosts(seen, [...hosts.values()]));
  if (written.kind === "written") {
    return `recorded what lies on ${countOf(seen.length, "host")}, at ledger commit ${written.commit}`;
  }
  if (written.reason === "nothing-to-do") return "the ledger says so already";
  throw new HardenError("broke", `nothing was recorded: ${written.reason}`, "Try it again.");
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
