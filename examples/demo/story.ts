import { environment } from "./fleet.ts";
import { runDist } from "./program.ts";
import { approve, findRollout, readCardOf, shorten, showCard, type, verify, type Scene } from "./scene.ts";
import { waveScenes } from "./waves.ts";
import { hasHosts } from "./world.ts";

const check: Scene = {
  title: "sesam-harden checks a fleet",
  play: async ({ world, screen }) => {
    screen.say("Two Remote Device Servers and a SEP sesam Server with their original settings.");
    screen.print("$ sesam-harden check config-repo");
    const { stdout } = await runDist(["check"], { cwd: world.repo.folder });
    screen.print(shorten(stdout, 18));
  },
};

const openPull: Scene = {
  title: "The Action opens a pull request with all safe fixes",
  play: async ({ world, screen }) => {
    const { log } = await world.repo.runAction({ fix: "pull-request" });
    screen.print(log.filter((line) => line.startsWith("Fix pull request")).join("\n"));
    const { number, title, body } = await world.repo.readPull();
    screen.say(`#${number} ${title}. On the first host:`);
    screen.print(/```diff\n([\s\S]*?)(?=\ndiff --git|\n```)/.exec(body)?.[1] ?? body);
  },
};

const merge: Scene = {
  title: "anna merges it",
  play: async ({ world, screen }) => {
    await world.repo.merge(await world.repo.readPull());
    await world.repo.checkOut(await world.repo.readHead(), world.repo.folder);
    const { stdout } = await runDist(["check"], { cwd: world.repo.folder });
    screen.print(`$ sesam-harden check config-repo\n${stdout}`);
    screen.say("The config repo is fixed. Nothing has changed on the hosts yet.");
  },
};

const statusBefore: Scene = {
  title: "verify scans the hosts, and /sesam-harden status shows the result",
  play: async (stage) => {
    await verify(stage.world);
    await type(stage, "anna", "status");
  },
};

const ask: Scene = {
  title: "anna requests phase open: HTTPS next to the old ports, so that no host is locked out",
  play: async (stage) => {
    await type(stage, "anna", `rollout open ${environment} because CHG-1234`);
    await showCard(stage, "Waiting for approval");
  },
};

const rehearse: Scene = {
  title: "Before anyone approves, each host checks whether it could take the plan now",
  play: async (stage) => {
    const card = await readCardOf(stage, await findRollout(stage), "hosts ready as of");
    stage.screen.card(card);
    stage.screen.say("Nothing was changed. A rehearsal cannot show what a restart does.");
    if (card.text.includes("3 of 3 hosts")) return;
    stage.screen.say("Without root, host install puts no sudo rule on these hosts, which a real job needs.");
  },
};

const approveOwn: Scene = {
  title: "Her own approval is refused",
  play: (stage) => approve(stage, "anna"),
};

/** The scenes before the user takes over. */
export const firstScenes: readonly Scene[] = [check, openPull, merge, statusBefore];

/** Only Linux hosts are changed. */
export const scenes: readonly Scene[] = [
  ...firstScenes,
  ask,
  ...(hasHosts ? [rehearse] : []),
  approveOwn,
  ...(hasHosts ? waveScenes : []),
];
