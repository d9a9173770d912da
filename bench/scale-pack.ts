import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { nameBlob } from "../src/adapters/hashes.ts";

/** Blobs on disk, so that what a process needs for the ledger is not what the stand-in needs. */
export interface Pack {
  /** Gives git's name of the bytes. */
  readonly add: (bytes: string) => string;
  readonly read: (name: string) => Buffer;
  readonly sizeOf: (name: string) => number;
  readonly index: () => PackIndex;
  readonly close: () => void;
}

export type PackIndex = readonly (readonly [name: string, offset: number, size: number])[];

export function openPack(path: string, known: PackIndex = []): Pack {
  const file = openSync(path, known.length === 0 ? "w+" : "r+");
  const places = new Map(known.map(([name, offset, size]) => [name, { offset, size }]));
  let end = known.reduce((most, [, offset, size]) => Math.max(most, offset + size), 0);
  const placeOf = (name: string): { readonly offset: number; readonly size: number } => {
    const place = places.get(name);
    if (place === undefined) throw new Error(`the stand-in has no blob ${name}`);
    return place;
  };
  return {
    add: (bytes) => {
      const name = nameBlob(bytes);
      if (places.has(name)) return name;
      const buffer = Buffer.from(bytes, "latin1");
      writeSync(file, buffer, 0, buffer.length, end);
      places.set(name, { offset: end, size: buffer.length });
      end += buffer.length;
      return name;
    },
    read: (name) => {
      const { offset, size } = placeOf(name);
      const buffer = Buffer.alloc(size);
      readSync(file, buffer, 0, size, offset);
      return buffer;
    },
    sizeOf: (name) => placeOf(name).size,
    index: () => [...places].map(([name, { offset, size }]) => [name, offset, size]),
    close: () => closeSync(file),
  };
}
