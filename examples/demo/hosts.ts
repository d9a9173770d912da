import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PublicKey } from "../../src/core/formats/jws.ts";
import { makeCertificate } from "./certificate.ts";
import { addresses, type DemoHost } from "./fleet.ts";
import { install } from "./install.ts";
import { printPins, short, usual, type Limits } from "./pins.ts";
import { runNode } from "./program.ts";

/** The hosts of the fleet, each in its own directory with the program installed in it. */
export interface Hosts {
  /** How the program was installed, for people. */
  readonly installedBy: string;
  readonly program: string;
  readonly restart: (host: string) => Promise<void>;
  readonly stop: (host: string) => Promise<void>;
  /** Removes the key of the host's STPD, or restores it. */
  readonly setKey: (host: string, isThere: boolean) => void;
  /** Pins a short undo timer, or the usual one. */
  readonly setTimer: (host: string, length: "short" | "usual") => void;
  /** Bytes of the host's stpd.ini. */
  readonly read: (host: string) => string;
  /** The host's journal, oldest entry first. */
  readonly readRecords: (host: string) => readonly HostRecordLine[];
  /** Seconds until a short timer restores the old file; 0 if it has fired or none is set. */
  readonly secondsLeft: (host: string) => number;
  /** As `host records` prints the files of all hosts. */
  readonly printRecords: () => Promise<string>;
}

export interface HostRecordLine {
  readonly command: string;
}

const copies = ["stpd", "service"] as const;

export interface HostsOptions {
  readonly folder: string;
  readonly hosts: readonly DemoHost[];
  /** GitHub ID of the config repo. */
  readonly repository: number;
  /** The keys whose signatures the hosts trust. */
  readonly key: PublicKey;
}

export async function openHosts({ folder, hosts, repository, key }: HostsOptions): Promise<Hosts> {
  const root = join(folder, "root");
  const folderOf = (host: string): string => join(folder, host);
  const installedBy = await install(root);
  const pin = ({ name }: DemoHost, limits: Limits): void => {
    const service = join(folderOf(name), "service.mts");
    const text = printPins(name, { service, repository, limits, key });
    writeFileSync(join(root, `etc/sesam-harden/${name}.ini`), text, { mode: 0o644 });
  };
  for (const host of hosts) {
    makeHost(folderOf(host.name), host);
    pin(host, usual);
  }
  const program = join(root, "usr/local/lib/sesam-harden/index.js");
  const manage = async (host: string, what: "restart" | "stop"): Promise<void> => {
    const { status, stderr } = await runNode([join(folderOf(host), "service.mts"), what]);
    if (status !== 0) throw new Error(`${what} of ${host}: ${stderr}`);
  };
  return {
    installedBy,
    program,
    restart: (host) => manage(host, "restart"),
    stop: (host) => manage(host, "stop"),
    setKey: (host, isThere) => {
      const place = join(folderOf(host), "keys");
      const [from, to] = isThere ? ["lost.key", "own.key"] : ["own.key", "lost.key"];
      renameSync(join(place, from), join(place, to));
    },
    setTimer: (name, length) => {
      const host = hosts.find((one) => one.name === name);
      if (host !== undefined) pin(host, length === "short" ? short : usual);
    },
    read: (host) => readFileSync(join(folderOf(host), "etc/stpd.ini"), "latin1"),
    ...readStates(join(root, "var/lib/sesam-harden")),
    printRecords: async () => {
      const { status, stdout, stderr } = await runNode([program, "host", "records"]);
      if (status !== 0) throw new Error(`host records: ${stderr}`);
      return stdout;
    },
  };
}

function readStates(folder: string): Pick<Hosts, "readRecords" | "secondsLeft"> {
  const read = (host: string, name: string): string | undefined => {
    const path = join(folder, host, name);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  };
  return {
    // The program wrote both, in its own format.
    readRecords: (host) => {
      const lines = (read(host, "records.jsonl") ?? "").split("\n").filter((line) => line !== "");
      return lines.map((line) => JSON.parse(line) as HostRecordLine);
    },
    secondsLeft: (host) => {
      const text = read(host, "journal.json");
      if (text === undefined) return 0;
      const { startedAt } = JSON.parse(text) as { readonly startedAt: string };
      return Math.max(0, short.watchdog - Math.floor((Date.now() - Date.parse(startedAt)) / 1000));
    },
  };
}

function makeHost(folder: string, { name, file }: DemoHost): void {
  for (const part of ["etc", "keys", "run"]) mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(join(folder, "etc/stpd.ini"), file, { mode: 0o644 });
  const { key, cert } = makeCertificate(name, addresses);
  writeFileSync(join(folder, "keys/own.key"), key, { mode: 0o600 });
  writeFileSync(join(folder, "keys/own.crt"), cert);
  writeFileSync(join(folder, "run/settings"), [process.pid, ...addresses].join(" "));
  for (const copy of copies) {
    const source = fileURLToPath(new URL(`${copy}.ts`, import.meta.url));
    copyFileSync(source, join(folder, `${copy}.mts`));
  }
}
