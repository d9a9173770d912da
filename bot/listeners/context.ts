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

/** What answers of any kind need. */
export interface ListenerContext {
  readonly controller: Controller;
  readonly settings: Pick<BotSettings, "persons" | "environments" | "slack" | "github">;
  readonly chat: Chat;
  readonly readFleet: ReadFleet;
  readonly readProbe: ReadProbe;
  readonly readGlobals: ReadGlobals;
  readonly readPlan: ReadPlan;
  readonly log: Log;
  /** Something was decided: cards and rollouts are to be looked at. */
  readonly onDecided: () => void;
  /** Resolves once the card of a new rollout was tried: with why there is none, if so. */
  readonly expectCard: (rollout: string) => Promise<string | undefined>;
  readonly cardTroubles: () => CardTroubles;
}

export interface Answer {
  /** Whether all who are in the channel see it. */
  readonly isPublic: boolean;
  readonly message: Message;
  readonly file?: { readonly name: string; readonly text: string };
}

export function tell(...sentences: readonly string[]): Answer {
  return { isPublic: false, message: renderNote(...sentences) };
}

/** An answer about a rollout, with the addresses of its card and its newest run. */
export async function linked(
  answer: Answer,
  id: string,
  desk: Pick<ListenerContext, "controller" | "settings" | "chat">,
): Promise<Answer> {
  const { ledger } = await desk.controller.writer.read();
  return { ...answer, message: addLinks(answer.message, await listLinks(id, ledger, desk)) };
}

type Written = Extract<LedgerWriting, { readonly kind: "written" }>;

/**
 * What is to be said of a wave that was to be sent, and was not, or not for sure; empty where all
 * was done: the ledger took the decision, but GitHub has its say too.
 */
export function describeUnsent({ entry }: Written): readonly string[] {
  const event = entry.event.kind === "rollout" ? entry.event.event : undefined;
  if (event?.kind === "refuse") {
    return [
      `Wave ${event.wave} was not started. ${event.detail}`,
      "The bot tries it again by itself.",
    ];
  }
  if (event?.kind !== "lose") return [];
  return [
    `GitHub named no run of wave ${event.wave}, so whether it was started is not known yet.`,
    "The bot looks for the run by itself.",
  ];
}

export function show(message: Message): Answer {
  return { isPublic: true, message };
}

/** A refusal that says who froze the environment, or why it is locked, where that is the reason. */
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
