import { expect, test } from "vitest";
import { createFleetReader } from "../../bot/controller/fleet-reader.ts";
import { makeBotScene, until, type BotScene } from "../support/harness/bot.ts";
import { pushFiles } from "../support/fakes/github/github-peer.ts";

async function ask(scene: BotScene, words: string, user = "dora"): Promise<string> {
  const before = scene.replies.length;
  await scene.type(user, words);
  const reply = await until(() => scene.replies[before]);
  return `${reply.response_type}: ${reply.text}`;
}

test("the fleet, an environment, a host, and unknown names", async () => {
  const scene = await makeBotScene();
  const fleet = await ask(scene, "status");
  expect(fleet).toContain("in_channel: Fleet: 0 of 2 hosts hardened");
  expect(await ask(scene, "status production")).toContain("production: 0 of 2 hosts hardened");
  expect(await ask(scene, "status rds1")).toContain("rds1: unknown");
  expect(await ask(scene, "status rds3")).toContain(
    "No environment or host is called “rds3”. Did you mean rds1?",
  );
  expect(await ask(scene, "history")).toContain("No rollouts yet.");
  const plan = await ask(scene, "plan open production");
  expect(plan).toContain("Plan: open in production");
  const upload = await until(() =>
    scene.slack.calls.find(({ method }) => method === "files.getUploadURLExternal"),
  );
  expect(upload.body["filename"]).toMatch(/^plan-open-production-[0-9a-f]+\.txt$/);
  expect(scene.slack.problems).toEqual([]);
});

const many = Object.fromEntries(
  Array.from({ length: 1000 }, (_, index) => [`rds${index + 1}`, { facts: "wave = 2\n" }]),
);

test("a status of 1,000 hosts costs one free request if nothing changed, and three when cold", async () => {
  const scene = await makeBotScene({ hosts: many, isStarted: false });
  const { controller, front } = scene;
  const { github } = front;
  const readFleet = createFleetReader(controller, 3600);
  // The controller's rounds have read the ledger before the first status.
  await controller.writer.read();
  const read = async (): Promise<{ readonly asked: readonly string[]; readonly free: number }> => {
    github.takeRequests();
    github.unchanged.splice(0);
    const [{ status }] = await Promise.all([readFleet(), controller.readFixUrl(), readFleet()]);
    expect(status.environments[0]?.hosts.length).toBe(1000);
    return { asked: github.takeRequests(), free: github.unchanged.length };
  };
  const cold = await read();
  expect(cold.asked.map((line) => line.replace(/[0-9a-f]{40}/, "COMMIT"))).toEqual([
    "GET /repos/example/config/git/matching-refs/heads/",
    "GET /repos/example/config/git/trees/COMMIT",
    "GET /repos/example/config/tarball/COMMIT",
  ]);
  expect(await read()).toEqual({
    asked: ["GET /repos/example/config/git/matching-refs/heads/"],
    free: 1,
  });
  await pushFiles(github, { "hosts/rds1/host.ini": "environment = production\n# new\n" });
  const { asked } = await read();
  expect(asked.length).toBe(3);
  expect(github.problems).toEqual([]);
});
