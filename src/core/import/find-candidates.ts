import { baseName, joinPath } from "../base/paths.ts";
import type { FleetFiles } from "../config-repo/files-port.ts";
import { isBelow } from "../config-repo/read-host-file.ts";
import { createStpdParser } from "../fleet/stpd-file.ts";
import type { FileReading } from "../fleet/read-host.ts";
import type { SeenFacts } from "./host-ini.ts";
import { isCopyName, nameHost } from "./host-name.ts";

/** Bytes; a real stpd.ini has a few hundred. */
export const maxStpdBytes = 1024 * 1024;

/** A file of a source, not read yet. */
export interface SourceFile {
  /** In the source, with `/` or `\`. */
  readonly path: string;
  /** For people, with the source in front. */
  readonly shown: string;
  /** Absolute path; undefined for a file of an archive. */
  readonly place?: string;
  readonly read: () => FileReading;
}

/** An stpd.ini that may become one of the config repo. */
export interface Candidate {
  readonly name: string;
  /** Where the name comes from, for people. */
  readonly by: string;
  /** Which file it is, for people. */
  readonly shown: string;
  readonly place?: string | undefined;
  readonly bytes: string;
  readonly seen: SeenFacts;
}

/** What a source holds. */
export interface Findings {
  readonly candidates: readonly Candidate[];
  /** Files that look like an stpd.ini and are not imported. */
  readonly refused: readonly NotImported[];
}

export interface NotImported {
  readonly shown: string;
  readonly reason: string;
}

/** Deeper directories are refused: an installation has five levels. */
const deepest = 32;
const skipped: readonly string[] = [".git", "node_modules", "stpd_conf"];

/**
 * Every file below a directory that may be an stpd.ini. Follows no link: what a link inside the
 * directory leads to is found at its target, and other linked directories are refused, after the
 * files.
 */
export function listSourceFiles(
  folder: string,
  typed: string,
  files: FleetFiles,
): { readonly found: readonly SourceFile[]; readonly refused: readonly NotImported[] } {
  const found: SourceFile[] = [];
  const refused: NotImported[] = [];
  const linked: NotImported[] = [];
  const visit = (place: string, path: string, depth: number): void => {
    const listing = files.list(place);
    const shown = path === "" ? typed : joinPath(typed, path);
    if (listing.kind === "unreadable" || depth > deepest) {
      const reason = listing.kind === "unreadable" ? listing.reason : "it is nested too deep";
      refused.push({ shown, reason });
      return;
    }
    for (const { name, kind } of listing.entries) {
      const inner = joinPath(place, name);
      const below = path === "" ? name : joinPath(path, name);
      if (kind === "folder") {
        if (!skipped.includes(name.toLowerCase())) visit(inner, below, depth + 1);
      } else if (isSuspect(name)) {
        const read = (): FileReading =>
          kind === "file"
            ? files.read(inner, maxStpdBytes)
            : { kind: "unreadable", reason: "it is a link or no regular file" };
        found.push({ path: below, shown: joinPath(typed, below), place: inner, read });
      } else if (depth === 0 && isArchive(name)) {
        const next = /\.zip$/i.test(name) ? "name it as a further SOURCE" : "unpack it first";
        refused.push({ shown: joinPath(typed, below), reason: `it is an archive; ${next}` });
      } else if (kind === "link" && !skipped.includes(name.toLowerCase())) {
        const reason = refuseLink(inner, folder, files);
        if (reason !== undefined) linked.push({ shown: joinPath(typed, below), reason });
      }
    }
  };
  visit(folder, "", 0);
  return { found, refused: [...refused, ...linked] };
}

/** Someone may have packed a host's files; archives further down are those of an installation. */
function isArchive(name: string): boolean {
  return /\.(?:zip|7z|rar|tar|tgz|tar\.(?:gz|bz2|xz|zst))$/i.test(name);
}

/** Why nothing behind a link is imported; undefined if nothing is lost by that. */
function refuseLink(link: string, folder: string, files: FleetFiles): string | undefined {
  const target = files.kindOf(link);
  switch (target.kind) {
    case "missing":
      return "it is a link that leads nowhere";
    case "unreadable":
      return target.reason;
    case "folder":
      return isBelow(folder, target.realPath, files)
        ? undefined
        : "it is a link to a directory outside of the source; name it as a SOURCE to read it";
    default:
      return undefined;
  }
}

/** `stpd.ini`, `rds1.ini`, and copies of stpd.ini under another name. */
export function isSuspect(path: string): boolean {
  const name = lastPart(path);
  return /\.ini$/i.test(name)
    ? !/^(?:sesam-harden|host|globals|desktop)\.ini$/i.test(name)
    : isCopyName(name);
}

function lastPart(path: string): string {
  return baseName(path.replaceAll("\\", "/"));
}

function folderOf(path: string): string {
  return path.slice(0, path.length - lastPart(path).length);
}

/**
 * Reads the files of a source and names their hosts. `above` is the absolute path of the source if
 * it is a directory, or empty. Other `.ini` files next to an stpd.ini belong to SEP sesam and are
 * passed over.
 */
export function findCandidates(files: readonly SourceFile[], above: string): Findings {
  const candidates: Candidate[] = [];
  const refused: NotImported[] = [];
  const isStpdIni = ({ path }: SourceFile): boolean => /^stpd\.ini$/i.test(lastPart(path));
  const complete = new Set(files.filter(isStpdIni).map(({ path }) => folderOf(path)));
  for (const file of files) {
    const { path, shown, place } = file;
    if (!isStpdIni(file) && complete.has(folderOf(path))) continue;
    if (isCopyName(lastPart(path))) {
      refused.push({
        shown,
        reason: "it is not named stpd.ini or HOST.ini; rename it if it is the host's file",
      });
      continue;
    }
    const reading = file.read();
    const content = readStpd(reading);
    if (content.kind === "refused") {
      refused.push({ shown, reason: content.reason });
      continue;
    }
    const naming = nameHost(path, above);
    if (naming.kind === "nameless") {
      refused.push({ shown, reason: naming.reason });
      continue;
    }
    const { name, by, os } = naming;
    candidates.push({ name, by, shown, place, bytes: content.bytes, seen: os ? { os } : {} });
  }
  return { candidates, refused };
}

type StpdContent =
  | { readonly kind: "stpd"; readonly bytes: string }
  | { readonly kind: "refused"; readonly reason: string };

const parse = createStpdParser({ dialects: [], keys: [], absentPort: "closed" });

/**
 * Takes what is an stpd.ini by its content, also one that is broken or in UTF-16: a check explains
 * what is wrong with it.
 */
export function readStpd(reading: FileReading): StpdContent {
  if (reading.kind === "missing") return { kind: "refused", reason: "it does not exist" };
  if (reading.kind === "unreadable") return { kind: "refused", reason: reading.reason };
  const { bytes } = reading;
  if (bytes === "") return { kind: "refused", reason: "it is empty" };
  const parsed = parse(bytes);
  if (parsed.kind === "foreign") return { kind: "refused", reason: `it is ${parsed.what}` };
  return /stpd/i.test(bytes.replaceAll("\0", ""))
    ? { kind: "stpd", bytes }
    : { kind: "refused", reason: "it has no section and no key of STPD" };
}
