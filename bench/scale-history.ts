import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { hashSha1, hashSha256 } from "../src/adapters/runtime/crypto.ts";
import { vendorPriority } from "../src/core/gnutls/verdict.ts";
import { digestOf, printCanonical } from "../src/core/formats/json/canonical.ts";
import type { Signer } from "../src/core/formats/jws.ts";
import { emptyLedger } from "../src/core/rollout/ledger/ledger.ts";
import { replayEntries, type LinkedEntry } from "../src/core/rollout/ledger/replay.ts";
import { signEntry, type LedgerEvent } from "../src/core/rollout/ledger/entry.ts";
import { entriesPath, filePath, planPath, printViews } from "../src/core/rollout/ledger/layout.ts";
import type { Plan } from "../src/core/rollout/plan/plan.ts";
import { encodeBytes } from "../src/core/base/text.ts";
import { createPack, type Pack, type PackIndex } from "./scale-pack.ts";

/** The content of a ledger branch after some rollouts, and the fleet in the config repo. */
export interface Snapshot {
  readonly pack: PackIndex;
  readonly fleet: readonly (readonly [path: string, name: string])[];
  readonly commits: readonly string[];
  readonly listing: readonly (readonly [path: string, name: string])[];
  readonly archive: string;
}

export const packName = "blobs";
export const fleetArchive = "fleet.tar.gz";
export const snapshotName = (rollouts: number): string => `${rollouts}.json`;
export const terms = { approvals: 1, soak: 0, record: [], maxFailures: 0 } as const;
const start = 1_800_000_000;
/** A rollout of the history has this many hosts, or all of a smaller fleet, in two waves. */
const hostsOfRollout = 10;
const maxFileLength = 128 * 1024;
const foldedAtOnce = 100;
const digestOfNothing = hashSha256("");

/** The file in the config repo; on the hosts the plain ports are open as well. */
function stpdOf(remark: string, ports = ""): string {
  return `# ${remark}\n[STPD_Server]\n${ports}STPD_HTTPS_PORT=11443\nSTPD_HTTPS_PRIORITY_STRING="${vendorPriority}"\n\n[STPD_Thread]\nKEEP_ALIVE=TRUE\n`;
}

const oldPorts = "STPD_PORT=11001\nSTPD_HTTP_PORT=11000\n";

function hostName(index: number): string {
  return `rds${String(index).padStart(4, "0")}.backup.example.com`;
}

/** Writes the ledger of a fleet to a directory, after each of the given numbers of rollouts. */
export async function writeHistory(
  folder: string,
  { hosts: count, lengths }: { readonly hosts: number; readonly lengths: readonly number[] },
  signer: Signer,
): Promise<void> {
  const pack = createPack(join(folder, packName));
  const names = Array.from({ length: count }, (_, index) => hostName(index));
  const fleet = names.flatMap((name, index) => [
    [`hosts/${name}/stpd.ini`, pack.add(stpdOf(`wanted on ${name}`))] as const,
    [`hosts/${name}/host.ini`, pack.add(factsOf(index))] as const,
  ]);
  writeFileSync(join(folder, fleetArchive), gzipSync(packTar(new Map(fleet), pack)));
  const book = createBook(pack, signer);
  const current = new Map(
    names.map((host) => [host, book.keep(stpdOf(`found on ${host}`, oldPorts))]),
  );
  const hosts = [...current].map(([host, file]) => ({ host, file }));
  await book.add({ kind: "see", hosts }, null);
  let done = 0;
  for (const rollouts of lengths) {
    for (; done < rollouts; done++) {
      const size = Math.min(hostsOfRollout, count);
      const chosen = Array.from({ length: size }, (_, at) => hostName((done * size + at) % count));
      await book.addRollout(chosen, book.keep(stpdOf(`rollout ${done}`, oldPorts)), current);
    }
    const listing = book.list();
    const archive = join(folder, `${rollouts}.tar.gz`);
    writeFileSync(archive, gzipSync(packTar(listing, pack), { level: 1 }));
    const common = { pack: pack.index(), fleet, archive };
    const snapshot: Snapshot = { ...common, commits: book.commits(), listing: [...listing] };
    writeFileSync(join(folder, snapshotName(rollouts)), JSON.stringify(snapshot));
  }
  pack.close();
}

function factsOf(index: number): string {
  return `environment = production\nrole = ${index % 20 === 19 ? "server" : "rds"}\n`;
}

interface Book {
  readonly keep: (file: string) => string;
  readonly add: (event: LedgerEvent, by: string | null) => Promise<void>;
  readonly addRollout: (
    hosts: readonly string[],
    file: string,
    current: Map<string, string>,
  ) => Promise<void>;
  readonly list: () => ReadonlyMap<string, string>;
  readonly commits: () => readonly string[];
}

/** Signs and chains like the writer, but folds many entries at once to save time. */
function createBook(pack: Pack, signer: Signer): Book {
  const listing = new Map<string, string>();
  let ledger = emptyLedger;
  let waiting: LinkedEntry[] = [];
  let [sequence, rollouts, at] = [0, 0, start];
  let tip: string | null = null;
  let newest = { path: entriesPath(1), text: "" };

  const fold = (): void => {
    const folded = replayEntries(ledger, waiting);
    if (folded.kind === "refused") throw new Error(`${folded.reason} ${folded.because}`);
    for (const [path, text] of printViews(folded.ledger, ledger)) listing.set(path, pack.add(text));
    [ledger, waiting] = [folded.ledger, []];
  };
  const add: Book["add"] = async (event, by) => {
    sequence++;
    at += 60;
    const nonce = hashSha1(String(sequence)).slice(0, 16);
    const entry = { schemaVersion: 1, repository: 4711, sequence, previous: tip, at, by } as const;
    const text = await signEntry({ ...entry, event, nonce }, signer);
    tip = hashSha256(text);
    waiting.push({ entry: { ...entry, event, nonce }, digest: tip });
    if (newest.text.length + text.length > maxFileLength) {
      listing.set(newest.path, pack.add(newest.text));
      newest = { path: entriesPath(sequence), text: "" };
    }
    newest = { ...newest, text: `${newest.text}${text}\n` };
    if (waiting.length >= foldedAtOnce * 8) fold();
  };
  const keep: Book["keep"] = (file) => {
    const digest = hashSha256(file);
    listing.set(filePath(digest), pack.add(file));
    return digest;
  };
  const addRollout: Book["addRollout"] = async (hosts, file, current) => {
    const plan = makePlan(hosts, file, current);
    const digest = digestOf(plan, hashSha256);
    listing.set(planPath(digest), pack.add(encodeBytes(printCanonical(plan))));
    const { environment, phase, waves } = plan;
    const expiresAt = at + 86_400;
    const rollout = `${environment}-${phase}-${++rollouts}`;
    const request = {
      rollout,
      environment,
      phase,
      plan: digest,
      waves,
      expiresAt,
      terms,
      purpose: "",
    };
    await add({ kind: "request", ...request }, "anna");
    const approval = { kind: "approve", by: "ben", plan: digest } as const;
    await add({ kind: "rollout", rollout, event: approval, proven: [] }, "ben");
    for (const [index, wave] of waves.entries()) {
      const [number, run] = [index + 1, 10_000_000_000 + sequence];
      const sent = { kind: "dispatch", wave: number } as const;
      await add({ kind: "rollout", rollout, event: sent, proven: [] }, null);
      const taken = { kind: "accept", wave: number, run } as const;
      await add({ kind: "rollout", rollout, event: taken, proven: [] }, null);
      const results = wave.map((host) => ({ host, outcome: "good", reason: "" }) as const);
      const proven = wave.map((host) => ({ host, file }));
      const judged = { kind: "judge", wave: number, run, results } as const;
      await add({ kind: "rollout", rollout, event: judged, proven }, null);
    }
    for (const host of hosts) current.set(host, file);
  };
  return {
    keep,
    add,
    addRollout,
    list: () => {
      fold();
      return new Map([...listing, [newest.path, pack.add(newest.text)]]);
    },
    commits: () => Array.from({ length: sequence }, (_, index) => hashSha1(`commit ${index}`)),
  };
}

function makePlan(
  hosts: readonly string[],
  file: string,
  current: ReadonlyMap<string, string>,
): Plan {
  const waves = [hosts.slice(0, 1), hosts.slice(1)];
  const planned = hosts.toSorted().map((name) => ({
    name,
    role: "rds" as const,
    wave: 1,
    runner: name,
    before: current.get(name) ?? digestOfNothing,
    file,
    desired: file,
    facts: digestOfNothing,
    policy: digestOfNothing,
  }));
  return {
    schemaVersion: 1,
    repository: 4711,
    commit: hashSha1(file),
    ledger: hashSha1(`ledger ${file}`),
    environment: "production",
    phase: "open",
    asOf: "2027-01-15",
    exceptions: [],
    waves,
    hosts: planned,
    refused: [],
  };
}

/** As `git archive` writes it: everything under one directory. */
function packTar(listing: ReadonlyMap<string, string>, pack: Pack): Buffer {
  const parts: Buffer[] = [];
  for (const [path, name] of listing) {
    const bytes = pack.read(name);
    const full = `example-config-abc/${path}`;
    const cut = full.length > 100 ? full.lastIndexOf("/", 99) : -1;
    const header = Buffer.alloc(512);
    header.write(full.slice(cut + 1), 0, "latin1");
    header.write("0000644", 100, "latin1");
    header.write(bytes.length.toString(8).padStart(11, "0"), 124, "latin1");
    header.write("0", 156, "latin1");
    header.write("ustar", 257, "latin1");
    if (cut > 0) header.write(full.slice(0, cut), 345, "latin1");
    parts.push(header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}
