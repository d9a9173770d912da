import { HardenError } from "../../src/core/base/errors.ts";
import type { Chat } from "../slack/chat-port.ts";
import { tell, type Answer, type ListenerContext } from "./context.ts";
import { findAsker, userReasons, type Asker } from "../slack/authorize.ts";
import type { Metrics } from "../runtime/metrics-server.ts";
import type { SeenRequests } from "../slack/dedupe.ts";
import { context } from "../views/builders.ts";
import { describe } from "../runtime/log.ts";

export interface ListenTools {
  readonly desk: ListenerContext;
  readonly repeats: SeenRequests;
  readonly metrics: Metrics;
  /** Looks up users for read-only requests; may serve cached answers. */
  readonly readers: Pick<Chat, "readUser">;
  /** A short id for a request, to find it in the log. */
  readonly nameRequest: () => string;
  /** Answers a slash command where it was typed; false if Slack no longer accepts an answer there. */
  readonly respond: (url: string, body: object) => Promise<boolean>;
}

export function count({ metrics }: ListenTools, what: string, outcome: string): void {
  metrics.requests.inc({ what, outcome });
}

/** An undefined answer sends nothing: the request was answered in another way. */
export interface Work {
  readonly answer: (asker: Asker) => Promise<Answer | undefined>;
  readonly send: (answer: Answer) => Promise<void>;
}

/** Read-only requests; the user cache may serve these. */
const readOnlyRequests = ["status", "plan", "history", "locks", "home", "refresh", "show-plan"];

/** Answers every request, also after an error. */
export async function work(
  tools: ListenTools,
  { what, user }: { readonly what: string; readonly user: string },
  { answer, send }: Work,
): Promise<void> {
  const { desk, nameRequest } = tools;
  const { persons, slack } = desk.settings;
  const { log } = desk;
  const request = nameRequest();
  // Not a child logger: it would copy and check these fields once more per request.
  const about = { request, what, user };
  try {
    const chat = readOnlyRequests.includes(what) ? tools.readers : desk.chat;
    const known = await findAsker(user, { persons, team: slack.team, chat });
    if (known.kind === "refused") {
      log.warn({ ...about, reason: known.reason }, "request refused");
      count(tools, what, "refused");
      return await send(tell(`Refused: ${userReasons[known.reason]}.`));
    }
    const answered = await answer(known.asker);
    if (answered !== undefined) await send(warn(answered, desk.controller.clockTrouble()));
    log.info(about, "answered");
    count(tools, what, "done");
  } catch (error) {
    log.error({ ...about, ...describe(error) }, "request failed");
    count(tools, what, "failed");
    await send(explainFailure(error, request));
  }
}

/** Slack's limit per message. */
const maxBlocks = 50;

function warn(answer: Answer, trouble: string | undefined): Answer {
  const { message } = answer;
  if (trouble === undefined || message.blocks.length >= maxBlocks) return answer;
  const note = `Warning: ${trouble}. The bot signs no tickets until the clock is set.`;
  const blocks = [...message.blocks, context(note)];
  return { ...answer, message: { ...message, text: `${message.text}\n${note}`, blocks } };
}

function explainFailure(error: unknown, request: string): Answer {
  if (error instanceof HardenError) {
    const wrong = error.problems.slice(0, 5);
    const places = wrong.map(({ file, line, message }) => `${file}:${line}: ${message}`);
    return tell(`Failed: ${error.message}.`, ...places, error.next);
  }
  return tell(
    "An unexpected error occurred. The ledger shows what was done.",
    `Give the bot's administrator this request id: ${request}.`,
  );
}

/** The answer to a command in Slack's format. */
export function shapeOf({ isPublic, message }: Answer): object {
  return { response_type: isPublic ? "in_channel" : "ephemeral", ...message };
}

interface Typed {
  readonly url: string;
  readonly user: string;
  readonly channel: string;
}

/** Answers the command; if Slack no longer accepts an answer there, sends a direct message. */
export async function sendToCommand(
  answer: Answer,
  typed: Typed,
  tools: ListenTools,
): Promise<void> {
  const { url, user, channel } = typed;
  const { chat } = tools.desk;
  if (!(await tools.respond(url, shapeOf(answer)))) {
    await sendToPerson(answer, user, channel, tools);
  }
  const { file } = answer;
  if (file !== undefined && answer.isPublic) await chat.upload(channel, file.name, file.text);
}

/** Answers in the channel for this person only, or else in a direct message. */
export async function sendToPerson(
  { message }: Answer,
  user: string,
  channel: string | undefined,
  { desk }: ListenTools,
): Promise<void> {
  const { chat, log } = desk;
  const isTold = channel !== undefined && (await chat.postEphemeral(channel, user, message));
  if (isTold) return;
  const answer = await chat.post(user, message);
  if (answer.kind !== "posted") log.error({ user }, "an answer could not be delivered");
}
