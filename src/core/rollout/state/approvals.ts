import type { Person } from "./rollout-settings.ts";
import type { ReasonCode } from "../../base/reasons.ts";

/** Current members of the groups of an environment. */
export type Members =
  | { readonly kind: "members"; readonly names: ReadonlySet<string> }
  | { readonly kind: "unreadable" };

/**
 * GitHub ids of everyone who wrote, pushed or merged a part of the change since the last verified
 * commit; null for a person unknown to GitHub.
 */
export type Authors =
  | { readonly kind: "authors"; readonly accounts: readonly (number | null)[] }
  | { readonly kind: "unreadable" };

/** What is known about a person with regard to one rollout. */
export interface Standing {
  readonly isKnown: boolean;
  readonly group: "member" | "outside" | "empty" | "unreadable";
  /** Whether the change is this person's own; unsure if an author is unknown or cannot be read. */
  readonly own: "no" | "yes" | "author-unknown" | "authors-unreadable";
}

export interface StandingRequest {
  readonly persons: ReadonlyMap<string, Person>;
  readonly members: Members;
  readonly authors: Authors;
  /** Name of the requester. */
  readonly requester: string;
}

/** Compares people, not accounts: someone with two accounts cannot approve their own change. */
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
  // An author unknown to GitHub could be anyone, including this person.
  return authors.accounts.includes(null) ? "author-unknown" : "no";
}

/** Why this person may not decide for the environment; undefined if they may. */
export function refuseMember({ isKnown, group }: Standing): ReasonCode | undefined {
  if (!isKnown) return "person-unknown";
  if (group === "member") return undefined;
  return { outside: "not-in-group", empty: "groups-empty", unreadable: "groups-unreadable" }[
    group
  ] as ReasonCode;
}

/** Why this person may not approve; undefined if they may. */
export function refuseApprover(standing: Standing): ReasonCode | undefined {
  const refusal = refuseMember(standing);
  if (refusal !== undefined) return refusal;
  if (standing.own === "no") return undefined;
  return standing.own === "yes" ? "own-change" : standing.own;
}

/**
 * Why this person may not stop something. Stopping is always safe, so if the groups cannot be read,
 * everyone in the settings may.
 */
export function refuseStopper(standing: Standing): ReasonCode | undefined {
  if (standing.isKnown && standing.group === "unreadable") return undefined;
  return refuseMember(standing);
}
