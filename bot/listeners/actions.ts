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

/** Buttons of a rollout that decide at once. */
export const decidingActions = ["approve", "withdraw", "continue", "revoke", "resume"] as const;
export type DecidingAction = (typeof decidingActions)[number];

/** Buttons of a rollout that ask something first. */
export const askingActions = ["approve-note", "deny", "abort", "record", "show-plan"] as const;
export type AskingAction = (typeof askingActions)[number];

export interface Click {
  readonly asker: Asker;
  /** What the button bears: nothing of it is believed before the ledger says so too. */
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

/** Seconds after which a message that is no card will not become one. */
const bindingSeconds = 60;

/** Where a card was posted twice, the one that does not count loses its buttons. */
async function answerOrphan(
  { id }: Rollout,
  { place }: Click,
  { controller, chat }: ListenerContext,
): Promise<Answer> {
  const { ledger } = await controller.writer.read();
  const bound = [...ledger.cards.values()].some(({ message }) => message === place?.message);
  const isOld = controller.nowSeconds() - Number(place?.message) > bindingSeconds;
  if (place !== undefined && !bound && isOld && ledger.cards.has(id)) {
    const { message } = tell(`This is no longer the card of the rollout ${id}.`);
    await chat.update(place, message);
  }
  return tell(
    `This is not the card of the rollout ${id} that counts, so nothing was done.`,
    "Use the buttons of its newest card.",
  );
}

/** Decides by a click. Throws HardenError where GitHub does not tell what it takes. */
export async function answerClick(
  action: DecidingAction,
  click: Click,
  desk: ListenerContext,
): Promise<Answer> {
  const found = await findClicked(click, desk);
  if (found.kind === "unknown") return refuse("rollout-unknown", action);
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

/** Requests to undo what the rollout of a card did. Throws HardenError where GitHub does not tell. */
export async function answerRollbackClick(click: Click, desk: ListenerContext): Promise<Answer> {
  const found = await findClicked(click, desk);
  if (found.kind === "unknown") return refuse("rollout-unknown", "rollback");
  if (found.kind === "orphan") return answerOrphan(found.rollout, click, desk);
  const { id: target } = found.rollout;
  return answerRollback({ target, hosts: [], purpose: "" }, { asker: click.asker, desk });
}

/** Requests what the rollout of a card left. Throws HardenError where GitHub does not tell. */
export async function answerRestClick(click: Click, desk: ListenerContext): Promise<Answer> {
  const found = await findClicked(click, desk);
  if (found.kind === "orphan") return answerOrphan(found.rollout, click, desk);
  const rollout = found.kind === "rollout" ? found.rollout : undefined;
  return answerRest(rollout, "", { asker: click.asker, desk });
}

/** Rehearses the plan of a card again. Throws HardenError where GitHub does not tell. */
export async function answerRehearseClick(click: Click, desk: ListenerContext): Promise<Answer> {
  const found = await findClicked(click, desk);
  if (found.kind === "unknown") return refuse("rollout-unknown", "rehearse");
  const { id } = found.rollout;
  if (found.kind === "orphan") return answerOrphan(found.rollout, click, desk);
  const { person } = click.asker;
  const what = `rehearse ${id}`;
  if (person === undefined) return refuse("person-unknown", what);
  const written = await rehearseAgain(id, person.name, desk.controller);
  if (written.kind === "refused") return refuse(written.reason, what);
  desk.log.info({ rollout: id, by: person.name, commit: written.commit }, "rehearsed again");
  desk.onDecided();
  const event = written.entry.event.kind === "rehearsal" ? written.entry.event.event : undefined;
  if (event?.kind === "refuse") return tell(`Not done: ${what}. ${event.detail}`);
  return tell(
    `The rehearsal of ${id} has started. Its card shows the result.`,
    `Ledger commit ${written.commit}.`,
  );
}

/** For hosts that people change. Throws HardenError where the plan or its files cannot be read. */
export async function answerHandClick(
  action: HandAction,
  click: Click,
  desk: ListenerContext,
): Promise<Answer> {
  const found = await findClicked(click, desk);
  if (found.kind === "unknown") return refuse("rollout-unknown", action);
  const { rollout } = found;
  if (found.kind === "orphan") return answerOrphan(rollout, click, desk);
  return answerHandAction(action, { rollout, asker: click.asker }, desk);
}

/** What a button asks before anything is decided. Throws HardenError where the plan cannot be read. */
export async function answerAsking(
  action: AskingAction,
  click: Click,
  desk: ListenerContext,
): Promise<Asked> {
  const found = await findClicked(click, desk);
  if (found.kind === "unknown")
    return { kind: "answer", answer: refuse("rollout-unknown", action) };
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
    return { kind: "answer", answer: refuse("person-unknown", `${action} ${rollout.id}`) };
  }
  return { kind: "modal", view: renderAsking(action, rollout) };
}

function renderAsking(action: Exclude<AskingAction, "show-plan">, rollout: Rollout): ModalView {
  if (action === "record") return renderRecordModal(rollout);
  return renderReasonModal(action === "approve-note" ? "approve" : action, rollout);
}

/** Decides by a modal that was sent. */
export async function answerSubmission(
  submission: Submission,
  { asker, value }: Omit<Click, "place">,
  desk: ListenerContext,
): Promise<Answer> {
  const found = await findClicked({ asker, value, place: undefined }, desk);
  const what = `${submission.kind} ${value}`;
  if (found.kind !== "rollout") return refuse("rollout-unknown", submission.kind);
  if (asker.person === undefined) return refuse("person-unknown", what);
  // Slack takes blanks for a reason.
  if ("reason" in submission && submission.reason === "") {
    return tell(`Not done: ${what}. It needs a reason.`, "Press the button again, and say why.");
  }
  const by = asker.person.name;
  const event: PersonEvent =
    submission.kind === "approve"
      ? draftApproval(found.rollout, by, submission.note)
      : { ...submission, by };
  return decide(found.rollout, event, desk);
}
