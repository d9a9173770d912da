import type { App, BlockAction, SlackViewAction } from "@slack/bolt";
import { HardenError } from "../src/core/harden-error.ts";
import { recordKinds } from "../src/core/rollout/controller-settings.ts";
import {
  answerAsking,
  answerClick,
  answerSubmission,
  decidingActions,
  type AskingAction,
  type Click,
  type Submission,
} from "./answer-click.ts";
import { answerCommand, answerStatus, answerWrong } from "./answer-command.ts";
import { answerHome } from "./answer-home.ts";
import type { Chat } from "./chat.ts";
import { tell, type Answer, type Asker, type Desk } from "./desk.ts";
import { findAsker, refuseOrigin, userReasons, type Origin } from "./guard.ts";
import type { Metrics } from "./monitor.ts";
import type { Repeats } from "./repeats.ts";
import { describe } from "./rounds.ts";
import { drawHelp } from "./views/help.ts";
import { modals } from "./views/modals.ts";
import { decodeSubject } from "./views/status-buttons.ts";
import { readCommand } from "./words.ts";

export interface ListenTools {
  readonly desk: Desk;
  readonly repeats: Repeats;
  readonly metrics: Metrics;
  /** Tells who somebody is who only wants to read. */
  readonly readers: Pick<Chat, "readUser">;
  /** A short name for a request, to find it in the log. */
  readonly nameRequest: () => string;
  /** Answers a slash command where it was typed; false where Slack takes no answer there any more. */
  readonly respond: (url: string, body: object) => Promise<boolean>;
}

/** Puts the bot's answers behind Slack's requests: each is acknowledged first, and worked on then. */
export function listen(app: App, tools: ListenTools): void {
  const { desk, repeats, metrics } = tools;
  const { log, settings } = desk;

  app.use(async ({ body, context, next, ...more }) => {
    const { sentAt } = context as { readonly sentAt?: number };
    const origin = { ...readOrigin(body), sentAt };
    const objection = refuseOrigin(origin, settings.slack, desk.controller.now());
    if (objection === undefined) return next();
    log.warn({ reason: objection }, "a request was refused");
    metrics.requests.inc({ what: "any", outcome: "refused" });
    // Without it Slack shows an error of its own; nothing is told to strangers.
    if ("ack" in more && typeof more.ack === "function") await more.ack();
  });

  app.command("/sesam-harden", async ({ command, ack }) => {
    const reading = readCommand(command.text);
    const key = `command ${command.user_id} ${command.trigger_id}`;
    if (repeats.isRepeated(key)) {
      await ack();
      return count(tools, "command", "repeated");
    }
    if (reading.kind !== "command") {
      await ack(shapeOf(answerWrong(reading)) as never);
      return count(tools, "command", "refused");
    }
    const typed = reading.command;
    if (typed.kind === "help") {
      await ack(shapeOf({ isPublic: false, message: drawHelp() }) as never);
      return count(tools, "help", "done");
    }
    await ack(shapeOf(tell(`Working on it: ${typed.kind}.`)) as never);
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

  app.action<BlockAction>({ type: "block_actions" }, async ({ body, ack }) => {
    await ack();
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

  app.view({ type: "view_submission" }, async ({ body, view, ack }) => {
    await ack();
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

function count({ metrics }: ListenTools, what: string, outcome: string): void {
  metrics.requests.inc({ what, outcome });
}

/** Undefined answers are none: what was to be said was said otherwise. */
interface Work {
  readonly answer: (asker: Asker) => Promise<Answer | undefined>;
  readonly send: (answer: Answer) => Promise<void>;
}

/** What changes nothing, whoever asks for it. */
const readings = ["status", "plan", "history", "home", "refresh", "show-plan"];

/** Every request ends with an answer, whatever happens. */
async function work(
  tools: ListenTools,
  { what, user }: { readonly what: string; readonly user: string },
  { answer, send }: Work,
): Promise<void> {
  const { desk, nameRequest } = tools;
  const { persons, slack } = desk.settings;
  const request = nameRequest();
  const log = desk.log.child({ request, what, user });
  try {
    const chat = readings.includes(what) ? tools.readers : desk.chat;
    const known = await findAsker(user, { persons, team: slack.team, chat });
    if (known.kind === "refused") {
      log.warn({ reason: known.reason }, "a request was refused");
      count(tools, what, "refused");
      return await send(tell(`Not done: ${userReasons[known.reason]}.`));
    }
    const answered = await answer(known.asker);
    if (answered !== undefined) await send(answered);
    log.info("answered");
    count(tools, what, "done");
  } catch (error) {
    log.error(describe(error), "a request failed");
    count(tools, what, "failed");
    await send(explainFailure(error, request));
  }
}

function explainFailure(error: unknown, request: string): Answer {
  if (error instanceof HardenError) {
    const wrong = error.problems.slice(0, 5);
    const places = wrong.map(({ file, line, message }) => `${file}:${line}: ${message}`);
    return tell(`Not done: ${error.message}.`, ...places, error.next);
  }
  return tell(
    "Something went wrong that nobody foresaw; what the ledger says holds.",
    `Give whoever runs the bot the name of this request: ${request}.`,
  );
}

function readOrigin(body: unknown): Omit<Origin, "sentAt"> {
  const given = body as {
    readonly api_app_id?: string;
    readonly team_id?: string;
    readonly enterprise_id?: string;
    readonly user_id?: string;
    readonly team?: { readonly id?: string } | null;
    readonly enterprise?: { readonly id?: string } | null;
    readonly user?: { readonly id?: string; readonly team_id?: string };
    readonly event?: { readonly user?: string };
  };
  return {
    app: given.api_app_id,
    team: given.team_id ?? given.team?.id,
    enterprise: given.enterprise_id ?? given.enterprise?.id,
    user: given.user_id ?? given.user?.id ?? given.event?.user,
    userTeam: given.user?.team_id,
  };
}

function placeOf({ container, channel }: BlockAction): Click["place"] {
  const { message_ts: message, channel_id: id = channel?.id } = container as {
    readonly message_ts?: string;
    readonly channel_id?: string;
  };
  return message === undefined || id === undefined ? undefined : { channel: id, message };
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
  switch (id) {
    case "deny":
    case "record":
    case "show-plan":
      return ask(id, click, { body, tools });
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
      return tell(`There is no button ${id} here any more.`);
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
      : await chat.turnModal(open, asked.view);
  return isShown ? undefined : tell("Slack did not take the window in time.", "Click again.");
}

/** A message is shown again where it stands; App Home as a whole. */
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

async function showHome(asker: Asker, desk: Desk): Promise<undefined> {
  await desk.chat.publishHome(asker.user, await answerHome(asker, desk));
}

function readSubmission({
  callback_id: callback,
  state,
}: SlackViewAction["view"]): Submission | undefined {
  const { deny, record } = modals;
  if (callback === deny.callback) {
    const reason = state.values[deny.block]?.[deny.input]?.value?.trim() ?? "";
    return { kind: "deny", reason: reason.slice(0, 500).toWellFormed() };
  }
  if (callback !== record.callback) return undefined;
  const chosen = state.values[record.block]?.[record.input]?.selected_option?.value;
  const what = recordKinds.find((kind) => kind === chosen);
  return what === undefined ? undefined : { kind: "record", what };
}

function shapeOf({ isPublic, message }: Answer): object {
  return { response_type: isPublic ? "in_channel" : "ephemeral", ...message };
}

interface Typed {
  readonly url: string;
  readonly user: string;
  readonly channel: string;
}

/** Where the place of the command takes no answer any more, the person gets a message. */
async function sendToCommand(answer: Answer, typed: Typed, tools: ListenTools): Promise<void> {
  const { url, user, channel } = typed;
  const { chat } = tools.desk;
  if (!(await tools.respond(url, shapeOf(answer)))) {
    await sendToPerson(answer, user, channel, tools);
  }
  const { file } = answer;
  if (file !== undefined && answer.isPublic) await chat.upload(channel, file.name, file.text);
}

async function sendToPerson(
  { message }: Answer,
  user: string,
  channel: string | undefined,
  { desk }: ListenTools,
): Promise<void> {
  const { chat, log } = desk;
  const isTold = channel !== undefined && (await chat.whisper(channel, user, message));
  if (isTold) return;
  const answer = await chat.post(user, message);
  if (answer.kind !== "posted") log.error({ user }, "an answer did not reach its person");
}
