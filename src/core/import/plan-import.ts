import { HardenError } from "../base/errors.ts";
import { joinPath, parentOf } from "../base/paths.ts";
import { compareText, encodeBytes, makeVisible } from "../base/text.ts";
import { findAbove, listFolders, settingsFile } from "../config-repo/discover-hosts.ts";
import type { FleetFiles } from "../config-repo/files-port.ts";
import { openFleet, refuseSettings } from "../config-repo/open-fleet.ts";
import { isLedOut } from "../config-repo/read-host-file.ts";
import { readFacts } from "../fleet/facts.ts";
import { createMatcher } from "../settings/glob.ts";
import type { Candidate } from "./find-candidates.ts";
import { findContradictions, printHostIni } from "./host-ini.ts";
import type { StarterFile } from "./starter-files.ts";

/** A file of the config repo that an import is about; `path` is below its root, with `/`. */
export type PlannedFile = {
  readonly path: string;
  /** What it is made of, for people; empty for a starter file. */
  readonly from: string;
} & (
  | { readonly state: "new"; readonly bytes: string }
  | { readonly state: "unchanged" }
  /** There is a file with other bytes, which may have been edited and is left alone. */
  | { readonly state: "kept" }
  /** As kept, but it contradicts the source. */
  | { readonly state: "conflict"; readonly reason: string }
);

/** Sources that would become one host. */
export interface Collision {
  /** As the config repo or the first source spells it. */
  readonly name: string;
  /** For people: each file with its name, and a host of the config repo. */
  readonly members: readonly string[];
}

export type ImportPlan =
  | { readonly kind: "plan"; readonly files: readonly PlannedFile[] }
  | { readonly kind: "collisions"; readonly collisions: readonly Collision[] };

export interface ImportRequest {
  /** Absolute path of the config repo, which need not exist. */
  readonly out: string;
  readonly candidates: readonly Candidate[];
  readonly starters: readonly StarterFile[];
}

/** A larger file is not an earlier import of ours. */
const maxOldBytes = 16 * 1024 * 1024;

interface ConfigRepo {
  /** Directory of a host below the root, with a slash at its end, by `keyOf` of its name. */
  readonly hosts: ReadonlyMap<string, KnownPlace>;
  readonly includes: (path: string) => boolean;
}

interface KnownPlace {
  readonly name: string;
  readonly path: string;
}

/**
 * Decides which files an import writes; nothing that exists is ever replaced. Throws HardenError
 * `settings` if the config repo has wrong settings, or settings that leave the new hosts out, and
 * `usage` if `out` is inside another config repo.
 */
export function planImport(request: ImportRequest, files: FleetFiles): ImportPlan {
  const { out, starters } = request;
  const repo = readConfigRepo(out, files);
  const candidates = request.candidates.filter(
    ({ name, place }) => place !== joinPath(out, `${placeOf(name, repo)}stpd.ini`),
  );
  const collisions = findCollisions(candidates, repo);
  if (collisions.length > 0) return { kind: "collisions", collisions };
  const hosts = candidates
    .toSorted((left, right) => compareText(left.name, right.name))
    .flatMap((candidate) => planHost(candidate, repo, out, files));
  const others = starters
    .flatMap((starter) => planStarter(starter, out, files))
    .map((file) => guardSettings(file, request, files));
  return { kind: "plan", files: [...hosts, ...others] };
}

/** Hosts of a config repo that have an stpd.ini; none where there is no config repo yet. */
export function listHostNames(out: string, files: FleetFiles): readonly string[] {
  return [...readConfigRepo(out, files).hosts.values()]
    .filter(({ path }) => files.kindOf(joinPath(out, `${path}stpd.ini`)).kind !== "missing")
    .map(({ name }) => name);
}

/** Two spellings of one host: names on the network and on Windows have no case. */
function keyOf(name: string): string {
  return name.normalize("NFC").toLowerCase().replace(/\.$/, "");
}

function placeOf(name: string, { hosts }: ConfigRepo): string {
  return hosts.get(keyOf(name))?.path ?? `hosts/${name}/`;
}

function readConfigRepo(out: string, files: FleetFiles): ConfigRepo {
  const { found } = findAbove(out, settingsFile, files);
  if (found !== undefined && found !== out) {
    const next = `Use --out ${makeVisible(found)}, or another directory.`;
    throw new HardenError("usage", `${makeVisible(out)} is inside a config repo`, next);
  }
  const listing = files.list(joinPath(out, "hosts"));
  const folders = listing.kind === "entries" ? listing.entries : [];
  const places = folders.map(({ name }) => ({ name, path: `hosts/${name}/` }));
  if (found === undefined) return { hosts: indexPlaces(places), includes: () => true };
  const fleet = openFleet({ paths: [out], overrides: {} }, files);
  if (fleet.problems.length > 0) throw refuseSettings(fleet.problems, fleet.root);
  const matchers = fleet.settings.include.map(createMatcher);
  return {
    hosts: indexPlaces([...places, ...fleet.folders]),
    includes: (path) => matchers.some((matches) => matches(path)),
  };
}

function indexPlaces(places: readonly KnownPlace[]): ReadonlyMap<string, KnownPlace> {
  return new Map(places.map(({ name, path }) => [keyOf(name), { name, path }]));
}

function findCollisions(
  candidates: readonly Candidate[],
  { hosts }: ConfigRepo,
): readonly Collision[] {
  return [...Map.groupBy(candidates, ({ name }) => keyOf(name))].flatMap(
    ([key, same]): readonly Collision[] => {
      const known = hosts.get(key);
      const [first] = same;
      const isRespelled = known !== undefined && same.some(({ name }) => name !== known.name);
      if (first === undefined || (same.length === 1 && !isRespelled)) return [];
      const own = isRespelled ? [`${known.name}: ${known.path} of the config repo`] : [];
      const members = same.map(({ name, shown, by }) => `${name}: ${shown} (${by})`);
      return [{ name: known?.name ?? first.name, members: [...own, ...members] }];
    },
  );
}

function planHost(
  candidate: Candidate,
  repo: ConfigRepo,
  out: string,
  files: FleetFiles,
): readonly PlannedFile[] {
  const { name, by, shown, bytes, seen } = candidate;
  const folder = placeOf(name, repo);
  const path = `${folder}stpd.ini`;
  if (!repo.includes(path)) {
    const message = `include in ${settingsFile} leaves ${makeVisible(path)} out`;
    throw new HardenError("settings", message, "Add hosts/*/stpd.ini to include.");
  }
  const from = `${shown} (name: ${by})`;
  const stpd = compare({ path, from, bytes }, out, files);
  if (stpd.state === "kept") {
    return [{ path, from, state: "conflict", reason: "the config repo has other bytes" }];
  }
  if (stpd.state === "conflict") return [stpd];
  const text = encodeBytes(printHostIni(name, seen));
  return [
    stpd,
    checkFacts(
      compare({ path: `${folder}host.ini`, from: "", bytes: text }, out, files),
      candidate,
      out,
      files,
    ),
  ];
}

/** A host.ini that someone has filled in is kept, unless it says the opposite of what was seen. */
function checkFacts(
  planned: PlannedFile,
  { seen }: Candidate,
  out: string,
  files: FleetFiles,
): PlannedFile {
  if (planned.state !== "kept") return planned;
  const { path, from } = planned;
  const reading = files.read(joinPath(out, path), maxOldBytes);
  const facts = reading.kind === "bytes" ? readFacts(path, reading.bytes).facts : {};
  const [reason] = findContradictions(facts, seen);
  return reason === undefined ? planned : { path, from, state: "conflict", reason };
}

function planStarter(
  { path, bytes, elsewhere }: StarterFile,
  out: string,
  files: FleetFiles,
): readonly PlannedFile[] {
  const taken = elsewhere.find((other) => files.kindOf(joinPath(out, other)).kind !== "missing");
  if (taken !== undefined) return [{ path: taken, from: "", state: "kept" }];
  return [compare({ path, from: "", bytes }, out, files)];
}

/**
 * New settings must not leave a host out: an stpd.ini that is in the directory already, is not
 * imported from there, and is not where new hosts go. Until now a check found it.
 */
function guardSettings(
  planned: PlannedFile,
  { out, candidates }: ImportRequest,
  files: FleetFiles,
): PlannedFile {
  const { path, from, state } = planned;
  if (path !== settingsFile || state !== "new" || files.kindOf(out).kind !== "folder") {
    return planned;
  }
  const copies = new Set(candidates.map(({ place }) => place));
  const [lost] = [...listFolders({ root: out, starts: [out] }, files)]
    .filter(({ files: names, folder }) => {
      return names.includes("stpd.ini") && !copies.has(joinPath(folder, "stpd.ini"));
    })
    .map((folder) => `${folder.path}stpd.ini`)
    .filter((one) => !/^hosts\/[^/]+\/stpd\.ini$/.test(one))
    .toSorted(compareText);
  return lost === undefined
    ? planned
    : { path, from, state: "conflict", reason: `its include would leave ${lost} out` };
}

function compare(
  { path, from, bytes }: { readonly path: string; readonly from: string; readonly bytes: string },
  out: string,
  files: FleetFiles,
): PlannedFile {
  const place = joinPath(out, path);
  const there = files.kindOf(place);
  if (there.kind === "missing") {
    return isLedOut(findExisting(parentOf(place), files), out, files)
      ? { path, from, state: "conflict", reason: "its directory is a link out of the config repo" }
      : { path, from, state: "new", bytes };
  }
  const reading: ReturnType<FleetFiles["read"]> =
    there.kind === "file" ? files.read(place, maxOldBytes) : { kind: "missing" };
  if (reading.kind === "bytes") {
    return { path, from, state: reading.bytes === bytes ? "unchanged" : "kept" };
  }
  const reason = "reason" in reading ? reading.reason : "it is not a regular file";
  return { path, from, state: "conflict", reason };
}

/** The nearest directory above that is there, or the root. */
function findExisting(folder: string, files: FleetFiles): string {
  const parent = parentOf(folder);
  return files.kindOf(folder).kind !== "missing" || parent === folder
    ? folder
    : findExisting(parent, files);
}
