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
/** No link is followed, and a FIFO in the place of a file is not waited for. */
const ownName = constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The live file and its copies, which lie beside it so that a rename is all that changes it. */
function nameCopies({ stpdIni }: Place): Readonly<Record<CopyName, string>> {
  const live = baseName(stpdIni);
  return { live, old: `${live}.sesam-harden-old`, fresh: `${live}.sesam-harden-new` };
}

/** Paths of the copies in the directory that is held open. */
type Paths = Readonly<Record<CopyName, string>>;

/** The directory may belong to another account: it is resolved once for each act. */
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

/** What speaks against writing; a second name is ours if it is the old copy. */
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
  // Of a FIFO cp would wait for the bytes, and of a tape it would move it.
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
 * Mode, owner, ACL and SELinux label, by the platform's own tools. The paths end in names, since
 * labels are read and written by name; cp creates the new file and follows no link.
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
 * In place, so that what was copied stays; on the disk before it returns. False for any file except
 * a new one with mode and owner of the model: another account can have replaced it since.
 */
function fill(fresh: string, bytes: string, model: Stats): boolean {
  const file = openSync(fresh, constants.O_RDWR | ownName);
  try {
    const made = fstatSync(file);
    const isNew = made.nlink === 1;
    // The mode tells a regular file, too.
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
