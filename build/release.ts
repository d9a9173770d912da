import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";

/** What a tag becomes. `floating` is the tag of the major version, or empty if it must not move. */
export interface ReleasePlan {
  readonly version: string;
  readonly prerelease: boolean;
  readonly latest: boolean;
  readonly floating: string;
  /** The part of the change log about this version. */
  readonly notes: string;
}

export interface ReleaseSource {
  readonly tag: string;
  readonly packageVersion: string;
  readonly changelog: string;
  /** All tags of the repository; tags that are not versions are ignored. */
  readonly tags: readonly string[];
}

/** Throws an Error with a fix if the tag must not become a release. */
export function planRelease({ tag, packageVersion, changelog, tags }: ReleaseSource): ReleasePlan {
  const parts = /^v((0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?)$/.exec(tag);
  const [, version, major, , , suffix] = parts ?? [];
  if (version === undefined || major === undefined) {
    throw new Error(`${tag} is no version: tag it as v1.2.3, or v1.2.3-rc.1`);
  }
  if (version !== packageVersion) {
    throw new Error(`${tag} is tagged, but package.json says ${packageVersion}: make them agree`);
  }
  const notes = changesOf(version, changelog);
  if (notes === "") throw new Error(`CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD"`);
  const newer = tags.filter((other) => isNewer(other, tag));
  const prerelease = suffix !== undefined;
  const isNewestOfMajor = !newer.some((other) => other.startsWith(`v${major}.`));
  return {
    version,
    prerelease,
    latest: !prerelease && newer.length === 0,
    floating: !prerelease && isNewestOfMajor ? `v${major}` : "",
    notes,
  };
}

function changesOf(version: string, changelog: string): string {
  const [, ...sections] = changelog.split(/^## /m);
  // keepachangelog.com format: `## [1.2.3] - 2027-01-31`, and links at the end of the file.
  const section = sections.find(
    (text) =>
      /^\[([^\]]+)\] - \d{4}-\d\d-\d\d$/m.exec(text.split("\n", 1)[0] ?? "")?.[1] === version,
  );
  const notes = section?.slice(section.indexOf("\n")).replace(/(?:\n\[[^\]]+\]: \S+)+\s*$/, "");
  return notes?.trim() ?? "";
}

/** Whether a tag is a final version newer than the other one. */
function isNewer(tag: string, than: string): boolean {
  if (!/^v\d+\.\d+\.\d+$/.test(tag)) return false;
  const [one, two] = [tag, than].map((text) => text.slice(1).split(/[.-]/, 3).map(Number));
  const first = [0, 1, 2].find((place) => one?.[place] !== two?.[place]) ?? 0;
  return (one?.[first] ?? 0) > (two?.[first] ?? 0);
}

function readOwn(name: string): string {
  return readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
}

/** `node build/release.ts TAG NOTES-FILE`; what the later steps need goes to GITHUB_OUTPUT. */
if (import.meta.main) {
  const [tag = "", notesFile = "notes.md"] = process.argv.slice(2);
  const { notes, ...plan } = planRelease({
    tag,
    packageVersion: JSON.parse(readOwn("package.json")).version,
    changelog: readOwn("CHANGELOG.md"),
    tags: execFileSync("git", ["tag", "--list"], { encoding: "utf8" }).split("\n"),
  });
  writeFileSync(notesFile, `${notes}\n`);
  const lines = Object.entries(plan).map(([name, value]) => `${name}=${value}\n`);
  appendFileSync(process.env["GITHUB_OUTPUT"] ?? "/dev/stdout", lines.join(""));
}
