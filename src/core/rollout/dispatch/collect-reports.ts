import { HardenError } from "../../base/errors.ts";
import { joinPath } from "../../base/paths.ts";
import { readHostReport } from "./host-report.ts";
import type { Artifact } from "./wave-results.ts";
import { decodeBytes, makeVisible } from "../../base/text.ts";
import type { FleetFiles } from "../../config-repo/files-port.ts";

/** Prefix of the name of a host's artifact; the host name is appended. */
export const artifactPrefix = "sesam-harden-";

const maxReportBytes = 256 * 1024;

/** The reports of a wave, by host. Throws HardenError like collectTexts(). */
export function collectReports(typed: string, files: FleetFiles): ReadonlyMap<string, Artifact> {
  return new Map([...collectTexts(typed, files)].map(([host, text]) => [host, readArtifact(text)]));
}

function readArtifact(text: string | null): Artifact {
  const report = text === null ? undefined : readHostReport(text);
  return report === undefined ? { kind: "unreadable" } : { kind: "report", report };
}

/**
 * Reads the artifacts of a run by host: each in a directory of its name, or a single one directly
 * in the given directory, because actions/download-artifact leaves it there. A missing directory
 * means that no job left an artifact; null is an artifact that cannot be read. Throws HardenError
 * `broke` if the directory cannot be listed.
 */
export function collectTexts(typed: string, files: FleetFiles): ReadonlyMap<string, string | null> {
  const folder = files.absolute(typed);
  if (files.kindOf(folder).kind === "missing") return new Map();
  const listing = files.list(folder);
  if (listing.kind === "unreadable") {
    throw new HardenError(
      "broke",
      `${makeVisible(typed)} cannot be listed: ${listing.reason}`,
      "Use the directory that the artifacts were downloaded to.",
    );
  }
  const own = listing.entries.filter(({ name }) => name.startsWith(artifactPrefix));
  const folders = own.filter(({ kind }) => kind === "folder");
  const alone = own.filter(({ kind, name }) => kind === "file" && name.endsWith(".json"));
  return new Map(
    (folders.length > 0 ? folders : alone.slice(0, 1)).map(({ kind, name }) => {
      const artifact = kind === "folder" ? name : name.slice(0, -".json".length);
      const path = kind === "folder" ? joinPath(folder, name) : folder;
      const host = artifact.slice(artifactPrefix.length);
      return [host, readText(joinPath(path, `${artifact}.json`), files)];
    }),
  );
}

function readText(path: string, files: FleetFiles): string | null {
  const reading = files.read(path, maxReportBytes);
  return reading.kind === "bytes" ? decodeBytes(reading.bytes) : null;
}
