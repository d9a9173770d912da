import type { Reason } from "./reason.ts";

export const ticketReasons = {
  "ticket-malformed": {
    cause: "the ticket is no compact JWS with the claims of a ticket",
    next: "Start the rollout from the controller; a ticket cannot be made by hand.",
  },
  "ticket-algorithm": {
    cause: "the ticket is not signed with Ed25519",
    next: "Find out who made it: the controller makes no other.",
  },
  "ticket-header": {
    cause: "the ticket brings a key or an extension of its own",
    next: "Find out who made it: the controller makes no such ticket.",
  },
  "ticket-key-unknown": {
    cause: "the ticket is signed with a key that is not pinned here",
    next: "Pin the controller's public key on this host, if it has a new one.",
  },
  "ticket-signature": {
    cause: "the signature does not fit the ticket",
    next: "Find out who changed it.",
  },
  "ticket-repository": {
    cause: "the ticket is for another repository",
    next: "Look at the repository that is pinned here.",
  },
  "ticket-environment": {
    cause: "the ticket is for another environment",
    next: "Start a rollout for this environment.",
  },
  "ticket-phase": { cause: "the ticket is for the other phase", next: "Plan this phase." },
  "ticket-wave": { cause: "the ticket is for another wave", next: "Wait for the wave." },
  "ticket-commit": {
    cause: "the ticket is for another commit",
    next: "Check out the commit that was approved.",
  },
  "ticket-plan": {
    cause: "the plan is not the one that was approved",
    next: "Plan again, and ask for approval again.",
  },
  "ticket-host": {
    cause: "this host is not in the wave that the ticket is for",
    next: "Plan for this host.",
  },
  "ticket-expired": { cause: "the ticket has expired", next: "Ask for approval again." },
  "ticket-early": {
    cause: "the ticket is not valid yet",
    next: "Set the clocks of controller and host.",
  },
  "ticket-sequence": {
    cause: "the host has accepted a newer ticket already",
    next: "Find out who sent an old one; the newest goes on.",
  },
  "ticket-last-unknown": {
    cause: "which ticket the host accepted last cannot be read or kept",
    next: "See to the state folder of the host; without it an old ticket could come again.",
  },
} as const satisfies Readonly<Record<string, Reason>>;

export type TicketReason = keyof typeof ticketReasons;
