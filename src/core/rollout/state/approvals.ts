import type { Person } from "./rollout-settings.ts";
import type { ReasonCode } from "../../base/reasons.ts";

/** Who is in the groups of an environment, as it was read just now. */
export type Members =
  | { readonly kind: "members"; readonly names: ReadonlySet<string> }
  | { readonly kind: "unreadable" };

/**
 * GitHub's numbers of all who wrote, pushed or merged a part of the change since the last proven
 * commit; null for somebody whom GitHub does not know.
 */
export type Authors =
  | { readonly kind: "authors"; readonly accounts: readonly (number | null)[] }
  | { readonly kind: "unreadable" };

/** How a person stands to a rollout. */
export interface Standing {
  readonly isKnown: boolean;
  readonly group: "member" | "outside" | "empty" | "unreadable";
  /** Whether the change is their own; unsure where an author is unknown or could not be read. */
  readonly own: "no" | "yes" | "author-unknown" | "authors-unreadable";
}

export interface StandingRequest {
  readonly persons: ReadonlyMap<string, Person>;
  readonly members: Members;
  readonly authors: Authors;
  /** Name of the person who asked for the rollout. */
  readonly requester: string;
}

/** Compares persons, not accounts: one of two accounts cannot approve for the other. */
export function findStanding(
  name: string,
  { persons, members, authors, requester }: StandingRequest,
): Standing {
  const person = persons.get(name);
  if (person === undefined) return { isKnown: false, group: "outside", own: "yes" };
  return {
    isKnown: true,
    group: findGroup(name, members),
    own: findOwn(person, authors, requester),
  };
}

function findGroup(name: string, members: Members): Standing["group"] {
  if (members.kind === "unreadable") return "unreadable";
  if (members.names.size === 0) return "empty";
  return members.names.has(name) ? "member" : "outside";
}

function findOwn({ name, github }: Person, authors: Authors, requester: string): Standing["own"] {
  if (name === requester) return "yes";
  if (authors.kind === "unreadable") return "authors-unreadable";
  if (authors.accounts.includes(github)) return "yes";
  // Somebody whom GitHub does not know may be anybody, so this person too.
  return authors.accounts.includes(null) ? "author-unknown" : "no";
}

/** Why a person may not decide for the environment; undefined where they may. */
export function refuseMember({ isKnown, group }: Standing): ReasonCode | undefined {
  if (!isKnown) return "person-unknown";
  if (group === "member") return undefined;
  return { outside: "not-in-group", empty: "groups-empty", unreadable: "groups-unreadable" }[
    group
  ] as ReasonCode;
}

/** Why a person may not approve; undefined where they may. */
export function refuseApprover(standing: Standing): ReasonCode | undefined {
  const refusal = refuseMember(standing);
  if (refusal !== undefined) return refusal;
  if (standing.own === "no") return undefined;
  return standing.own === "yes" ? "own-change" : standing.own;
}

/**
 * Why a person may not stop something. Stopping is the safe side: where the groups cannot be read,
 * everybody whom the settings know may.
 */
export function refuseStopper(standing: Standing): ReasonCode | undefined {
  if (standing.isKnown && standing.group === "unreadable") return undefined;
  return refuseMember(standing);
}
