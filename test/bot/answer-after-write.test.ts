import { expect, test } from "vitest";
import { decide } from "../../bot/decide.ts";
import { answerCommand } from "../../bot/listeners/commands.ts";
import type { ListenerContext } from "../../bot/listeners/context.ts";
import { createLog } from "../../bot/runtime/log.ts";
import { HardenError } from "../../src/core/base/errors.ts";
import { commit, filesOf } from "../support/builders/rollout.ts";
import { decisions, plannedFleet } from "../support/fakes/github/ledger.ts";
import { makeControlBench, need, settings } from "../support/harness/control.ts";

test("a completed write is never reported as failed, even if GitHub does not answer afterwards", async () => {
  const bench = await makeControlBench();
  const control = bench.controller();
  need(await control.writer.write(decisions.see));
  let isDown = false;
  const ask = async <Value>(read: () => Promise<Value>): Promise<Value> => {
    if (isDown) throw new HardenError("broke", "GitHub did not answer", "Wait.");
    return read();
  };
  const writer: typeof control.writer = {
    read: () => ask(control.writer.read),
    write: async (decision) => {
      const written = await control.writer.write(decision);
      isDown = written.kind === "written";
      return written;
    },
  };
  const files = Object.entries(filesOf(plannedFleet));
  const entries = new Map(files.map(([path, bytes]) => [path, { kind: "file", bytes } as const]));
  const controller = {
    ...control,
    writer,
    repository: 4711,
    context: { ...control.context, predecessor: () => ask(async () => "ready" as const) },
    config: {
      readHead: async () => ({ branch: "main", commit }),
      readTree: async () => ({ top: "/repo", entries }),
      isAncestor: async () => true,
    },
  };
  const desk = {
    controller,
    settings: { persons: new Map(), environments: new Map([["production", settings]]) },
    chat: {},
    log: createLog("silent"),
    onDecided: () => {},
    expectCard: async () => undefined,
  } as unknown as ListenerContext;
  const person = { name: "anna", slack: "U1", github: 1, groups: ["g"] };
  const asked = { phase: "open", environment: "production", hosts: [], exceptions: [] } as const;
  const command = { kind: "rollout", ...asked, purpose: "" } as const;
  const requested = await answerCommand(command, { user: "U1", person }, desk);
  expect(requested.message.text).toContain("You requested rollout production-open-1.");
  expect(requested.message.text).toContain("is not known now: GitHub did not answer. Wait.");
  isDown = false;
  const rollout = await bench.rollout();
  const event = { kind: "approve", by: "ben", plan: rollout.plan } as const;
  expect((await decide(rollout, event, desk)).message.text).toContain("You approved rollout");
});
