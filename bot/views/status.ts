import { nameWork } from "../../src/core/report/plan.ts";
import { showMinute } from "../../src/core/base/dates.ts";
import {
  hostStates,
  type EnvironmentStatus,
  type FleetStatus,
  type HostStatus,
} from "../../src/core/status/fleet-status.ts";
import type { GlobalsRecord, Ledger } from "../../src/core/rollout/ledger/ledger.ts";
import type { ServerGlobals } from "../../src/core/rollout/controller/compare-globals.ts";
import type { Rehearsal } from "../../src/core/rollout/state/rehearsal.ts";
import { isFrozen, type EnvironmentRecord } from "../../src/core/rollout/state/records.ts";
import type { Block, Message } from "./blocks.ts";
import {
  actions,
  context,
  header,
  line,
  rich,
  section,
  strong,
  table,
  richWords,
} from "./builders.ts";
import { countCharacters, message, messageRoom } from "./fit-to-limits.ts";
import { describeCardTrouble, type CardTroubles } from "./card-trouble.ts";
import { fixButton, planButtons, refreshButton } from "./status-buttons.ts";
import { listRehearsalLines } from "./rollout-state.ts";
import { toName, toPlain } from "./escape.ts";
import {
  capital,
  listCounts,
  listSome,
  nameOfEnvironment,
  shortHash,
  seenFromHost,
  showWhen,
  stateWords,
  describeFreeze,
  describeLock,
  totalOf,
} from "./phrases.ts";
import { countOf } from "../../src/core/base/text.ts";

export interface StopFacts {
  /** Why cards are missing or out of date, by rollout. */
  readonly cardTroubles?: CardTroubles;
  /** The newest rehearsal of each environment, by name. */
  readonly rehearsals?: ReadonlyMap<string, Rehearsal>;
}

export interface StatusFacts extends StopFacts {
  readonly status: FleetStatus;
  /** URL of the open fix pull request; null if there is none. */
  readonly fixUrl: string | null;
  /** By environment: who recorded that the global settings were written. */
  readonly globalsBy?: Ledger["globalsBy"];
  /** For an environment: the global settings that its Servers read. */
  readonly servers?: readonly ServerGlobals[];
}

const worstHosts = 10;

/** The whole fleet: a table of environments, what stops their rollouts, and the worst hosts. */
export function renderFleetStatus({ status, fixUrl, ...more }: StatusFacts): Message {
  const { counts, environments, at } = status;
  const all = environments.flatMap(({ hosts }) => hosts);
  const worst = all
    .filter(({ state }) => state !== "hardened")
    .toSorted((left, right) => hostStates.indexOf(left.state) - hostStates.indexOf(right.state));
  const stops = environments.flatMap((one) => describeStops(one, at, more));
  return message({
    head: [
      header(`Fleet: ${counts.hardened} of ${countOf(totalOf(counts), "host")} hardened`),
      section(`${capital(listCounts(counts))}.`),
      ...renderEnvironments(environments),
      ...describeSources(status),
    ],
    items: [
      ...stops.map((text) => [section(text)]),
      ...worst.slice(0, worstHosts).map((host) => [renderHostLine(host, at)]),
    ],
    tail: [
      ...describeRest(worst.length - worstHosts),
      ...actions([refreshButton("", "the fleet"), ...fixButton(fixUrl)]),
    ],
    rest: (left) => `${left} more: /sesam-harden status ENVIRONMENT shows them.`,
  });
}

function describeRest(left: number): readonly Block[] {
  if (left <= 0) return [];
  return [
    context(
      `${countOf(left, "more host")} not hardened: /sesam-harden status ENVIRONMENT shows them.`,
    ),
  ];
}

/** One environment: its hosts, worst first. */
export function renderEnvironmentStatus(
  { status, fixUrl, globalsBy, servers = [], ...stops }: StatusFacts,
  environment: EnvironmentStatus,
): Message {
  const { name, counts, hosts } = environment;
  const { at } = status;
  const title = nameOfEnvironment(name);
  const head = [
    header(`${title}: ${counts.hardened} of ${countOf(hosts.length, "host")} hardened`),
    section(`${capital(listCounts(counts))}.`),
    ...describeStops(environment, at, stops).map((text) => section(text)),
    ...describeGlobals(globalsBy?.get(name ?? ""), servers, at),
  ];
  const tail = [
    ...describeSources(status),
    ...actions([
      refreshButton(name ?? "", title),
      ...fixButton(fixUrl),
      ...(name === null ? [] : planButtons(name)),
    ]),
  ];
  const room = messageRoom.characters - countCharacters([...head, ...tail]);
  const { shown, left } = cutRows(hosts, at, room - spareCharacters);
  const more = `${countOf(left, "more host")}, none in a worse state: /sesam-harden status HOST shows one.`;
  return message({
    head: [
      ...head,
      ...(shown.length > 0
        ? [table(["Host", "State", "Repo", "Scan", "Rolled out (UTC)"], shown)]
        : []),
      ...(left > 0 ? [context(more)] : []),
    ],
    items: [],
    tail,
    rest: () => "",
  });
}

const shownServers = 3;

/** Shows the person's record, and the settings read on the Servers if they are current. */
function describeGlobals(
  globals: GlobalsRecord | undefined,
  servers: readonly ServerGlobals[],
  nowSeconds: number,
): readonly Block[] {
  if (globals === undefined) return [];
  const { by, at } = globals;
  const recorded = `Global settings: recorded by ${by} ${showWhen(at, nowSeconds)}`;
  const differing = servers.filter(({ answer }) => answer === "differs");
  if (differing.length > 0) {
    const words = differing.slice(0, shownServers).map(({ host, at: readAt, details }) => {
      return `${toName(host, 60)}: ${details.join("; ")}, read ${showWhen(readAt ?? 0, nowSeconds)}.`;
    });
    const left = differing.length - words.length;
    const more = left > 0 ? [`${countOf(left, "more Server")} as well.`] : [];
    return [section([`${recorded}. They differ.`, ...words, ...more].join(" "))];
  }
  const times = servers.map(({ answer, at: readAt }) => (answer === "agrees" ? readAt : null));
  const [oldest] = times.toSorted((left, right) => (left ?? 0) - (right ?? 0));
  if (oldest === undefined || oldest === null)
    return [context(`${recorded}, but not read from the Servers.`)];
  const where = servers.length === 1 ? "the Server" : countOf(servers.length, "Server");
  return [context(`${recorded}, and read from ${where} ${showWhen(oldest, nowSeconds)}.`)];
}

/** Reserved for the table head and the line about omitted hosts. */
const spareCharacters = 500;
const maxRows = 99;

/** As many hosts as fit into one table of a message. */
function cutRows(
  hosts: readonly HostStatus[],
  nowSeconds: number,
  room: number,
): { readonly shown: readonly (readonly string[])[]; readonly left: number } {
  const shown: (readonly string[])[] = [];
  let characters = 0;
  for (const host of hosts.slice(0, maxRows)) {
    const row = rowOf(host, nowSeconds);
    characters += row.join("").length;
    if (characters > room) break;
    shown.push(row);
  }
  return { shown, left: hosts.length - shown.length };
}

function rowOf(status: HostStatus, nowSeconds: number): readonly string[] {
  const { host, state, wire, rolledOut } = status;
  const age = wire === null || wire.isStale ? ", outdated" : "";
  const origin = wire?.from === "host" ? seenFromHost : "";
  const seen = wire === null ? "never" : `${wire.verdict}${origin}${age}`;
  const done =
    rolledOut === null
      ? "never"
      : `${rolledOut.phase} ${nameEnd(rolledOut)}, ${showDay(rolledOut.at, nowSeconds)}`;
  return [nameInTable(host.name), state, host.verdict, seen, done];
}

function nameEnd({ outcome, byHand }: NonNullable<HostStatus["rolledOut"]>): string {
  if (byHand !== undefined) return "verified by hand";
  return outcome === "good" ? "verified" : outcome;
}

function showDay(at: number, nowSeconds: number): string {
  return showMinute(at).slice(0, nowSeconds - at < 86_400 ? 16 : 10);
}

/** What stops rollouts in an environment, and the rollout in progress. */
export function describeStops(
  { name, rollout, refused, frozen, locked }: EnvironmentStatus,
  nowSeconds: number,
  { cardTroubles = new Map(), rehearsals = new Map() }: StopFacts = {},
): readonly string[] {
  const where = nameOfEnvironment(name);
  const running =
    rollout === null
      ? []
      : [
          `${where}: rollout ${rollout.id} (${nameWork(rollout)}) is ${rollout.state.kind}, ${rollout.done.length} of ${countOf(rollout.waves.flat().length, "host")} verified.`,
        ];
  const rehearsal = rehearsals.get(name ?? "");
  const rehearsed =
    rollout === null ? [] : listRehearsalLines({ rollout, rehearsal, nowSeconds }, 3);
  const trouble = cardTroubles.get(rollout?.id ?? "");
  return [
    ...(locked === null
      ? []
      : [`${where} is locked: rollout ${locked.rollout} failed (${toPlain(locked.reason)}).`]),
    ...(frozen === null ? [] : [`${where} is frozen ${describeFreeze(frozen, nowSeconds)}`]),
    ...running,
    ...rehearsed,
    ...(refused === null ? [] : [`Its next wave did not start. ${toPlain(refused, 900)}`]),
    ...(rollout === null || trouble === undefined
      ? []
      : [describeCardTrouble(rollout.id, trouble).join(" ")]),
  ];
}

function renderEnvironments(environments: readonly EnvironmentStatus[]): readonly Block[] {
  if (environments.length === 0) return [];
  const states = hostStates.toReversed();
  const rows = environments
    .slice(0, maxRows)
    .map(({ name, counts }) => [
      nameInTable(nameOfEnvironment(name)),
      String(totalOf(counts)),
      ...states.map((state) => String(counts[state])),
    ]);
  const left = environments.length - rows.length;
  const more = countOf(left, "more environment");
  return [
    table(["Environment", "Hosts", ...states], rows),
    ...(left > 0 ? [context(`${more}: /sesam-harden status ENVIRONMENT shows one.`)] : []),
  ];
}

function nameInTable(name: string): string {
  return toName(name, 60);
}

/** All freezes and locks of all environments, with who may lift them. */
export function renderLocks(records: readonly EnvironmentRecord[], nowSeconds: number): Message {
  const lines = records.flatMap((record) => {
    const { environment, frozen, locked } = record;
    const freeze =
      frozen === null || !isFrozen(record, nowSeconds)
        ? []
        : [
            `${environment} is frozen ${describeFreeze(frozen, nowSeconds)}. Someone other than ${frozen.by} lifts it: /sesam-harden unfreeze ${environment}`,
          ];
    const lock =
      locked === null
        ? []
        : [
            `${environment} is locked ${describeLock(locked)}. Someone other than ${locked.requester} unlocks it: /sesam-harden unlock ${environment} because REASON`,
          ];
    return [...freeze, ...lock];
  });
  return message({
    head: [
      header("Freezes and locks"),
      ...(lines.length === 0 ? [section("No environment is frozen or locked.")] : []),
    ],
    items: lines.map((text) => [section(text)]),
    tail: [],
    rest: (left) => `${left} more: /sesam-harden status ENVIRONMENT shows them.`,
  });
}

export function renderHostLine(
  { host, state, findings, wire }: HostStatus,
  nowSeconds: number,
): Block {
  const found = findings.error > 0 ? `, ${countOf(findings.error, "error")}` : "";
  const origin = wire?.from === "host" ? seenFromHost : "";
  const seen =
    wire === null ? "never" : `${wire.verdict}, ${showWhen(wire.at, nowSeconds)}${origin}`;
  return rich(
    line(
      richWords("Host "),
      strong(toName(host.name, 80)),
      richWords(` (${nameOfEnvironment(host.environment)}) is ${state}: ${stateWords[state]}. `),
      richWords(`Config repo: ${host.verdict}${found}. Scan: ${seen}.`),
    ),
  );
}

/** The commits and the scan that all of this is based on. */
export function describeSources({
  commit,
  ledgerCommit,
  lookedAt,
  at,
  gone,
  notInRepo,
}: FleetStatus): readonly Block[] {
  const looked = lookedAt === null ? "never scanned" : `last scan ${showWhen(lookedAt, at)}`;
  const ledger = ledgerCommit === null ? "no ledger yet" : `ledger commit ${ledgerCommit}`;
  const more = [
    ...(gone.length === 0
      ? []
      : [`In the ledger, but not in the config repo: ${listSome(gone, 5)}.`]),
    ...(notInRepo.length === 0
      ? []
      : [`Run STPD, but are not in the config repo: ${listSome(notInRepo, 5)}.`]),
  ];
  return [
    context(
      `Config repo commit ${shortHash(commit)}, ${ledger}, ${looked}. As of ${showMinute(at)}.`,
      ...more,
    ),
  ];
}
