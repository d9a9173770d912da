import { actionIds, type ActionId } from "../../bot/views/blocks.ts";
import { environment } from "./fleet.ts";
import type { Keys } from "./keys.ts";
import { clickCard, findRollout, readCardOf, type, verify, type Stage } from "./scene.ts";
import { hasHosts } from "./world.ts";

const people = ["anna", "ben", "carl"] as const;
type Person = (typeof people)[number];

const usage = `/sesam-harden WORDS [as PERSON]   what one types in Slack; /sesam-harden help lists it
click BUTTON [ID] [as PERSON]     a button of a rollout's card: ${["approve", "deny", "abort"].join(", ")} and so on
card [ID]                         the card of a rollout as it stands now
verify                            look at the hosts, so that status knows
exit

PERSON is ${people.join(", ")}; without one it is anna. Try
/sesam-harden rollout open ${environment} because I want to see it
click approve as ben
`;

export type Line =
  | { readonly kind: "type"; readonly user: Person; readonly text: string }
  | {
      readonly kind: "click";
      readonly user: Person;
      readonly action: ActionId;
      readonly id: string | undefined;
    }
  | { readonly kind: "card"; readonly id: string | undefined }
  | { readonly kind: "verify" | "exit" | "nothing" | "usage" };

/** Reads a line of the prompt. */
export function readLine(line: string): Line {
  const { words, user } = cutPerson(line.trim().split(/\s+/).filter(Boolean));
  const [first, second, third, ...more] = words;
  switch (first) {
    case undefined:
      return { kind: "nothing" };
    case "/sesam-harden":
      return { kind: "type", user, text: words.slice(1).join(" ") };
    case "click": {
      const action = actionIds.find((one) => one === second);
      if (action === undefined || more.length > 0) return { kind: "usage" };
      return { kind: "click", user, action, id: third };
    }
    case "card":
      return third === undefined ? { kind: "card", id: second } : { kind: "usage" };
    case "verify":
    case "exit":
      return { kind: first };
    default:
      return { kind: "usage" };
  }
}

function cutPerson(words: readonly string[]): {
  readonly words: readonly string[];
  readonly user: Person;
} {
  const user = words.at(-2) === "as" ? people.find((one) => one === words.at(-1)) : undefined;
  return user === undefined ? { words, user: "anna" } : { words: words.slice(0, -2), user };
}

/** Reads commands from the user until the input ends. */
export async function play(stage: Stage, keys: Keys): Promise<void> {
  const { screen } = stage;
  screen.step("Now you");
  screen.print(usage);
  for (;;) {
    const text = await keys.readLine("demo> ");
    if (text === undefined) return;
    const line = readLine(text);
    if (line.kind === "exit") return;
    try {
      await answer(line, stage);
    } catch (error) {
      screen.say(error instanceof Error ? error.message : String(error));
    }
  }
}

async function answer(line: Exclude<Line, { kind: "exit" }>, stage: Stage): Promise<void> {
  const { world, screen } = stage;
  switch (line.kind) {
    case "type":
      await type(stage, line.user, line.text);
      return;
    case "click":
      await clickCard(stage, line.user, { action: line.action, rollout: await findRollout(stage, line.id) });
      return;
    case "card":
      screen.card(await readCardOf(stage, await findRollout(stage, line.id)));
      return;
    case "verify":
      await verify(world);
      screen.say(hasHosts ? "The scan is done; /sesam-harden status shows it." : "No host is running here.");
      return;
    case "usage":
      screen.print(usage);
      return;
    case "nothing":
  }
}
