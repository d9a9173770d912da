import { factsOf } from "../fleet/host-folder.ts";
import { createHostReader, type HostRead } from "../fleet/read-host.ts";
import { createUseFinder } from "../fleet/port-usage.ts";
import { HardenError } from "../base/errors.ts";
import { printIni } from "../formats/ini/document.ts";
import { findNearest } from "../base/nearest.ts";
import type { ChangeRequest } from "./prepare-change.ts";
import { joinPath } from "../base/paths.ts";
import { filePath } from "../rollout/ledger/layout.ts";
import type { Plan } from "../rollout/plan/plan.ts";
import { readPlan } from "../rollout/plan/plan-file.ts";
import { findPlannedHost } from "../rollout/plan/planned-host.ts";
import { makeVisible } from "../base/text.ts";
import type { FleetFiles } from "../config-repo/files-port.ts";
import { openFleet, readAll, refuseSettings } from "../config-repo/open-fleet.ts";
import type { Hash } from "../base/hash.ts";
import type { Phase } from "../fleet/phase.ts";

export interface LoadRequest {
  /** Root directory of the config repo. */
  readonly repo: string;
  readonly host: string;
  readonly phase: Phase;
  /** Text of the plan file. */
  readonly plan: string;
  /** Checkout of the ledger branch; needed for a plan that restores earlier files. */
  readonly ledger?: string | undefined;
}

const maxFileBytes = 1024 * 1024;

/**
 * Loads what the config repo and the plan say about one host. Throws HardenError: `usage` for an
 * unknown host, `settings` for problems in its files, in the fleet's settings or in any inventory.
 */
export function loadChange(
  request: LoadRequest,
  { files, hash }: { readonly files: FleetFiles; readonly hash: Hash },
): ChangeRequest {
  const { repo, host, phase, plan } = request;
  const fleet = openFleet({ paths: [repo], overrides: {} }, files);
  const readHost = createHostReader(fleet.settings);
  const all = fleet.folders.map((found) => readHost(readAll(found, fleet.read)));
  const own = all.filter(({ folder }) => folder.name === host);
  const [read, ...others] = own;
  if (read === undefined) throw refuseName(host, all);
  if (others.length > 0) {
    const message = `the config repo has ${own.length} directories named ${makeVisible(host)}`;
    throw new HardenError("settings", message, "Give each host one directory with its name.");
  }
  // Problems in another host's files are ignored unless they affect who uses this host's ports.
  const wrong = [
    ...fleet.problems,
    ...all.filter((one) => counts(one, read)).flatMap(listProblems),
  ];
  if (wrong.length > 0) throw refuseSettings(wrong, fleet.root);
  const inventories = all.flatMap(({ folder }) => folder.interfaces ?? []);
  const { folder, parse } = read;
  const recorded = readPlan(plan, hash)?.plan;
  return {
    phase,
    folder,
    restored: readRestored(recorded, request, files),
    desired: folder.stpd.kind === "file" ? printIni(folder.stpd.document) : "",
    plan: findPlannedHost(recorded, host),
    parse,
    findUse: createUseFinder(inventories),
    inventoryAtMs: findOldest(all, folder),
  };
}

/**
 * Undefined if the file cannot be read; the change is then refused later, with a report. Its digest
 * is compared with the plan, so the path need not be trusted.
 */
function readRestored(
  plan: Plan | undefined,
  { host, ledger }: LoadRequest,
  files: FleetFiles,
): string | undefined {
  const restored = plan?.restores?.find(({ name }) => name === host);
  if (restored === undefined || ledger === undefined) return undefined;
  const reading = files.read(
    joinPath(files.absolute(ledger), filePath(restored.file)),
    maxFileBytes,
  );
  return reading.kind === "bytes" ? reading.bytes : undefined;
}

function counts(one: HostRead, own: HostRead): boolean {
  return one === own || (one.folder.interfaces?.problems.length ?? 0) > 0;
}

function listProblems({ problems }: HostRead): HostRead["problems"] {
  return problems;
}

/** Time of the oldest inventory in the host's environment, because each lists other Servers. */
function findOldest(all: readonly HostRead[], own: HostRead["folder"]): number | undefined {
  const { environment } = factsOf(own);
  const times = all
    .filter(({ folder }) => factsOf(folder).environment === environment)
    .flatMap(({ folder }) => folder.interfaces?.exportedAtMs ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

function refuseName(host: string, all: readonly HostRead[]): HardenError {
  const nearest = findNearest(
    host,
    all.map(({ folder }) => folder.name),
  );
  return new HardenError(
    "usage",
    `no host ${makeVisible(host)} in the config repo`,
    nearest === undefined ? "Compare it with the pins." : `Did the pins mean ${nearest}?`,
  );
}
