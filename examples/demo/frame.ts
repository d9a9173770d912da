import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runDist, type Ran } from "./program.ts";
import { repository } from "./fleet.ts";
import type { Stage } from "./scene.ts";
import { hasHosts, page } from "./world.ts";
import { token } from "../../test/support/harness/step.ts";
import { draw } from "../../test/support/harness/draw-blocks.ts";

/** Prints what is real and what is simulated. */
export function showOpening({ world, screen }: Stage): void {
  screen.say(
    "The whole loop on this machine. Real: dist/index.js as command, as GitHub Action and as the program on the hosts; the bot; tickets; the signed ledger; TLS.",
  );
  screen.say(
    `Simulated: GitHub and Slack by emulate; STPD of the hosts by Node; GitHub's runners by the demo, without the jobs gate and judge. The bot's pauses are shorter than in production. ${world.hosts.installedBy}`,
  );
  if (!hasHosts) {
    screen.say("Only Linux hosts are changed automatically, so on this machine the demo ends before the waves.");
  }
}

/**
 * Saves the results and prints their location. Throws if GitHub or Slack would reject something.
 */
export async function showEnding({ world, screen }: Stage): Promise<void> {
  const { folder, repo, key, front, problems } = world;
  const wrong = problems();
  if (wrong.length > 0) throw new Error(`GitHub or Slack would not have taken it: ${wrong.join("; ")}`);
  const place = (name: string): string => join(folder, name);
  const askLedger = async (verb: string): Promise<Ran> => {
    const args = ["ledger", verb, "--key", `${key.kid}:${key.x}`];
    const env = { GITHUB_API_URL: front.url, GITHUB_REPOSITORY: repository, GITHUB_TOKEN: token };
    return runDist(args, { env });
  };
  const verified = await askLedger("verify");
  if (verified.status !== 0) throw new Error(verified.stdout + verified.stderr);
  const { number, title, body } = await repo.readPull();
  writeFileSync(place("pull-request.md"), `# #${number} ${title}\n\n${body}\n`);
  writeFileSync(place("ledger.txt"), (await askLedger("log")).stdout);
  writeFileSync(place("slack.txt"), (await world.workspace.readChannel()).map((one) => draw(one)).join("\n"));
  copyFileSync(join(repo.folder, page), place(page));
  screen.say(`Done. ${verified.stdout.trim()}`);
  screen.print(
    `Look at
  ${place(page)}  the fleet as verify saw it last
  dist/playground.html  paste a file of your own, in a browser
  ${place("pull-request.md")}  the pull request
  ${place("ledger.txt")}  the ledger: who asked, approved and proved what
  ${place("slack.txt")}  the channel #backup
  ${repo.folder}  the config repo`,
  );
}
