import { expect, test } from "vitest";
import { createFleetGauges } from "../../bot/runtime/fleet-gauges.ts";
import type { FleetNow } from "../../bot/controller/fleet-reader.ts";
import { sleepLightly } from "../../bot/runtime/loop.ts";
import { HardenError } from "../../src/core/base/errors.ts";
import { makeHostileFleet } from "../support/builders/bot-fleet.ts";

const status = makeHostileFleet(3, 1);

function makeGauges(patience?: number) {
  const world = { now: 1000, reads: 0, warned: 0, isDown: false, isSilent: false };
  const asked: number[] = [];
  const gauges = createFleetGauges({
    readFleet: async () => {
      world.reads++;
      if (world.isDown) throw new HardenError("broke", "GitHub is away", "Wait.");
      if (world.isSilent) return new Promise(() => {});
      // Nothing else of it is requested.
      return { status } as FleetNow;
    },
    nowSeconds: () => world.now,
    sleep: (milliseconds) => {
      asked.push(milliseconds);
      return sleepLightly(patience ?? milliseconds);
    },
    log: { warn: () => void world.warned++ },
  });
  return { world, gauges, asked };
}

const good = /^sesam_harden_fleet_read_success 1\n(.*\n)*sesam_harden_hosts\{/m;
const bad = /^sesam_harden_fleet_read_success 0\n$/m;

test("one read of the fleet serves scrapes for half a minute", async () => {
  const { world, gauges } = makeGauges();
  const [first, second] = await Promise.all([gauges(), gauges()]);
  expect(first).toMatch(good);
  expect(second).toBe(first);
  world.now += 29;
  expect(await gauges()).toBe(first);
  expect(world.reads).toBe(1);
  world.now += 1;
  expect(await gauges()).toBe(first);
  expect(world.reads).toBe(2);
});

test("a fleet that cannot be read has no gauges, even if it had some before", async () => {
  const { world, gauges } = makeGauges();
  expect(await gauges()).toMatch(good);
  world.isDown = true;
  world.now += 30;
  const without = await gauges();
  expect(without).toMatch(bad);
  expect(without).not.toContain("sesam_harden_hosts");
  expect(world.warned).toBe(1);
  world.isDown = false;
  expect(await gauges()).toMatch(good);
});

test("a scrape does not wait for a GitHub that does not answer", async () => {
  const { world, gauges, asked } = makeGauges(1);
  world.isSilent = true;
  expect(await gauges()).toMatch(bad);
  expect(await gauges()).toMatch(bad);
  expect(world.reads).toBe(1);
  expect(asked).toEqual([5000, 5000]);
});
