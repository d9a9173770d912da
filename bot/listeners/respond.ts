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
  /** Tells who somebody is who only wants to read. */
  readonly readers: Pick<Chat, "readUser">;
  /** A short name for a request, to find it in the log. */
  readonly nameRequest: () => string;
  /** Answers a slash command where it was typed; false where Slack takes no answer there any more. */
  readonly respond: (url: string, body: object) => Promise<boolean>;
}

export function count({ metrics }: ListenTools, what: string, outcome: string): void {
  metrics.requests.inc({ what, outcome });
}

/** Undefined answers are none: what was to be said was said otherwise. */
export interface Work {
  readonly answer: (asker: Asker) => Promise<Answer | undefined>;
  readonly send: (answer: Answer) => Promise<void>;
}

/** What changes nothing, whoever asks for it. */
const readings = ["status", "plan", "history", "locks", "home", "refresh", "show-plan"];

/** Every request ends with an answer, whatever happens. */
export async function work(
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
    if (answered !== undefined) await send(warn(answered, desk.controller.clockTrouble()));
    log.info("answered");
    count(tools, what, "done");
  } catch (error) {
    log.error(describe(error), "a request failed");
    count(tools, what, "failed");
    await send(explainFailure(error, request));
  }
}

/** Slack takes fifty blocks. */
const maxBlocks = 50;

function warn(answer: Answer, trouble: string | undefined): Answer {
  const { message } = answer;
  if (trouble === undefined || message.blocks.length >= maxBlocks) return answer;
  const note = `Warning: ${trouble}. It signs no ticket until the clock is set.`;
  const blocks = [...message.blocks, context(note)];
  return { ...answer, message: { ...message, text: `${message.text}\n${note}`, blocks } };
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

/** As Slack takes an answer to a command. */
export function shapeOf({ isPublic, message }: Answer): object {
  return { response_type: isPublic ? "in_channel" : "ephemeral", ...message };
}

interface Typed {
  readonly url: string;
  readonly user: string;
  readonly channel: string;
}

/** Where the place of the command takes no answer any more, the person gets a message. */
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

/** Where they are, or else as a message to them. */
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
  if (answer.kind !== "posted") log.error({ user }, "an answer did not reach its person");
}
