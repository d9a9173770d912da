import {
  recordHandFile,
  refuseScripts,
  startScan,
} from "../../src/core/rollout/controller/by-hand.ts";
import type { Rollout } from "../../src/core/rollout/state/rollout.ts";
import type { Asker } from "../slack/authorize.ts";
import { readRunbooks } from "../controller/queries.ts";
import type { Command } from "../runtime/command-grammar.ts";
import { linked, refuse, refuseIn, tell, type Answer, type ListenerContext } from "./context.ts";

/** Buttons for hosts that are changed by hand. */
export const handActions = ["runbook", "check-now"] as const;
export type HandAction = (typeof handActions)[number];

interface Pressed {
  readonly rollout: Rollout;
  readonly asker: Asker;
}

/** Throws HardenError if the plan or its files cannot be read. */
export function answerHandAction(
  action: HandAction,
  pressed: Pressed,
  desk: ListenerContext,
): Promise<Answer> {
  return action === "runbook" ? sendRunbooks(pressed, desk) : checkNow(pressed, desk);
}

/** Posts the scripts, only while a wave of the rollout could start. */
async function sendRunbooks({ rollout, asker }: Pressed, desk: ListenerContext): Promise<Answer> {
  const { controller, chat, readPlan } = desk;
  const { id, environment } = rollout;
  const what = `show the runbook of ${id}`;
  if (asker.person === undefined) return refuse("person-unknown", what);
  const refusal = await refuseScripts(rollout, asker.person.name, controller);
  if (refusal !== undefined) return refuseIn(environment, refusal, what, desk);
  const card = (await controller.writer.read()).ledger.cards.get(id);
  if (card === undefined) return refuse("rollout-unknown", what);
  const report = await readPlan(rollout);
  const left = (rollout.byHand ?? []).filter(({ verified }) => verified === null);
  const open = left.map(({ host }) => host);
  const { scripts, refused } = await readRunbooks(open, report, controller);
  let sent = 0;
  for (const { name: file, text } of scripts) {
    if (await chat.upload(card.channel, file, text, card.message)) sent++;
  }
  const without = refused.map(
    ({ host, error }) => `No script for ${host}: ${error.message}. ${error.next}`,
  );
  if (sent < scripts.length) {
    return tell(
      `Slack refused ${scripts.length - sent} of ${scripts.length} scripts.`,
      "Check that the bot has the scope files:write and is in the channel, or run sesam-harden runbook.",
      ...without,
    );
  }
  const hosts = scripts.map(({ host }) => host).join(", ");
  const posted = [
    `The scripts for ${hosts} are in the thread of the card.`,
    "They have not been tested on Windows: read them before you run them.",
  ];
  return tell(...(scripts.length > 0 ? posted : []), ...without);
}

async function checkNow({ rollout, asker }: Pressed, desk: ListenerContext): Promise<Answer> {
  const { controller, log } = desk;
  const what = `scan the hosts of ${rollout.id} now`;
  if (asker.person === undefined) return refuse("person-unknown", what);
  const answer = await startScan(rollout, asker.person.name, controller);
  if (answer.kind === "not-allowed") return refuse(answer.reason, what);
  if (answer.kind === "refused") {
    log.error({ rollout: rollout.id, reason: answer.detail }, "GitHub refused to start a scan");
    return tell(`The scan for ${rollout.id} did not start.`, answer.detail);
  }
  if (answer.kind === "under-way") {
    const { url } = answer;
    const other = url === null ? "was requested less than a minute ago" : "has not ended yet";
    return tell(
      `No other scan was started: one that is new enough ${other}.`,
      `The card shows its result.${url === null ? "" : ` See ${url}`}`,
    );
  }
  log.info({ rollout: rollout.id, by: asker.person.name }, "scan started");
  const sure = answer.kind === "accepted" ? "was started" : "may have been started";
  return tell(
    `The verify workflow ${sure}. It scans the whole fleet; the card shows the result.`,
    "Only a scan that starts after the record counts.",
  );
}

/** Records that a host changed by hand has the planned file. */
export async function answerRecord(
  { host, digest }: Extract<Command, { readonly kind: "record" }>,
  { asker, desk }: { readonly asker: Asker; readonly desk: ListenerContext },
): Promise<Answer> {
  const what = `record the file of ${host}`;
  if (asker.person === undefined) return refuse("person-unknown", what);
  const { controller, chat, log } = desk;
  const by = asker.person.name;
  const written = await recordHandFile({ host, file: digest, by }, controller);
  if (written.kind === "refused") return refuse(written.reason, what);
  const { ledger, commit, entry } = written;
  const id = entry.event.kind === "by-hand" ? entry.event.rollout : "";
  log.info({ rollout: id, event: "by-hand", by, commit }, "decided");
  desk.onDecided();
  const card = ledger.cards.get(id);
  const said = `${by} recorded the file of ${host}: SHA-256 ${digest}.`;
  if (card !== undefined) {
    const { message } = tell(said, `Ledger commit ${commit}.`);
    await chat.post(card.channel, message, card.message);
  }
  return linked(
    tell(said, "Next: press Check now on the card of the rollout.", `Ledger commit ${commit}.`),
    id,
    desk,
  );
}
