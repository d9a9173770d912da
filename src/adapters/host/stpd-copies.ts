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
import { parentOf } from "../../core/paths.ts";
import type { Pins } from "../../core/pins/pins.ts";
import {
  done,
  type CopyName,
  type FileSeen,
  type StpdCopies,
  type StpdFolder,
} from "../../usecases/host-ports.ts";
import type { RunCommand } from "./capture.ts";
import { syncFolder, writeAll } from "./durable-file.ts";
import { attempt, hasCode } from "./outcome.ts";

type Place = Pick<Pins, "stpdIni" | "owner">;

const mostBytes = 1024 * 1024;

/** The live file and its copies, which lie beside it so that a rename is all that changes it. */
function pathsOf({ stpdIni }: Place): Readonly<Record<CopyName, string>> {
  return {
    live: stpdIni,
    old: `${stpdIni}.sesam-harden-old`,
    fresh: `${stpdIni}.sesam-harden-new`,
  };
}

export function createStpdCopies(place: Place, run: RunCommand): StpdCopies {
  const paths = pathsOf(place);
  return {
    read: async (name) => attempt(`reading ${paths[name]}`, () => readCopy(name, paths, place)),
    stage: async (bytes) => {
      const copied = await copyAttributes(paths, run);
      if (copied !== undefined) return { kind: "failed", reason: copied };
      const filled = attempt(`writing ${paths.fresh}`, () => fill(paths, bytes));
      if (filled.kind === "failed" || filled.value) return { ...done, ...filled, value: undefined };
      return { kind: "failed", reason: `mode or owner of ${paths.live} could not be kept` };
    },
    keep: async () => attempt(`keeping ${paths.live}`, () => linkSync(paths.live, paths.old)),
    place: async (name) =>
      attempt(`replacing ${paths.live}`, () => {
        renameSync(paths[name], paths.live);
      }),
  };
}

export function createStpdFolder(place: Place): StpdFolder {
  const paths = pathsOf(place);
  return {
    sync: async () =>
      attempt("forcing the folder to the disk", () => syncFolder(parentOf(paths.live))),
    tidy: async () =>
      attempt("removing copies", () => {
        rmSync(paths.fresh, { force: true });
        rmSync(paths.old, { force: true });
      }),
  };
}

function refused(objection: string): FileSeen {
  return { bytes: "", objection, changedAt: 0 };
}

function readCopy(
  name: CopyName,
  paths: Readonly<Record<CopyName, string>>,
  place: Place,
): FileSeen | undefined {
  const status = statIfThere(paths[name]);
  if (status === undefined) return undefined;
  if (status.isSymbolicLink()) return refused(`${paths[name]} is a symbolic link`);
  if (!status.isFile()) return refused(`${paths[name]} is no plain file`);
  const file = openSync(paths[name], constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const seen = fstatSync(file);
    if (seen.size > mostBytes) return refused(`${paths[name]} is larger than 1 MiB`);
    const buffer = Buffer.alloc(seen.size + 1);
    let length = 0;
    for (;;) {
      const count = readSync(file, buffer, length, buffer.length - length, length);
      length += count;
      if (count === 0 || length === buffer.length) break;
    }
    const objection = objectTo(seen, paths, place);
    return { bytes: buffer.toString("latin1", 0, length), objection, changedAt: seen.mtimeMs };
  } finally {
    closeSync(file);
  }
}

/** What speaks against writing; a second name is ours if it is the old copy. */
function objectTo(
  seen: Stats,
  paths: Readonly<Record<CopyName, string>>,
  { owner }: Place,
): string {
  if (owner !== undefined && (seen.uid !== owner.user || seen.gid !== owner.group)) {
    return `it belongs to ${seen.uid}:${seen.gid}, and the pins name ${owner.user}:${owner.group}`;
  }
  const old = statIfThere(paths.old);
  const ours = old !== undefined && old.ino === seen.ino && old.dev === seen.dev ? 2 : 1;
  if (seen.nlink > ours) {
    return `it has ${seen.nlink} names, and would keep the old content under the others`;
  }
  return "";
}

/** Mode, owner, ACL and SELinux label, by the platform's own tools. */
async function copyAttributes(
  { live, fresh }: Readonly<Record<CopyName, string>>,
  run: RunCommand,
): Promise<string | undefined> {
  const removed = attempt(`removing ${fresh}`, () => rmSync(fresh, { force: true }));
  if (removed.kind === "failed") return removed.reason;
  const args = ["--preserve=all", "--no-dereference", "--", live, fresh];
  const end = await run({ program: "/bin/cp", arguments: args, limit: 30_000 });
  if (end.kind === "failed") return `cp: ${end.reason}`;
  return end.code === 0
    ? undefined
    : `cp ended with exit code ${end.code}: ${end.output.slice(0, 200).trim()}`;
}

/** In place, so that what was copied stays; on the disk before it returns. False if it did not. */
function fill({ live, fresh }: Readonly<Record<CopyName, string>>, bytes: string): boolean {
  const file = openSync(fresh, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    ftruncateSync(file);
    writeAll(file, bytes);
    fsyncSync(file);
    const [made, before] = [fstatSync(file), lstatSync(live)];
    return made.mode === before.mode && made.uid === before.uid && made.gid === before.gid;
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
