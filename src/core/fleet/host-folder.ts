import { lineEnding, type IniDocument } from "../formats/ini/document.ts";
import type { Policy } from "../settings/policy.ts";
import { defaultFacts, type Facts, type FactsFile } from "./facts.ts";
import type { GlobalsFile } from "./globals.ts";
import type { InterfacesFile } from "./interfaces.ts";
import type { StpdReading } from "./stpd-file.ts";

export const hostFiles = ["stpd.ini", "host.ini", "globals.ini", "interfaces.json"] as const;
export type HostFileName = (typeof hostFiles)[number];

/** A host of the fleet: its stpd.ini, and what else lies beside it. */
export interface HostFolder {
  /** Name of the folder. */
  readonly name: string;
  /** Path of the folder below the root, with a slash at its end unless it is the root. */
  readonly path: string;
  readonly stpd: StpdReading;
  readonly facts: FactsFile | undefined;
  readonly globals: GlobalsFile | undefined;
  readonly interfaces: InterfacesFile | undefined;
  readonly policy: Policy;
  /** Names of files that are most likely meant as files of this host, and are not read. */
  readonly misnamed?: readonly string[];
}

export function factsOf({ facts }: Pick<HostFolder, "facts">): Facts {
  return facts?.facts ?? defaultFacts;
}

/** STPD turns HTTPS off by itself on Windows where the processor has no AVX. */
export function lacksHttps(folder: Pick<HostFolder, "facts">): boolean {
  const { os, avx } = factsOf(folder);
  return os === "windows" && avx === "no";
}

/** Where the host is reached. */
export function addressOf(folder: Pick<HostFolder, "name" | "facts">): string {
  return factsOf(folder).address ?? folder.name;
}

/** A line of one of the host's files, as bytes and without its ending; empty where there is none. */
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
