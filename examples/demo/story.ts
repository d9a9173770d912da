import { environment } from "./fleet.ts";
import { runDist } from "./program.ts";
import { click, finish, shorten, showCard, type, type Scene } from "./scene.ts";
import { until } from "./workspace.ts";
import { hasHosts, type World } from "./world.ts";

const check: Scene = {
  title: "A fleet is checked",
  play: async ({ world, screen }) => {
    screen.say("Two Remote Device Servers and a SEP sesam Server, as they were set up once.");
    screen.print("$ sesam-harden check config-repo");
    const { stdout } = await runDist(["check"], { cwd: world.repo.folder });
    screen.print(shorten(stdout, 18));
  },
};

const openPull: Scene = {
  title: "The Action opens a pull request with all fixes that are safe",
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
    screen.say("The config repo is right. On the hosts nothing has happened yet.");
  },
};

/** Lets the scheduled workflow look at the hosts, and waits until the bot has written it down. */
async function verify(world: World): Promise<void> {
  const run = await world.verify();
  const { writer } = world.bot.controller;
  const look = async () => (await writer.read()).ledger.wire.last?.run === run || undefined;
  await until(look, "what verify saw");
}

const statusBefore: Scene = {
  title: "verify looks at the hosts, and /sesam-harden status says so",
  play: async (stage) => {
    await verify(stage.world);
    await type(stage, "anna", "status");
  },
};

const ask: Scene = {
  title: "anna asks for phase open: HTTPS beside the old ports, so that nobody is locked out",
  play: async (stage) => {
    await type(stage, "anna", `rollout open ${environment} because CHG-1234`);
    await showCard(stage, "Waiting for approval");
  },
};

const approveOwn: Scene = {
  title: "Her own approval is refused",
  play: (stage) => click(stage, "anna", "approve"),
};

const failing = "rds-munich";

const fail: Scene = {
  title: "ben approves, and the waves run; in the second one a host fails",
  play: async (stage) => {
    const { world, screen } = stage;
    screen.say(`What nobody knows: the key of ${failing} cannot be read, and its runner is weak.`);
    world.hosts.setKey(failing, false);
    world.runners.losePower(failing);
    await click(stage, "ben", "approve");
    await finish(stage, "failed");
    await showCard(stage, "Failed");
    screen.say("The Server was not touched: what fails stops the rollout, and locks the environment.");
  },
};

const timer: Scene = {
  title: `${failing} is put back by its own timer: no job is left that could`,
  play: async (stage) => {
    const { world, screen } = stage;
    const { hosts, fleet } = world;
    const old = fleet.find(({ name }) => name === failing)?.file ?? "";
    screen.print(`$ diff ${failing}, now and before:\n${compare(hosts.read(failing), old)}`);
    await type(stage, "anna", `rollout close ${environment}`);
    screen.say("Nothing is closed as long as a host has not proven HTTPS. The timer goes on.");
    const record = await until(
      () => {
        screen.progress(`its timer: ${hosts.secondsLeft(failing)} s`);
        return hosts.readRecords(failing).find(({ command }) => command === "recover");
      },
      "the undo by the timer",
      90,
    );
    screen.print(`records.jsonl of ${failing}:\n${JSON.stringify(record)}`);
    if (hosts.read(failing) !== old) throw new Error(`${failing} has not its old file`);
    screen.say(`${failing} has its old file, whole, and is reached as before.`);
  },
};

/** Lines that only one of two files has. */
function compare(now: string, before: string): string {
  const [left, right] = [now.split("\n"), before.split("\n")];
  const added = left.filter((line) => !right.includes(line)).map((line) => `+${line}`);
  const gone = right.filter((line) => !left.includes(line)).map((line) => `-${line}`);
  return [...gone, ...added].join("\n");
}

const mend: Scene = {
  title: "It is mended, and asked for again: what is proven already is left alone",
  play: async (stage) => {
    const { world } = stage;
    world.hosts.setKey(failing, true);
    world.runners.repair();
    await type(stage, "ben", `unlock ${environment} because the key is there again`);
    await type(stage, "anna", `rollout open ${environment} because CHG-1234`);
    await click(stage, "ben", "approve");
    await finish(stage, "succeeded");
    await showCard(stage, "Succeeded");
  },
};

const close: Scene = {
  title: "Phase close: HTTP and FTP are shut",
  play: async (stage) => {
    const { screen } = stage;
    screen.say("Between the phases the global settings of the Server are written, and that recorded.");
    await type(stage, "ben", `globals ${environment}`);
    await type(stage, "anna", `rollout close ${environment} because CHG-1234`);
    await click(stage, "ben", "approve");
    await finish(stage, "succeeded");
    await showCard(stage, "Succeeded");
  },
};

const statusAfter: Scene = {
  title: "verify looks again, and status tells the truth",
  play: async (stage) => {
    await verify(stage.world);
    await type(stage, "anna", "status");
    await type(stage, "anna", "history");
  },
};

const untilWaves = [check, openPull, merge, statusBefore, ask, approveOwn];
const fromWaves = [fail, timer, mend, close, statusAfter];

export const scenes: readonly Scene[] = hasHosts ? [...untilWaves, ...fromWaves] : untilWaves;
