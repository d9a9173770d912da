import type { App, BlockAction } from "@slack/bolt";
import {
  answerAsking,
  answerClick,
  answerHandClick,
  answerRehearseClick,
  answerRestClick,
  answerRollbackClick,
  answerSubmission,
  askingActions,
  decidingActions,
  type AskingAction,
  type Click,
} from "./actions.ts";
import { answerCommand, answerHelp, answerRenamed, answerStatus, answerWrong } from "./commands.ts";
import { handActions } from "./by-hand.ts";
import { answerHome } from "./app-home.ts";
import { tell, type Answer, type ListenerContext } from "./context.ts";
import { refuseOrigin, type Asker } from "../slack/authorize.ts";
import type { Arrival } from "../slack/receiver.ts";
import { placeOf, readOrigin, readSubmission } from "../slack/payload.ts";
import { readPlanValue } from "../views/modals.ts";
import { decodeSubject } from "../views/status-buttons.ts";
import { readCommand } from "../runtime/command-grammar.ts";
import { count, sendToCommand, sendToPerson, shapeOf, work, type ListenTools } from "./respond.ts";

const slashCommand = "/sesam-harden";

/** Registers the handlers for Slack's requests. Each is acknowledged first and then handled. */
export function listen(app: App, tools: ListenTools): void {
  const { desk, repeats, metrics } = tools;
  const { log, settings } = desk;

  app.use(async ({ body, context, next, ...more }) => {
    const { sentAt } = context as Arrival;
    const origin = { ...readOrigin(body), sentAt };
    const objection = refuseOrigin(origin, settings.slack, desk.controller.nowSeconds());
    if (objection === undefined) return next();
    log.warn({ reason: objection }, "request refused");
    metrics.requests.inc({ what: "any", outcome: "refused" });
    // Without an acknowledgement Slack shows an error. Strangers get no other answer.
    const { ack } = more as { readonly ack?: () => Promise<void> };
    if (ack !== undefined) await acknowledge(context, tools, ack);
  });

  app.command(/^\//, async ({ command, context, ack }) => {
    if (command.command !== slashCommand) {
      await acknowledge(context, tools, () =>
        ack(shapeOf(answerRenamed(command.command)) as never),
      );
      return count(tools, "command", "refused");
    }
    const reading = readCommand(command.text, {
      nowSeconds: desk.controller.nowSeconds(),
      timeZoneOf: (name) => settings.environments.get(name)?.timeZone ?? "UTC",
    });
    const say = async (at: Answer): Promise<void> =>
      acknowledge(context, tools, () => ack(shapeOf(at) as never));
    if (reading.kind !== "command") {
      await say(answerWrong(reading));
      return count(tools, "command", "refused");
    }
    const typed = reading.command;
    if (typed.kind === "help") {
      await say(answerHelp(typed.word));
      return count(tools, "help", "done");
    }
    if (repeats.isRepeated(`command ${command.user_id} ${command.trigger_id}`)) {
      await acknowledge(context, tools, ack);
      return count(tools, "command", "repeated");
    }
    await say(tell(`Working on it: ${typed.kind}.`));
    const { user_id: user, channel_id: channel, response_url: url } = command;
    await work(
      tools,
      { what: typed.kind, user },
      {
        answer: (asker) => answerCommand(typed, asker, desk),
        send: (answer) => sendToCommand(answer, { url, user, channel }, tools),
      },
    );
  });

  app.action<BlockAction>({ type: "block_actions" }, async ({ body, context, ack }) => {
    await acknowledge(context, tools, ack);
    const [action] = body.actions;
    if (action === undefined || action.type !== "button" || action.action_id === "open-pr") return;
    const place = placeOf(body);
    const { action_id: id, value = "", action_ts: at } = action;
    const user = body.user.id;
    if (repeats.isRepeated(`action ${user} ${place?.message} ${id} ${value} ${at}`)) {
      return count(tools, id, "repeated");
    }
    await work(
      tools,
      { what: id, user },
      {
        answer: (asker) => answerAction(id, { asker, value, place }, { body, tools }),
        send: (answer) => sendToPerson(answer, user, place?.channel, tools),
      },
    );
  });

  app.view({ type: "view_submission" }, async ({ body, view, context, ack }) => {
    await acknowledge(context, tools, ack);
    const submission = readSubmission(view);
    const user = body.user.id;
    if (submission === undefined) return;
    if (repeats.isRepeated(`view ${user} ${view.id} ${view.hash}`)) {
      return count(tools, submission.kind, "repeated");
    }
    const value = view.private_metadata;
    await work(
      tools,
      { what: submission.kind, user },
      {
        answer: (asker) => answerSubmission(submission, { asker, value }, desk),
        send: (answer) => sendToPerson(answer, user, undefined, tools),
      },
    );
  });

  app.event("app_home_opened", async ({ event }) => {
    if (event.tab !== "home") return;
    await work(
      tools,
      { what: "home", user: event.user },
      {
        answer: async (asker) => showHome(asker, desk),
        send: async () => {},
      },
    );
  });
}

/**
 * A socket may close before the acknowledgement is sent. The request is handled anyway: if Slack
 * sends it again, it counts as repeated.
 */
async function acknowledge(
  context: object,
  { desk, metrics }: ListenTools,
  ack: () => Promise<void>,
): Promise<void> {
  const { receivedAtMs } = context as Arrival;
  try {
    await ack();
    if (receivedAtMs === undefined) return;
    metrics.acknowledged.observe((performance.now() - receivedAtMs) / 1000);
  } catch {
    desk.log.warn("an acknowledgement could not be sent to Slack");
  }
}

interface ActionScene {
  readonly body: BlockAction;
  readonly tools: ListenTools;
}

async function answerAction(
  id: string,
  click: Click,
  { body, tools }: ActionScene,
): Promise<Answer | undefined> {
  const { desk } = tools;
  const deciding = decidingActions.find((one) => one === id);
  if (deciding !== undefined) {
    const answer = await answerClick(deciding, click, desk);
    if (click.place === undefined) await showHome(click.asker, desk);
    return answer;
  }
  const asking = askingActions.find((one) => one === id);
  if (asking !== undefined) return ask(asking, click, { body, tools });
  const handAction = handActions.find((one) => one === id);
  if (handAction !== undefined) return answerHandClick(handAction, click, desk);
  switch (id) {
    case "rest":
      return answerRestClick(click, desk);
    case "rehearse":
      return answerRehearseClick(click, desk);
    case "rollback":
      return answerRollbackClick(click, desk);
    case "refresh":
      return refresh(click, { body, tools });
    case "plan-open":
    case "plan-close": {
      const phase = id === "plan-open" ? "open" : "close";
      const environment = decodeSubject(click.value) ?? "";
      const planning = { phase, environment, hosts: [], exceptions: [] } as const;
      return answerCommand({ kind: "plan", ...planning }, click.asker, desk);
    }
    default:
      return tell(`The button ${id} no longer exists.`);
  }
}

async function ask(
  id: AskingAction,
  click: Click,
  { body, tools }: ActionScene,
): Promise<Answer | undefined> {
  const { chat } = tools.desk;
  const asked = await answerAsking(id, click, tools.desk);
  if (asked.kind === "answer") return asked.answer;
  const open = body.view?.type === "modal" ? body.view.id : undefined;
  const isShown =
    open === undefined
      ? await chat.openModal(body.trigger_id, asked.view)
      : await chat.updateModal(open, asked.view);
  if (isShown) return undefined;
  const { rollout = "ROLLOUT" } = readPlanValue(click.value) ?? {};
  const typed = `Press the button again, or type /sesam-harden abort ${rollout} because REASON.`;
  return tell(
    "The dialog could not be opened in time.",
    id === "abort" ? typed : "Press the button again.",
  );
}

/** Replaces the message in place, or updates App Home as a whole. */
async function refresh(
  { asker, value, place }: Click,
  { body, tools }: ActionScene,
): Promise<Answer | undefined> {
  if (place === undefined) return showHome(asker, tools.desk);
  const answer = await answerStatus(decodeSubject(value) || null, tools.desk);
  const url = body.response_url;
  const shape = { ...shapeOf(answer), replace_original: true };
  const isTaken = url !== undefined && (await tools.respond(url, shape));
  return isTaken ? undefined : answer;
}

async function showHome(asker: Asker, desk: ListenerContext): Promise<undefined> {
  await desk.chat.publishHome(asker.user, await answerHome(asker, desk));
}
