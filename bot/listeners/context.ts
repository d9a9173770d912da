import { HardenError } from "../../src/core/base/errors.ts";
import type { BotSettings } from "../runtime/settings.ts";
import type { ReasonCode } from "../../src/core/base/reasons.ts";
import type { Chat } from "../slack/chat-port.ts";
import type { LedgerWriting } from "../../src/core/rollout/ledger/writer.ts";
import type { Controller } from "../controller/controller.ts";
import type { ReadFleet } from "../controller/fleet-reader.ts";
import type { Log } from "../runtime/log.ts";
import type { ReadGlobals } from "../controller/globals-reader.ts";
import type { ReadProbe } from "../controller/probe-reader.ts";
import type { ReadPlan } from "../controller/queries.ts";
import { newEnvironment } from "../../src/core/rollout/state/records.ts";
import { describeHeld } from "../views/phrases.ts";
import type { Message } from "../views/blocks.ts";
import { listLinks } from "../controller/rollout-links.ts";
import { addLinks, renderNote, renderRefusal } from "../views/refusal.ts";
import type { CardTroubles } from "../views/card-trouble.ts";

/** What every answer needs. */
export interface ListenerContext {
  readonly controller: Controller;
  readonly settings: Pick<BotSettings, "persons" | "environments" | "slack" | "github">;
  readonly chat: Chat;
  readonly readFleet: ReadFleet;
  readonly readProbe: ReadProbe;
  readonly readGlobals: ReadGlobals;
  readonly readPlan: ReadPlan;
  readonly log: Log;
  /** Called after a decision: updates cards and continues rollouts. */
  readonly onDecided: () => void;
  /** Resolves after the first attempt to post the card of a new rollout; with the reason if it failed. */
  readonly expectCard: (rollout: string) => Promise<string | undefined>;
  readonly cardTroubles: () => CardTroubles;
}

export interface Answer {
  /** Whether the whole channel sees it. */
  readonly isPublic: boolean;
  readonly message: Message;
  readonly file?: { readonly name: string; readonly text: string };
}

export function tell(...sentences: readonly string[]): Answer {
  return { isPublic: false, message: renderNote(...sentences) };
}

/**
 * An answer about a rollout, with links to its card and its newest run. Without them if the ledger
 * cannot be read now: the decision that it reports was made.
 */
export async function linked(
  answer: Answer,
  id: string,
  desk: Pick<ListenerContext, "controller" | "settings" | "chat">,
): Promise<Answer> {
  const state = await afterwards(() => desk.controller.writer.read());
  if (state instanceof HardenError) return answer;
  const links = await listLinks(id, state.ledger, desk);
  return { ...answer, message: addLinks(answer.message, links) };
}

/**
 * Something that an answer adds to a decision that was written. Its error is returned: thrown, it
 * would make the decision look as if it had failed.
 */
export async function afterwards<Value>(read: () => Promise<Value>): Promise<Value | HardenError> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof HardenError) return error;
    throw error;
  }
}

type Written = Extract<LedgerWriting, { readonly kind: "written" }>;

/**
 * Says that a wave was not started, or perhaps not; empty if it was. GitHub may still refuse a wave
 * after the ledger recorded the decision.
 */
export function describeUnsent({ entry }: Written): readonly string[] {
  const event = entry.event.kind === "rollout" ? entry.event.event : undefined;
  if (event?.kind === "refuse") {
    return [`Wave ${event.wave} did not start. ${event.detail}`, "The bot retries automatically."];
  }
  if (event?.kind !== "lose") return [];
  return [
    `GitHub did not confirm whether wave ${event.wave} started.`,
    "The bot is looking for its run.",
  ];
}

export function show(message: Message): Answer {
  return { isPublic: true, message };
}

/** A refusal; says who froze the environment or why it is locked if that is the reason. */
export async function refuseIn(
  environment: string,
  code: ReasonCode,
  what: string,
  { controller }: Pick<ListenerContext, "controller">,
): Promise<Answer> {
  const { ledger } = await controller.writer.read();
  const record = ledger.environments.get(environment) ?? newEnvironment(environment);
  return refuse(code, what, describeHeld(code, record, controller.nowSeconds()));
}

export function refuse(code: ReasonCode, what: string, detail = ""): Answer {
  return { isPublic: false, message: renderRefusal({ code, what, detail }) };
}
