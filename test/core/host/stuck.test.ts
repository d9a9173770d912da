import { expect, test } from "vitest";
import { applyChange } from "../../../src/core/host/apply.ts";
import { describeUndo } from "../../../src/core/host/report.ts";
import type { HostPort } from "../../../src/core/host/ports.ts";
import { applyRequest, plain } from "../../support/fakes/host/model-change.ts";
import {
  alive,
  createModelHost,
  createWorld,
  type Fates,
} from "../../support/fakes/host/model-host.ts";

/** A service that never starts again. */
async function undoInVain(
  fates: Fates,
  change: (host: HostPort) => HostPort = (host) => host,
): Promise<string> {
  const world = createWorld(plain);
  world.restarts = Array.from({ length: 12 }, () => "stays-down" as const);
  const result = await applyChange(applyRequest("open"), change(createModelHost(world, fates)));
  if (result.kind !== "undone") throw new Error(result.kind);
  const { code, message } = describeUndo(result.result);
  return `${code}: ${message}`;
}

test("a host that is down with every file is reported as lost", async () => {
  const said = await undoInVain(alive);
  expect(said).toMatch(/^stuck: NOT REACHABLE with any file: /);
  expect(said).toContain("sesam-harden recover --show");
  expect(said).toContain("see By hand in docs/host.md");
});

test("a host that can no longer be observed is not reported as lost", async () => {
  const blind = (host: HostPort): HostPort => {
    let isBlind = false;
    return {
      ...host,
      service: {
        ...host.service,
        restart: async () => {
          isBlind = true;
          return host.service.restart();
        },
      },
      observer: {
        observe: async (file, before) =>
          isBlind
            ? { inside: undefined, outside: [], listening: undefined }
            : host.observer.observe(file, before),
      },
    };
  };
  expect(await undoInVain(alive, blind)).toMatch(
    /^stuck: Whether the host is reachable with any file is unknown: /,
  );
});

test("a connection lost during an undo makes the state unknown", async () => {
  const lost = { kind: "fails", reason: "ssh: it was lost", isUnreached: true } as const;
  const fates: Fates = (effect) => (effect === "journal stuck" ? lost : { kind: "works" });
  expect(await undoInVain(fates)).toMatch(/^stuck: Whether the host is reachable .* unknown/);
});
