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
import { printLauncher } from "../../core/host/pins/sudoers.ts";
import type { Outcome } from "../../core/host/ports.ts";
import { syncFile, syncFolder } from "./durable-file.ts";
import { installationFile, ownCommand, type Installation } from "./installation.ts";
import { attempt } from "./attempt.ts";
import { refuseTrust } from "./file-trust.ts";

/** Paths of an installation, below a root that is `/` except for images and tests. */
export interface Places extends Installation {
  /** Script that jobs call with sudo. */
  readonly launcher: string;
  readonly sudoers: string;
  readonly unit: string;
}

/** Paths of an installation below a root directory. */
export function placesBelow(root: string): Places {
  const below = (path: string): string => joinPath(root, path);
  return {
    program: below(programBelow),
    launcher: below("usr/local/lib/sesam-harden/sesam-harden"),
    pins: below("etc/sesam-harden"),
    state: below("var/lib/sesam-harden"),
    sudoers: below("etc/sudoers.d/sesam-harden"),
    unit: below("etc/systemd/system/sesam-harden-recover.service"),
  };
}

/**
 * Reads the other files that sudo reads, by path. sudo skips names that contain a dot or end in a
 * tilde. Source: sudoers(5), Including other files from within sudoers.
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

/** Paths of the installation that a program belongs to; undefined if it is elsewhere. */
export function placesOf({ program }: Pick<Installation, "program">): Places | undefined {
  const root = program.slice(0, -programBelow.length);
  const places = placesBelow(root);
  return places.program === program ? places : undefined;
}

/**
 * Installs this program and creates its directories. Throws HardenError `broke` if that fails, or
 * if an account other than root could change what is installed.
 */
export function installProgram(source: string, places: Places): void {
  const { program, launcher, pins, state } = places;
  const own = ownCommand(program);
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
    // The runtime must load the file as a module, independent of any package.json in a parent
    // directory.
    putText(joinPath(folder, "package.json"), '{ "type": "module" }\n', 0o644);
    putText(launcher, printLauncher([own.program, ...own.arguments]), 0o755);
  });
  // sudo runs the program as root, so an account that can change the runtime can become root.
  for (const place of [own.program, program, launcher, pins, state]) {
    const distrust = refuseTrust(place);
    if (distrust === undefined) continue;
    const next = "Make root its owner, and writable only by root. Then install again.";
    throw new HardenError("broke", `others can change what would be installed: ${distrust}`, next);
  }
}

/**
 * Writes a file unless it exists: pins that someone edited are never overwritten. Returns false if
 * it exists. Throws HardenError `broke`.
 */
export function writeNew(path: string, text: string, mode: number): boolean {
  if (existsSync(path)) return false;
  writeOver(path, text, mode);
  return true;
}

/** Writes a file atomically, replacing any existing one. Throws HardenError `broke`. */
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
 * Replaces a file atomically and syncs it to disk before it returns, because a rollback at boot
 * needs all of it. The temporary name is fixed, so that the next install removes what a killed one
 * left.
 */
function putInPlace(path: string, make: (temporary: string) => void): void {
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  make(temporary);
  syncFile(temporary);
  renameSync(temporary, path);
  syncFolder(parentOf(path));
}

/**
 * Removes the program, sudoers file and unit, and returns the paths that existed. Keeps pins and
 * state. Throws HardenError `broke`.
 */
export function uninstallProgram({ program, sudoers, unit }: Places): readonly string[] {
  const all = [parentOf(program), sudoers, unit].filter((path) => existsSync(path));
  act("uninstalling", () => {
    for (const path of all) rmSync(path, { recursive: true });
  });
  return all;
}

/** Owner of a file, such as 0:0; undefined if it does not exist. */
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
