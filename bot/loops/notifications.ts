import { nameWork } from "../../src/core/report/plan.ts";
import type { BotSettings } from "../runtime/settings.ts";
import type { Ledger } from "../../src/core/rollout/ledger/ledger.ts";
import { refuseUnrehearsed } from "../../src/core/rollout/state/rehearsal.ts";
import type { Rollout } from "../../src/core/rollout/state/rollout.ts";
import type { RolloutStep } from "../../src/core/rollout/controller/reconcile.ts";
import type { Chat } from "../slack/chat-port.ts";
import type { Controller } from "../controller/controller.ts";
import type { Message } from "../views/blocks.ts";
import { listLinks, linkRun } from "../controller/rollout-links.ts";
import { addLinks, renderNote } from "../views/refusal.ts";
import { listRehearsalLines } from "../views/rollout-state.ts";
import { countOf } from "../../src/core/base/text.ts";

export interface NoticeTools {
  readonly controller: Controller;
  readonly settings: Pick<BotSettings, "persons" | "github">;
  readonly chat: Pick<Chat, "post" | "permalink">;
}

/**
 * Mentions the possible approvers in the thread of the card: once, and once as a reminder. Not once
 * it is approved or over: a card that someone deleted is posted again at any time.
 */
export async function callApprovers(
  id: string,
  { controller, settings, chat, isAgain }: NoticeTools & { readonly isAgain: boolean },
): Promise<void> {
  const { ledger } = await controller.writer.read();
  const [rollout, card] = [ledger.rollouts.get(id), ledger.cards.get(id)];
  if (rollout?.state.kind !== "requested" || card === undefined) return;
  const rehearsal = ledger.rehearsals.get(rollout.environment);
  // They cannot approve yet, and are mentioned once all hosts are ready.
  if (!isAgain && refuseUnrehearsed(rollout, rehearsal, controller.nowSeconds()) !== undefined) {
    return;
  }
  const standings = await controller.context.standings(rollout.environment, undefined);
  const called = [...settings.persons.values()].flatMap(({ name, slack }) => {
    const { isKnown, group } = standings(name);
    const mayDecide = isKnown && group === "member" && name !== rollout.requester;
    return mayDecide && slack !== null ? [slack] : [];
  });
  const missing = rollout.terms.approvals - rollout.approvals.length;
  const said = `${isAgain ? "Still waiting" : "Waiting"} for ${countOf(missing, "approval")}: rollout ${id} (${nameWork(rollout)}, ${rollout.environment}). Someone other than ${rollout.requester} and the authors of the change must approve it.`;
  const links = await listLinks(id, ledger, { settings, chat });
  await chat.post(card.channel, addLinks(addressTo(called, said), links), card.message);
}

/** The only place that mentions people. The ids are from bot.ini. */
function addressTo(users: readonly string[], ...sentences: readonly string[]): Message {
  const note = renderNote(...sentences);
  const calls = users.map((user) => `<@${user}>`).join(" ");
  if (calls === "") return note;
  const block = { type: "section", text: { type: "mrkdwn", text: calls, verbatim: true } } as const;
  return { text: `${calls} ${note.text}`, blocks: [block, ...note.blocks] };
}

/** Posts details in the thread: the result of a wave, and what the controller did on its own. */
export async function describeMoved(
  { rollout: id, event }: Extract<RolloutStep, { readonly kind: "moved" }>,
  { controller, settings, chat }: NoticeTools,
): Promise<void> {
  const { ledger } = await controller.writer.read();
  const [rollout, card] = [ledger.rollouts.get(id), ledger.cards.get(id)];
  if (rollout === undefined || card === undefined) return;
  const sentences = describeMove(event, rollout, ledger);
  if (sentences.length === 0) return;
  const { slack = null } = settings.persons.get(rollout.requester) ?? {};
  const isEnd = ["failed", "succeeded"].includes(rollout.state.kind) || event === "refuse";
  const calls = isEnd && slack !== null ? [slack] : [];
  const message = addressTo(calls, sentences.join(" "));
  // A mention is read outside the thread, so it links to the card.
  const links =
    calls.length === 0
      ? linkRun(id, ledger, settings)
      : await listLinks(id, ledger, { settings, chat });
  await chat.post(card.channel, addLinks(message, links), card.message);
}

/**
 * Posts the result of a finished rehearsal in the thread. If an approval requires it, mentions the
 * requester if there is something to fix, otherwise the possible approvers.
 */
export async function describeRehearsed(id: string, tools: NoticeTools): Promise<void> {
  const { controller, settings, chat } = tools;
  const { ledger } = await controller.writer.read();
  const [rollout, card] = [ledger.rollouts.get(id), ledger.cards.get(id)];
  const rehearsal = ledger.rehearsals.get(rollout?.environment ?? "");
  const hasEnded = rehearsal?.state.kind === "done" || rehearsal?.state.kind === "refused";
  if (rollout === undefined || card === undefined || !hasEnded) return;
  const nowSeconds = controller.nowSeconds();
  const missing = refuseUnrehearsed(rollout, rehearsal, nowSeconds);
  const { slack = null } = settings.persons.get(rollout.requester) ?? {};
  const calls = missing !== undefined && slack !== null ? [slack] : [];
  const lines = listRehearsalLines({ rollout, rehearsal, nowSeconds });
  await chat.post(card.channel, addressTo(calls, ...lines), card.message);
  const isAwaited = rollout.terms.rehearsal === "required" && rollout.state.kind === "requested";
  if (isAwaited && missing === undefined) await callApprovers(id, { ...tools, isAgain: false });
}

function describeMove(event: string, rollout: Rollout, ledger: Ledger): readonly string[] {
  const { id } = rollout;
  const dispatch = ledger.dispatches.get(id);
  switch (event) {
    case "dispatch":
    case "accept":
    case "find":
      return [`Wave ${dispatch?.wave ?? 0} is running.`];
    case "refuse": {
      const { detail = "", times = 1 } = ledger.traces.get(id)?.refused ?? {};
      // The bot retries every few minutes, but reports it once.
      return times > 1 ? [] : [`Wave ${dispatch?.wave ?? 0} did not start. ${detail}`];
    }
    case "by-hand": {
      const hosts = (rollout.byHand ?? [])
        .filter(({ verified }) => verified !== null && verified.run === ledger.wire.last?.run)
        .map(({ host, recordedBy }) => `${host} (recorded by ${recordedBy.join(" and ")})`);
      return hosts.length === 0 ? [] : [`Verified by hand: ${hosts.join(", ")}.`];
    }
    case "expire":
      return [`Rollout ${id} expired.`];
    case "judge": {
      const wave = rollout.waves[(dispatch?.wave ?? 1) - 1] ?? [];
      const results = ledger.traces.get(id)?.results;
      const bad = wave.flatMap((host) => {
        const result = results?.get(host);
        return result === undefined || result.outcome === "good"
          ? []
          : [`${host}: ${result.outcome} (${result.reason})`];
      });
      const good = wave.length - bad.length;
      const list = bad.length === 0 ? "" : ` ${bad.slice(0, 20).join("; ")}.`;
      return [
        `Wave ${dispatch?.wave ?? 0} finished: ${good} of ${countOf(wave.length, "host")} verified.${list}`,
        ...describeOutcome(rollout),
      ];
    }
    default:
      return [];
  }
}

function describeOutcome({ state }: Rollout): readonly string[] {
  switch (state.kind) {
    case "succeeded":
      return ["The rollout succeeded."];
    case "failed":
      return [`The rollout failed: ${state.reason}.`];
    case "paused":
      return ["The rollout is paused until the next wave."];
    case "aborted":
      return ["The rollout is aborted."];
    default:
      return [];
  }
}
