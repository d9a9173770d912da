import { nameWork } from "../src/core/report/plan.ts";
import type { Ledger } from "../src/core/rollout/ledger/ledger.ts";
import { offersHands } from "../src/core/rollout/state/by-hand.ts";
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
 * Writes a person's decision, made by a button or a command, and reports it in the thread of the
 * card and to the requester. Throws HardenError if GitHub cannot be read.
 */
export async function decide(
  rollout: Rollout,
  event: PersonEvent,
  desk: ListenerContext,
): Promise<Answer> {
  const { id, requester, environment } = rollout;
  const { controller, chat, settings, log } = desk;
  const what = event.kind === "record" ? `record a test for ${id}` : `${event.kind} ${id}`;
  const written = await decideRollout(id, event, controller);
  if (written.kind === "refused") {
    return linked(await refuseIn(environment, written.reason, what, desk), id, desk);
  }
  log.info({ rollout: id, event: event.kind, by: event.by, commit: written.commit }, "decided");
  desk.onDecided();
  const unsent = describeUnsent(written);
  const [reason] = unsent;
  if (reason !== undefined)
    log.error({ rollout: id, reason }, "a wave did not start, or its start is not confirmed");
  const card = written.ledger.cards.get(id);
  const slack = settings.persons.get(requester)?.slack;
  if (card !== undefined) {
    const said = `${event.by} ${describeEvent(event)} ${id} (${nameWork(rollout)}, ${environment}).`;
    const why = "reason" in event && event.reason !== "" ? [`Reason: “${event.reason}”`] : [];
    if ("note" in event) why.push(`Note: “${event.note}”`);
    const note = tell(said, ...why, ...unsent, `Ledger commit ${written.commit}.`);
    const message = addLinks(note.message, await listLinks(id, written.ledger, desk));
    await chat.post(card.channel, message, card.message);
    const isOwn = event.by === requester;
    if (typeof slack === "string" && !isOwn) await chat.postEphemeral(card.channel, slack, message);
  }
  const answer = unsent.length > 0 ? unsent : [`You ${describeEvent(event)} ${id}.`];
  const left = event.kind === "abort" ? describeHandsLeft(rollout, written.ledger, desk) : [];
  return linked(tell(...answer, ...left, `Ledger commit ${written.commit}.`), id, desk);
}

/** Other rollouts of an environment can go on by hand after one is aborted. */
function describeHandsLeft(
  { id, environment }: Rollout,
  { rollouts }: Ledger,
  { controller }: Pick<ListenerContext, "controller">,
): readonly string[] {
  const nowSeconds = controller.nowSeconds();
  return [...rollouts.values()]
    .filter((one) => one.environment === environment && one.id !== id)
    .filter((one) => offersHands(one, nowSeconds))
    .map(
      ({ id: other }) =>
        `Hosts of rollout ${other} can still be changed by hand. To stop that too, type /sesam-harden abort ${other} because REASON.`,
    );
}

const pastWords: Readonly<Record<Exclude<PersonEvent["kind"], "record">, string>> = {
  approve: "approved rollout",
  deny: "denied rollout",
  withdraw: "withdrew rollout",
  revoke: "revoked the approval of rollout",
  continue: "continued rollout",
  resume: "resumed rollout",
  abort: "aborted rollout",
};

function describeEvent(event: PersonEvent): string {
  return event.kind === "record"
    ? `recorded a successful ${event.what} test for rollout`
    : pastWords[event.kind];
}
