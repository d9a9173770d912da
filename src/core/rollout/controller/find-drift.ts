import { factsOf } from "../../fleet/host-folder.ts";
import type { HostRead } from "../../fleet/read-host.ts";
import { printIni } from "../../formats/ini/document.ts";
import type { Hash } from "../../base/hash.ts";
import { loadTargets } from "../../config-repo/load-hosts.ts";
import { openTree } from "../../config-repo/tree-files.ts";
import type { HostProbe } from "../../probe/host-probe.ts";
import { hostFileDrift } from "../../rules/catalog/host-file-drift.ts";
import { wirePortOpen } from "../../rules/catalog/wire-port-open.ts";
import { wireTls } from "../../rules/catalog/wire-tls.ts";
import { wireUnknown } from "../../rules/catalog/wire-unknown.ts";
import { wireUnreachable } from "../../rules/catalog/wire-unreachable.ts";
import { readExpectation } from "../../verify/expectation.ts";
import { compareWithFile } from "../../verify/compare-with-file.ts";
import { readProbes } from "../../verify/parse-probes.ts";
import type { DriftCause, DriftSight } from "../ledger/drift-record.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { awaitsHands, findHand } from "../state/by-hand.ts";
import { readStored } from "../ledger/plan-source.ts";
import type { LedgerStore } from "../ledger/store-port.ts";
import type { LedgerWriter } from "../ledger/writer.ts";
import { compareServers, type GlobalsTools, type ServerGlobals } from "./compare-globals.ts";
import type { ConfigBranch } from "./config-repo-port.ts";
import type { VerifyRun } from "./record-verify.ts";

/** A host, compared with what was last verified on it. */
export interface SeenDrift extends DriftSight {
  /** The exact differences, in words. */
  readonly details: readonly string[];
}

export interface FleetDrift {
  readonly byEnvironment: ReadonlyMap<string, readonly SeenDrift[]>;
  /** Hosts whose verified file is missing or damaged in the ledger, so nothing can be said of them. */
  readonly unread: readonly string[];
}

export interface DriftTools extends GlobalsTools {
  readonly writer: Pick<LedgerWriter, "read">;
  readonly store: Pick<LedgerStore, "read">;
  readonly config: Pick<ConfigBranch, "readTree">;
}

/**
 * Compares the results of a recorded run of verify with the file that was last verified on each
 * host, and what its Servers read with the recorded global settings, by environment. Omits hosts
 * that were never verified, and hosts that a rollout may have changed since the run was started.
 * Throws HardenError like loadTargets() and the ports.
 */
export async function findDrift(run: VerifyRun, tools: DriftTools): Promise<FleetDrift> {
  const { writer, store, config, hash } = tools;
  const state = await writer.read();
  const { ledger } = state;
  const files = openTree(await config.readTree(run.commit));
  const { hosts } = loadTargets({ paths: ["."], overrides: {}, names: [] }, files);
  const compared = hosts.flatMap((read) => {
    const { name } = read.folder;
    const latest = ledger.verified.get(name)?.latest;
    const environment = factsOf(read.folder).environment;
    const isLeft = latest === undefined || environment === undefined;
    return isLeft || hasMoved(name, run, ledger) ? [] : [{ read, name, environment, latest }];
  });
  const { listing } = state;
  const stored = await readStored(
    compared.map(({ latest }) => latest.file),
    { listing, store, hash },
  );
  const probes = readProbes(run.text);
  const servers = await compareServers({ run, hosts, ledger }, tools);
  const globals = new Map(servers.map((server) => [server.host, server]));
  const unread: string[] = [];
  const seen = compared.flatMap(({ read, name, environment, latest }) => {
    const bytes = stored.get(latest.file);
    if (bytes === undefined) {
      unread.push(name);
      return [];
    }
    const { rules = [] } = ledger.wire.hosts.get(name) ?? {};
    const verified = { digest: latest.file, bytes };
    const onHost = findUnverified(name, ledger);
    const drift = compareHost({ read, probe: probes.get(name), rules, verified, onHost }, hash);
    return [{ environment, drift: withGlobals(drift, globals.get(name)) }];
  });
  const groups = Map.groupBy(seen, ({ environment }) => environment);
  const byEnvironment = new Map(
    [...groups].map(([name, all]) => [name, all.map(({ drift }) => drift)]),
  );
  return { byEnvironment, unread };
}

/**
 * The file that was seen on a host since its last verification. A file that people recorded by hand
 * for an approved plan is none: a scan is about to verify it.
 */
function findUnverified(host: string, { hosts, hands, rollouts, at }: Ledger): string | undefined {
  const known = hosts.get(host);
  if (known === undefined || known.proven !== null) return undefined;
  const rollout = rollouts.get(hands.get(host) ?? "");
  const isAwaited = rollout !== undefined && awaitsHands(rollout, at);
  return isAwaited && known.file === findHand(rollout, host)?.file ? undefined : known.file;
}

/** Global settings that were not read, or not recorded, are neither drift nor resolved. */
function withGlobals(drift: SeenDrift, globals: ServerGlobals | undefined): SeenDrift {
  switch (globals?.answer) {
    case "agrees":
      return drift;
    case "differs": {
      const causes = [...drift.causes, "globals"] as const;
      return { ...drift, causes, details: [...drift.details, ...globals.details] };
    }
    default:
      return { ...drift, unseen: ["globals"] };
  }
}

const atWork = ["dispatching", "unknown", "running", "aborting"];

/** Whether a rollout may have changed the host since the run was started. */
function hasMoved(
  host: string,
  { startedAt }: Pick<VerifyRun, "startedAt">,
  { rollouts, traces, dispatches }: Ledger,
): boolean {
  return [...rollouts.values()].some(
    ({ id, waves, state }) =>
      dispatches.has(id) &&
      (atWork.includes(state.kind) || (traces.get(id)?.movedAt ?? 0) >= startedAt) &&
      waves.some((wave) => wave.includes(host)),
  );
}

export interface ComparedHost {
  /** The host as it was in the config repo when the run was started. */
  readonly read: Pick<HostRead, "folder" | "parse">;
  readonly probe: HostProbe | undefined;
  /** Ids of the rules that had findings on the host in that run. */
  readonly rules: readonly string[];
  /** The file that was last verified there. */
  readonly verified: { readonly digest: string; readonly bytes: string };
  /** SHA-256 of a file that was seen there later; undefined if none was. */
  readonly onHost: string | undefined;
}

const causeOf: ReadonlyMap<string, DriftCause> = new Map([
  [wireTls.id, "tls"],
  [wirePortOpen.id, "ports"],
  [wireUnreachable.id, "unreachable"],
]);

/** Lists what differs on a host; what was not scanned does not differ. */
export function compareHost(
  { read, probe, rules, verified, onHost }: ComparedHost,
  hash: Hash,
): SeenDrift {
  const { folder, parse } = read;
  const host = folder.name;
  const found: (readonly [DriftCause, string])[] = [];
  const file = describeFile({ read, rules, verified, onHost }, hash);
  if (file !== undefined) found.push(["file", file]);
  const stpd = parse(verified.bytes);
  const findings =
    stpd.kind !== "file" || probe === undefined
      ? []
      : probe.addresses.flatMap((address) =>
          compareWithFile(address, {
            expectation: readExpectation(stpd),
            desired: undefined,
            // A port that the file closes must be closed in either phase.
            phase: "close",
            owner: { name: "the file that was last verified", note: undefined, step: "" },
            several: false,
          }),
        );
  for (const { rule, message } of findings) {
    const cause = causeOf.get(rule.id);
    if (cause !== undefined) found.push([cause, message]);
  }
  const isComplete =
    stpd.kind === "file" &&
    (probe?.addresses.length ?? 0) > 0 &&
    probe?.reasons.length === 0 &&
    !findings.some(({ rule }) => rule === wireUnknown);
  return {
    host,
    causes: [...new Set(found.map(([cause]) => cause))],
    details: [...new Set(found.map(([, words]) => words))],
    isComplete,
  };
}

function describeFile(
  { read, rules, verified, onHost }: Omit<ComparedHost, "probe">,
  hash: Hash,
): string | undefined {
  const was = `${verified.digest.slice(0, 12)} was verified`;
  if (onHost !== undefined && onHost !== verified.digest) {
    return `its stpd.ini has the SHA-256 ${onHost.slice(0, 12)}, but ${was}`;
  }
  // verify compares with the config repo. If that has a different file, the result does not apply
  // to the verified one.
  const { stpd } = read.folder;
  const isRepoFile = stpd.kind === "file" && hash(printIni(stpd.document)) === verified.digest;
  if (!isRepoFile || !rules.includes(hostFileDrift.id)) return undefined;
  return `its stpd.ini differs from the one that was verified (SHA-256 ${verified.digest.slice(0, 12)})`;
}
