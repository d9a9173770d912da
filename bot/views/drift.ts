import type { DriftNews } from "../../src/core/rollout/ledger/drift-record.ts";
import { countOf } from "../../src/core/base/text.ts";
import type { Message } from "./blocks.ts";
import { context, header, line, rich, richWords, section } from "./builders.ts";
import { message } from "./fit-to-limits.ts";
import { listSome, showWhen } from "./phrases.ts";

export interface DriftFacts {
  readonly news: DriftNews;
  /** What exactly differs, in words, by host. */
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
              `${countOf(appeared.length, "host")} ${verb} from what was last verified there.`,
            ),
          ]),
    ],
    items: [...groups].map(([what, hosts]) => [
      section(`${listSome(namesOf(hosts), shownHosts)}: ${what}.`),
    ]),
    tail: [
      ...(resolved.length === 0
        ? []
        : [section(`As verified again: ${listSome(resolved, shownHosts)}.`)]),
      rich(
        line(
          richWords(`Seen by the scan of ${showWhen(at, nowSeconds)}: `),
          { type: "link", url, text: `run ${run}` },
          richWords("."),
        ),
      ),
      ...(isSolved
        ? []
        : [
            context(
              "Find out who changed these hosts. If the change was not intended, restart STPD where the file is right, or request a rollout; if it was, bring it into the config repo by a pull request and roll it out.",
              ...(hasGlobals
                ? [
                    `No rollout sets a global setting. If the Server is wrong, run sesam-harden globals on it again; if the setting was meant to change, change globals.ini and record it with /sesam-harden globals ${environment}.`,
                  ]
                : []),
              "/sesam-harden status HOST shows one of them. It is announced again no sooner than in 24 hours.",
            ),
          ]),
    ],
    rest: (left) => `${countOf(left, "more group")}: /sesam-harden status ${environment} has all.`,
  });
}

function namesOf(hosts: readonly { readonly host: string }[]): readonly string[] {
  return hosts.map(({ host }) => host);
}
