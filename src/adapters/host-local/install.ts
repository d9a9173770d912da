import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { HardenError } from "../../core/base/errors.ts";
import { joinPath, parentOf } from "../../core/base/paths.ts";
import type { Outcome } from "../../core/host/ports.ts";
import { syncFile, syncFolder } from "./durable-file.ts";
import { installationFile, type Installation } from "./installation.ts";
import { attempt } from "./attempt.ts";
import { refuseTrust } from "./file-trust.ts";

/** Where everything lies on a host, below a root that is `/` but for images and tests. */
export interface Places extends Installation {
  readonly sudoers: string;
  readonly unit: string;
}

export function placesBelow(root: string): Places {
  const below = (path: string): string => joinPath(root, path);
  return {
    program: below(programBelow),
    pins: below("etc/sesam-harden"),
    state: below("var/lib/sesam-harden"),
    sudoers: below("etc/sudoers.d/sesam-harden"),
    unit: below("etc/systemd/system/sesam-harden-recover.service"),
  };
}

/**
 * The other files that sudo reads, by path: none with a dot in its name, or a tilde at its end.
 * Source: sudoers(5), Including other files from within sudoers.
 */
export function readOtherSudoers({
  sudoers,
}: Pick<Places, "sudoers">): Outcome<ReadonlyMap<string, string>> {
  return attempt("reading what sudo reads", () => {
    const folder = parentOf(sudoers);
    const names = existsSync(folder) ? readdirSync(folder) : [];
    const paths = [
      joinPath(parentOf(folder), "sudoers"),
      ...names.filter((name) => !/\.|~$/.test(name)).map((name) => joinPath(folder, name)),
    ];
    const others = paths.filter((path) => path !== sudoers && existsSync(path));
    return new Map(others.map((path) => [path, readFileSync(path, "utf8")]));
  });
}

const programBelow = "usr/local/lib/sesam-harden/index.js";

/** The places that an installed program belongs to; undefined where it lies elsewhere. */
export function placesOf({ program }: Pick<Installation, "program">): Places | undefined {
  const root = program.slice(0, -programBelow.length);
  const places = placesBelow(root);
  return places.program === program ? places : undefined;
}

/** Puts this program and its folders in place. Throws HardenError `broke`. */
export function installProgram(source: string, places: Places): void {
  const { program, pins, state } = places;
  act(`installing ${program}`, () => {
    for (const folder of [parentOf(program), pins])
      mkdirSync(folder, { recursive: true, mode: 0o755 });
    mkdirSync(state, { recursive: true, mode: 0o700 });
    putInPlace(program, (temporary) => {
      copyFileSync(source, temporary);
      chmodSync(temporary, 0o755);
    });
    const folder = parentOf(program);
    const text = JSON.stringify({ schemaVersion: 1, pins, state });
    putText(joinPath(folder, installationFile), `${text}\n`, 0o644);
    // So that the runtime takes the file for what it is, whatever lies in the folders above.
    putText(joinPath(folder, "package.json"), '{ "type": "module" }\n', 0o644);
  });
  // Whoever can change the runtime is root, once the program is called by sudo.
  for (const place of [process.execPath, program, pins, state]) {
    const distrust = refuseTrust(place);
    if (distrust === undefined) continue;
    const next = "Make root its owner, and writable only by root. Then install again.";
    throw new HardenError("broke", `others can change what would be installed: ${distrust}`, next);
  }
}

/** False where the file is there already: a person's pins are never overwritten. */
export function writeNew(path: string, text: string, mode: number): boolean {
  if (existsSync(path)) return false;
  writeOver(path, text, mode);
  return true;
}

export function writeOver(path: string, text: string, mode: number): void {
  act(`writing ${path}`, () => {
    mkdirSync(parentOf(path), { recursive: true });
    putText(path, text, mode);
  });
}

function putText(path: string, text: string, mode: number): void {
  putInPlace(path, (temporary) => writeFileSync(temporary, text, { mode, flag: "wx" }));
}

/**
 * Whole under its name, and on the disk, before it returns: a rollback at boot needs all of it. The
 * name beside it is the same each time, so that the next install removes what a killed one left.
 */
function putInPlace(path: string, make: (temporary: string) => void): void {
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  make(temporary);
  syncFile(temporary);
  renameSync(temporary, path);
  syncFolder(parentOf(path));
}

/** What is there of it goes; pins and state stay. */
export function uninstallProgram({ program, sudoers, unit }: Places): readonly string[] {
  const all = [parentOf(program), sudoers, unit].filter((path) => existsSync(path));
  act("uninstalling", () => {
    for (const path of all) rmSync(path, { recursive: true });
  });
  return all;
}

/** Owner of a file as 0:0; undefined where it is not there. */
export function ownerOf(path: string): string | undefined {
  const status = attempt("reading its status", () => lstatSync(path));
  return status.kind === "done" ? `${status.value.uid}:${status.value.gid}` : undefined;
}

function act(what: string, work: () => void): void {
  const outcome = attempt(what, work);
  if (outcome.kind === "done") return;
  throw new HardenError(
    "broke",
    outcome.reason,
    "Run it as root. What was already written is kept.",
  );
}
