import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { nameBlob } from "../src/adapters/runtime/crypto.ts";

/** Blobs on disk, so that memory of the stand-in does not count as memory of the ledger. */
export interface Pack {
  /** Returns Git's object name of the bytes. */
  readonly add: (bytes: string) => string;
  readonly read: (name: string) => Buffer;
  readonly sizeOf: (name: string) => number;
  readonly close: () => void;
}

export type PackIndex = readonly (readonly [name: string, offset: number, size: number])[];

export function createPack(path: string): Pack & { readonly index: () => PackIndex } {
  const file = openSync(path, "w+");
  const places = new Map<string, Place>();
  let end = 0;
  return {
    ...readFrom(file, places),
    add: (bytes) => {
      const name = nameBlob(bytes);
      if (places.has(name)) return name;
      const buffer = Buffer.from(bytes, "latin1");
      writeSync(file, buffer, 0, buffer.length, end);
      places.set(name, { offset: end, size: buffer.length });
      end += buffer.length;
      return name;
    },
    index: () => [...places].map(([name, { offset, size }]) => [name, offset, size]),
  };
}

/** The same for reading: the few additions stay in memory. */
export function openPack(path: string, index: PackIndex): Pack {
  const places = new Map(index.map(([name, offset, size]) => [name, { offset, size }]));
  const onDisk = readFrom(openSync(path, "r"), places);
  const added = new Map<string, Buffer>();
  return {
    close: onDisk.close,
    add: (bytes) => {
      const name = nameBlob(bytes);
      if (!places.has(name)) added.set(name, Buffer.from(bytes, "latin1"));
      return name;
    },
    read: (name) => added.get(name) ?? onDisk.read(name),
    sizeOf: (name) => added.get(name)?.length ?? onDisk.sizeOf(name),
  };
}

interface Place {
  readonly offset: number;
  readonly size: number;
}

function readFrom(file: number, places: ReadonlyMap<string, Place>): Omit<Pack, "add"> {
  const placeOf = (name: string): Place => {
    const place = places.get(name);
    if (place === undefined) throw new Error(`the stand-in has no blob ${name}`);
    return place;
  };
  return {
    read: (name) => {
      const { offset, size } = placeOf(name);
      const buffer = Buffer.alloc(size);
      readSync(file, buffer, 0, size, offset);
      return buffer;
    },
    sizeOf: (name) => placeOf(name).size,
    close: () => closeSync(file),
  };
}
