import { defaultFacts, readFacts, type Facts } from "./facts.ts";
import { readGlobals } from "./globals.ts";
import type { HostFileName, HostFolder } from "./host-folder.ts";
import { readInterfaces, type InterfacesFile } from "./interfaces.ts";
import { createStpdParser, type ParseStpd, type StpdReading } from "./stpd-file.ts";
import type { Policy } from "../settings/policy.ts";
import type { Settings } from "../settings/settings.ts";
import type { Problem } from "../base/errors.ts";

/** Result of reading a file: its bytes, or why it could not be read. */
export type FileReading =
  | { readonly kind: "bytes"; readonly bytes: string }
  | { readonly kind: "missing" }
  | {
      readonly kind: "unreadable";
      readonly reason: string;
      /** What to do about it, if known. */
      readonly next?: string;
    };

/** The files of a host as they were read; missing files are omitted. */
export interface HostSource {
  readonly name: string;
  /** Path relative to the root, with a trailing slash unless it is the root. */
  readonly path: string;
  readonly files: Readonly<Partial<Record<HostFileName, FileReading>>>;
  /** Names of files that probably belong to the host but are not read. */
  readonly misnamed?: readonly string[];
}

export interface HostRead {
  readonly folder: HostFolder;
  readonly parse: ParseStpd;
  readonly problems: readonly Problem[];
}

/** Reads a host; `inventory` is passed if it was already read. */
export type ReadHost = (source: HostSource, inventory?: InterfacesFile) => HostRead;

/** Keeps one parser per policy, so that a priority string is evaluated once for the fleet. */
export function createHostReader(settings: Settings): ReadHost {
  const parsers = new Map<string, ParseStpd>();
  const policies = new Map<string, Policy>();
  const policyOf = ({ environment, gnutls, certificate_key: keyKind }: Facts): Policy => {
    const key = `${environment ?? ""} ${gnutls?.join(" ") ?? ""} ${keyKind ?? ""}`;
    const known = policies.get(key);
    if (known !== undefined) return known;
    const asked = settings.policyOf(environment ?? null);
    const keys = keyKind === undefined ? asked.keys : [keyKind];
    const policy = { ...asked, dialects: gnutls ?? asked.dialects, keys };
    policies.set(key, policy);
    return policy;
  };
  const parserOf = (policy: Policy): ParseStpd => {
    const key = [policy.absentPort, ...policy.keys, ...policy.dialects].join(" ");
    const parser = parsers.get(key) ?? createStpdParser(policy);
    parsers.set(key, parser);
    return parser;
  };
  return ({ name, path, files, misnamed = [] }, inventory) => {
    const problems: Problem[] = [];
    const read = <Read extends { readonly problems: readonly Problem[] }>(
      file: HostFileName,
      parse: (path: string, bytes: string) => Read,
    ): Read | undefined => {
      const reading = files[file];
      if (reading === undefined || reading.kind === "missing") return undefined;
      if (reading.kind === "unreadable") {
        const message = `cannot read this file: ${reading.reason}`;
        const { next = "Replace it." } = reading;
        problems.push({ file: path + file, line: 1, column: 1, message, next });
        return undefined;
      }
      const result = parse(path + file, reading.bytes);
      problems.push(...result.problems);
      return result;
    };
    const facts = read("host.ini", readFacts);
    const globals = read("globals.ini", readGlobals);
    const interfaces = read("interfaces.json", inventory ? () => inventory : readInterfaces);
    const policy = policyOf(facts?.facts ?? defaultFacts);
    const parse = parserOf(policy);
    const reading = files["stpd.ini"] ?? { kind: "missing" };
    const stpd: StpdReading = reading.kind === "bytes" ? parse(reading.bytes) : reading;
    const folder = { name, path, stpd, facts, globals, interfaces, policy, misnamed };
    return { folder, parse, problems };
  };
}
