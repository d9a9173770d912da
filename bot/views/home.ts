import { nameWork } from "../../src/core/report/plan.ts";
import type { FleetStatus } from "../../src/core/status/fleet-status.ts";
import type { Block, HomeView } from "./blocks.ts";
import { actions, context, divider, header, section } from "./builders.ts";
import { renderPast, type PastRollout } from "./history.ts";
import { fitPage, viewRoom } from "./fit-to-limits.ts";
import {
  listButtons,
  describeState,
  type StateFacts,
  listRehearsalLines,
} from "./rollout-state.ts";
import { fixButton, planButtons, refreshButton } from "./status-buttons.ts";
import { renderHostLine, describeSources, describeStops, type StopFacts } from "./status.ts";
import { explain, listCounts, nameOfEnvironment, totalOf } from "./phrases.ts";
import { countOf } from "../../src/core/base/text.ts";

export interface HomeFacts extends Pick<StopFacts, "cardTroubles"> {
  /** Name of the person; null for an account not in bot.ini, which sees only that message. */
  readonly person: string | null;
  /** Rollouts that this person can approve or continue now. */
  readonly waiting: readonly StateFacts[];
  readonly status: FleetStatus;
  readonly fixUrl: string | null;
  /** In the order of their requests. */
  readonly recent: readonly PastRollout[];
}

const shownRecent = 5;
const shownWaiting = 15;
const shownHosts = 5;

/** App Home: what is waiting for this person, the fleet by environment, and recent rollouts. */
export function renderHome(home: HomeFacts): HomeView {
  const { person, status, fixUrl, waiting, recent } = home;
  if (person === null) {
    return { type: "home", blocks: [section(explain("person-unknown"))] };
  }
  const { counts, environments, at } = status;
  const worst = environments
    .flatMap(({ hosts }) => hosts)
    .filter(({ state }) => state === "locked-out" || state === "drifted");
  const blocks = fitPage(
    {
      head: [
        header("Waiting for you"),
        ...(waiting.length === 0 ? [section("Nothing is waiting for you.")] : []),
        ...waiting.slice(0, shownWaiting).flatMap(renderWaiting),
        ...describeMore(waiting.length - shownWaiting, "more rollout"),
        divider,
        header(`Fleet: ${counts.hardened} of ${countOf(totalOf(counts), "host")} hardened`),
        ...describeSources(status),
        ...actions([refreshButton("", "this page"), ...fixButton(fixUrl)]),
      ],
      items: [
        ...environments.map((environment): readonly Block[] => [
          section(`${nameOfEnvironment(environment.name)}: ${listCounts(environment.counts)}.`),
          ...describeStops(environment, at, home).map((text) => context(text)),
          ...(environment.name === null ? [] : actions(planButtons(environment.name))),
        ]),
        ...worst.slice(0, shownHosts).map((host) => [renderHostLine(host, at)]),
      ],
      tail: [
        divider,
        header("Recent rollouts"),
        ...(recent.length === 0 ? [section("No rollouts yet.")] : []),
        ...recent
          .toReversed()
          .slice(0, shownRecent)
          .map((past) => renderPast(past, at)),
      ],
      rest: (left) => `${left} more: /sesam-harden status shows them.`,
    },
    viewRoom,
  );
  return { type: "home", blocks };
}

function renderWaiting(facts: StateFacts): readonly Block[] {
  const { rollout } = facts;
  const { words, reasons } = describeState(facts);
  return [
    section(
      `Rollout ${rollout.id}: ${nameWork(rollout)} in ${rollout.environment}, requested by ${rollout.requester}. ${words}`,
    ),
    ...listRehearsalLines(facts, 3).map((text) => context(text)),
    ...reasons.map((text) => context(text)),
    ...actions(listButtons(facts)),
  ];
}

function describeMore(left: number, noun: string): readonly Block[] {
  return left > 0 ? [context(`${countOf(left, noun)}: /sesam-harden history shows them.`)] : [];
}
