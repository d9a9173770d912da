import { nameWork } from "../src/core/report/plan.ts";
import type { Rollout } from "../src/core/rollout/state/rollout.ts";
import { decideRollout, type PersonEvent } from "../src/core/rollout/controller/commands.ts";
import { addLinks } from "./views/refusal.ts";
import { listLinks } from "./controller/rollout-links.ts";
import {
  linked,
  refuseIn,
  tell,
  describeUnsent,
  type Answer,
  type ListenerContext,
} from "./listeners/context.ts";

/**
 * Writes what a person decided, by a button or a command, and tells the thread of the card and the
 * requester. Throws HardenError where GitHub does not tell what it takes.
 */
export async function decide(
  rollout: Rollout,
  event: PersonEvent,
  desk: ListenerContext,
): Promise<Answer> {
  const { id, requester, environment } = rollout;
  const { controller, chat, settings, log } = desk;
  const what = `${event.kind} ${id}`;
  const written = await decideRollout(id, event, controller);
  if (written.kind === "refused") {
    return linked(await refuseIn(environment, written.reason, what, desk), id, desk);
  }
  log.info({ rollout: id, event: event.kind, by: event.by, commit: written.commit }, "decided");
  desk.onDecided();
  const unsent = describeUnsent(written);
  const [reason] = unsent;
  if (reason !== undefined) log.error({ rollout: id, reason }, "a wave was not started for sure");
  const card = written.ledger.cards.get(id);
  const slack = settings.persons.get(requester)?.slack;
  if (card !== undefined) {
    const said = `${event.by}: ${event.kind} rollout ${id}, ${nameWork(rollout)} in ${environment}.`;
    const why = "reason" in event && event.reason !== "" ? [`Reason: “${event.reason}”`] : [];
    if ("note" in event) why.push(`Note: “${event.note}”`);
    const note = tell(said, ...why, ...unsent, `Ledger commit ${written.commit}.`);
    const message = addLinks(note.message, await listLinks(id, written.ledger, desk));
    await chat.post(card.channel, message, card.message);
    const isOwn = event.by === requester;
    if (typeof slack === "string" && !isOwn) await chat.postEphemeral(card.channel, slack, message);
  }
  const answer = unsent.length > 0 ? unsent : [`Done: ${what}.`];
  return linked(tell(...answer, `Ledger commit ${written.commit}.`), id, desk);
}
