import type { DriftNews } from "../../src/core/rollout/ledger/drift-record.ts";
import { countOf } from "../../src/core/base/text.ts";
import type { Message } from "./blocks.ts";
import { context, header, line, rich, richWords, section } from "./builders.ts";
import { message } from "./fit-to-limits.ts";
import { listSome, showWhen } from "./phrases.ts";

export interface DriftFacts {
  readonly news: DriftNews;
  /** The differences in words, by host. */
  readonly details: ReadonlyMap<string, readonly string[]>;
  /** Address of the run's page. */
  readonly url: string;
  /** Seconds since 1970. */
  readonly nowSeconds: number;
}

const shownHosts = 20;

/** Hosts that differ from what was last verified on them, grouped by what differs. */
export function renderDrift({ news, details, url, nowSeconds }: DriftFacts): Message {
  const { environment, run, at, appeared, resolved } = news;
  const groups = Map.groupBy(appeared, ({ host }) => (details.get(host) ?? []).join("; "));
  const hasGlobals = appeared.some(({ causes }) => causes.includes("globals"));
  const verb = appeared.length === 1 ? "differs" : "differ";
  const isSolved = appeared.length === 0;
  return message({
    head: [
      header(`${isSolved ? "Drift resolved" : "Drift"} in ${environment}`),
      ...(isSolved
        ? []
        : [
            section(
              `${countOf(appeared.length, "host")} ${verb} from what was last verified on ${appeared.length === 1 ? "it" : "them"}.`,
            ),
          ]),
    ],
    items: [...groups].map(([what, hosts]) => [
      section(`${listSome(namesOf(hosts), shownHosts)}: ${what}.`),
    ]),
    tail: [
      ...(resolved.length === 0 ? [] : [section(`Resolved: ${listSome(resolved, shownHosts)}.`)]),
      rich(
        line(
          richWords(`Found by the scan of ${showWhen(at, nowSeconds)}: `),
          { type: "link", url, text: `run ${run}` },
          richWords("."),
        ),
      ),
      ...(isSolved
        ? []
        : [
            context(
              "Find out who changed these hosts. If the change was not intended, restart STPD where the file is correct, or request a rollout. If it was intended, add it to the config repo by a pull request and roll it out.",
              ...(hasGlobals
                ? [
                    `Rollouts do not set global settings. If the Server is wrong, run sesam-harden globals on it again. If the change was intended, update globals.ini and record it with /sesam-harden globals ${environment}.`,
                  ]
                : []),
              "/sesam-harden status HOST shows one of them. A host is announced at most once in 24 hours.",
            ),
          ]),
    ],
    rest: (left) =>
      `${countOf(left, "more group")}: /sesam-harden status ${environment} shows all.`,
  });
}

function namesOf(hosts: readonly { readonly host: string }[]): readonly string[] {
  return hosts.map(({ host }) => host);
}
