import type { CopyName } from "../../../../src/core/host/ports.ts";

/** One content under one or two names. */
interface Inode {
  content: string;
  /** Undefined until it is synced to disk. */
  durable: string | undefined;
}

type Names = ReadonlyMap<CopyName, Inode>;

/**
 * The directory of stpd.ini on a disk: unsynced content may be lost or torn at a power cut, and
 * names may be in any state since the directory was last synced.
 */
export interface ModelDisk {
  readonly read: (name: CopyName) => string | undefined;
  readonly write: (name: CopyName, content: string, isWhole: boolean) => void;
  readonly link: (from: CopyName, to: CopyName) => void;
  readonly rename: (from: CopyName, to: CopyName) => void;
  readonly remove: (name: CopyName) => void;
  readonly sync: () => void;
  /** Opens the live file like an editor that writes in place. */
  readonly edit: (content: string) => void;
  /** `kept`: how many of the unsynced name changes survive. */
  readonly cutPower: (kept: number) => void;
}

export function createModelDisk(live: string): ModelDisk {
  let names: Names = new Map([["live", { content: live, durable: live }]]);
  let pending: Names[] = [];
  let durable = names;
  const change = (edit: (copy: Map<CopyName, Inode>) => void): void => {
    const copy = new Map(names);
    edit(copy);
    names = copy;
    pending.push(copy);
  };
  return {
    read: (name) => names.get(name)?.content,
    write: (name, content, isWhole) =>
      change((copy) => copy.set(name, { content, durable: isWhole ? content : undefined })),
    link: (from, to) =>
      change((copy) => {
        const inode = copy.get(from);
        if (inode !== undefined) copy.set(to, inode);
      }),
    rename: (from, to) =>
      change((copy) => {
        const inode = copy.get(from);
        // Two names of one file stay two names, as in POSIX.
        if (inode === undefined || copy.get(to) === inode) return;
        copy.delete(from);
        copy.set(to, inode);
      }),
    remove: (name) => change((copy) => copy.delete(name)),
    sync: () => {
      durable = names;
      pending = [];
    },
    edit: (content) => {
      const inode = names.get("live");
      if (inode === undefined) return;
      inode.content = content;
      inode.durable = content;
    },
    cutPower: (kept) => {
      names = pending[Math.min(kept, pending.length) - 1] ?? durable;
      durable = names;
      pending = [];
      for (const inode of new Set(names.values())) {
        inode.content = inode.durable ?? inode.content.slice(0, inode.content.length / 2);
        inode.durable = inode.content;
      }
    },
  };
}
