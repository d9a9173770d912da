import type { Rollout } from "../../src/core/rollout/state/rollout.ts";
import { rehearseAgain } from "../../src/core/rollout/controller/rehearse.ts";
import type { PersonEvent } from "../../src/core/rollout/controller/commands.ts";
import type { ChatPlace } from "../slack/chat-port.ts";
import { decide } from "../decide.ts";
import { answerHandAction, type HandAction } from "./by-hand.ts";
import { answerRest, answerRollback, draftApproval } from "./commands.ts";
import { refuse, tell, type Answer, type ListenerContext } from "./context.ts";
import type { ModalView } from "../views/blocks.ts";
import {
  renderPlanModal,
  renderReasonModal,
  renderRecordModal,
  readPlanValue,
} from "../views/modals.ts";
import { listRehearsalLines } from "../views/rollout-state.ts";
import type { Asker } from "../slack/authorize.ts";
import type { Submission } from "../slack/payload.ts";

/** Buttons of a rollout that decide immediately. */
export const decidingActions = ["approve", "withdraw", "continue", "revoke", "resume"] as const;
export type DecidingAction = (typeof decidingActions)[number];

/** Buttons of a rollout that open a modal first. */
export const askingActions = ["approve-note", "deny", "abort", "record", "show-plan"] as const;
export type AskingAction = (typeof askingActions)[number];

export interface Click {
  readonly asker: Asker;
  /** The value of the button: not trusted until checked against the ledger. */
  readonly value: string;
  /** The message that the button is on; undefined in a modal or on App Home. */
  readonly place: ChatPlace | undefined;
}

type Found =
  | { readonly kind: "rollout"; readonly rollout: Rollout }
  | { readonly kind: "unknown" }
  /** The button is on a message that is not the card of the rollout. */
  | { readonly kind: "orphan"; readonly rollout: Rollout };

async function findClicked(
  { value, place }: Click,
  { controller }: ListenerContext,
): Promise<Found> {
  const { ledger } = await controller.writer.read();
  const rollout = ledger.rollouts.get(readPlanValue(value)?.rollout ?? "");
  if (rollout === undefined) return { kind: "unknown" };
  const card = ledger.cards.get(rollout.id);
  const isOther = place !== undefined && place.message !== card?.message;
  return isOther ? { kind: "orphan", rollout } : { kind: "rollout", rollout };
}

/** Seconds after which an unbound message can no longer become a card. */
const bindingSeconds = 60;

/** If a card was posted twice, the one that is not in the ledger loses its buttons. */
async function answerOrphan(
  { id }: Rollout,
  { place }: Click,
  { controller, chat }: ListenerContext,
): Promise<Answer> {
  const { ledger } = await controller.writer.read();
  const bound = [...ledger.cards.values()].some(({ message }) => message === place?.message);
  const isOld = controller.nowSeconds() - Number(place?.message) > bindingSeconds;
  if (place !== undefined && !bound && isOld && ledger.cards.has(id)) {
    const { message } = tell(`This is no longer the card of rollout ${id}.`);
    await chat.update(place, message);
  }
  return tell(
    `Nothing was done: this is not the current card of rollout ${id}.`,
    "Use the buttons of its newest card.",
  );
}

/** Decides by a click. Throws HardenError if GitHub cannot be read. */
export async function answerClick(
  action: DecidingAction,
  click: Click,
  desk: ListenerContext,
): Promise<Answer> {
  const found = await findClicked(click, desk);
  if (found.kind === "unknown") return refuse("rollout-unknown", "do this");
  if (found.kind === "orphan") return answerOrphan(found.rollout, click, desk);
  const { person } = click.asker;
  if (person === undefined) return refuse("person-unknown", `${action} ${found.rollout.id}`);
  return decide(found.rollout, draftEvent(action, person.name, found.rollout), desk);
}

function draftEvent(action: DecidingAction, by: string, rollout: Rollout): PersonEvent {
  if (action === "approve") return draftApproval(rollout, by, "");
  return action === "withdraw" ? { kind: action, by, reason: "" } : { kind: action, by };
}

export type Asked =
  | { readonly kind: "modal"; readonly view: ModalView }
  | { readonly kind: "answer"; readonly answer: Answer };

/** Requests a rollback of the rollout of a card. Throws HardenError if GitHub cannot be read. */
export async function answerRollbackClick(click: Click, desk: ListenerContext): Promise<Answer> {
  const found = await findClicked(click, desk);
  if (found.kind === "unknown") return refuse("rollout-unknown", "roll it back");
  if (found.kind === "orphan") return answerOrphan(found.rollout, click, desk);
  const { id: target } = found.rollout;
  return answerRollback({ target, hosts: [], purpose: "" }, { asker: click.asker, desk });
}

/** Requests the hosts that the rollout of a card did not verify. Throws HardenError if GitHub cannot be read. */
export async function answerRestClick(click: Click, desk: ListenerContext): Promise<Answer> {
  const found = await findClicked(click, desk);
  if (found.kind === "orphan") return answerOrphan(found.rollout, click, desk);
  const rollout = found.kind === "rollout" ? found.rollout : undefined;
  return answerRest(rollout, "", { asker: click.asker, desk });
}

/** Rehearses the plan of a card again. Throws HardenError if GitHub cannot be read. */
export async function answerRehearseClick(click: Click, desk: ListenerContext): Promise<Answer> {
  const found = await findClicked(click, desk);
  if (found.kind === "unknown") return refuse("rollout-unknown", "rehearse it");
  const { id } = found.rollout;
  if (found.kind === "orphan") return answerOrphan(found.rollout, click, desk);
  const { person } = click.asker;
  const what = `rehearse ${id} again`;
  if (person === undefined) return refuse("person-unknown", what);
  const written = await rehearseAgain(id, person.name, desk.controller);
  if (written.kind === "refused") return refuse(written.reason, what);
  desk.log.info({ rollout: id, by: person.name, commit: written.commit }, "rehearsed again");
  desk.onDecided();
  const event = written.entry.event.kind === "rehearsal" ? written.entry.event.event : undefined;
  if (event?.kind === "refuse")
    return tell(`The rehearsal of ${id} did not start. ${event.detail}`);
  return tell(
    `The rehearsal of ${id} has started. Its card shows the result.`,
    `Ledger commit ${written.commit}.`,
  );
}

/** Buttons for hosts changed by hand. Throws HardenError if the plan or its files cannot be read. */
export async function answerHandClick(
  action: HandAction,
  click: Click,
  desk: ListenerContext,
): Promise<Answer> {
  const found = await findClicked(click, desk);
  if (found.kind === "unknown") return refuse("rollout-unknown", "do this");
  const { rollout } = found;
  if (found.kind === "orphan") return answerOrphan(rollout, click, desk);
  return answerHandAction(action, { rollout, asker: click.asker }, desk);
}

/** The modal a button opens. Throws HardenError if the plan cannot be read. */
export async function answerAsking(
  action: AskingAction,
  click: Click,
  desk: ListenerContext,
): Promise<Asked> {
  const found = await findClicked(click, desk);
  if (found.kind === "unknown")
    return { kind: "answer", answer: refuse("rollout-unknown", "do this") };
  const { rollout } = found;
  if (action === "show-plan") {
    const report = await desk.readPlan(rollout);
    const { page = 1 } = readPlanValue(click.value) ?? {};
    const { ledger } = await desk.controller.writer.read();
    const rehearsal = ledger.rehearsals.get(rollout.environment);
    const rehearsed = listRehearsalLines(
      { rollout, rehearsal, nowSeconds: desk.controller.nowSeconds() },
      20,
    );
    const view = renderPlanModal({ report, rollout: rollout.id, rehearsed, page });
    return { kind: "modal", view };
  }
  if (found.kind === "orphan") {
    return { kind: "answer", answer: await answerOrphan(rollout, click, desk) };
  }
  if (click.asker.person === undefined) {
    return { kind: "answer", answer: refuse("person-unknown", `decide about ${rollout.id}`) };
  }
  return { kind: "modal", view: renderAsking(action, rollout) };
}

function renderAsking(action: Exclude<AskingAction, "show-plan">, rollout: Rollout): ModalView {
  if (action === "record") return renderRecordModal(rollout);
  return renderReasonModal(action === "approve-note" ? "approve" : action, rollout);
}

/** Decides by a submitted modal. */
export async function answerSubmission(
  submission: Submission,
  { asker, value }: Omit<Click, "place">,
  desk: ListenerContext,
): Promise<Answer> {
  const found = await findClicked({ asker, value, place: undefined }, desk);
  const what = `${submission.kind} ${value}`;
  if (found.kind !== "rollout") return refuse("rollout-unknown", "do this");
  if (asker.person === undefined) return refuse("person-unknown", what);
  // Slack accepts a reason of only spaces.
  if ("reason" in submission && submission.reason === "") {
    return tell(`You can't ${what} without a reason.`, "Press the button again and give a reason.");
  }
  const by = asker.person.name;
  const event: PersonEvent =
    submission.kind === "approve"
      ? draftApproval(found.rollout, by, submission.note)
      : { ...submission, by };
  return decide(found.rollout, event, desk);
}
