import { expect, test } from "vitest";
import { abortAs, askFor, clickAs, typeAs, whisperTo } from "../support/harness/attacks.ts";
import { makeBotScene, until, type BotScene } from "../support/harness/bot.ts";

const stateOf = async (scene: BotScene): Promise<string> => (await scene.rollout()).state.kind;

async function begin(scene: BotScene): Promise<string> {
  await typeAs(scene, "anna", "rollout open production because CHG-1");
  const { id } = await scene.rollout();
  await until(async () => (await scene.controller.writer.read()).ledger.cards.has(id));
  await clickAs(scene, "ben", "approve", id);
  await until(() => scene.front.actions.runs.length === 1);
  return id;
}

function holdPeers({ front, slack }: BotScene): void {
  expect(slack.problems).toEqual([]);
  expect([...front.github.problems, ...front.actions.problems]).toEqual([]);
}

test("a person records a working backup between two waves, and the rollout continues", async () => {
  const scene = await makeBotScene({ environment: "record = backup\n" });
  const { slack, front } = scene;
  const id = await begin(scene);
  await scene.finish();
  await until(async () => (await stateOf(scene)) === "paused");
  const cardText = (): string =>
    String(slack.calls.findLast(({ method }) => method === "chat.update")?.body["text"]);
  await until(() => cardText().includes("backup"));
  expect(await clickAs(scene, "ben", "continue", id)).toContain("Reason: record-missing");
  await scene.click("carl", "record", id);
  const opened = await until(() => slack.calls.find(({ method }) => method === "views.open"));
  expect(JSON.stringify(opened.body["view"])).toContain("A backup over HTTPS worked");
  expect(front.actions.runs.length).toBe(1);
  await scene.submit("carl", "record", id, {
    what: { what: { type: "radio_buttons", selected_option: { value: "backup" } } },
  });
  await until(() => front.actions.runs.length === 2);
  await scene.finish();
  await until(async () => (await stateOf(scene)) === "succeeded");
  // The thread shows hosts and decisions.
  const { message } = (await scene.controller.writer.read()).ledger.cards.get(id) ?? {};
  const thread = await until(async () => {
    const said = (await slack.read(message)).map(({ text }) => text).join("\n");
    return said.includes("Wave 2 finished") && said;
  });
  expect(thread).toContain("ben approved rollout");
  expect(thread).toContain("carl recorded a successful backup test for rollout");
  expect(thread).toContain("Wave 1 finished: 1 of 1 host verified.");
  holdPeers(scene);
});

test("an approval accepts a note, in its dialog and in a command", async () => {
  const scene = await makeBotScene();
  const first = await askFor(scene, "production");
  await scene.click("ben", "approve-note", first);
  const opened = await until(() => scene.slack.calls.find(({ method }) => method === "views.open"));
  expect(JSON.stringify(opened.body["view"])).toContain("Approve this rollout");
  expect(await stateOf(scene)).toBe("requested");
  const note = (value: string) => ({ note: { note: { type: "plain_text_input", value } } });
  const own = () => scene.submit("anna", "approve", first, note("mine"));
  expect(await whisperTo(scene, "anna", own)).toContain("Reason: own-change");
  const sent = () => scene.submit("ben", "approve", first, note(" seen with carl "));
  expect(await whisperTo(scene, "ben", sent)).toContain(`You approved rollout ${first}`);
  const { ledger } = await scene.controller.writer.read();
  expect(ledger.traces.get(first)?.approvals).toEqual([
    { by: "ben", at: expect.any(Number), note: "seen with carl" },
  ]);
  const thread = await scene.slack.read(ledger.cards.get(first)?.message);
  expect(thread.map(({ text }) => text).join("\n")).toContain("Note: “seen with carl”");
  await until(() => scene.front.actions.runs.length === 1);
  await scene.finish();
  await until(() => scene.front.actions.runs.length === 2);
  await scene.finish();
  await until(async () => (await stateOf(scene)) === "succeeded");
  holdPeers(scene);
});

test("a command approves a named rollout, and never an environment", async () => {
  const scene = await makeBotScene();
  await askFor(scene, "production");
  const environment = await typeAs(scene, "ben", "approve production");
  expect(environment).toContain("(name the rollout: approve production-open-1)");
  expect(await stateOf(scene)).toBe("requested");
  expect(await typeAs(scene, "anna", "approve 1")).toContain("Reason: own-change");
  expect(await typeAs(scene, "ben", "approve 1 because all is well")).toContain("You approved");
  const { ledger } = await scene.controller.writer.read();
  expect(ledger.traces.get("production-open-1")?.approvals).toMatchObject([
    { by: "ben", note: "all is well" },
  ]);
  holdPeers(scene);
});

test("only the requester withdraws, while it waits and once it is approved", async () => {
  const scene = await makeBotScene();
  const id = await askFor(scene, "production");
  const cardText = (): string =>
    String(scene.slack.calls.findLast(({ method }) => method === "chat.update")?.body["text"]);
  expect(await clickAs(scene, "ben", "withdraw", id)).toContain("Reason: not-requester");
  expect(await typeAs(scene, "carl", `withdraw ${id}`)).toContain("Reason: not-requester");
  expect(await stateOf(scene)).toBe("requested");
  expect(await clickAs(scene, "anna", "withdraw", id)).toContain(`You withdrew rollout ${id}`);
  await until(() => cardText().includes("Withdrawn by anna."));

  const second = await askFor(scene, "production");
  expect(await typeAs(scene, "anna", "freeze production because audit")).toContain("froze");
  expect(await clickAs(scene, "ben", "approve", second)).toContain("You approved");
  const said = await typeAs(scene, "anna", "withdraw production because the wrong hosts");
  expect(said).toContain(`You withdrew rollout ${second}`);
  await until(() => cardText().includes("Withdrawn by anna. “the wrong hosts”"));
  expect(scene.front.actions.runs).toEqual([]);
  expect((await scene.rollout()).state).toEqual({ kind: "withdrawn" });
  holdPeers(scene);
});

test("an abort stops the next wave, and a second person resumes", async () => {
  const scene = await makeBotScene();
  const id = await begin(scene);
  await scene.click("carl", "abort", id);
  const opened = await until(() => scene.slack.calls.find(({ method }) => method === "views.open"));
  expect(JSON.stringify(opened.body["view"])).toContain("Abort this rollout");
  expect(await abortAs(scene, "carl", id, " ")).toContain("without a reason.");
  expect(await stateOf(scene)).toBe("running");
  expect(await abortAs(scene, "carl", id, "too slow")).toContain(`You aborted rollout ${id}`);
  const state = await scene.controller.writer.read();
  expect(state.ledger.traces.get(id)).toMatchObject({ reason: "too slow", stoppedBy: "carl" });
  await scene.finish();
  await until(async () => (await stateOf(scene)) === "aborted");
  expect(scene.front.actions.runs.length).toBe(1);
  expect(await clickAs(scene, "carl", "resume", id)).toContain("Reason: second-person");
  expect(await clickAs(scene, "ben", "resume", id)).toContain(`You resumed rollout ${id}`);
  scene.later(700);
  await until(() => scene.front.actions.runs.length === 2);
  await scene.finish();
  await until(async () => (await stateOf(scene)) === "succeeded");
  holdPeers(scene);
});

test("after a failure the environment is locked until a second person unlocks it", async () => {
  const scene = await makeBotScene();
  const id = await begin(scene);
  await scene.finish(["rds1"]);
  await until(async () => (await stateOf(scene)) === "failed");
  const status = await typeAs(scene, "dora", "status production");
  expect(status).toContain(`wave 1: rds1 bad`);
  const again = "rollout open production";
  expect(await typeAs(scene, "anna", again)).toContain("locked");
  expect(await typeAs(scene, "anna", "unlock production because fixed")).toContain("second-person");
  expect(await typeAs(scene, "ben", "unlock production because fixed")).toContain(
    "ben unlocked production: “fixed”.",
  );
  expect(await typeAs(scene, "anna", again)).toContain("You requested rollout");
  expect((await scene.rollout()).id).not.toBe(id);
  holdPeers(scene);
});

test("a freeze stops everything, until its end or until someone else lifts it", async () => {
  const scene = await makeBotScene();
  expect(await typeAs(scene, "dora", "freeze production because I like")).toContain(
    "person-unknown",
  );
  expect(await typeAs(scene, "ben", "freeze production because of an audit")).toContain(
    "ben froze production",
  );
  expect(await typeAs(scene, "anna", "rollout open production")).toMatch(
    /^Not requested.*frozen \(until someone lifts it, by ben: of an audit\)/s,
  );
  expect(await typeAs(scene, "carl", "freeze production because I like it too")).toMatch(
    /frozen \(until someone else lifts it, by ben: “of an audit”\).*Reason: frozen/s,
  );
  expect(await typeAs(scene, "dora", "locks")).toContain(
    "production is frozen until someone else lifts it, by ben: “of an audit”",
  );
  expect(await typeAs(scene, "ben", "unfreeze production")).toContain("second-person");
  expect(await typeAs(scene, "carl", "unfreeze production")).toContain(
    "carl lifted the freeze of production.",
  );
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16);
  expect(await typeAs(scene, "ben", `freeze production audit until ${tomorrow}`)).toContain(
    "ben froze",
  );
  expect(await typeAs(scene, "anna", "rollout open production")).toContain("frozen");
  scene.later(90_000);
  expect(await typeAs(scene, "anna", "rollout open production")).toContain("You requested rollout");
  const seen = "globals production except rds1 rds2";
  expect(await typeAs(scene, "ben", seen)).toContain(
    "ben recorded that the global settings are set on the Servers of production, except rds1, rds2.",
  );
  expect(await typeAs(scene, "ben", "freeze lab because x")).toContain(
    "“lab” is not an environment in bot.ini.",
  );
  holdPeers(scene);
});

test("App Home shows what waits for whom, and a restart finds the card again", async () => {
  const scene = await makeBotScene();
  const { slack } = scene;
  await typeAs(scene, "anna", "rollout open production");
  const { id } = await scene.rollout();
  await until(async () => (await scene.controller.writer.read()).ledger.cards.has(id));
  const openHome = async (user: string): Promise<string> => {
    const before = slack.calls.length;
    await scene.openHome(user);
    const published = await until(() =>
      slack.calls.slice(before).find(({ method }) => method === "views.publish"),
    );
    return JSON.stringify(published.body["view"]);
  };
  expect(await openHome("ben")).toContain(`Rollout ${id}: open in production`);
  expect(await openHome("anna")).toContain("Nothing is waiting for you.");
  expect(await openHome("dora")).toContain("is not in bot.ini");
  await scene.bot.stop();
  const before = slack.calls.length;
  const { address } = await scene.startAnother();
  scene.turnTo(address);
  // It draws the existing card, and posts nothing again.
  await until(() => slack.calls.slice(before).find(({ method }) => method === "chat.update"));
  expect(slack.calls.slice(before).filter(({ method }) => method === "chat.postMessage")).toEqual(
    [],
  );
  expect(await clickAs(scene, "ben", "approve", id)).toContain("You approved");
  holdPeers(scene);
});

const disabled = {
  status: 422,
  message: "Cannot trigger a 'workflow_dispatch' on a disabled workflow",
} as const;

test("if GitHub refuses to start a wave, everyone is told why and what to do", async () => {
  const scene = await makeBotScene();
  scene.stopClock();
  const { slack, front } = scene;
  front.actions.modes.push(disabled, disabled, disabled);
  const id = await askFor(scene, "production", { user: "anna" });
  const card = (await scene.controller.writer.read()).ledger.cards.get(id)?.message ?? "";
  await clickAs(scene, "ben", "approve", id);
  const said = [disabled.message, "Enable the workflow in the Actions tab"];
  const holds = (text: string): boolean => said.every((words) => text.includes(words));
  await until(() => scene.logged.some(holds));
  const thread = async (): Promise<readonly string[]> =>
    (await slack.read(card)).map(({ text }) => text).filter(holds);
  await until(async () => (await thread()).length === 1);
  expect((await thread())[0]).toContain(`<@${slack.users.get("anna")}>`);
  scene.later(5);
  await until(async () => {
    const shown = (await slack.read()).find(({ ts }) => ts === card);
    scene.later(1);
    return holds(shown?.text ?? "");
  });
  for (const words of ["status", "status production"]) {
    expect(holds(await typeAs(scene, "dora", words))).toBe(true);
  }
  for (const told of [
    await clickAs(scene, "carl", "continue", id),
    await typeAs(scene, "carl", `continue ${id}`),
  ]) {
    expect(holds(told)).toBe(true);
    expect(told).not.toContain("You continued");
  }
  const ready = async (): Promise<readonly [number, string]> => {
    const answer = await fetch(`${scene.monitor}/readyz`);
    return [answer.status, await answer.text()];
  };
  await until(async () => holds((await ready())[1]));
  expect(await ready()).toEqual([200, expect.stringContaining(`wave 1 of rollout ${id} did`)]);
  // A wave that GitHub may have started is not reported as done either.
  front.actions.modes.push("reset");
  expect(await typeAs(scene, "carl", `continue ${id}`)).toContain(
    "did not confirm whether wave 1 started",
  );
  holdPeers(scene);
});

test("if GitHub refuses a wave that another person continues, requester and log are told", async () => {
  const scene = await makeBotScene();
  scene.stopClock();
  const { slack, front } = scene;
  front.actions.modes.push(disabled, disabled);
  const id = await askFor(scene, "production");
  await clickAs(scene, "ben", "approve", id);
  await until(() => scene.logged.some((line) => line.includes("GitHub refused to start")));
  await typeAs(scene, "carl", `continue ${id}`);
  const anna = slack.users.get("anna");
  await until(() =>
    slack.calls.some(
      ({ method, body }) =>
        method === "chat.postEphemeral" &&
        body["user"] === anna &&
        String(body["text"]).includes(disabled.message),
    ),
  );
  expect(scene.logged.some((line) => line.includes("start is not confirmed"))).toBe(true);
  holdPeers(scene);
});

test("a repeated refusal is reported once, and forgotten once a wave starts", async () => {
  const scene = await makeBotScene();
  scene.stopClock();
  const { slack, front } = scene;
  front.actions.modes.push(disabled, disabled);
  const id = await askFor(scene, "production");
  const card = (await scene.controller.writer.read()).ledger.cards.get(id)?.message ?? "";
  await clickAs(scene, "ben", "approve", id);
  const refusals = (): number =>
    scene.logged.filter((line) => /refused to start/.test(line)).length;
  await until(() => refusals() === 1);
  scene.later(601);
  await until(() => refusals() === 2);
  scene.later(601);
  await until(() => front.actions.runs.length === 1);
  await until(async () => (await stateOf(scene)) === "running");
  const trace = (await scene.controller.writer.read()).ledger.traces.get(id);
  expect(trace?.refused).toBeNull();
  const ready = async (): Promise<string> => (await fetch(`${scene.monitor}/readyz`)).text();
  await until(async () => (await ready()) === "ok\n");
  const told = (await slack.read(card)).filter(({ text }) => text.includes("disabled workflow"));
  expect(told.length).toBe(1);
  holdPeers(scene);
});

test("the answer to a freeze repeats its reason and its end", async () => {
  const scene = await makeBotScene();
  const say = async (words: string): Promise<string> => typeAs(scene, "ben", words);
  expect(await say("freeze production because wait until 2199-12-01 06:00")).toMatch(
    /^ben froze production until 2199-12-01 06:00 UTC \(in .*\): “wait”\.\n/,
  );
  expect(await typeAs(scene, "anna", "unfreeze production")).toContain("anna lifted the freeze");
  expect(await say("freeze production because of CHG-1")).toMatch(
    /^ben froze production until someone else lifts it: “of CHG-1”\.\n/,
  );
  const wrong = await scene.type("ben", "freeze production because wait until tomorrow");
  expect(await wrong.text()).toContain(
    "Invalid command: “until tomorrow” has no time of day: write until tomorrow 06:00.",
  );
  holdPeers(scene);
});

test("global settings are not recorded until all hosts have verified HTTPS", async () => {
  const scene = await makeBotScene();
  const say = async (words: string): Promise<string> => typeAs(scene, "carl", words);
  const recorded = async (): Promise<unknown> =>
    (await scene.controller.writer.read()).ledger.environments.get("production")?.globals ?? null;
  await begin(scene);
  await scene.finish();
  await until(() => scene.front.actions.runs.length === 2);
  const told = await say("globals production");
  expect(told).toContain("Reason: open-not-proven");
  expect(told).toContain("(rds2)");
  expect(await say("globals production except rds1")).toContain("(rds2)");
  expect(await say("globals production except rds9")).toContain(
    "no host rds9 in environment production",
  );
  expect(await recorded()).toBeNull();
  expect(await say("globals production except rds2")).toContain("except rds2");
  expect(await recorded()).not.toBeNull();
  await scene.finish();
  await until(async () => (await stateOf(scene)) === "succeeded");
  expect(await say("globals production")).toContain(
    "carl recorded that the global settings are set on the Servers of production.",
  );
  holdPeers(scene);
});

test("a freeze shows on the card of a running wave, and the requester's own withdrawal as such", async () => {
  const scene = await makeBotScene();
  const { slack, controller } = scene;
  const cardOf = async (rollout: string): Promise<string> => {
    const { message } = (await controller.writer.read()).ledger.cards.get(rollout) ?? {};
    return (await slack.read()).find(({ ts }) => ts === message)?.text ?? "";
  };
  const id = await begin(scene);
  await until(async () => (await cardOf(id)).includes("is running"));
  scene.later(4);
  await typeAs(scene, "carl", "freeze production because tape library repair");
  scene.later(4);
  await until(async () => {
    const text = await cardOf(id);
    return text.includes("is running") && text.includes("by carl: “tape library repair”");
  });
  await typeAs(scene, "carl", `abort ${id} because the library`);
  await scene.finish();
  await until(async () => (await stateOf(scene)) === "aborted");
  await typeAs(scene, "ben", "unfreeze production");
  const next = await askFor(scene, "production");
  expect(await typeAs(scene, "anna", `abort ${next} because the wrong phase`)).toContain(
    "You aborted",
  );
  scene.later(4);
  await until(async () => (await cardOf(next)).includes("Withdrawn by anna. “the wrong phase”"));
  holdPeers(scene);
});

test("a command with another name gets an answer with what to do", async () => {
  const scene = await makeBotScene();
  const answer = await scene.type("ben", "status", { command: "/harden" });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain("This bot answers /sesam-harden, not /harden.");
  holdPeers(scene);
});
