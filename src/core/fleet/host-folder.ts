import { lineEnding, type IniDocument } from "../formats/ini/document.ts";
import type { Policy } from "../settings/policy.ts";
import { defaultFacts, type Facts, type FactsFile } from "./facts.ts";
import type { GlobalsFile } from "./globals.ts";
import type { InterfacesFile } from "./interfaces.ts";
import type { StpdReading } from "./stpd-file.ts";

export const hostFiles = ["stpd.ini", "host.ini", "globals.ini", "interfaces.json"] as const;
export type HostFileName = (typeof hostFiles)[number];

/** A host of the fleet: its stpd.ini and the other files of its directory. */
export interface HostFolder {
  /** Name of the directory. */
  readonly name: string;
  /** Path of the directory relative to the root, with a trailing slash unless it is the root. */
  readonly path: string;
  readonly stpd: StpdReading;
  readonly facts: FactsFile | undefined;
  readonly globals: GlobalsFile | undefined;
  readonly interfaces: InterfacesFile | undefined;
  readonly policy: Policy;
  /** Names of files that probably belong to this host but are not read. */
  readonly misnamed?: readonly string[];
}

export function factsOf({ facts }: Pick<HostFolder, "facts">): Facts {
  return facts?.facts ?? defaultFacts;
}

/** STPD disables HTTPS on Windows if the processor has no AVX. */
export function lacksHttps(folder: Pick<HostFolder, "facts">): boolean {
  const { os, avx } = factsOf(folder);
  return os === "windows" && avx === "no";
}

/** Where the host is reached. */
export function addressOf(folder: Pick<HostFolder, "name" | "facts">): string {
  return factsOf(folder).address ?? folder.name;
}

/** A line of a host file as bytes, without line ending; empty if there is none. */
export function sourceLine(folder: HostFolder, file: HostFileName, line: number): string {
  if (file === "interfaces.json") return folder.interfaces?.lines[line] ?? "";
  const raw = documentOf(folder, file)?.lines[line]?.raw ?? "";
  return raw.slice(0, raw.length - lineEnding(raw).length);
}

export function documentOf(folder: HostFolder, file: HostFileName): IniDocument | undefined {
  switch (file) {
    case "stpd.ini":
      return folder.stpd.kind === "file" ? folder.stpd.document : undefined;
    case "host.ini":
      return folder.facts?.file.document;
    case "globals.ini":
      return folder.globals?.file.document;
    case "interfaces.json":
      return undefined;
  }
}
