import { environment } from "./fleet.ts";
import { approve, finish, showCard, type, verify, type Scene } from "./scene.ts";
import { planWindows } from "./windows.ts";
import { until } from "./workspace.ts";

/** The first to be changed, since one RDS goes ahead of all others. */
const failing = "rds-berlin";
const others = "rds-munich sesam";
const purpose = "because CHG-1234";

const fail: Scene = {
  title: "ben approves; the first wave is one host alone, and that fails",
  play: async (stage) => {
    const { world, screen } = stage;
    screen.say(`What nobody knows: ${failing} cannot read its key, and its runner is about to die.`);
    world.hosts.setKey(failing, false);
    world.hosts.setTimer(failing, "short");
    world.runners.losePower(failing);
    await approve(stage, "ben");
    await finish(stage, "failed");
    await showCard(stage, "Failed");
    screen.say("No other host was touched: the rollout is over, and the environment locked.");
  },
};

const goOn: Scene = {
  title: `While the timer of ${failing} runs, the others go on`,
  play: async (stage) => {
    const { world } = stage;
    world.runners.repair();
    await type(stage, "ben", `unlock ${environment} because only ${failing} has lost its key`);
    await type(stage, "anna", `rollout open ${environment} ${others} ${purpose}`);
    await approve(stage, "ben");
    await finish(stage, "succeeded");
    await showCard(stage, "Succeeded");
  },
};

const blocked: Scene = {
  title: "Nothing is closed as long as one host has not proven HTTPS",
  play: async (stage) => {
    stage.screen.say("The global settings would point migrations at a host without HTTPS, so they are refused too.");
    await type(stage, "ben", `globals ${environment}`);
    await type(stage, "anna", `rollout close ${environment} ${purpose}`);
  },
};

const timer: Scene = {
  title: `${failing} is put back by its own timer: no job is left that could`,
  play: async ({ world: { hosts, fleet }, screen }) => {
    const old = fleet.find(({ name }) => name === failing)?.file ?? "";
    if (hosts.read(failing) === old) throw new Error(`${failing} has its old file too early`);
    screen.print(`stpd.ini of ${failing}, until then:\n${hosts.read(failing)}`);
    const record = await until(
      () => {
        screen.progress(`its timer: ${hosts.secondsLeft(failing)} s`);
        return hosts.readRecords(failing).find(({ command }) => command === "recover");
      },
      "the undo by the timer",
      90,
    );
    screen.print(`and then:\n${hosts.read(failing)}`);
    screen.print(`its record: ${JSON.stringify(record)}`);
    if (hosts.read(failing) !== old) throw new Error(`${failing} has not its old file`);
    screen.say(`${failing} has its old file, whole, and is reached as before.`);
  },
};

const mend: Scene = {
  title: `${failing} is mended, and asked for again: what is proven is left alone`,
  play: async (stage) => {
    const { hosts } = stage.world;
    hosts.setKey(failing, true);
    hosts.setTimer(failing, "usual");
    await type(stage, "anna", `rollout open ${environment} ${purpose}`);
    await approve(stage, "ben");
    await finish(stage, "succeeded");
  },
};

const close: Scene = {
  title: "Phase close: HTTP and FTP are shut, the Server last",
  play: async (stage) => {
    stage.screen.say(
      "On a real Server the global settings would be written now, by sesam-harden globals; ben records that they are.",
    );
    await type(stage, "ben", `globals ${environment}`);
    await type(stage, "anna", `rollout close ${environment} ${purpose}`);
    await approve(stage, "ben");
    await finish(stage, "succeeded");
    await showCard(stage, "Succeeded");
  },
};

const statusAfter: Scene = {
  title: "verify looks again, and status tells the truth",
  play: async (stage) => {
    await verify(stage.world);
    await type(stage, "anna", "status");
    await type(stage, "anna", `status ${failing}`);
    await type(stage, "anna", "history");
  },
};

/** From the approval to the end. */
export const waveScenes: readonly Scene[] = [
  fail,
  goOn,
  blocked,
  timer,
  mend,
  close,
  planWindows,
  statusAfter,
];
