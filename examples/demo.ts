import { parseArgs } from "node:util";
import { showEnding, showOpening } from "./demo/frame.ts";
import { openKeys, type Keys } from "./demo/keys.ts";
import { play } from "./demo/play.ts";
import type { Scene, Stage } from "./demo/scene.ts";
import { createScreen } from "./demo/screen.ts";
import { firstScenes, scenes } from "./demo/story.ts";
import { openWorld } from "./demo/world.ts";

const help = `npm run demo [-- --pause | --play]

Plays the whole loop on this machine: a fleet is checked, fixed, rolled out and proven.

  --pause   wait for a key before each step
  --play    after the first steps you go on yourself, as anna, ben and carl
`;

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    pause: { type: "boolean", default: false },
    play: { type: "boolean", default: false },
  },
});

/** Returns the exit code. */
async function main(): Promise<number> {
  // Hosts reject files that others can change, and some systems let groups write by default.
  process.umask(0o022);
  const story = values.play ? firstScenes : scenes;
  const screen = createScreen({
    steps: story.length + (values.play ? 1 : 0),
    write: (text) => void process.stdout.write(text),
    isTerminal: process.stdout.isTTY,
    elapsed: () => performance.now(),
  });
  const keys = openKeys();
  const world = await openWorld(screen.job);
  let isTold = false;
  try {
    const end = await Promise.race([tell(story, { world, screen }, keys), keys.over]);
    isTold = end !== "over";
    return isTold ? 0 : 130;
  } finally {
    keys.close();
    await world.close(isTold);
  }
}

async function tell(story: readonly Scene[], stage: Stage, keys: Keys): Promise<void> {
  showOpening(stage);
  for (const scene of story) {
    if (values.pause) await keys.wait("press a key to continue");
    stage.screen.step(scene.title);
    await scene.play(stage);
  }
  if (values.play) await play(stage, keys);
  await showEnding(stage);
}

if (values.help) process.stdout.write(help);
// Nothing that was interrupted keeps the process alive.
else process.exit(await main());
