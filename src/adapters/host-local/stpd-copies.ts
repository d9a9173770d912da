import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
} from "node:fs";
import { baseName, parentOf } from "../../core/base/paths.ts";
import type { Pins } from "../../core/host/pins/pins.ts";
import {
  done,
  type CopyName,
  type FileSeen,
  type Outcome,
  type StpdCopies,
  type StpdFolder,
} from "../../core/host/ports.ts";
import type { RunCommand } from "./spawn.ts";
import { writeAll } from "./durable-file.ts";
import { holdFolder, type HeldFolder } from "./held-folder.ts";
import { attempt, hasCode } from "./attempt.ts";

type Place = Pick<Pins, "stpdIni" | "owner">;

const maxBytes = 1024 * 1024;
/** Does not follow links, and does not block on a FIFO in place of the file. */
const ownName = constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Names of the live file and its copies. They are in the same directory, so that a rename replaces
 * the file.
 */
function nameCopies({ stpdIni }: Place): Readonly<Record<CopyName, string>> {
  const live = baseName(stpdIni);
  return { live, old: `${live}.sesam-harden-old`, fresh: `${live}.sesam-harden-new` };
}

/** Paths of the copies, resolved through the open directory. */
type Paths = Readonly<Record<CopyName, string>>;

/** The directory may belong to another account, so it is resolved once per operation. */
async function inFolder<Value>(
  place: Place,
  act: (paths: Paths, folder: HeldFolder) => Outcome<Value> | Promise<Outcome<Value>>,
): Promise<Outcome<Value>> {
  const held = holdFolder(parentOf(place.stpdIni));
  if (held.kind === "failed") return held;
  const folder = held.value;
  const { live, old, fresh } = nameCopies(place);
  const paths = { live: folder.at(live), old: folder.at(old), fresh: folder.at(fresh) };
  try {
    return await act(paths, folder);
  } finally {
    folder.close();
  }
}

/** stpd.ini and its copies on this machine. */
export function createStpdCopies(place: Place, run: RunCommand): StpdCopies {
  const names = nameCopies(place);
  return {
    read: async (name) =>
      inFolder(place, (paths) =>
        attempt(`reading ${names[name]}`, () => readCopy(name, paths, place)),
      ),
    stage: async (bytes) => inFolder(place, (paths) => stage(paths, bytes, run)),
    keep: async () =>
      inFolder(place, ({ live, old }) =>
        attempt(`keeping ${names.live}`, () => linkSync(live, old)),
      ),
    activate: async (name) =>
      inFolder(place, (paths) =>
        attempt(`replacing ${names.live}`, () => renameSync(paths[name], paths.live)),
      ),
  };
}

/** The directory of stpd.ini on this machine. */
export function createStpdFolder(place: Place): StpdFolder {
  return {
    sync: async () =>
      inFolder(place, (_, { file }) =>
        attempt("syncing the directory to disk", () => fsyncSync(file)),
      ),
    cleanUp: async () =>
      inFolder(place, ({ old, fresh }) =>
        attempt("removing copies", () => {
          rmSync(fresh, { force: true });
          rmSync(old, { force: true });
        }),
      ),
  };
}

function refused(objection: string): FileSeen {
  return { bytes: "", objection, changedAtMs: 0 };
}

function readCopy(name: CopyName, paths: Paths, place: Place): FileSeen | undefined {
  const shown = nameCopies(place)[name];
  const status = statIfThere(paths[name]);
  if (status === undefined) return undefined;
  if (status.isSymbolicLink()) return refused(`${shown} is a symbolic link`);
  if (!status.isFile()) return refused(`${shown} is not a regular file`);
  const file = openSync(paths[name], constants.O_RDONLY | ownName);
  try {
    const seen = fstatSync(file);
    if (!seen.isFile()) return refused(`${shown} is not a regular file`);
    if (seen.size > maxBytes) return refused(`${shown} is larger than 1 MiB`);
    const buffer = Buffer.alloc(seen.size + 1);
    let length = 0;
    for (;;) {
      const count = readSync(file, buffer, length, buffer.length - length, length);
      length += count;
      if (count === 0 || length === buffer.length) break;
    }
    const objection = objectTo(seen, paths, place);
    return { bytes: buffer.toString("latin1", 0, length), objection, changedAtMs: seen.mtimeMs };
  } finally {
    closeSync(file);
  }
}

/**
 * Why the file must not be written; empty if there is no objection. A second hard link is accepted
 * if it is the old copy.
 */
function objectTo(seen: Stats, paths: Paths, { owner }: Place): string {
  if (owner !== undefined && (seen.uid !== owner.user || seen.gid !== owner.group)) {
    return `it belongs to ${seen.uid}:${seen.gid}, but the pinned owner is ${owner.user}:${owner.group}`;
  }
  const old = statIfThere(paths.old);
  const ours = old !== undefined && old.ino === seen.ino && old.dev === seen.dev ? 2 : 1;
  if (seen.nlink > ours) {
    return `it has ${seen.nlink} hard links, and the others would keep the old content`;
  }
  return "";
}

async function stage(paths: Paths, bytes: string, run: RunCommand): Promise<Outcome> {
  const removed = attempt("removing an old copy", () => rmSync(paths.fresh, { force: true }));
  if (removed.kind === "failed") return removed;
  const model = attempt("reading the file in place", () => lstatSync(paths.live));
  if (model.kind === "failed") return model;
  // cp would block on a FIFO, and reading a tape device would move the tape.
  if (!model.value.isFile()) {
    return { kind: "failed", reason: "the file in place is not a regular file" };
  }
  const copied = await copyAttributes(paths, run);
  if (copied !== undefined) return { kind: "failed", reason: copied };
  const filled = attempt("writing the new file", () => fill(paths.fresh, bytes, model.value));
  if (filled.kind === "failed") return filled;
  return filled.value
    ? done
    : { kind: "failed", reason: "could not keep mode or owner of the file in place" };
}

/**
 * Copies mode, owner, ACL and SELinux label with the platform's own tools. The paths must end in
 * names, because labels are read and written by name. cp creates the new file and follows no link.
 */
async function copyAttributes(
  { live, fresh }: Paths,
  run: RunCommand,
): Promise<string | undefined> {
  const options = ["--attributes-only", "--preserve=all", "--no-dereference"];
  const created = ["--remove-destination", "--no-target-directory"];
  const args = [...options, ...created, "--", live, fresh];
  const end = await run({ program: "/bin/cp", arguments: args, limitMs: 30_000 });
  if (end.kind === "failed") return `cp: ${end.reason}`;
  return end.code === 0
    ? undefined
    : `cp exited with code ${end.code}: ${end.output.slice(0, 200).trim()}`;
}

/**
 * Writes in place, to keep the copied attributes, and syncs to disk before it returns. Returns
 * false unless the file is new and has the model's mode and owner: another account may have
 * replaced it.
 */
function fill(fresh: string, bytes: string, model: Stats): boolean {
  const file = openSync(fresh, constants.O_RDWR | ownName);
  try {
    const made = fstatSync(file);
    const isNew = made.nlink === 1;
    // The mode also shows that it is a regular file.
    const isAlike = made.mode === model.mode && made.uid === model.uid && made.gid === model.gid;
    if (!isNew || !isAlike) return false;
    ftruncateSync(file);
    writeAll(file, bytes);
    fsyncSync(file);
    return true;
  } finally {
    closeSync(file);
  }
}

function statIfThere(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
