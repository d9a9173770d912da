import { environment } from "./fleet.ts";
import { approve, finish, showCard, type, verify, type Scene } from "./scene.ts";
import { planWindows } from "./windows.ts";
import { until } from "./workspace.ts";

/** The first host to change, since one RDS goes first as canary. */
const failing = "rds-berlin";
const others = "rds-munich sesam";
const purpose = "because CHG-1234";

const fail: Scene = {
  title: "ben approves; the first wave is a single host, and it fails",
  play: async (stage) => {
    const { world, screen } = stage;
    screen.say(`Not known yet: ${failing} cannot read its key, and its runner is about to die.`);
    world.hosts.setKey(failing, false);
    world.hosts.setTimer(failing, "short");
    world.runners.losePower(failing);
    await approve(stage, "ben");
    await finish(stage, "failed");
    await showCard(stage, "Failed");
    screen.say("No other host was changed: the rollout failed, and the environment is locked.");
  },
};

const goOn: Scene = {
  title: `While the timer of ${failing} runs, the others continue`,
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
  title: "No host is closed until HTTPS is verified on every host",
  play: async (stage) => {
    stage.screen.say("The global settings would point migrations at a host without HTTPS, so they are refused too.");
    await type(stage, "ben", `globals ${environment}`);
    await type(stage, "anna", `rollout close ${environment} ${purpose}`);
  },
};

const timer: Scene = {
  title: `${failing} is rolled back by its own timer, since its job is gone`,
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
    screen.say(`${failing} has its complete old file again and is reachable as before.`);
  },
};

const fix: Scene = {
  title: `${failing} is fixed and requested again: verified hosts stay unchanged`,
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
  title: "Phase close: HTTP and FTP are disabled, the Server last",
  play: async (stage) => {
    stage.screen.say(
      "On a real Server, sesam-harden globals would set the global settings now; ben records that they are set.",
    );
    await type(stage, "ben", `globals ${environment}`);
    await type(stage, "anna", `rollout close ${environment} ${purpose}`);
    await approve(stage, "ben");
    await finish(stage, "succeeded");
    await showCard(stage, "Succeeded");
  },
};

const statusAfter: Scene = {
  title: "verify scans again, and status shows the new state",
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
  fix,
  close,
  planWindows,
  statusAfter,
];
