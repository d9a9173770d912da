import { expect } from "vitest";
import type { HomeView, Message, ModalView } from "../../../bot/views/blocks.ts";
import { simplify, simplifyMessage } from "../../../bot/views/fallback-blocks.ts";
import { checkMessage, checkView } from "../fakes/slack/block-kit.ts";

/** None of this may reach Slack, in any field. */
const alive = /<[!@#](?!date\^\d+\^)|<https:\/\/evil|[\u200b\u202e\0]|\\ud800/u;

/** Checks a message, and its fallback, against Slack's limits and the rules of this project. */
export function holdMessage(message: Message): Message {
  for (const one of [message, simplifyMessage(message)]) {
    expect(checkMessage(one)).toEqual([]);
    expect(JSON.stringify(one)).not.toMatch(alive);
  }
  expect(message.text.length).toBeLessThanOrEqual(4000);
  const simple = simplifyMessage(message).blocks.map(({ type }) => type);
  expect(simple.filter((type) => !/^(header|section|context|actions)$/.test(type))).toEqual([]);
  return message;
}

export function holdView<View extends ModalView | HomeView>(view: View): View {
  expect(checkView(view)).toEqual([]);
  expect(JSON.stringify(view)).not.toMatch(alive);
  if (view.type === "home") {
    expect(checkView({ ...view, blocks: simplify(view.blocks) })).toEqual([]);
  }
  return view;
}
