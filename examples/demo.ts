import { createScreen } from "./demo/screen.ts";
import { scenes } from "./demo/story.ts";
import { openWorld } from "./demo/world.ts";

const screen = createScreen({
  steps: scenes.length,
  write: (text) => void process.stdout.write(text),
  isTerminal: process.stdout.isTTY,
  elapsed: () => performance.now(),
});
const world = await openWorld(screen.job);
try {
  for (const { title, play } of scenes) {
    screen.step(title);
    await play({ world, screen });
  }
} finally {
  await world.close();
}
